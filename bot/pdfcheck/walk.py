"""One walk over every reachable object, without recursion.

Nothing is skipped because of its /Type: readers do not look at it either.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pikepdf import Array, Dictionary, Object, PdfError, Stream

from bot.pdfcheck.document import Document
from bot.pdfcheck.pages import Objgen
from bot.pdfcheck.qpdf_warnings import without_source
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import Value, object_label, text_of

# How many of the last keys a visit knows: enough for "/Names /JavaScript /Names".
_TRAIL_LENGTH = 4
_CLOCK_EVERY = 1_000
# What pikepdf raises on broken objects. MemoryError passes on to the caller.
BROKEN = (PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Visit:
    """A dictionary, or the dictionary of a stream, and where it was met first.

    trail: the last keys that led here; page, field, bookmark: the place as a filer knows it;
    object: label of the nearest indirect object.
    """

    node: Value
    values: dict[str, Value]
    trail: tuple[str, ...]
    page: int | None
    field: str | None
    bookmark: str | None
    object: str | None

    @property
    def is_stream(self) -> bool:
        """Whether the dictionary belongs to a stream."""
        return isinstance(self.node, Stream)


class _Place(NamedTuple):
    # No dataclass: one is made for each object, and a frozen one takes three times as long.
    trail: tuple[str, ...]
    page: int | None
    field: str | None
    bookmark: str | None
    owner: Objgen | None


def walk(document: Document, keys: frozenset[str]) -> Iterator[Visit]:
    """Yield each reachable dictionary that holds one of `keys`, each object once.

    Pages come first, so that what a page holds is known by its page. Limits that are reached and
    objects that cannot be read go to `document.unseen`.
    """
    return _Walk(document, keys).run()


class _Walk:
    def __init__(self, document: Document, keys: frozenset[str]) -> None:
        self._document = document
        self._keys = keys
        self._seen: set[Objgen] = set()
        self._items = 0
        self._stack: list[tuple[Value, _Place]] = []

    def run(self) -> Iterator[Visit]:
        nowhere = _Place((), None, None, None, None)
        roots: list[tuple[Value, int | None]] = [(self._document.pdf.trailer, None)]
        roots += [(p, n) for n, p in enumerate(self._document.pages.pages, 1)][::-1]
        # Pages are marked first: a link from one page to another must not carry its number over.
        page_ids = [page.objgen for page in self._document.pages.pages]
        self._seen.update(objgen for objgen in page_ids if objgen[0])
        while roots:
            root, number = roots.pop()
            objgen = root.objgen if root.objgen[0] else None
            place = _Place((), number, None, None, objgen)
            self._stack = [(root, place if number else nowhere)]
            steps = 0
            while self._stack:
                steps += 1
                if steps % _CLOCK_EVERY == 0 and self._is_over():
                    return
                node, place = self._stack.pop()
                try:
                    visit = self._visit(node, place)
                except BROKEN as error:
                    label = object_label(place.owner) or "trailer"
                    reason = clean(without_source(str(error)), 120)
                    self._document.unseen.append(f"object {label} could not be read ({reason})")
                    continue
                if visit is not None:
                    yield visit
            if self._is_over():
                return

    def _visit(self, node: Value, place: _Place) -> Visit | None:
        if isinstance(node, Array):
            self._items += len(node)
            if self._items <= self._document.limits.items:
                is_empty = False
                for value in node:
                    is_empty |= value is None
                    self._push(value, place, None)
                if is_empty:
                    self._document.empty_in.add(place.owner)
            return None
        values: dict[str, Value] = dict(node.items())
        self._items += len(values)
        title = values.get("/Title")
        if title is not None and ("/Parent" in values or "/A" in values):
            name = text_of(title)
            if name is not None:
                place = _Place(place.trail, place.page, place.field, clean(name), place.owner)
        is_empty = False
        for key, value in values.items():
            is_empty |= value is None
            self._push(value, place, key)
        if is_empty:
            self._document.empty_in.add(place.owner)
        if self._keys.isdisjoint(values):
            return None
        return Visit(
            node, values, place.trail, place.page, place.field, place.bookmark,
            object_label(place.owner),
        )  # fmt: skip

    def _push(self, value: Value, place: _Place, key: str | None) -> None:
        # Numbers and truth values are no objects: asked first, since that is quick.
        if type(value) is not Object or not isinstance(value, (Dictionary, Array, Stream)):
            return
        trail = place.trail if key is None else (*place.trail, key)[-_TRAIL_LENGTH:]
        objgen: Objgen = value.objgen
        if not objgen[0]:
            place = _Place(trail, place.page, place.field, place.bookmark, place.owner)
            self._stack.append((value, place))
            return
        if objgen in self._seen:
            return
        self._seen.add(objgen)
        page = self._document.pages.number_of.get(objgen, place.page)
        field = self._document.fields.name_of.get(objgen, place.field)
        self._stack.append((value, _Place(trail, page, field, place.bookmark, objgen)))

    def _is_over(self) -> bool:
        limits = self._document.limits
        if len(self._seen) > limits.objects:
            self._document.unseen.append(f"there are more than {limits.objects:,} objects")
        elif self._items > limits.items:
            self._document.unseen.append(f"there are more than {limits.items:,} entries")
        elif time.process_time() > limits.walk_seconds:
            self._document.unseen.append(f"looking took more than {limits.walk_seconds:g} seconds")
        else:
            return False
        return True
