"""What one court's CM/ECF accepts, as far as it differs from court to court."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from bot.pdfcheck.releases import release_of
from bot.pdfcheck.report import Severity
from bot.pdfcheck.rule import Rule

#: evaluation: findings are logged and not shown; off: the rule is not applied.
Override = Severity | Literal["evaluation", "off"]
OVERRIDES: tuple[str, ...] = (*get_args(Severity), "evaluation", "off")


class ProfileError(ValueError):
    """The court's `pdf:` settings hold a value that the checker does not know."""


@dataclass(frozen=True, slots=True)
class Stated:
    """Where a court says so, and the day on which that page was read."""

    page: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Profile:
    """The `pdf:` part of the court's profile.

    release: release of NextGen CM/ECF, as the court writes it, for example "1.8"
    size_limit_mb: the court's limit in decimal megabytes (1 MB is 1,000,000 bytes), or None
        where the court has stated none
    forms: what the court does with fillable form fields
    hyperlinks: what the court does with links to web sites; None: as the release does
    dpi: the resolution for scans that the court asks for, or None
    rules: rules that weigh otherwise at this court, are only tried out, or are off
    sources: for each value that the court has stated, where
    Raises ProfileError for a value outside these.
    """

    release: str = "1.8"
    size_limit_mb: float | None = None
    forms: Literal["reject", "accept"] = "reject"
    hyperlinks: Literal["reject", "accept"] | None = None
    dpi: int | None = None
    rules: Mapping[str, Override] = field(default_factory=dict)
    sources: Mapping[str, Stated] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.forms not in ("reject", "accept"):
            raise ProfileError(f"pdf.forms must be reject or accept, not {self.forms!r}.")
        if self.hyperlinks not in ("reject", "accept", None):
            raise ProfileError(f"pdf.hyperlinks must be reject or accept, not {self.hyperlinks!r}.")
        limit = self.size_limit_mb
        if limit is not None and not (math.isfinite(limit) and limit > 0):
            raise ProfileError(f"pdf.size_limit_mb must be above 0, not {limit!r}.")
        if self.dpi is not None and not 72 <= self.dpi <= 1200:
            raise ProfileError(f"pdf.dpi must be between 72 and 1200, not {self.dpi!r}.")
        for rule, override in self.rules.items():
            if override not in OVERRIDES:
                raise ProfileError(f"pdf.rules: {rule} must be one of {', '.join(OVERRIDES)}.")

    @property
    def size_limit_bytes(self) -> int | None:
        """The size limit in bytes. Courts count decimally: 35 MB is 35,000 KB (INSB)."""
        return None if self.size_limit_mb is None else round(self.size_limit_mb * 1_000_000)

    def is_on(self, rule: Rule) -> bool:
        """Whether the rule is applied at all."""
        return self.rules.get(rule.id) != "off"

    def is_evaluated(self, rule: Rule) -> bool:
        """Whether findings of the rule are only logged."""
        return self.rules.get(rule.id) == "evaluation"

    def severity(self, rule: Rule) -> Severity:
        """How much a finding of this rule weighs at this court: its own word, else what its
        settings say, else its release, else the rule."""
        override = self.rules.get(rule.id)
        if override == "reject" or override == "warn" or override == "note":
            return override
        if rule.id == "form_fields" and self.forms == "accept":
            return "note"
        if rule.id == "external_links" and self.hyperlinks is not None:
            return "reject" if self.hyperlinks == "reject" else rule.severity
        return release_of(self.release).severities.get(rule.id, rule.severity)

    def court_error(self, rule: Rule) -> str | None:
        """The error text of this court's release for the rule. From 1.8 on one text stands for
        five causes."""
        if release_of(self.release).has_text_of_1_8:
            return rule.court_error
        return rule.court_error_before_1_8
