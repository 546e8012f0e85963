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
from bot.pdfcheck.second_table import numbers_in_second_tables
from bot.pdfcheck.walk import BROKEN

_LARGEST = 100_000_000
_MOST_OBJECTS = 10_000
#: How far into an object its references are looked for, and into all of them.
_LARGEST_OBJECT = 1_000_000
_LARGEST_SUM = 50_000_000
_MOST_ENDS = 20
_END = re.compile(rb"endobj|\bstream\r?\n")
_BACKSLASHED = re.compile(rb"\\.", re.DOTALL)
_LINE_END = re.compile(rb"[\r\n]")
_IN_OBJECT_STREAM = 2
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
            _look_in_second_tables(data, unlisted, document)


def _references(
    data: mmap.mmap, document: Document, table: dict[Objgen, pikepdf.XrefEntry]
) -> Iterator[Objgen]:
    """References in the source of the objects that hold a null."""
    start = max(0, data.find(b"%PDF-", 0, 1_024))
    streams: set[int] = set()
    looked_at = 0
    for count, objgen in enumerate(document.empty_in):
        if count >= _MOST_OBJECTS or looked_at > _LARGEST_SUM:
            document.unseen.append("too many references lead to nothing")
            return
        entry = table.get(objgen) if objgen is not None else None
        if entry is None:
            continue
        if entry.type == _IN_OBJECT_STREAM and entry.obj_stream_number is not None:
            streams.add(entry.obj_stream_number)
            continue
        source = _source(data, start + (entry.offset or 0))
        if source is None:
            document.unseen.append("the end of an object could not be found")
            return
        looked_at += len(source)
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


def _source(data: mmap.mmap, at: int) -> bytes | None:
    """The object at this place without the data of a stream, or None where its end is too far."""
    for tried, end in enumerate(_END.finditer(data, at, at + _LARGEST_OBJECT)):
        source = data[at : end.start()]
        # The word may stand in a text or in a comment, and the rest of the object behind it.
        bare = _BACKSLASHED.sub(b"", source)
        is_comment = b"%" in _LINE_END.split(bare)[-1]
        if bare.count(b"(") == bare.count(b")") and not is_comment:
            return source
        if tried >= _MOST_ENDS:
            break
    return None


def _look_in_second_tables(data: mmap.mmap, unlisted: set[int], document: Document) -> None:
    start = max(0, data.find(b"%PDF-", 0, 1_024))
    try:
        numbers = unlisted & numbers_in_second_tables(data, start)
    except BROKEN:
        document.unseen.append("a second table of objects could not be read")
        return
    if numbers:
        document.unseen.append(
            f"object {min(numbers)} stands in a second table only, which some programs read"
        )


def _look_in_bytes(data: mmap.mmap, unlisted: set[int], document: Document) -> None:
    for head in _HEAD.finditer(data):
        if int(head.group(1)) not in unlisted:
            continue
        body = _source(data, head.end()) or data[head.end() : head.end() + _LARGEST_OBJECT]
        plain = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), body)
        if _ACTS.search(plain):
            document.unseen.append(
                f"object {head.group(1).decode()} is named and in the file, but its table leaves "
                "it out"
            )
            return
