"""Compares a mended copy with its original: pages, page sizes, what is painted, words.

Runs in a child process.
Words are read by pdfium, which shares no code with qpdf that made the copy. What a form field
shows counts as words of the original.
"""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pypdfium2

from bot.pdfcheck.limits import Limits
from bot.pdfcheck.new_trailer import with_new_trailer
from bot.pdfcheck.opening import open_pdf, set_parser_limits
from bot.pdfcheck.pages import index_pages
from bot.pdfcheck.repair.sizes import Box, has_size_of, shows_all_of
from bot.pdfcheck.repair.widgets import PASSWORD, Widget, box_of, drawn_text, widgets_of
from bot.pdfcheck.text import clean
from bot.pdfcheck.walk import BROKEN

_LISTED = 10


@dataclass(frozen=True, slots=True)
class _Value:
    """What a field shows: one of the texts; and its box."""

    texts: tuple[str, ...]
    box: Box


def compare(request: dict[str, Any], files: list[int], limits: Limits) -> dict[str, Any]:
    """Compare two open files, the original first. `trouble` names what differs, or is None."""
    set_parser_limits(limits)
    try:
        original, copy = _open_damaged(files[0]), _open(files[1])
    except pypdfium2.PdfiumError:
        return {"trouble": "not_compared", "words": []}
    if len(original) != len(copy):
        return {"trouble": "lost_pages", "words": []}
    values, strays = _read_with_qpdf(files[0], limits)
    lost: list[str] = []
    for number in range(len(original)):
        before, after = original[number], copy[number]
        is_as_large = has_size_of(before, after)
        if not is_as_large and not (number + 1 in strays and shows_all_of(before, after)):
            return {"trouble": "page_sizes", "words": []}
        if _painted(before) != _painted(after):
            return {"trouble": "other_drawing", "words": []}
        shown = values.get(number + 1, [])
        lost += _lost(_text(before), _text(after), shown) + _elsewhere(after, shown)
        before.close()
        after.close()
        if len(lost) >= _LISTED:
            break
    words = [clean(word, 40) for word in list(dict.fromkeys(lost))[:_LISTED]]
    return {"trouble": "lost_words" if lost else None, "words": words}


def _open(file: int) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(open(file, "rb", closefd=False), autoclose=True)


def _open_damaged(file: int) -> pypdfium2.PdfDocument:
    """Where only the trailer is missing, pdfium gets one, and finds the objects on its own."""
    try:
        return _open(file)
    except pypdfium2.PdfiumError:
        with open(file, "rb", closefd=False) as stream:
            data = with_new_trailer(stream)
        if data is None:
            raise
        return pypdfium2.PdfDocument(data, autoclose=True)


def _text(page: pypdfium2.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_range())
    finally:
        text_page.close()


def _elsewhere(page: pypdfium2.PdfPage, values: list[_Value]) -> list[str]:
    """Values of which nothing stands in their box."""
    if not values:
        return []
    text_page = page.get_textpage()
    try:
        return [
            value.texts[0] for value in values
            if not squeezed(text_page.get_text_bounded(*value.box))
        ]  # fmt: skip
    finally:
        text_page.close()


def _painted(page: pypdfium2.PdfPage) -> list[int]:
    """The kinds of what a page paints, in order, without form XObjects: flattened fields come as
    such. A file can be damaged so that one program misses a picture that another one paints."""
    count = pypdfium2.raw.FPDFPage_CountObjects(page.raw)
    handles = (pypdfium2.raw.FPDFPage_GetObject(page.raw, number) for number in range(count))
    kinds = (pypdfium2.raw.FPDFPageObj_GetType(handle) for handle in handles)
    return [kind for kind in kinds if kind != pypdfium2.raw.FPDF_PAGEOBJ_FORM]


def _read_with_qpdf(file: int, limits: Limits) -> tuple[dict[int, list[_Value]], Collection[int]]:
    """What the fields of each page show, as texts of which one has to be in the copy; and the
    numbers of pages for which programs may inherit different sizes."""
    found: dict[int, list[_Value]] = {}
    strays: Collection[int] = ()
    with os.fdopen(os.dup(file), "rb") as stream:
        pdf = open_pdf(stream).pdf
        if pdf is None:
            return found, strays
        try:
            index = index_pages(pdf.Root, limits)
            strays = index.strays
            for widget in widgets_of(pdf, index.pages):
                texts = _texts(widget)
                if texts and not widget.is_hidden:
                    value = _Value(texts, box_of(widget.node))
                    found.setdefault(widget.page, []).append(value)
        except BROKEN:
            return found, strays
        return found, strays


def _texts(widget: Widget) -> tuple[str, ...]:
    if widget.kind not in ("/Tx", "/Ch") or widget.flags & PASSWORD or not squeezed(widget.text):
        return ()
    drawing = widget.drawing
    drawn = drawn_text(drawing).text if drawing is not None else None
    return (widget.text, drawn) if drawn and squeezed(drawn) else (widget.text,)


def _lost(before: str, after: str, values: list[_Value]) -> list[str]:
    """Words of one page that the copy has not, or less often."""
    whole_before, whole_after = squeezed(before), squeezed(after)
    lost: list[str] = []
    if whole_before not in whole_after:
        had, has = _words(before), _words(after)
        lost = [
            word
            for word, times in had.items()
            if has[word] < times and whole_after.count(word) < whole_before.count(word)
        ]
    # A value has to come on top of what the page itself says.
    needed = Counter(word for value in values for word in _words(value.texts[0]))
    for value in values:
        if not any(_has_all(text, whole_before, whole_after, needed) for text in value.texts):
            lost.append(value.texts[0])
    return lost


def _has_all(text: str, before: str, after: str, needed: Counter[str]) -> bool:
    return all(
        after.count(word) >= min(before.count(word) + needed[word], before.count(word) + 1)
        for word in _words(text)
    )


def _words(text: str) -> Counter[str]:
    return Counter(word for word in map(squeezed, text.split()) if word)


def squeezed(text: str) -> str:
    """Only letters and digits, in one form each: spaces and hyphens depend on the line."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
