"""Takes the files out that lie inside a file. Their bytes are copied and never looked at."""

from __future__ import annotations

from typing import BinaryIO

from pikepdf import Pdf, Stream

from bot.pdfcheck.limits import Limits
from bot.pdfcheck.repair.changes import Changes
from bot.pdfcheck.repair.names import unique_name
from bot.pdfcheck.repair.result import Attachment
from bot.pdfcheck.values import Value, is_dictionary, text_of
from bot.pdfcheck.walk import BROKEN

_MOST = 100
_NAME_KEYS = ("/UF", "/F", "/Unix", "/DOS", "/Mac")


def take_out(pdf: Pdf, target: BinaryIO, limits: Limits, changes: Changes) -> list[Attachment]:
    """Copy all embedded files (ISO 32000-2, 7.11.4) one after the other to `target`."""
    found: list[Attachment] = []
    seen: set[tuple[int, int]] = set()
    room = limits.written_bytes
    for specification in pdf.objects:
        if not is_dictionary(specification):
            continue
        stream = _stream_of(specification)
        if stream is None or stream.objgen in seen:
            continue
        seen.add(stream.objgen)
        try:
            data = stream.read_bytes()
        except BROKEN:
            data = None
        if data is None or len(data) > room or len(found) >= _MOST:
            changes.add("lost_attachments")
            continue
        name = unique_name(_name_of(specification), {a.name for a in found})
        found.append(Attachment(name, len(data), target.tell()))
        target.write(data)
        room -= len(data)
        changes.add("attachments")
    target.flush()
    return found


def _stream_of(specification: Value) -> Value:
    embedded = specification.get("/EF")
    if not is_dictionary(embedded):
        return None
    streams = (embedded.get(key) for key in _NAME_KEYS)
    return next((stream for stream in streams if isinstance(stream, Stream)), None)


def _name_of(specification: Value) -> str:
    names = (text_of(specification.get(key)) for key in _NAME_KEYS)
    return next((name for name in names if name), "")
