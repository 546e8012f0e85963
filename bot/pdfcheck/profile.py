"""What one court's CM/ECF accepts, as far as it differs from court to court."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.pdfcheck.report import Severity

#: Severity of each rule by default: NextGen 1.8 with forms refused.
#: Source: tned.uscourts.gov/nextgen-release-18-updates-pdf-requirements
SEVERITIES: dict[str, Severity] = {
    "not_pdf": "reject",
    "malformed": "reject",
    "not_checked": "reject",
    "needs_repair": "warn",
    "encrypted": "reject",
    "javascript": "reject",
    "external_action": "reject",
    "embedded_files": "reject",
    "audio_video": "reject",
    "form_fields": "reject",
    "xfa": "reject",
    "external_stream": "reject",
    "too_large": "reject",
    "signed": "warn",
}


class ProfileError(ValueError):
    """The court's `pdf:` settings hold a value that the checker does not know."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The `pdf:` part of the court's profile.

    release: release of NextGen CM/ECF, as the court writes it, for example "1.8"
    size_limit_mb: the court's limit in decimal megabytes (1 MB is 1,000,000 bytes), or None
        where the court has stated none
    forms: what the court does with fillable form fields
    hyperlinks: what the court does with links to web sites
    source: web address of the court page that says so
    checked_on: the day on which that page was read
    Raises ProfileError for a value outside these.
    """

    release: str = "1.8"
    size_limit_mb: float | None = None
    forms: Literal["reject", "accept"] = "reject"
    hyperlinks: Literal["reject", "accept"] = "accept"
    source: str | None = None
    checked_on: date | None = None

    def __post_init__(self) -> None:
        if self.forms not in ("reject", "accept"):
            raise ProfileError(f"pdf.forms must be reject or accept, not {self.forms!r}.")
        if self.hyperlinks not in ("reject", "accept"):
            raise ProfileError(f"pdf.hyperlinks must be reject or accept, not {self.hyperlinks!r}.")
        limit = self.size_limit_mb
        if limit is not None and not (math.isfinite(limit) and limit > 0):
            raise ProfileError(f"pdf.size_limit_mb must be above 0, not {limit!r}.")

    @property
    def size_limit_bytes(self) -> int | None:
        """The size limit in bytes. Courts count decimally: 35 MB is 35,000 KB (INSB)."""
        return None if self.size_limit_mb is None else round(self.size_limit_mb * 1_000_000)

    def severity(self, rule: str) -> Severity:
        """How much a finding of this rule weighs at this court."""
        if rule == "form_fields" and self.forms == "accept":
            return "note"
        return SEVERITIES[rule]
