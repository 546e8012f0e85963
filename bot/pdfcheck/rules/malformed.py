"""The file cannot be opened even with repair, or it has no page."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.court_errors import M2, M4
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.qpdf_warnings import without_source
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules.fixes import AGAIN, GET_AGAIN, TNED, iso
from bot.pdfcheck.text import clean

_FIX = (
    "Make the PDF again from the original, or download it again. If it opens in a viewer, print it "
    "to a new PDF there and file the new copy: viewers mend such files without saying so."
)


def unopened(reason: str, is_cut: bool) -> Hit:
    """The hit for a file that qpdf could not open. reason: qpdf's own text; is_cut: whether its end
    is missing."""
    cut = "its end is missing, as after a download or an upload that was cut off"
    return Hit(
        message=(
            f"The file is damaged: {cut}."
            if is_cut
            else "The file is damaged: it could not be opened, even with repair."
        ),
        detail=clean(without_source(reason), 160),
        fix=GET_AGAIN if is_cut else _FIX,
    )


def judge(document: Document) -> Iterator[Hit]:
    """A hit when the page tree (ISO 32000-2, 7.7.3) names no page."""
    if not document.pages.pages:
        yield Hit(message="The file is damaged: it has no pages.", fix=_FIX)


RULE = Rule(
    id="malformed",
    severity="reject",
    title="Damaged beyond repair",
    looks_for=(
        "A file that qpdf cannot open even with repair, nor with a new trailer that names the "
        "catalog found in it, or whose page tree names no page."
    ),
    why="Nobody could read it in the court's record.",
    mend=AGAIN,
    sources=(TNED, iso("7.5", "7.7.3")),
    innocent="A download or an upload that was cut off leaves such a file.",
    court_error=M2,
    court_error_before_1_8=M4,
    judge=judge,
)
