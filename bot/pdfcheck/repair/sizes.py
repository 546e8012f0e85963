"""Compares the sizes of two pages, as pdfium reads them.

A page takes its /MediaBox from its /Parent where it has none (ISO 32000-2, 7.7.3.4). Where that is
not the node that lists the page, some programs find a size and others take one of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from ctypes import c_float

import pypdfium2

# Programs round sizes differently; a fiftieth of an inch shows on no page.
_TOLERANCE_POINTS = 1.5

#: Left, bottom, right and top in points.
Box = tuple[float, float, float, float]
_ANYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)


def has_size_of(before: pypdfium2.PdfPage, after: pypdfium2.PdfPage) -> bool:
    """Whether two pages are as large as each other, turned as they are shown."""
    sizes = zip(before.get_size(), after.get_size(), strict=True)
    return all(abs(a - b) <= _TOLERANCE_POINTS for a, b in sizes)


def shows_all_of(before: pypdfium2.PdfPage, after: pypdfium2.PdfPage) -> bool:
    """Whether all that a page of the original shows lies on the copy's page, too: then it does not
    matter which of two sizes was meant."""
    page, copy = before.get_cropbox(), after.get_cropbox()
    shown = (_overlap(box, page) for box in _boxes(before))
    return all(box is None or _overlap(box, copy) == box for box in shown)


def _overlap(one: Box, other: Box) -> Box | None:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None


def _boxes(page: pypdfium2.PdfPage) -> Iterator[Box]:
    """Where each object and annotation of a page lies."""
    for number in range(pypdfium2.raw.FPDFPage_CountObjects(page.raw)):
        sides = [c_float() for _ in range(4)]
        handle = pypdfium2.raw.FPDFPage_GetObject(page.raw, number)
        is_known = pypdfium2.raw.FPDFPageObj_GetBounds(handle, *sides)
        left, bottom, right, top = (side.value for side in sides)
        yield (left, bottom, right, top) if is_known else _ANYWHERE
    for number in range(pypdfium2.raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pypdfium2.raw.FPDFPage_GetAnnot(page.raw, number)
        box = pypdfium2.raw.FS_RECTF()
        pypdfium2.raw.FPDFAnnot_GetRect(annotation, box)
        pypdfium2.raw.FPDFPage_CloseAnnot(annotation)
        yield box.left, box.bottom, box.right, box.top
