"""Data that the file does not hold itself (ISO 32000-2, 7.3.8.2 /F of a stream; 8.10.4
reference XObjects; OPI pictures of ISO 32000-1, 14.11.7)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.court_errors import M2
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules.fixes import NVB, PRINT, PRINT_TO_PDF, iso
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import Value, is_dictionary, text_of
from bot.pdfcheck.walk import Visit


def look(visit: Visit, document: Document) -> Iterator[Hit]:
    """A hit for a stream that names a file. A name under /F is an abbreviated filter, no file."""
    if not visit.is_stream:
        return
    values = visit.values
    if _is_file(values.get("/F")):
        yield _hit(visit, "A part of the file lies in another file.", values.get("/F"))
    reference = values.get("/Ref")
    if is_dictionary(reference):
        yield _hit(visit, "A page shows a page of another file.", reference.get("/F"))
    if is_dictionary(values.get("/OPI")):
        yield _hit(visit, "A picture stands for a better one in another file (OPI).", None)


def _is_file(value: Value) -> bool:
    return is_dictionary(value) or bool(text_of(value))


def _hit(visit: Visit, message: str, target: Value) -> Hit:
    if is_dictionary(target):
        target = target.get("/UF") or target.get("/F")
    text = text_of(target)
    return Hit(
        message=f"{message[:-1]}: “{clean(text)}”." if text else message,
        page=visit.page,
        object=visit.object,
        detail=f"file “{clean(text)}”" if text else None,
        fix=PRINT_TO_PDF + " The copy then holds all of its data itself.",
    )


RULE = Rule(
    id="external_stream",
    severity="reject",
    title="Data that lies in another file",
    looks_for=(
        "/F in the dictionary of a stream, where it names a file and no filter; reference XObjects "
        "(/Ref); OPI pictures (/OPI). No such file is ever fetched."
    ),
    why="A part of what the page shows is not in the file, so the court could not see it.",
    mend=PRINT,
    sources=(NVB, iso("7.3.8.2", "8.10.4"), "ISO 32000-1, 14.11.7"),
    innocent="Print shops' programs keep pictures apart (OPI).",
    court_error=M2,
    keys=frozenset({"/F", "/Ref", "/OPI"}),
    look=look,
)
