"""Gives a damaged file a trailer of our own (ISO 32000-2, 7.5.5), so that qpdf can open it.

Viewers look for the catalog among the objects where the trailer is missing or wrong. qpdf does
not, and it ignores object numbers above a third of the file's bytes. Old programs number that high.
"""

from __future__ import annotations

import re
from typing import BinaryIO

_LARGEST = 50_000_000
_HIGHEST_NUMBER = 1_000_000
_BYTES_PER_OBJECT = 3
_HEAD = re.compile(rb"(?<!\d)(\d{1,7})\s+(\d{1,5})\s+obj\b")
_CATALOG = re.compile(rb"/Type\s*/Catalog\b")
# How far into its object a catalog says what it is.
_BEGINNING = 2_000


def with_new_trailer(stream: BinaryIO) -> bytes | None:
    """The file with a trailer that names its last catalog, or None where there is none.

    Not for a file that may be encrypted: its own trailer says how.
    """
    stream.seek(0)
    data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST or b"/Encrypt" in data:
        return None
    highest = 0
    root = b""
    for head in _HEAD.finditer(data):
        number = int(head[1])
        if number > _HIGHEST_NUMBER:
            continue
        highest = max(highest, number)
        beginning = data[head.end() : head.end() + _BEGINNING].partition(b"endobj")[0]
        if _CATALOG.search(beginning):
            root = b"%s %s" % (head[1], head[2])
    if not root:
        return None
    padding = b" " * max(0, _BYTES_PER_OBJECT * (highest + 1) - len(data))
    trailer = b"trailer\n<< /Size %d /Root %s R >>\nstartxref\n0\n%%%%EOF\n" % (highest + 1, root)
    return data + padding + b"\n" + trailer
