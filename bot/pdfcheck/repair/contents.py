"""Closes what the content of a page leaves open, so that what is added after it stands right.

Fields are written behind the page's own content. Where that ends scaled, clipped or on a layer
(a "q" without its "Q", ISO 32000-2, 8.4.2), they would come out elsewhere, or not at all.
"""

from __future__ import annotations

from pikepdf import Page, Pdf, parse_content_stream, unparse_content_stream

from bot.pdfcheck.values import Value
from bot.pdfcheck.walk import BROKEN


def close_what_is_open(pdf: Pdf, page: Value) -> None:
    """Add the missing "Q" and "EMC" to a page's content, and drop a "Q" too many.

    qpdf puts a "q" before the content, which such a "Q" would take; viewers pass it over. Content
    that cannot be read stays as it is: the comparison with the original decides then.
    """
    try:
        open_states, open_marks, surplus = _count(page)
        if surplus:
            page["/Contents"] = pdf.make_stream(_without(page, surplus))
        if open_states or open_marks:
            Page(page).contents_add(pdf.make_stream(b"EMC " * open_marks + b"Q " * open_states))
    except BROKEN:
        return


def _count(page: Value) -> tuple[int, int, set[int]]:
    """How many "q" and marks are left open, and which "Q", by their order, are too many."""
    states = marks = restored = 0
    surplus: set[int] = set()
    for step in parse_content_stream(page, "q Q BMC BDC EMC"):
        operator = str(step.operator)
        if operator == "q":
            states += 1
        elif operator == "Q":
            if not states:
                surplus.add(restored)
            states = max(0, states - 1)
            restored += 1
        else:
            marks = max(0, marks - 1) if operator == "EMC" else marks + 1
    return states, marks, surplus


def _without(page: Value, surplus: set[int]) -> bytes:
    kept = []
    restored = 0
    for step in parse_content_stream(page):
        if str(step.operator) == "Q":
            restored += 1
            if restored - 1 in surplus:
                continue
        kept.append(step)
    return unparse_content_stream(kept)
