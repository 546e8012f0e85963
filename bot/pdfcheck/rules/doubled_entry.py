"""An entry for scripts, attachments or the like that stands twice: one program reads the one, the
next program the other. jsPDF's autoPrint writes such files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.qpdf_warnings import sort_warnings
from bot.pdfcheck.rule import Rule, Stage
from bot.pdfcheck.rules.fixes import PRINT, PRINT_TO_PDF, iso
from bot.pdfcheck.text import clean

_KEY = re.compile(r"duplicated key /(\w+);")


def judge(document: Document) -> Iterator[Hit]:
    """One hit for all such entries, which qpdf names in its warnings."""
    doubled = sort_warnings(document.warnings).doubled
    if not doubled:
        return
    found = (_KEY.search(warning) for warning in doubled)
    keys = sorted({key.group(1) for key in found if key})
    yield Hit(
        message=(
            f"A part of the file that can act stands twice ({', '.join(keys)}). Programs read the "
            "one or the other, so one of them may hold something that CM/ECF refuses and that this "
            "check does not see."
        ),
        detail=clean(doubled[0], 200),
        fix=PRINT_TO_PDF,
    )


RULE = Rule(
    id="doubled_entry",
    severity="reject",
    title="An entry that can act stands twice",
    looks_for=(
        "Dictionaries in which an entry for an action, a script or files (/OpenAction, /A, /AA, "
        "/JS, /Names, /EF and the like) stands twice. Which one counts is left open."
    ),
    why="CM/ECF may read the one that this check does not see.",
    mend=PRINT,
    sources=(iso("7.3.7"),),
    innocent="Web pages that make a PDF with jsPDF and open the print dialogue at once.",
    judge=judge,
    stage=Stage.LAST,
)
