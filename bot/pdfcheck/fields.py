"""Finds the form fields with what they inherit (ISO 32000-2, 12.7.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.pdfcheck.limits import Limits
from bot.pdfcheck.pages import Objgen, PageIndex
from bot.pdfcheck.text import clean
from bot.pdfcheck.values import (
    Value,
    entries,
    identity,
    is_dictionary,
    name_of,
    number_of,
    object_label,
    text_of,
)

_READ_ONLY = 1 << 0
_PUSH_BUTTON = 1 << 16
#: An answer may be a page long, and a number may stand at its end.
_VALUE_LENGTH = 3_000


@dataclass(frozen=True, slots=True)
class Field:
    """A terminal field. name: full name, made harmless; kind: /Tx, /Btn, /Ch or /Sig;
    page: where its first widget stands; has_value: whether /V is there, its own or inherited;
    value: its text, made harmless, for rules that look for numbers."""

    name: str
    kind: str
    flags: int
    has_value: bool
    page: int | None
    object: str | None
    value: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether a reader can still change it: no signature, no push button, not read-only."""
        if self.kind not in ("/Tx", "/Ch", "/Btn") or self.flags & _READ_ONLY:
            return False
        return not (self.kind == "/Btn" and self.flags & _PUSH_BUTTON)


@dataclass(slots=True)
class FieldIndex:
    """The terminal fields, and field names by object, for fields and their widgets."""

    fields: list[Field] = field(default_factory=list)
    name_of: dict[Objgen, str] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Inherited:
    name: str = ""
    kind: str | None = None
    flags: int = 0
    has_value: bool = False
    value: str | None = None


def index_fields(acroform: Value, pages: PageIndex, limits: Limits) -> FieldIndex:
    """The fields of /AcroForm /Fields, and widgets on pages that /Fields does not name."""
    index = FieldIndex()
    seen: set[Objgen] = set()
    if is_dictionary(acroform):
        roots = [kid for kid in entries(acroform.get("/Fields")) if is_dictionary(kid)]
        _walk(roots, _Inherited(), index, pages, seen, limits)
    for number, page in pages.each_once():
        for widget in entries(page.get("/Annots")):
            if not is_dictionary(widget) or name_of(widget.get("/Subtype")) != "/Widget":
                continue
            objgen = identity(widget)
            if objgen is not None and objgen in seen:
                continue
            _walk([widget], _from_parents(widget, limits), index, pages, seen, limits, number)
    return index


def _walk(
    roots: list[Value],
    inherited: _Inherited,
    index: FieldIndex,
    pages: PageIndex,
    seen: set[Objgen],
    limits: Limits,
    at: int | None = None,
) -> None:
    """at: the page on which the roots stand, where they were met on one."""
    stack = [(node, inherited, 0) for node in reversed(roots)]
    while stack:
        node, above, depth = stack.pop()
        objgen = identity(node)
        if objgen is not None:
            if objgen in seen:
                continue
            seen.add(objgen)
        if len(seen) > limits.objects:
            index.unseen.append(f"there are more than {limits.objects:,} form fields")
            return
        own = _merge(node, above)
        if objgen is not None:
            index.name_of[objgen] = own.name
        kids = [kid for kid in entries(node.get("/Kids")) if is_dictionary(kid)]
        # A kid without a name of its own is a widget of this field, not a field.
        fields = [kid for kid in kids if "/T" in kid or "/Kids" in kid]
        widgets = [kid for kid in kids if not ("/T" in kid or "/Kids" in kid)]
        _name_widgets(widgets, own.name, index, seen)
        if fields and depth >= limits.depth:
            index.unseen.append(f"form fields are nested deeper than {limits.depth} levels")
        elif fields:
            stack.extend((kid, own, depth + 1) for kid in reversed(fields))
        if fields and not widgets:
            continue
        _add(node, own, widgets, index, pages, at)


def _merge(node: Value, above: _Inherited) -> _Inherited:
    part = text_of(node.get("/T"))
    flags = number_of(node.get("/Ff"))
    name = above.name
    if part is not None:
        name = clean(f"{name}.{part}" if name else part)
    value = node.get("/V")
    text = text_of(value)
    return _Inherited(
        name=name,
        kind=name_of(node.get("/FT")) or above.kind,
        flags=above.flags if flags is None else flags,
        has_value=above.has_value or value is not None,
        value=above.value if text is None else clean(text, _VALUE_LENGTH),
    )


def _name_widgets(widgets: list[Value], name: str, index: FieldIndex, seen: set[Objgen]) -> None:
    for widget in widgets:
        objgen = identity(widget)
        if objgen is not None:
            seen.add(objgen)
            index.name_of[objgen] = name


def _add(
    node: Value,
    own: _Inherited,
    widgets: list[Value],
    index: FieldIndex,
    pages: PageIndex,
    at: int | None,
) -> None:
    kind = own.kind
    if kind is None:
        # The type may stand at the widgets only.
        kind = next((k for k in (name_of(w.get("/FT")) for w in widgets) if k), None)
    if kind is None:
        return
    page = next((p for p in (_page_of(w, pages) for w in [*widgets, node]) if p), at)
    label = object_label(identity(node))
    index.fields.append(Field(own.name, kind, own.flags, own.has_value, page, label, own.value))


def _page_of(widget: Value, pages: PageIndex) -> int | None:
    objgen = identity(widget)
    if objgen is not None and objgen in pages.number_of:
        return pages.number_of[objgen]
    page = widget.get("/P")
    page_objgen = identity(page) if is_dictionary(page) else None
    return None if page_objgen is None else pages.number_of.get(page_objgen)


def _from_parents(widget: Value, limits: Limits) -> _Inherited:
    chain: list[Value] = []
    seen: set[Objgen] = set()
    parent = widget.get("/Parent")
    while is_dictionary(parent) and len(chain) < limits.depth:
        objgen = identity(parent)
        if objgen is None or objgen in seen:
            break
        seen.add(objgen)
        chain.append(parent)
        parent = parent.get("/Parent")
    inherited = _Inherited()
    for node in reversed(chain):
        inherited = _merge(node, inherited)
    return inherited
