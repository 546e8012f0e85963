"""Reads all pages once for the rules that look at what pages show."""

from __future__ import annotations

import mmap
import re
import time
from ctypes import byref
from decimal import Decimal
from typing import Any

import pypdfium2_raw as raw

from bot.pdfcheck import pdfium
from bot.pdfcheck import pdfium_calls as calls
from bot.pdfcheck.comments import Comments, read_comments
from bot.pdfcheck.covered import find_covered
from bot.pdfcheck.document import Document
from bot.pdfcheck.page_facts import PageFact, PageFacts, Picture, page_list
from bot.pdfcheck.values import Value

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SHORTEST_WORD = 3
_MOST_CHARS = 200_000
_MOST_OBJECTS = 20_000
_MOST_PICTURES = 100


def read_pages(file: int, document: Document, dpi_asked: int | None) -> PageFacts:
    """What the pages show. file: descriptor of the open file. Pages for which there is no time
    are named in `left_out`."""
    limits = document.limits
    end = time.process_time() + limits.text_seconds
    pages: list[PageFact] = []
    left_out: str | None = None
    # A private copy in name only: ctypes wants a writable one, and nothing writes.
    with mmap.mmap(file, 0, access=mmap.ACCESS_COPY) as data, pdfium.opened(data) as handle:
        if handle is None:
            return PageFacts((), "The text of the pages could not be read.")
        count = min(raw.FPDF_GetPageCount(handle), len(document.pages.pages))
        for index in range(count):
            if time.process_time() > end:
                rest = page_list(range(index + 1, count + 1))
                left_out = f"There was no time to look at the text of {rest}."
                break
            with pdfium.page_of(handle, index) as page:
                if page is not None:
                    comments = read_comments(document.pages.pages[index])
                    unit = _unit(document.pages.pages[index])
                    pages.append(_read(page, index + 1, comments, unit))
        lost = _lost_words(data, document, pages, end) if left_out is None else {}
    return PageFacts(pages, left_out, dpi_asked, lost)


def _lost_words(
    data: mmap.mmap, document: Document, pages: list[PageFact], end: float
) -> dict[int, int]:
    """Words that an earlier revision shows and no page of the current one, counted by page."""
    lost: dict[int, int] = {}
    if not document.earlier.changed:
        return lost
    known = {word for page in pages for word in _words(page.text)}
    for changed in document.earlier.changed:
        # A revision is the start of the file.
        with pdfium.opened(data, changed.length) as handle:
            if handle is None:
                continue
            for index in changed.pages:
                if time.process_time() > end:
                    return lost
                gone = len(_words(_text_of_page(handle, index)) - known)
                if gone:
                    lost[index + 1] = max(gone, lost.get(index + 1, 0))
    return lost


def _text_of_page(handle: Any, index: int) -> str:
    with pdfium.page_of(handle, index) as page:
        if page is None:
            return ""
        with pdfium.text_of(page) as text:
            return "" if text is None else pdfium.read_text(text, _MOST_CHARS)


def _words(text: str) -> set[str]:
    # Broken words and odd spaces come with every new layout: short pieces say nothing.
    return {word for word in _WORD.findall(text) if len(word) >= _SHORTEST_WORD}


def _unit(page: Value) -> float:
    """/UserUnit: how many points one unit of the page has (ISO 32000-2, 7.7.3.3)."""
    unit = page.get("/UserUnit")
    # Numbers with a fraction are Decimal in pikepdf.
    return float(unit) if isinstance(unit, int | float | Decimal) and unit > 0 else 1.0


def _read(page: Any, number: int, comments: Comments, unit: float) -> PageFact:
    items = pdfium.painted(page, _MOST_OBJECTS)
    pictures = [_picture(item, page) for item in items if item.kind == pdfium.IMAGE]
    with pdfium.text_of(page) as text:
        has_text = text is not None and raw.FPDFText_CountChars(text) > 0
        return PageFact(
            number=number,
            text=pdfium.read_text(text, _MOST_CHARS) if has_text else "",
            width=raw.FPDF_GetPageWidthF(page) * unit,
            height=raw.FPDF_GetPageHeightF(page) * unit,
            rotation=max(0, raw.FPDFPage_GetRotation(page)) * 90,
            is_blank=not items,
            pictures=tuple(pictures[:_MOST_PICTURES]),
            covered=find_covered(text, items, comments.covers) if has_text else (),
            comments=comments.text,
        )


def _picture(item: pdfium.Painted, page: Any) -> Picture:
    facts = raw.FPDF_IMAGEOBJ_METADATA()
    calls.FPDFImageObj_GetImageMetadata(item.handle, page, byref(facts))
    width, height = pdfium.placed_size(item.handle, item.outer)
    return Picture(
        width=facts.width,
        height=facts.height,
        placed_width=width,
        placed_height=height,
        bits=facts.bits_per_pixel,
        bytes=calls.FPDFImageObj_GetImageDataRaw(item.handle, None, 0),
    )
