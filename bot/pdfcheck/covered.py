"""Text under dark boxes: the black bar is painted over the words, and they can be copied."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

from bot.pdfcheck.page_facts import Covered
from bot.pdfcheck.pdfium import PATH, TEXT, Box, Painted, dark_boxes

#: The brightest channel that still counts as dark, of 255.
_DARKEST = 60
# A rule of a table is thinner, a bar over a word is not.
_LEAST_HEIGHT = 4.0
_LEAST_WIDTH = 6.0
# Less may be a tick, a bullet or a leader.
_LEAST_LETTERS = 3
_MOST_BOXES = 500
_MOST_CHARS = 50_000
#: How near the same letter, painted again on top, makes the one below no secret. In points.
_AGAIN = 2.5


@dataclass(frozen=True, slots=True)
class _Bar:
    box: Box
    order: int
    by: str


@dataclass(frozen=True, slots=True)
class _Letter:
    char: str
    x: float
    y: float
    order: int


def find_covered(
    text: Any, items: Sequence[Painted], marks: Sequence[tuple[Box, str]]
) -> tuple[Covered, ...]:
    """Text under boxes that are painted after it. marks: boxes of annotations, above the page."""
    last = len(items)
    bars = [_Bar(box, last, by) for box, by in marks if _is_bar(box)]
    first_text = next((item.order for item in items if item.kind == TEXT), last)
    for item in items:
        # A box below all text is a background.
        if item.kind == PATH and item.order > first_text and len(bars) < _MOST_BOXES:
            boxes = dark_boxes(item, _DARKEST)
            bars += [_Bar(box, item.order, "a dark box") for box in boxes if _is_bar(box)]
    if not bars:
        return ()
    letters = _letters(text, items)
    found: list[Covered] = []
    for bar in bars:
        under = [one for one in letters if one.order < bar.order and _is_under(one, bar.box)]
        if len(under) < _LEAST_LETTERS:
            continue
        over = [one for one in letters if one.order > bar.order and _is_under(one, bar.box)]
        secret = [one for one in under if not any(_is_again(one, other) for other in over)]
        if len(secret) >= _LEAST_LETTERS:
            found.append(Covered(len(secret), bar.by))
    return tuple(found)


def _is_bar(box: Box) -> bool:
    return box[2] - box[0] >= _LEAST_WIDTH and box[3] - box[1] >= _LEAST_HEIGHT


def _letters(text: Any, items: Sequence[Painted]) -> list[_Letter]:
    order_of = {item.address: item.order for item in items if item.kind == TEXT}
    letters: list[_Letter] = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(min(raw.FPDFText_CountChars(text), _MOST_CHARS)):
        char = chr(raw.FPDFText_GetUnicode(text, index))
        if not char.isalnum():
            continue
        if not raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
            continue
        handle = raw.FPDFText_GetTextObject(text, index)
        order = order_of.get(ctypes.cast(handle, ctypes.c_void_p).value or 0)
        if order is not None:
            x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
            letters.append(_Letter(char, x, y, order))
    return letters


def _is_under(letter: _Letter, box: Box) -> bool:
    return box[0] <= letter.x <= box[2] and box[1] <= letter.y <= box[3]


def _is_again(one: _Letter, other: _Letter) -> bool:
    return (
        one.char == other.char and abs(one.x - other.x) <= _AGAIN and abs(one.y - other.y) <= _AGAIN
    )
