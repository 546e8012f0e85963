"""Finds the earlier revisions of a file and opens them one by one."""

from __future__ import annotations

import hashlib
import io
import mmap
import re
import time
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Stream

from bot.pdfcheck.document import Document, load_document
from bot.pdfcheck.pages import Objgen, PageIndex
from bot.pdfcheck.revision_facts import ChangedPages, EarlierRevisions
from bot.pdfcheck.rules import embedded_files, javascript
from bot.pdfcheck.values import Value
from bot.pdfcheck.walk import BROKEN, walk

_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF[\r\n]{0,2}")
_PREVIOUS = re.compile(rb"/Prev\s+(\d{1,10})")
_MOST_REVISIONS = 100
# Each one is held in memory beside the file.
_LARGEST = 100_000_000
#: Rules whose findings in an earlier revision matter.
_RULES = {"scripts": javascript.RULE, "attachments": embedded_files.RULE}


def read_earlier_revisions(stream: BinaryIO, size: int, document: Document) -> EarlierRevisions:
    """What the oldest and the latest earlier revisions hold and the current one does not. Damaged
    ones are left out: the current revision decides what the court's software sees."""
    found = EarlierRevisions()
    if size == 0 or size > _LARGEST:
        return found
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        lengths = earlier_lengths(data)
        found.count = len(lengths)
        if not lengths:
            return found
        current = _hashes(document.pages)
        for length in _chosen(lengths, document.limits.revisions):
            if time.process_time() > document.limits.walk_seconds:
                break
            try:
                with pikepdf.open(io.BytesIO(data[:length]), inherit_page_attributes=False) as pdf:
                    _compare(load_document(pdf, document.limits), length, current, document, found)
            except (*BROKEN, pikepdf.PasswordError):
                continue
    return found


def _chosen(lengths: list[int], at_most: int) -> list[int]:
    """The latest ones, and the oldest: that is the document before anything was taken out."""
    if len(lengths) <= at_most:
        return lengths
    return [lengths[0], *lengths[len(lengths) - at_most + 1 :]] if at_most else []


def earlier_lengths(data: mmap.mmap | bytes) -> list[int]:
    """How long the file was at each earlier revision, the oldest first.

    Only ends that the chain of cross-reference sections names count: an attached PDF has an end
    of its own, and a linearized file has two.
    """
    ends = [(int(end.group(1)), end.end()) for end in _END.finditer(data)]
    if len(ends) < 2:
        return []
    chain: set[int] = set()
    offset: int | None = ends[-1][0]
    while offset is not None and offset not in chain and len(chain) < _MOST_REVISIONS:
        chain.add(offset)
        stop = data.find(b"startxref", offset)
        previous = _PREVIOUS.search(data, offset, stop if stop > 0 else len(data))
        offset = int(previous.group(1)) if previous else None
    return [end for table, end in ends[:-1] if table in chain and table != ends[-1][0]]


def _compare(
    old: Document, length: int, current: set[bytes], document: Document, found: EarlierRevisions
) -> None:
    # What stands where it stood, and was looked at, has been judged with the current revision.
    entries, now = _places(old), _places(document)
    same = {objgen for objgen, place in entries.items() if now.get(objgen) == place}
    changed_objects = [objgen for objgen in entries if objgen not in same]
    known = same & document.looked_at
    for visit in walk(old, _RULES.values(), known=known, also=changed_objects):
        for name, rule in _RULES.items():
            if rule.look is None or not rule.wants(visit):
                continue
            for hit in rule.look(visit, old):
                # By what it is, not by its number: some programs number anew with each update.
                if (rule.id, hit.detail or hit.message) not in document.found:
                    getattr(found, name).add(hit.object or "trailer")
    changed = tuple(
        index for index, page in enumerate(old.pages.pages) if _hash(page) not in current
    )
    if changed:
        found.changed.append(ChangedPages(length, changed))


def _places(document: Document) -> dict[Objgen, tuple[int | None, ...]]:
    """Where each object lies: its offset, or that of its object stream and its place in there."""
    table = document.pdf.get_xref_table()
    places: dict[Objgen, tuple[int | None, ...]] = {}
    for objgen, entry in table.items():
        holder = entry
        if entry.obj_stream_number is not None:
            holder = table.get((entry.obj_stream_number, 0), entry)
        places[objgen] = (holder.offset, entry.obj_stream_number, entry.obj_stream_index)
    return places


def _hashes(pages: PageIndex) -> set[bytes]:
    return {_hash(page) for _, page in pages.each_once()}


def _hash(page: Value) -> bytes:
    digest = hashlib.sha256()
    for part in _contents(page):
        digest.update(part.read_raw_bytes())
    return digest.digest()


def _contents(page: Value) -> Iterator[Stream]:
    value = page.get("/Contents")
    parts = list(value) if isinstance(value, Array) else [value]
    yield from (part for part in parts if isinstance(part, Stream))
