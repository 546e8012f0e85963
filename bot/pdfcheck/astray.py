"""Finds references that qpdf reads as null and that other programs follow to an object.

By the standard a reference to an object that the table does not list, or lists with another
generation number, is null (ISO 32000-2, 7.3.10). Viewers look at the object number only, and in a
damaged file at the first line of each object. So a script could lie there.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf

from bot.pdfcheck.document import Document
from bot.pdfcheck.pages import Objgen
from bot.pdfcheck.walk import BROKEN

_LARGEST = 100_000_000
_MOST_OBJECTS = 1_000
_BODY = 100_000
_IN_FILE, _IN_OBJECT_STREAM = 1, 2
_REFERENCE = re.compile(rb"(?<![\d.])(\d{1,10})\s+(\d{1,5})\s+R\b")
_HEAD = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
# Names of what CM/ECF refuses, and of actions that lead on to it.
_ACTS = re.compile(
    rb"/(?:JavaScript|JS|Launch|GoToR|GoToE|ImportData|SubmitForm|EmbeddedFile|EF|AA|FileAttachment"
    rb"|RichMedia|Movie|Sound|Rendition|XFA|FT|Fields|Next)(?![\w])"
)


def look_for_astray_references(stream: BinaryIO, size: int, document: Document) -> None:
    """Add to `document.unseen` what such a reference may hide. Comes after the walk.

    Deleted objects stay in a file, and stale references name them, so of these only such count
    that would act.
    """
    if not document.empty_in or not 0 < size <= _LARGEST:
        return
    table = document.pdf.get_xref_table()
    in_use = {objgen[0]: objgen[1] for objgen in table}
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        unlisted: set[int] = set()
        for number, generation in _references(data, document, table):
            other = in_use.get(number)
            if other is None:
                unlisted.add(number)
            elif other != generation:
                document.unseen.append(
                    f"a reference names object {number} {other} as {number} {generation}, which "
                    "some programs follow"
                )
                return
        if unlisted:
            _look_in_bytes(data, unlisted, document)


def _references(
    data: mmap.mmap, document: Document, table: dict[Objgen, pikepdf.XrefEntry]
) -> Iterator[Objgen]:
    """References in the source of the objects that hold a null."""
    start = max(0, data.find(b"%PDF-", 0, 1_024))
    streams: set[int] = set()
    for objgen in list(document.empty_in)[:_MOST_OBJECTS]:
        entry = table.get(objgen) if objgen is not None else None
        if entry is None:
            continue
        if entry.type == _IN_OBJECT_STREAM and entry.obj_stream_number is not None:
            streams.add(entry.obj_stream_number)
            continue
        at = start + (entry.offset or 0)
        source = data[at : at + _BODY].partition(b"endobj")[0]
        for number, generation in _REFERENCE.findall(source):
            yield int(number), int(generation)
    for number in streams:
        try:
            source = document.pdf.get_object(number, 0).read_bytes()
        except (*BROKEN, AttributeError):
            document.unseen.append("an object stream could not be read")
            return
        for named, generation in _REFERENCE.findall(source):
            yield int(named), int(generation)


def _look_in_bytes(data: mmap.mmap, unlisted: set[int], document: Document) -> None:
    for head in _HEAD.finditer(data):
        if int(head.group(1)) not in unlisted:
            continue
        body = data[head.end() : head.end() + _BODY].partition(b"endobj")[0]
        plain = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), body)
        if _ACTS.search(plain):
            document.unseen.append(
                f"object {head.group(1).decode()} is named and in the file, but its table leaves "
                "it out"
            )
            return
