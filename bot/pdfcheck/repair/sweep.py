"""Takes out of every object what CM/ECF refuses and what flattening leaves behind.

`pikepdf.sanitize` knows the usual places; refused things hang in others too (pdf-rules.md, 4).
"""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from bot.pdfcheck.limits import Limits
from bot.pdfcheck.repair.changes import Changes
from bot.pdfcheck.values import Value, is_dictionary, name_of, text_of

#: Kind of action (ISO 32000-2, table 201) -> the change that taking it out is.
_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "external_action",
    "/GoToR": "external_action",
    "/GoToE": "external_action",
    "/ImportData": "external_action",
    "/SubmitForm": "external_action",
    "/Movie": "media",
    "/Sound": "media",
    "/Rendition": "media",
    "/RichMediaExecute": "media",
    "/GoTo3DView": "media",
}
#: Kind of annotation (ISO 32000-2, table 171) -> the change. Widgets are counted in flattening.
_ANNOTATIONS = {
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/RichMedia": "media",
    "/3D": "media",
    "/FileAttachment": "paper_clips",
    "/Widget": None,
}
MEDIA_ANNOTATIONS = frozenset(kind for kind, change in _ANNOTATIONS.items() if change == "media")
_CATALOG_KEYS = (
    "/AcroForm", "/Collection", "/NeedsRendering", "/Perms", "/DSS", "/Requirements", "/AF",
)  # fmt: skip
_NAME_TREES = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations")
_KEYS = frozenset(
    {"/AA", "/JS", "/AF", "/EF", "/XFA", "/OnInstantiate", "/RichMediaContent"}
    | {"/RichMediaSettings", "/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/Obj"}
)
_FONTS_AND_FORMS = frozenset(
    {"/Form", "/Image", "/PS", "/Type0", "/Type1", "/MMType1", "/Type3", "/TrueType"}
)


class TooMuch(Exception):
    """There is more in the file than may be looked at."""


def take_out_actions(pdf: Pdf, limits: Limits, changes: Changes) -> None:
    """Take out scripts, refused actions, embedded and outside data, wherever they hang.

    Raises TooMuch at a limit.
    """
    _Sweep(limits, changes, with_annotations=False).run(pdf)
    names = pdf.Root.get("/Names")
    if is_dictionary(names):
        for key in _NAME_TREES:
            _drop(names, key)


def take_out_annotations(pdf: Pdf, limits: Limits, changes: Changes) -> None:
    """Take out the form and the refused annotations that flattening left. Raises TooMuch."""
    catalog = pdf.Root
    for key in _CATALOG_KEYS:
        _drop(catalog, key)
    _Sweep(limits, changes, with_annotations=True).run(pdf)


