"""Reads text and painted objects of pages with PDFium (docs/decisions/0008).

Nothing is rendered and no script, form or link of the file is run or followed. PDFium is C++: it
only ever runs in the limited child process, after the other rules have given their findings.
"""

from __future__ import annotations

import ctypes
import math
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from bot.pdfcheck import pdfium_calls as calls

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
TEXT, PATH, IMAGE, FORM = (
    raw.FPDF_PAGEOBJ_TEXT,
    raw.FPDF_PAGEOBJ_PATH,
    raw.FPDF_PAGEOBJ_IMAGE,
    raw.FPDF_PAGEOBJ_FORM,
)
_DEEPEST_FORM = 8
_MOST_SEGMENTS = 2_000
_UINT = ctypes.sizeof(ctypes.c_uint)


class Painted(NamedTuple):
    """An object in the order of painting, with PDFium's handle and the matrix of the forms around
    it. No dataclass: a page may have thousands, and a frozen one takes three times as long."""

    order: int
    kind: int
    handle: int
    outer: Matrix


@contextmanager
def opened(data: mmap.mmap, length: int | None = None) -> Iterator[Any]:
    """The document handle, or None where PDFium cannot open it with the empty password.

    length: how many bytes from the start belong to the document, all by default
    """
    view = (ctypes.c_char * len(data)).from_buffer(data)
    handle = raw.FPDF_LoadMemDocument64(view, length or len(data), None)
    try:
        yield handle or None
    finally:
        if handle:
            raw.FPDF_CloseDocument(handle)
        # The buffer must not be held any more when the file is unmapped.
        del view


@contextmanager
def page_of(document: Any, index: int) -> Iterator[Any]:
    """The page handle, or None for a page that PDFium cannot load. index: counted from 0."""
    page = raw.FPDF_LoadPage(document, index)
    try:
        yield page or None
    finally:
        if page:
            raw.FPDF_ClosePage(page)


@contextmanager
def text_of(page: Any) -> Iterator[Any]:
    """The text handle of a page, or None."""
    text = raw.FPDFText_LoadPage(page)
    try:
        yield text or None
    finally:
        if text:
            raw.FPDFText_ClosePage(text)


def read_text(text: Any, at_most: int) -> str:
    """The text in reading order as far as PDFium can tell, at most so many characters."""
    count = min(calls.FPDFText_CountChars(text), at_most)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text, 0, count, buffer)
    return bytes(buffer)[: max(0, written - 1) * 2].decode("utf-16-le", "replace")


def painted(page: Any, at_most: int) -> list[Painted]:
    """The objects of a page and of the form XObjects on it, in the order of painting."""
    found: list[Painted] = []
    stack: list[tuple[Any, Matrix, int]] = []
    _push(stack, page, calls.FPDFPage_CountObjects, calls.FPDFPage_GetObject, IDENTITY, 0, at_most)
    while stack and len(found) < at_most:
        handle, outer, depth = stack.pop()
        kind = calls.FPDFPageObj_GetType(handle)
        if kind == FORM:
            if depth < _DEEPEST_FORM:
                inner = times(matrix_of(handle), outer)
                count, get = calls.FPDFFormObj_CountObjects, calls.FPDFFormObj_GetObject
                _push(stack, handle, count, get, inner, depth + 1, at_most)
            continue
        found.append(Painted(len(found), kind, handle, outer))
    return found


def _push(
    stack: list[tuple[Any, Matrix, int]],
    holder: Any,
    count: Any,
    get: Any,
    outer: Matrix,
    depth: int,
    at_most: int,
) -> None:
    number = min(int(count(holder)), at_most)
    for index in range(number - 1, -1, -1):
        handle = get(holder, index)
        if handle:
            stack.append((handle, outer, depth))


def matrix_of(handle: Any) -> Matrix:
    """The object's own matrix."""
    matrix = raw.FS_MATRIX()
    if not calls.FPDFPageObj_GetMatrix(handle, byref(matrix)):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does the first, then the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def placed_size(handle: Any, outer: Matrix) -> tuple[float, float]:
    """Width and height on the page of an image, which fills the unit square, in points."""
    a, b, c, d, _, _ = times(matrix_of(handle), outer)
    return math.hypot(a, b), math.hypot(c, d)


