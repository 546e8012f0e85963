"""What a file says of itself: the information dictionary and XMP (ISO 32000-2, 14.3)."""

from __future__ import annotations

from pikepdf import Stream

from bot.pdfcheck.document import Document
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import Value, is_dictionary, text_of
from bot.pdfcheck.walk import BROKEN

_LARGEST = 2_000_000


def info(document: Document, key: str) -> str:
    """An entry of the information dictionary, made harmless; empty where it is absent."""
    values: Value = document.pdf.trailer.get("/Info")
    return clean(text_of(values.get(key)) or "", 120) if is_dictionary(values) else ""


def xmp(document: Document) -> bytes:
    """The XMP packet of the document without zero bytes, which UTF-16 has; empty where there is
    none. No XML parser sees it."""
    stream: Value = document.catalog.get("/Metadata")
    if not isinstance(stream, Stream):
        return b""
    try:
        data: bytes = stream.read_bytes()
    except BROKEN:
        # It says nothing that decides; a decode error is in qpdf's warnings as well.
        return b""
    return data[:_LARGEST].replace(b"\x00", b"")
