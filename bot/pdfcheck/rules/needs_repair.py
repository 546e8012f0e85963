"""The file opens only with repair. Viewers repair silently, the court's software may not."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.qpdf_warnings import sort_warnings
from bot.pdfcheck.rule import Rule, Stage
from bot.pdfcheck.rules.fixes import AGAIN, GET_AGAIN, PRINT_TO_PDF, iso
from bot.pdfcheck.text import clean


def judge(document: Document) -> Iterator[Hit]:
    """One hit for all repairs that qpdf made."""
    repairs = sort_warnings(document.warnings).repairs
    if not repairs:
        return
    count = "1 repair" if len(repairs) == 1 else f"{len(repairs)} repairs"
    yield Hit(
        message=(
            "The end of the file is missing, as after a download or an upload that was cut off. It "
            "opens only because programs repair it on the way, and pages may be lost. CM/ECF may "
            "refuse it as malformed."
            if document.is_cut_off
            else "The file is damaged and opens only because programs repair it on the way. CM/ECF "
            "may refuse it as malformed."
        ),
        detail=clean(f"{count}, the first: {repairs[0]}", 200),
        fix=GET_AGAIN if document.is_cut_off else PRINT_TO_PDF,
    )


RULE = Rule(
    id="needs_repair",
    severity="warn",
    title="Opens only with repair",
    looks_for=(
        "qpdf's warnings: a broken cross-reference table, a wrong /Length, missing endobj, objects "
        "that are not where the table says. A page tree with a loop, and other data after the end. "
        "Deviations that all programs read alike are none."
    ),
    why="Viewers mend such a file silently. CM/ECF may refuse it as malformed.",
    mend=AGAIN,
    sources=(iso("7.5"),),
    innocent="Old programs and mergers write slightly broken files that open everywhere.",
    judge=judge,
    stage=Stage.LAST,
)