def bounds_of(item: Painted) -> Box | None:
    """The box around an object on the page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not calls.FPDFPageObj_GetBounds(
        item.handle, byref(left), byref(bottom), byref(right), byref(top)
    ):
        return None
    if item.outer is IDENTITY:
        return left.value, bottom.value, right.value, top.value
    corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
    return _bounds([_at(item.outer, x, y) for x, y in corners])


def dark_boxes(item: Painted, darkest: int) -> list[Box]:
    """The upright rectangles that a path fills with an opaque colour as dark as `darkest` (0 to
    255) or darker, cut by its clip; thick dark lines too."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not calls.FPDFPath_GetDrawMode(item.handle, byref(mode), byref(stroke)):
        return []
    if mode.value and _is_dark(calls.FPDFPageObj_GetFillColor, item.handle, darkest):
        boxes = _rectangles(item)
    elif stroke.value and _is_dark(calls.FPDFPageObj_GetStrokeColor, item.handle, darkest):
        boxes = _thick_lines(item)
    else:
        return []
    clip = _clip(item) if boxes else None
    cut = (box if clip is None else _overlap(box, clip) for box in boxes)
    return [box for box in cut if box is not None]


def _is_dark(get: Any, handle: Any, darkest: int) -> bool:
    colour = (ctypes.c_uint * 4)()
    red = ctypes.addressof(colour)
    if not get(handle, red, red + _UINT, red + 2 * _UINT, red + 3 * _UINT):
        return False
    return colour[3] >= 250 and max(colour[:3]) <= darkest


def _subpaths(item: Painted) -> list[list[tuple[float, float]]]:
    count = calls.FPDFPath_CountSegments(item.handle)
    if not 2 <= count <= _MOST_SEGMENTS:
        return []
    whole = times(matrix_of(item.handle), item.outer)
    paths: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = calls.FPDFPath_GetPathSegment(item.handle, index)
        kind = calls.FPDFPathSegment_GetType(segment)
        if not calls.FPDFPathSegment_GetPoint(segment, byref(x), byref(y)):
            return []
        if kind == raw.FPDF_SEGMENT_MOVETO or not paths:
            paths.append([])
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            # A curve is no side of a rectangle: with its point twice it has too many corners.
            paths[-1] += [_at(whole, x.value, y.value)] * 5
        paths[-1].append(_at(whole, x.value, y.value))
    return paths


def _rectangles(item: Painted) -> list[Box]:
    boxes: list[Box] = []
    paths = _subpaths(item)
    whole = [_bounds(points) for points in paths]
    for points, box in zip(paths, whole, strict=True):
        corners = points[:-1] if len(points) == 5 and points[0] == points[-1] else points
        on_edge = (
            min(abs(x - box[0]), abs(x - box[2])) < 0.5
            and min(abs(y - box[1]), abs(y - box[3])) < 0.5
            for x, y in corners
        )
        # Something inside makes it a frame, and the frame of something is no bar either.
        is_frame = any(_is_inside(other, box) or _is_inside(box, other) for other in whole)
        if len(corners) == 4 and all(on_edge) and not is_frame:
            boxes.append(box)
    return boxes


def _thick_lines(item: Painted) -> list[Box]:
    width = ctypes.c_float()
    if not calls.FPDFPageObj_GetStrokeWidth(item.handle, byref(width)):
        return []
    a, b, c, d, _, _ = times(matrix_of(item.handle), item.outer)
    half = width.value * math.sqrt(abs(a * d - b * c)) / 2
    boxes: list[Box] = []
    if half < 3:
        return boxes
    for points in _subpaths(item):
        if len(points) == 2:
            left, bottom, right, top = _bounds(points)
            if top - bottom < 0.5:
                boxes.append((left, bottom - half, right, top + half))
    return boxes


def _clip(item: Painted) -> Box | None:
    clip = calls.FPDFPageObj_GetClipPath(item.handle)
    if not clip:
        return None
    whole: Box | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(0, calls.FPDFClipPath_CountPaths(clip))):
        points: list[tuple[float, float]] = []
        count = min(calls.FPDFClipPath_CountPathSegments(clip, path), _MOST_SEGMENTS)
        for index in range(count):
            segment = calls.FPDFClipPath_GetPathSegment(clip, path, index)
            if calls.FPDFPathSegment_GetPoint(segment, byref(x), byref(y)):
                points.append(_at(item.outer, x.value, y.value))
        if points:
            box = _bounds(points)
            whole = box if whole is None else _overlap(whole, box) or (0.0, 0.0, 0.0, 0.0)
    return whole


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_inside(inner: Box, outer: Box) -> bool:
    # Corners of a thin frame may reach a hair beyond it.
    return (
        inner != outer
        and inner[0] >= outer[0] - 1
        and inner[1] >= outer[1] - 1
        and inner[2] <= outer[2] + 1
        and inner[3] <= outer[3] + 1
    )


def _overlap(one: Box, other: Box) -> Box | None:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, bottom, right, top) if left < right and bottom < top else None
