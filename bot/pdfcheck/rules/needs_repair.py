"""The file opens only with repair. Viewers repair silently, the court's software may not."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rules.fixes import PRINT_TO_PDF
from bot.pdfcheck.text import clean


def judge(document: Document) -> Iterator[Hit]:
    """One hit for all repairs that qpdf made."""
    repairs = document.warnings.repairs
    if not repairs:
        return
    yield Hit(
        message=(
            "The file is damaged and opens only because programs repair it on the way. CM/ECF may "
            "refuse it as malformed."
        ),
        detail=clean(f"{len(repairs)} repairs, the first: {_without_file(repairs[0])}", 200),
        fix=PRINT_TO_PDF,
    )


def _without_file(warning: str) -> str:
    # qpdf starts each warning with what it calls the file, which is no name that a filer knows.
    return warning.split(": ", 1)[-1]
