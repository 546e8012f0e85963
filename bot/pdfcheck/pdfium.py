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
from functools import cache
from itertools import pairwise, repeat
from typing import Any, NamedTuple

import pypdfium2_raw as raw

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
# Where PDFium writes its answers, each with the addresses of its parts: one for all calls, since a
# page may have thousands of objects. Red, green, blue and opacity; the sides of a box; how a path
# is filled and stroked; a point.
_COLOUR = (ctypes.c_uint * 4)()
_SIDES = (ctypes.c_float * 4)()
_MODES = (ctypes.c_int * 2)()
_POINT = (ctypes.c_float * 2)()


def _parts(answer: ctypes.Array[Any]) -> tuple[int, ...]:
    first, size = ctypes.addressof(answer), ctypes.sizeof(answer) // len(answer)
    return tuple(first + size * number for number in range(len(answer)))


_COLOUR_PARTS, _SIDES_PARTS = _parts(_COLOUR), _parts(_SIDES)
_MODES_PARTS, _POINT_PARTS = _parts(_MODES), _parts(_POINT)


class Painted(NamedTuple):
    """An object in the order of painting, with PDFium's handle and the matrix of the forms around
    it. No dataclass: a page may have thousands, and a frozen one takes three times as long."""

    order: int
    kind: int
    handle: int
    outer: Matrix


@cache
def _start_library() -> None:
    # Version 2 of the structure is the newest stable one; scripts need a later one, and V8.
    config = raw.FPDF_LIBRARY_CONFIG(
        version=2, m_pUserFontPaths=None, m_pIsolate=None, m_v8EmbedderSlot=0
    )
    raw.FPDF_InitLibraryWithConfig(config)


@contextmanager
def opened(data: mmap.mmap, length: int | None = None) -> Iterator[Any]:
    """The document handle, or None where PDFium cannot open it with the empty password.

    length: how many bytes from the start belong to the document, all by default
    """
    _start_library()
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
    stack = [_objects(page, calls.FPDFPage_CountObjects, calls.FPDFPage_GetObject, at_most)]
    outers = [IDENTITY]
    while stack:
        outer = outers[-1]
        for kind, handle in stack[-1]:
            if len(found) >= at_most:
                return found
            if kind != FORM:
                found.append(Painted(len(found), kind, handle, outer))
            elif len(stack) <= _DEEPEST_FORM:
                count, get = calls.FPDFFormObj_CountObjects, calls.FPDFFormObj_GetObject
                stack.append(_objects(handle, count, get, at_most))
                outers.append(times(matrix_of(handle), outer))
                break
        else:
            stack.pop()
            outers.pop()
    return found


def _objects(holder: Any, count: Any, get: Any, at_most: int) -> Iterator[tuple[int, int]]:
    """Kind and handle of each object of a page or form. Loops without Python's own steps, since a
    page may have thousands."""
    number = min(int(count(holder)), at_most)
    handles = list(filter(None, map(get, repeat(holder, number), range(number))))
    return zip(map(calls.FPDFPageObj_GetType, handles), handles, strict=True)


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
    if not calls.FPDFPageObj_GetBounds(item.handle, *_SIDES_PARTS):
        return None
    left, bottom, right, top = _SIDES
    if item.outer is IDENTITY:
        return left, bottom, right, top
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    return _bounds([_at(item.outer, x, y) for x, y in corners])


def dark_boxes(item: Painted, darkest: int) -> list[Box]:
    """The upright rectangles that a path fills with an opaque colour as dark as `darkest` (0 to
    255) or darker, cut by its clip; thick dark lines too."""
    if not calls.FPDFPath_GetDrawMode(item.handle, *_MODES_PARTS):
        return []
    filled, stroked = _MODES
    if filled and _is_dark(calls.FPDFPageObj_GetFillColor, item.handle, darkest):
        boxes = _rectangles(item)
    elif stroked and _is_dark(calls.FPDFPageObj_GetStrokeColor, item.handle, darkest):
        boxes = _thick_lines(item)
    else:
        return []
    clip = _clip(item) if boxes else None
    cut = (box if clip is None else _overlap(box, clip) for box in boxes)
    return [box for box in cut if box is not None]


def _is_dark(get: Any, handle: Any, darkest: int) -> bool:
    if not get(handle, *_COLOUR_PARTS):
        return False
    red, green, blue, alpha = _COLOUR
    return bool(alpha >= 250 and red <= darkest and green <= darkest and blue <= darkest)


def _subpaths(item: Painted) -> list[list[tuple[float, float]]]:
    count = calls.FPDFPath_CountSegments(item.handle)
    if not 2 <= count <= _MOST_SEGMENTS:
        return []
    whole = times(matrix_of(item.handle), item.outer)
    paths: list[list[tuple[float, float]]] = []
    for index in range(count):
        segment = calls.FPDFPath_GetPathSegment(item.handle, index)
        kind = calls.FPDFPathSegment_GetType(segment)
        if not calls.FPDFPathSegment_GetPoint(segment, *_POINT_PARTS):
            return []
        corner = _at(whole, *_POINT)
        if kind == raw.FPDF_SEGMENT_MOVETO or not paths:
            paths.append([])
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            # A curve is no side of a rectangle: with its point twice it has too many corners.
            paths[-1] += [corner] * 5
        paths[-1].append(corner)
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
        for ends in pairwise(points):
            left, bottom, right, top = _bounds(list(ends))
            if top - bottom < 0.5:
                boxes.append((left, bottom - half, right, top + half))
            elif right - left < 0.5:
                boxes.append((left - half, bottom, right + half, top))
    return boxes


def _clip(item: Painted) -> Box | None:
    clip = calls.FPDFPageObj_GetClipPath(item.handle)
    if not clip:
        return None
    whole: Box | None = None
    for path in range(max(0, calls.FPDFClipPath_CountPaths(clip))):
        points: list[tuple[float, float]] = []
        count = min(calls.FPDFClipPath_CountPathSegments(clip, path), _MOST_SEGMENTS)
        for index in range(count):
            segment = calls.FPDFClipPath_GetPathSegment(clip, path, index)
            if calls.FPDFPathSegment_GetPoint(segment, *_POINT_PARTS):
                points.append(_at(item.outer, *_POINT))
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
