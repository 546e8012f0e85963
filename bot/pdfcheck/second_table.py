"""Reads the second tables of hybrid files (ISO 32000-2, 7.5.8.4).

Old readers see the objects in them as free, newer ones read them. qpdf takes an object that its
first table calls free for deleted, also where the second one lists it.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator

import pikepdf

from bot.pdfcheck.values import entries, number_of

# A name may have any of its letters as a number.
_LETTERS = b"".join(b"(?:%c|(?i:#%02x))" % (letter, letter) for letter in b"XRefStm")
_NAMED = re.compile(b"/" + _LETTERS + rb"\s+(\d{1,10})")
_HEAD = re.compile(rb"\s*\d{1,10}\s+\d{1,5}\s+obj\b\s*")
_STREAM = re.compile(rb"\bstream\r?\n")
_LARGEST_HEAD = 100_000
_LARGEST_TABLE = 20_000_000
_MOST_TABLES = 20
_FREE = 0


def numbers_in_second_tables(data: mmap.mmap, start: int) -> set[int]:
    """The objects that second tables list as in use. start: where the file's header is.

    Raises ValueError or PdfError for a table that cannot be read.
    """
    offsets = {int(match[1]) for match in _NAMED.finditer(data)}
    if len(offsets) > _MOST_TABLES:
        raise ValueError("there are too many second tables")
    found: set[int] = set()
    for offset in offsets:
        found.update(_numbers(data, start + offset))
    return found


def _numbers(data: mmap.mmap, at: int) -> Iterator[int]:
    head = _HEAD.match(data, at)
    body = _STREAM.search(data, at, at + _LARGEST_HEAD) if head else None
    if head is None or body is None:
        # The name stood in a text, or there is nothing that any program could read.
        return
    values = pikepdf.Object.parse(data[head.end() : body.start()].rstrip())
    length = number_of(values.get("/Length"))
    if length is None or not 0 <= length <= _LARGEST_TABLE:
        raise ValueError("a second table has no length")
    holder = pikepdf.new()
    table = pikepdf.Stream(holder, data[body.end() : body.end() + length])
    for key in ("/Filter", "/DecodeParms"):
        if key in values:
            table[key] = values[key]
    rows = table.read_bytes()
    widths = [number_of(width) or 0 for width in entries(values.get("/W"))]
    if len(widths) != 3 or not 0 < sum(widths) < 100 or min(widths) < 0:
        raise ValueError("a second table has no widths")
    index = [number_of(part) or 0 for part in entries(values.get("/Index"))]
    index = index or [0, number_of(values.get("/Size")) or 0]
    row = 0
    for first, count in zip(index[::2], index[1::2], strict=False):
        for number in range(first, first + count):
            kind = rows[row : row + widths[0]]
            row += sum(widths)
            if row > len(rows):
                return
            # Without a kind it is an object in the file.
            if not widths[0] or int.from_bytes(kind) != _FREE:
                yield number
