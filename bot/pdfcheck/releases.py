"""What the releases of CM/ECF refuse, as far as courts have said.

PACER's own page is linked by courts but no copy was found, so this rests on pages of courts that
repeat it. Where nothing is known of a release, the nearest later one counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.pdfcheck.report import Severity


@dataclass(frozen=True, slots=True)
class Release:
    """name: how courts call it; before: the first release that it no longer speaks for, as
    (major, minor), None for the newest; severities: where they differ from the rules' own."""

    name: str
    before: tuple[int, int] | None
    source: str
    stated: str
    severities: Mapping[str, Severity] = field(default_factory=dict)
    has_text_of_1_8: bool = False


RELEASES: tuple[Release, ...] = (
    Release(
        "before NextGen (4.x to 6.x)",
        (1, 0),
        "https://www.txeb.uscourts.gov/recommendations-electronically-filed-documents and "
        "https://www.njd.uscourts.gov/content/why-my-pdf-rejected",
        "undated",
        # TXEB refused links to web sites; nobody said anything of media, so that is a warning.
        {"external_links": "reject", "audio_video": "warn", "mac_producer": "note"},
    ),
    Release(
        "NextGen before 1.8",
        (1, 8),
        "https://www.cacb.uscourts.gov/manual/pdf-documents-and-cmecf-rev-712022 and "
        "https://www.oked.uscourts.gov/pdf-content-criteria",
        "July 2022",
    ),
    Release(
        "NextGen 1.8 and later",
        None,
        "https://tned.uscourts.gov/nextgen-release-18-updates-pdf-requirements",
        "October 2024",
        has_text_of_1_8=True,
    ),
)


@lru_cache(maxsize=16)
def release_of(name: str) -> Release:
    """The row of the table that speaks for a release, such as "1.8"; the newest for a name
    without a number."""
    match = re.match(r"(\d+)(?:\.(\d+))?", name.strip())
    if match is not None:
        number = (int(match.group(1)), int(match.group(2) or 0))
        # Releases before NextGen counted from 4 to 6; NextGen began again at 1.
        if number[0] >= 4:
            number = (0, 0)
        for release in RELEASES:
            if release.before is not None and number < release.before:
                return release
    return RELEASES[-1]
