"""XFA forms (ISO 32000-1, 12.7.8; withdrawn in ISO 32000-2): only Adobe's programs show them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pikepdf import Array, Stream

from bot.pdfcheck.court_errors import M1
from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import CACB
from bot.pdfcheck.values import Value, entries
from bot.pdfcheck.walk import BROKEN

_DYNAMIC = re.compile(rb"dynamicRender>\s*required", re.IGNORECASE)


def read(document: Document) -> bytes | None:
    """The XML of the form, or None where there is none.

    Parts that cannot be decoded within the limits go to `document.unseen`.
    """
    value = _xfa(document)
    if value is None:
        return None
    parts: list[bytes] = []
    size = 0
    for stream in [value] if isinstance(value, Stream) else entries(value):
        if not isinstance(stream, Stream):
            continue
        try:
            part = stream.read_bytes()
        except BROKEN:
            document.unseen.append("a part of the XFA form could not be decoded")
            continue
        size += len(part)
        if size > document.limits.decoded_bytes:
            document.unseen.append("the XFA form is too large to look at")
            break
        parts.append(part)
    return b"".join(parts)


def judge(document: Document) -> Iterator[Hit]:
    """A hit for an XFA form; a dynamic one, whose PDF page says "Please wait", is named so."""
    data = read(document)
    if data is None:
        return
    if is_dynamic(document, data):
        yield Hit(
            message=(
                "The file is a dynamic XFA form. Outside Adobe Reader or Acrobat it shows only "
                "“Please wait”, and so would the court's copy."
            ),
            detail="dynamic XFA",
            fix=(
                "Open it in Adobe Reader or Acrobat, fill it in, print it to Adobe PDF or "
                "Microsoft Print to PDF, look at the new copy, and file that. Browsers and Mac "
                "Preview cannot do it."
            ),
        )
    else:
        yield Hit(
            message="The file is an XFA form, made with Adobe LiveCycle, and is still fillable.",
            detail="static XFA",
            fix=(
                "Open it in Adobe Reader or Acrobat, fill it in, print it to a new PDF, and file "
                "that copy."
            ),
        )


def is_dynamic(document: Document, data: bytes) -> bool:
    """Whether the form's pages exist only once Adobe's programs have made them."""
    return document.catalog.get("/NeedsRendering") is True or bool(_DYNAMIC.search(data))


def _xfa(document: Document) -> Value:
    if document.acroform is None:
        return None
    value = document.acroform.get("/XFA")
    if isinstance(value, Stream):
        return value
    return value if isinstance(value, Array) and len(value) else None


RULE = Rule(
    id="xfa",
    severity="reject",
    title="XFA form",
    looks_for=(
        "/AcroForm /XFA, a stream or an array of streams; dynamic where /NeedsRendering is true or "
        "its configuration has dynamicRender required."
    ),
    why="Only Adobe's programs show such a form. Elsewhere a page says “Please wait”.",
    mend=Mend(
        acrobat="Open it in Reader or Acrobat, fill it in, print it to a new PDF, look at that.",
        word="Not possible: print it from Adobe Reader or Acrobat.",
        preview="Not possible: print it from Adobe Reader or Acrobat.",
        chrome="Not possible: print it from Adobe Reader or Acrobat.",
    ),
    sources=(CACB, "ISO 32000-1, 12.7.8", "XFA 3.3"),
    innocent="Agencies made many forms with Adobe LiveCycle.",
    court_error=M1,
    judge=judge,
)