class _Sweep:
    def __init__(self, limits: Limits, changes: Changes, *, with_annotations: bool) -> None:
        self._annotations = _ANNOTATIONS if with_annotations else {}
        self._limits = limits
        self._changes = changes
        # What one reference leads to may be met again by itself, and by other references.
        self._counted: set[tuple[int, int]] = set()
        self._counted_within: set[tuple[int, int]] = set()
        self._dead_links: set[tuple[int, int]] = set()
        self._root = (0, 0)
        self._items = 0

    def run(self, pdf: Pdf) -> None:
        self._clean(pdf.trailer)
        for count, root in enumerate(pdf.objects):
            if count > self._limits.objects:
                raise TooMuch(f"more than {self._limits.objects:,} objects")
            self._clean(root)

    def _clean(self, root: Value) -> None:
        stack = [root]
        self._root = root.objgen if isinstance(root, (Array, Dictionary, Stream)) else (0, 0)
        while stack:
            node = stack.pop()
            if isinstance(node, Array):
                children = self._clean_array(node)
            elif isinstance(node, (Dictionary, Stream)):
                children = self._clean_dictionary(node)
            else:
                continue
            # Indirect objects come by themselves; only what lies inside this one is followed.
            stack.extend(child for child in children if not child.objgen[0])

    def _count(self, items: int) -> None:
        self._items += items
        if self._items > self._limits.items:
            raise TooMuch(f"more than {self._limits.items:,} entries")

    def _clean_array(self, node: Value) -> list[Value]:
        self._count(len(node))
        kept: list[Value] = []
        banned: list[int] = []
        for index, value in enumerate(node):
            if not isinstance(value, (Array, Dictionary, Stream)):
                continue
            if self._is_banned(value):
                banned.append(index)
            else:
                kept.append(value)
        for index in reversed(banned):
            del node[index]
        return kept

    def _clean_dictionary(self, node: Value) -> list[Value]:
        kept: list[Value] = []
        banned: list[str] = []
        values = dict(node.items())
        self._count(len(values))
        for key, value in values.items():
            if key in _KEYS and self._is_banned_entry(node, key, value, values):
                banned.append(key)
            elif not isinstance(value, (Array, Dictionary, Stream)):
                continue
            elif self._is_banned(value):
                banned.append(key)
            else:
                kept.append(value)
        for key in banned:
            del node[key]
        if "/A" in banned and name_of(values.get("/Subtype")) == "/Link" and "/Dest" not in values:
            self._dead_links |= {node.objgen} - {(0, 0)}
        return kept

    def _is_banned_entry(
        self, node: Value, key: str, value: Value, values: dict[str, Value]
    ) -> bool:
        if key in ("/F", "/FFilter", "/FDecodeParms"):
            if not isinstance(node, Stream) or not _is_file(values.get("/F")):
                return False
            if key == "/F":
                self._changes.add("external_stream")
            return True
        if key in ("/Ref", "/OPI"):
            if not isinstance(node, Stream) or not is_dictionary(value):
                return False
            self._changes.add("external_stream")
            return True
        if key == "/Obj":
            # The structure tree points at an annotation that is gone (table 358).
            return is_dictionary(value) and name_of(value.get("/Subtype")) in self._annotations
        if is_dictionary(value) and _is_resource(value):
            return False
        if key == "/JS":
            is_script = isinstance(value, Stream) or text_of(value) is not None
            return is_script and self._count_once(node, "javascript")
        if key == "/AA":
            return is_dictionary(value) and self._count_triggers(value)
        return True

    def _count_triggers(self, triggers: Value) -> bool:
        if isinstance(triggers, Stream):
            return False
        actions = [value for _, value in triggers.items() if is_dictionary(value)]
        if triggers.objgen not in self._counted_within:
            for action in actions:
                self._is_banned(action)
        self._note_within(triggers)
        return all("/S" in action or "/JS" in action for action in actions)

    def _is_banned(self, value: Value) -> bool:
        if not isinstance(value, (Dictionary, Stream)):
            return False
        subtype = name_of(value.get("/Subtype"))
        if subtype in self._annotations and (
            "/Rect" in value or name_of(value.get("/Type")) == "/Annot"
        ):
            return self._count_once(value, self._annotations[subtype])
        if subtype == "/Popup":
            # The window of a comment that is gone would open empty.
            parent = value.get("/Parent")
            return is_dictionary(parent) and name_of(parent.get("/Subtype")) in self._annotations
        if name_of(value.get("/Type")) == "/OBJR":
            target = value.get("/Obj")
            return not is_dictionary(target) or name_of(target.get("/Subtype")) in self._annotations
        if _is_banned_action(value):
            return self._count_once(value, _kind_of_action(value))
        # A place to click that would do nothing any more.
        action = value.get("/A") if subtype == "/Link" else None
        if is_dictionary(action) and "/Dest" not in value and _is_banned_action(action):
            if value.objgen not in self._counted_within:
                self._count_once(action, _kind_of_action(action))
            self._note_within(value)
            return True
        return value.objgen in self._dead_links

    def _note_within(self, value: Value) -> None:
        if value.objgen[0]:
            self._counted_within.add(value.objgen)

    def _count_once(self, value: Value, change: str | None) -> bool:
        objgen = value.objgen
        known = objgen in self._counted if objgen[0] else self._root in self._counted_within
        if change is not None and not known:
            self._changes.add(change)
            if objgen[0]:
                self._counted.add(objgen)
        return True


def _is_banned_action(value: Value) -> bool:
    kind = name_of(value.get("/S"))
    if kind in _ACTIONS:
        return True
    if kind == "/Thread":
        return "/F" in value
    if kind == "/MR":
        return is_dictionary(value.get("/C"))
    if kind == "/URI":
        # A program or a local file under the guise of a web site.
        return (
            (text_of(value.get("/URI")) or "").strip().lower().startswith(("javascript:", "file:"))
        )
    return False


def _kind_of_action(value: Value) -> str:
    kind = name_of(value.get("/S")) or ""
    return "media" if kind == "/MR" else _ACTIONS.get(kind, "external_action")


def _is_resource(value: Value) -> bool:
    """Whether this is a font, picture or the like, which may bear any name (7.8.3)."""
    kind = name_of(value.get("/Type"))
    return (
        kind in ("/Font", "/XObject", "/ExtGState", "/Pattern")
        or name_of(value.get("/Subtype")) in _FONTS_AND_FORMS
        or "/PatternType" in value
        or "/ShadingType" in value
    )


def _is_file(value: Value) -> bool:
    return is_dictionary(value) or bool(text_of(value))


def _drop(node: Value, key: str) -> None:
    if key in node:
        del node[Name(key)]
