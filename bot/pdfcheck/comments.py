"""What the comments of a page say, and what they cover (ISO 32000-2, 12.5.6)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.pdfcheck.page_facts import NEVER_APPLIED
from bot.pdfcheck.pdfium import Box
from bot.pdfcheck.values import Value, entries, is_dictionary, name_of, number_of, text_of
from bot.pdfcheck.walk import BROKEN

#: As in covered.py, for colours of annotations, which go from 0 to 1.
_DARKEST = 60 / 255
_LEAST_OPACITY = 0.9
# Hidden, and not viewed (table 167).
_UNSEEN = 1 << 1 | 1 << 5
#: Of one page, as of its text.
_MOST_CHARS = 200_000
_MOST_COMMENTS = 2_000
_MOST_POINTS = 2_000
#: Thinner ones are writing, or underline words.
_LEAST_STROKE = 6.0
#: A marker's stroke that goes up and down more than this is no bar.
_FLAT = 2.0
_BOX = "a dark comment box"
_STROKE = "a dark line drawn as a comment"
#: Annotations whose text is not theirs, or is shown elsewhere.
_NO_COMMENTS = frozenset({"/Widget", "/Link", "/Popup"})


@dataclass(frozen=True, slots=True)
class Comments:
    """text: what they say; covers: boxes under which nothing can be seen, and what they are."""

    text: str
    covers: tuple[tuple[Box, str], ...]


def read_comments(page: Value) -> Comments:
    """The comments of a page. What is broken in one of them ends the list."""
    texts: list[str] = []
    covers: list[tuple[Box, str]] = []
    try:
        for annotation in entries(page.get("/Annots")):
            if not is_dictionary(annotation):
                continue
            kind = name_of(annotation.get("/Subtype"))
            if kind in _NO_COMMENTS or len(texts) >= _MOST_COMMENTS:
                continue
            texts.append((text_of(annotation.get("/Contents")) or "")[:_MOST_CHARS])
            if not (number_of(annotation.get("/F")) or 0) & _UNSEEN:
                covers += _covers(annotation, kind)
    except BROKEN:
        pass
    return Comments("\n\n".join(filter(None, texts))[:_MOST_CHARS], tuple(covers))


def _covers(annotation: Value, kind: str | None) -> Iterator[tuple[Box, str]]:
    if kind == "/Redact":
        for box in _rectangle(annotation):
            yield box, NEVER_APPLIED
    elif kind in ("/Square", "/Highlight", "/Polygon", "/Circle"):
        if _is_dark(annotation, "/C" if kind == "/Highlight" else "/IC"):
            boxes = _polygon(annotation) if kind == "/Polygon" else _rectangle(annotation)
            for box in boxes:
                yield (_inside_of(box) if kind == "/Circle" else box), _BOX
    elif kind in ("/Ink", "/Line", "/PolyLine"):
        width = _width(annotation)
        if width >= _LEAST_STROKE and _is_dark(annotation, "/C"):
            for points in _strokes(annotation, kind):
                for box in _bars(points, width):
                    yield box, _STROKE


def _rectangle(annotation: Value) -> Iterator[Box]:
    numbers = _numbers(annotation.get("/Rect"))
    if len(numbers) == 4:
        (x, u), (y, v) = sorted(numbers[::2]), sorted(numbers[1::2])
        yield x, y, u, v


def _polygon(annotation: Value) -> Iterator[Box]:
    """An upright rectangle drawn with four corners."""
    points = _points(annotation.get("/Vertices"))
    xs, ys = {round(x) for x, _ in points}, {round(y) for _, y in points}
    if len(points) in (4, 5) and len(xs) == len(ys) == 2:
        yield min(xs), min(ys), max(xs), max(ys)


def _inside_of(box: Box) -> Box:
    """The largest rectangle in the ellipse of a box."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    across, up = (box[2] - box[0]) / math.sqrt(8), (box[3] - box[1]) / math.sqrt(8)
    return x - across, y - up, x + across, y + up


def _strokes(annotation: Value, kind: str) -> Iterator[list[tuple[float, float]]]:
    if kind == "/Ink":
        yield from map(_points, entries(annotation.get("/InkList")))
    else:
        yield _points(annotation.get("/L" if kind == "/Line" else "/Vertices"))


def _bars(points: Sequence[tuple[float, float]], width: float) -> Iterator[Box]:
    """What a stroke covers: all of it where it is flat, else its upright and level parts."""
    if len(points) < 2:
        return
    parts = [points] if _is_flat(points, width) else [p for p in pairwise(points) if _is_flat(p, 1)]
    half = width / 2
    for part in parts:
        xs, ys = [x for x, _ in part], [y for _, y in part]
        yield min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half


def _is_flat(points: Sequence[tuple[float, float]], width: float) -> bool:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(max(xs) - min(xs), max(ys) - min(ys)) <= _FLAT * width


def _points(value: Value) -> list[tuple[float, float]]:
    numbers = _numbers(value)
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _numbers(value: Value) -> list[float]:
    numbers: list[float] = []
    for number in entries(value):
        if len(numbers) >= 2 * _MOST_POINTS:
            break
        numbers.append(float(number))
    return numbers


def _width(annotation: Value) -> float:
    style = annotation.get("/BS")
    width = style.get("/W") if is_dictionary(style) else None
    if width is None:
        border = list(entries(annotation.get("/Border")))[:3]
        width = border[2] if len(border) == 3 else 1
    return float(width)


def _is_dark(annotation: Value, key: str) -> bool:
    opacity = annotation.get("/CA")
    if opacity is not None and float(opacity) < _LEAST_OPACITY:
        return False
    colour = _numbers(annotation.get(key))
    if len(colour) == 4:
        # CMYK: black is the last one.
        colour = [(1 - part) * (1 - colour[3]) for part in colour[:3]]
    return bool(colour) and max(colour) <= _DARKEST
