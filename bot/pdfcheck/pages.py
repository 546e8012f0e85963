"""Numbers the pages and says on which page an annotation stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.pdfcheck.limits import Limits
from bot.pdfcheck.values import Value, entries, identity, is_dictionary, name_of

Objgen = tuple[int, int]


@dataclass(slots=True)
class PageIndex:
    """The pages in order, and page numbers (from 1) of pages and annotations by object: the first
    one where a page is shown several times. damage: what is wrong with the page tree. strays: the
    pages, by number, whose /Parent is not the node that lists them, with that node: programs may
    inherit other values for them (7.7.3.4)."""

    pages: list[Value] = field(default_factory=list)
    number_of: dict[Objgen, int] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)
    strays: dict[int, Value] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)

    def each_once(self) -> Iterator[tuple[int, Value]]:
        """The pages with their numbers; one that is shown several times comes once."""
        seen: set[Objgen] = set()
        for number, page in enumerate(self.pages, 1):
            objgen = identity(page)
            if objgen is not None:
                if objgen in seen:
                    continue
                seen.add(objgen)
            yield number, page


def index_pages(catalog: Value, limits: Limits) -> PageIndex:
    """Walk the page tree (ISO 32000-2, 7.7.3) and the /Annots of each page.

    A node is a page when it has no /Kids, whatever its /Type says. A page that the tree names
    several times counts each time, as viewers show it; a branch counts once.
    """
    index = PageIndex()
    seen: set[Objgen] = set()
    shown: set[Objgen] = set()
    looked_at = 0
    root = catalog.get("/Pages")
    stack: list[tuple[Value, int, Value]] = []
    if is_dictionary(root):
        stack.append((root, 0, None))
    while stack:
        node, depth, parent = stack.pop()
        objgen = identity(node)
        kids = node.get("/Kids")
        if kids is None:
            if name_of(node.get("/Type")) != "/Pages":
                _add_page(index, node, objgen, shown)
                if parent is not None and not _is_same(parent, node.get("/Parent")):
                    index.strays[len(index.pages)] = parent
            continue
        if objgen is not None:
            if objgen in seen:
                index.damage.append(f"the page tree names its branch {objgen[0]} twice")
                continue
            seen.add(objgen)
        if depth >= limits.depth:
            index.unseen.append(f"the page tree is nested deeper than {limits.depth} levels")
            continue
        children: list[tuple[Value, int, Value]] = []
        for kid in entries(kids):
            looked_at += 1
            is_full = len(index.pages) + len(children) >= limits.pages
            if is_full or looked_at > limits.pages * 2:
                index.unseen.append(f"there are more than {limits.pages:,} pages")
                break
            if is_dictionary(kid):
                children.append((kid, depth + 1, node))
        stack.extend(reversed(children))
    return index


def _is_same(node: Value, other: Value) -> bool:
    return is_dictionary(other) and identity(other) == identity(node)


def _add_page(index: PageIndex, page: Value, objgen: Objgen | None, shown: set[Objgen]) -> None:
    index.pages.append(page)
    number = len(index.pages)
    if objgen is not None:
        if objgen in shown:
            return
        shown.add(objgen)
        index.number_of[objgen] = number
    for annotation in entries(page.get("/Annots")):
        if is_dictionary(annotation):
            annotation_objgen = identity(annotation)
            if annotation_objgen is not None:
                index.number_of.setdefault(annotation_objgen, number)
