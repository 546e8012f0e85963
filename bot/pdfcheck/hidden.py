"""Finds objects that the file lists but that qpdf reads as null, often without a word.

A viewer may read them all the same, so a script could lie there. ISO 32000-2, 7.5.7 and 7.5.8.
"""

from __future__ import annotations

import time

from pikepdf import Stream

from bot.pdfcheck.document import Document
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import name_of
from bot.pdfcheck.walk import BROKEN

_IN_OBJECT_STREAM = 2
_CLOCK_EVERY = 1_000


def look_for_hidden_objects(document: Document) -> None:
    """Read every object that the cross-reference table lists, reachable or not.

    What cannot be read goes to `document.unseen`. Comes after the walk: reading a damaged object
    may make qpdf build its table anew. It also makes qpdf name the damage in all objects.
    """
    try:
        _read_all(document)
    except BROKEN as error:
        document.unseen.append(f"the list of objects could not be read ({clean(error, 100)})")


def _read_all(document: Document) -> None:
    holders: set[int] = set()
    for count, (objgen, entry) in enumerate(document.pdf.get_xref_table().items()):
        if count % _CLOCK_EVERY == 0 and time.process_time() > document.limits.walk_seconds:
            document.unseen.append("there was no time to read all objects")
            return
        try:
            value = document.pdf.get_object(*objgen)
        except BROKEN:
            # An object that nothing points to: damage, and known from qpdf's warnings.
            continue
        if entry.type == _IN_OBJECT_STREAM:
            holders.add(entry.obj_stream_number or 0)
            if value is None:
                document.unseen.append("an object stream does not hold what the file says")
                return
    # After a repair without the cross-reference stream, qpdf does not look into object streams.
    # An undamaged file may keep the object streams of an earlier revision, so this needs a repair.
    is_repaired = any("reconstruct" in warning for warning in _warnings(document))
    if is_repaired and not _object_streams(document) <= holders:
        document.unseen.append("the repair could not reach a part of the file")


def _object_streams(document: Document) -> set[int]:
    found: set[int] = set()
    for objgen in document.pdf.get_xref_table():
        try:
            value = document.pdf.get_object(*objgen)
            if isinstance(value, Stream) and name_of(value.get("/Type")) == "/ObjStm":
                found.add(objgen[0])
        except BROKEN:
            continue
    return found


def _warnings(document: Document) -> list[str]:
    document.warnings += [str(warning) for warning in document.pdf.get_warnings()]
    return document.warnings
