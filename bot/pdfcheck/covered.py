"""Text under or on dark boxes: nobody sees the words, and anybody can copy them.

A bar may be painted over the words. Or, as Word's black highlighting does it, black words are
painted on a black bar.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

from bot.pdfcheck.page_facts import ON_BLACK, Covered
from bot.pdfcheck.pdfium import PATH, TEXT, Box, Painted, bounds_of, dark_boxes

#: The brightest channel that still counts as dark, of 255.
_DARKEST = 60
# A rule of a table is thinner, a bar over a word is not.
_LEAST_HEIGHT = 4.0
_LEAST_WIDTH = 6.0
# Less may be a tick, a bullet or a leader.
_LEAST_LETTERS = 3
_MOST_BOXES = 500
_MOST_CHARS = 50_000


@dataclass(frozen=True, slots=True)
class _Bar:
    box: Box
    order: int
    by: str


@dataclass(frozen=True, slots=True)
class _Letter:
    index: int
    x: float
    y: float
    order: int


def find_covered(
    text: Any, items: Sequence[Painted], marks: Sequence[tuple[Box, str]]
) -> tuple[Covered, ...]:
    """Text under boxes that are painted after it. marks: boxes of annotations, above the page."""
    bars = [_Bar(box, len(items), by) for box, by in marks if _is_bar(box)]
    for item in items:
        if item.kind == PATH and len(bars) < _MOST_BOXES:
            boxes = dark_boxes(item, _DARKEST)
            bars += [_Bar(box, item.order, "a dark box") for box in boxes if _is_bar(box)]
    if not bars:
        return ()
    letters, repeats = _letters(text, items)
    found: list[Covered] = []
    for bar in bars:
        here = [one for one in letters if _is_under(one, bar.box)]
        under = [one for one in here if one.order < bar.order]
        on_top = [one for one in here if one.order > bar.order and _is_dark(text, one)]
        if len(on_top) >= _LEAST_LETTERS and not _is_painted_over(bar, on_top, items):
            found.append(Covered(len(on_top), ON_BLACK))
        if len(under) < _LEAST_LETTERS:
            continue
        over = [box for order, box in repeats if order > bar.order]
        secret = [one for one in under if not any(_is_under(one, box) for box in over)]
        if len(secret) >= _LEAST_LETTERS:
            found.append(Covered(len(secret), bar.by))
    return tuple(found)


def _is_bar(box: Box) -> bool:
    return box[2] - box[0] >= _LEAST_WIDTH and box[3] - box[1] >= _LEAST_HEIGHT


def _letters(text: Any, items: Sequence[Painted]) -> tuple[list[_Letter], list[tuple[int, Box]]]:
    """The letters and digits, and text that is painted a second time in the same place, by its
    order and box. PDFium leaves such a repetition out of its list of characters."""
    order_of = {item.address: item.order for item in items if item.kind == TEXT}
    letters: list[_Letter] = []
    used: set[int] = set()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(min(raw.FPDFText_CountChars(text), _MOST_CHARS)):
        handle = raw.FPDFText_GetTextObject(text, index)
        order = order_of.get(ctypes.cast(handle, ctypes.c_void_p).value or 0)
        if order is None:
            continue
        used.add(order)
        if not chr(raw.FPDFText_GetUnicode(text, index)).isalnum():
            continue
        if raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
            x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
            letters.append(_Letter(index, x, y, order))
    repeats = [item for item in items if item.kind == TEXT and item.order not in used]
    return letters, [(item.order, box) for item in repeats if (box := bounds_of(item))]


def _is_under(letter: _Letter, box: Box) -> bool:
    return box[0] <= letter.x <= box[2] and box[1] <= letter.y <= box[3]


def _is_dark(text: Any, letter: _Letter) -> bool:
    """Whether the letter is painted in a dark colour; what text recognition adds is not painted."""
    handle = raw.FPDFText_GetTextObject(text, letter.index)
    if raw.FPDFTextObj_GetTextRenderMode(handle) != raw.FPDF_TEXTRENDERMODE_FILL:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFText_GetFillColor(text, letter.index, red, green, blue, alpha):
        return False
    return alpha.value > 0 and max(red.value, green.value, blue.value) <= _DARKEST


def _is_painted_over(bar: _Bar, letters: Sequence[_Letter], items: Sequence[Painted]) -> bool:
    """Whether something lies between the bar and the letters, such as a white cell."""
    end = min(letter.order for letter in letters)
    for item in items[bar.order + 1 : end]:
        box = bounds_of(item) if item.kind != TEXT else None
        if box is not None and any(_is_under(letter, box) for letter in letters):
            return True
    return False
