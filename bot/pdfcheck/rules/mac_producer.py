"""Files from a Mac's print dialog that still hold form fields or comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.metadata import info, xmp
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import CACB, TNED, iso
from bot.pdfcheck.values import entries, is_dictionary, name_of

_QUARTZ = re.compile(r"quartz\s+pdfcontext", re.IGNORECASE)
_XMP_PRODUCER = re.compile(rb"pdf:Producer(?:>|\s*=\s*[\"'])\s*([^<\"']{0,200})")
# They belong to links, which the court takes.
_HARMLESS = frozenset({"/Link", "/Popup"})


def judge(document: Document) -> Iterator[Hit]:
    """One hit where the producer is a Mac's Quartz and fields or comments are there."""
    producer = info(document, "/Producer") or _xmp_producer(document)
    if not _QUARTZ.search(producer):
        return
    page = _first_page(document)
    if page is None and not document.fields.fields:
        return
    creator = info(document, "/Creator")
    program = (
        "Word" if "word" in creator.lower() else "Safari" if "safari" in creator.lower() else ""
    )
    yield Hit(
        message=(
            f"The file was made by a Mac{f' from {program}' if program else ''} and still holds "
            "form fields or comments. Courts refuse forms that Safari saved or printed, and files "
            "that Word for Mac made as “Best for printing”."
        ),
        page=page,
        detail=f"producer “{producer}”" + (f", program “{creator}”" if creator else ""),
        fix=(
            "Fill the form in Chrome or Adobe Reader and print it to PDF there. In Word for Mac "
            "save as PDF with “Best for electronic distribution and accessibility”."
        ),
    )


def _xmp_producer(document: Document) -> str:
    match = _XMP_PRODUCER.search(xmp(document))
    return match.group(1).decode("utf-8", "replace") if match else ""


def _first_page(document: Document) -> int | None:
    for number, page in enumerate(document.pages.pages, 1):
        for annotation in entries(page.get("/Annots")):
            if is_dictionary(annotation):
                kind = name_of(annotation.get("/Subtype"))
                if kind is not None and kind not in _HARMLESS:
                    return number
    return None


RULE = Rule(
    id="mac_producer",
    severity="warn",
    title="Made on a Mac, with fields or comments left",
    looks_for=(
        "Producer “Quartz PDFContext” in /Info or XMP, with form fields or annotations other than "
        "links. Files of the same producer without them are fine."
    ),
    why="Courts name these files among those that CM/ECF refuses.",
    mend=Mend(
        acrobat="Fill the form in Reader, then File, Print, PDF, Save as PDF.",
        word="Save As PDF, “Best for electronic distribution and accessibility”.",
        preview="File, Print, then PDF, Save as PDF; look whether boxes can still be filled in.",
        chrome="Open the form in Chrome instead of Safari, fill it in, Print, “Save as PDF”.",
    ),
    sources=(TNED, CACB, iso("14.3.3")),
    innocent="Safari opens forms by default on a Mac.",
    judge=judge,
)
