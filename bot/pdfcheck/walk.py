"""One walk over every reachable object, without recursion.

Nothing is skipped because of its /Type: readers do not look at it either.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Object, PdfError, Stream

from bot.pdfcheck.document import Document
from bot.pdfcheck.pages import Objgen
from bot.pdfcheck.qpdf_warnings import without_source
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import Value, identity, name_of, object_label, text_of

# How many of the last keys a visit knows: enough for "/Names /JavaScript /Names".
_TRAIL_LENGTH = 4
_CLOCK_EVERY = 1_000
_CONTAINERS = (Dictionary, Array, Stream)
#: Where a dictionary says what it is. All three are looked at, since a liar may use any.
_KIND_KEYS = ("/S", "/Subtype", "/Type")
# What pikepdf raises on broken objects. MemoryError passes on to the caller.
BROKEN = (PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Visit:
    """A dictionary, or the dictionary of a stream, and where it was met first.

    kinds: names under /S, /Subtype and /Type; trail: the last keys that led here;
    page, field, bookmark: the place as a filer knows it; object: label of the nearest indirect
    object.
    """

    node: Value
    values: dict[str, Value]
    kinds: list[str | None]
    trail: tuple[str, ...]
    page: int | None
    field: str | None
    bookmark: str | None
    object: str | None

    @property
    def is_stream(self) -> bool:
        """Whether the dictionary belongs to a stream."""
        return isinstance(self.node, Stream)


#: What is still to be looked at: the object, then trail, page, field, bookmark and owner. A plain
#: tuple, since one is made for each object and any class takes three times as long.
_Step = tuple[Value, tuple[str, ...], int | None, str | None, str | None, Objgen | None]


def walk(
    document: Document,
    rules: Iterable[Rule],
    *,
    known: Set[Objgen] = frozenset(),
    also: Sequence[Objgen] = (),
) -> Iterator[Visit]:
    """Yield each reachable dictionary that one of the rules wants, each object once.

    Pages come first, so that what a page holds is known by its page. What was looked at goes to
    `document.looked_at`, limits that are reached and objects that cannot be read to
    `document.unseen`.

    known: objects to leave out, with all to which only they lead; also: objects to look at even so
    """
    return _Walk(document, list(rules)).run(known, also)


class _Walk:
    def __init__(self, document: Document, rules: Sequence[Rule]) -> None:
        self._document = document
        self._keys = frozenset[str]().union(*(rule.keys for rule in rules))
        self._names = frozenset[str]().union(*(rule.names for rule in rules))
        self._seen = document.looked_at
        self._items = 0
        self._stack: list[_Step] = []

    def run(self, known: Set[Objgen], also: Sequence[Objgen]) -> Iterator[Visit]:
        self._seen.update(known)
        pages = [
            (page, (), number, None, None, identity(page))
            for number, page in self._document.pages.each_once()
            if page.objgen not in known
        ]
        # Pages are marked first: a link from one page to another must not carry its number over.
        self._seen.update(page[-1] for page in pages if page[-1] is not None)
        self._stack = [(self._document.pdf.trailer, (), None, None, None, None), *reversed(pages)]
        yield from self._look_at_all()
        for objgen in also:
            # One that cannot be read must not keep the others from being looked at.
            with suppress(*BROKEN):
                value = self._document.pdf.get_object(objgen)
                if isinstance(value, _CONTAINERS):
                    self._push(value, (), None, None, None, None)
        yield from self._look_at_all()
        self._is_over()

    def _look_at_all(self) -> Iterator[Visit]:
        steps = 0
        while self._stack:
            steps += 1
            if steps % _CLOCK_EVERY == 0 and self._is_over():
                self._stack.clear()
                return
            step = self._stack.pop()
            try:
                visit = self._look_at(step)
            except BROKEN as error:
                label = object_label(step[-1]) or "trailer"
                reason = clean(without_source(str(error)), 120)
                self._document.unseen.append(f"object {label} could not be read ({reason})")
                continue
            if visit is not None:
                yield visit

    def _look_at(self, step: _Step) -> Visit | None:
        node, trail, page, field, bookmark, owner = step
        if isinstance(node, Array):
            self._look_at_array(step)
            return None
        values: dict[str, Value] = dict(node.items())
        self._items += len(values)
        title = values.get("/Title")
        if title is not None and ("/Parent" in values or "/A" in values):
            name = text_of(title)
            bookmark = bookmark if name is None else clean(name)
        is_empty = False
        for key, value in values.items():
            # Numbers and truth values are no objects: asked first, since that is quick.
            if type(value) is Object and isinstance(value, _CONTAINERS):
                self._push(value, trail, page, field, bookmark, owner, key)
            elif value is None:
                is_empty = True
        if is_empty:
            self._document.empty_in.add(owner)
        kinds = [name_of(values[key]) for key in _KIND_KEYS if key in values]
        if self._keys.isdisjoint(values) and self._names.isdisjoint(kinds):
            return None
        return Visit(node, values, kinds, trail, page, field, bookmark, object_label(owner))

    def _look_at_array(self, step: _Step) -> None:
        node, trail, page, field, bookmark, owner = step
        # qpdf writes an array out much faster than it hands out its values one by one.
        source: bytes = node.unparse(resolved=True)
        # Each value has a blank before it, those of arrays within too.
        self._items += source.count(b" ")
        if self._items > self._document.limits.items or _is_plain(source):
            return
        is_empty = False
        for value in node:
            if type(value) is Object and isinstance(value, _CONTAINERS):
                self._push(value, trail, page, field, bookmark, owner)
            elif value is None:
                is_empty = True
        if is_empty:
            self._document.empty_in.add(owner)

    def _push(
        self,
        value: Value,
        trail: tuple[str, ...],
        page: int | None,
        field: str | None,
        bookmark: str | None,
        owner: Objgen | None,
        key: str | None = None,
    ) -> None:
        objgen: Objgen = value.objgen
        if objgen[0]:
            if objgen in self._seen:
                return
            self._seen.add(objgen)
            page = self._document.pages.number_of.get(objgen, page)
            field = self._document.fields.name_of.get(objgen, field)
            owner = objgen
        if key is not None:
            trail = (*trail, key)[-_TRAIL_LENGTH:]
        self._stack.append((value, trail, page, field, bookmark, owner))

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


def _is_plain(source: bytes) -> bool:
    """Whether nothing in an array leads on or is null, as in most: boxes, widths, names."""
    return b" R" not in source and b"<<" not in source and b"null" not in source
