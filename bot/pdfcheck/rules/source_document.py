"""The document that a hybrid PDF was made from, kept inside it for the word processor.

LibreOffice names it in the trailer (/AdditionalStreams), beside what ISO 32000 knows: neither a
list of attachments nor a viewer shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Stream

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import RULE_9037
from bot.pdfcheck.values import entries

KEY = "/AdditionalStreams"
_FIX = (
    "In LibreOffice: File, Export As, Export as PDF, take the tick off “Hybrid PDF (embed ODF "
    "file)”, and export again. Or print the file to a new PDF."
)


def judge(document: Document) -> Iterator[Hit]:
    """One hit where the trailer names streams beside the document."""
    named = document.pdf.trailer.get(KEY)
    if isinstance(named, Array) and any(isinstance(part, Stream) for part in entries(named)):
        yield Hit(
            message=(
                "The file carries the document that it was made from. Whoever gets the file can "
                "open that one, change it, and read comments and deleted words in it."
            ),
            detail=f"{KEY} in the trailer",
            fix=_FIX,
        )


RULE = Rule(
    id="source_document",
    severity="warn",
    title="The document it was made from, inside the file",
    looks_for="Streams that the trailer names under /AdditionalStreams: a hybrid PDF.",
    why="What was deleted or noted while writing is not meant for the public record.",
    mend=Mend(
        acrobat="File, Print, Adobe PDF: the copy holds nothing but the pages.",
        word=_FIX,
        preview="File, Print, then PDF, Save as PDF: the copy holds nothing but the pages.",
        chrome="Open the file in Chrome, Print, “Save as PDF”.",
    ),
    sources=(
        "https://help.libreoffice.org/latest/en-US/text/shared/01/ref_pdf_export_general.html",
        RULE_9037,
    ),
    innocent="LibreOffice offers it so that the file can be edited again.",
    judge=judge,
)
