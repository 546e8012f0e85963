"""Text under or on dark boxes: nobody sees the words, and anybody can copy them.

A bar may be painted over the words. Or, as Word's black highlighting does it, black words are
painted on a black bar.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import byref
from dataclasses import dataclass
from typing import Any

import pypdfium2_raw as raw

from bot.pdfcheck import pdfium_calls as calls
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
    text: int
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
    # Most dark boxes are ruled lines and headings without a letter on them.
    bars = [bar for bar in bars if _has_text(text, bar.box)]
    if not bars:
        return ()
    touching = _texts_at(bars, items)
    if not any(_may_hide(bar, box, item) for bar in bars for item, box in touching):
        return ()
    letters, repeats = _letters(text, touching)
    dark = {handle for handle in {one.text for one in letters} if _is_dark(handle)}
    found: list[Covered] = []
    for bar in bars:
        here = [one for one in letters if _is_under(one, bar.box)]
        under = [one for one in here if one.order < bar.order]
        on_top = [one for one in here if one.order > bar.order and one.text in dark]
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


def _has_text(text: Any, box: Box) -> bool:
    """Whether so many characters touch the box that letters may lie under it."""
    left, bottom, right, top = box
    count = calls.FPDFText_GetBoundedText(text, left, top, right, bottom, None, 0)
    return int(count) >= _LEAST_LETTERS


def _texts_at(bars: Sequence[_Bar], items: Sequence[Painted]) -> list[tuple[Painted, Box]]:
    """The painted texts that touch a bar, with their boxes."""
    whole = _around([bar.box for bar in bars])
    found: list[tuple[Painted, Box]] = []
    for item in items:
        box = bounds_of(item) if item.kind == TEXT else None
        if box is not None and _touch(box, whole) and any(_touch(box, bar.box) for bar in bars):
            found.append((item, box))
    return found


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _touch(one: Box, other: Box) -> bool:
    # Fonts may say less than the size of their letters.
    return (
        one[0] <= other[2] + _LEAST_WIDTH
        and other[0] <= one[2] + _LEAST_WIDTH
        and one[1] <= other[3] + _LEAST_WIDTH
        and other[1] <= one[3] + _LEAST_WIDTH
    )


def _may_hide(bar: _Bar, box: Box, item: Painted) -> bool:
    """White words on a dark bar, the heading of many a table, hide nothing."""
    return _touch(box, bar.box) and (item.order < bar.order or _is_dark(item.handle))


def _letters(
    text: Any, texts: Sequence[tuple[Painted, Box]]
) -> tuple[list[_Letter], list[tuple[int, Box]]]:
    """The letters and digits of these texts, and text that is painted a second time in the same
    place, by its order and box. PDFium leaves such a repetition out of its list of characters."""
    item_of = {item.handle: item for item, _ in texts}
    letters: list[_Letter] = []
    used: set[int] = set()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    sides = (byref(left), byref(right), byref(bottom), byref(top))
    for index in range(min(calls.FPDFText_CountChars(text), _MOST_CHARS)):
        item = item_of.get(calls.FPDFText_GetTextObject(text, index))
        if item is None:
            continue
        used.add(item.order)
        if not chr(calls.FPDFText_GetUnicode(text, index)).isalnum():
            continue
        if calls.FPDFText_GetCharBox(text, index, *sides):
            x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
            letters.append(_Letter(item.handle, x, y, item.order))
    return letters, [(item.order, box) for item, box in texts if item.order not in used]


def _is_under(letter: _Letter, box: Box) -> bool:
    return box[0] <= letter.x <= box[2] and box[1] <= letter.y <= box[3]


def _is_dark(text: int) -> bool:
    """Whether a text is painted in a dark colour; what text recognition adds is not painted."""
    if calls.FPDFTextObj_GetTextRenderMode(text) != raw.FPDF_TEXTRENDERMODE_FILL:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not calls.FPDFPageObj_GetFillColor(
        text, byref(red), byref(green), byref(blue), byref(alpha)
    ):
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
