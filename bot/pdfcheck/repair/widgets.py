"""The form fields as they stand on the pages, with what they inherit and what they show."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pikepdf import Array, Name, Pdf, PdfError, Stream, String, parse_content_stream

from bot.pdfcheck.values import Value, entries, is_dictionary, name_of, number_of, text_of
from bot.pdfcheck.walk import BROKEN

# flags of annotations and fields: ISO 32000-2, tables 167, 227, 229, 231, 233
INVISIBLE = 1 << 0
HIDDEN = 1 << 1
_PRINT = 1 << 2
_NO_VIEW = 1 << 5
_RADIO = 1 << 15
_PUSH_BUTTON = 1 << 16
MULTILINE = 1 << 12
PASSWORD = 1 << 13
COMB = 1 << 24
COMBO = 1 << 17
_INHERITED = ("/FT", "/Ff", "/V", "/DA", "/Q", "/MaxLen", "/Opt", "/TI")
_DEPTH = 50
_DRAWN_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Widget:
    """One place of a form field on a page. values: its own and inherited entries.

    text: what it holds as a reader would see it, for text fields and lists; page counts from 1.
    """

    node: Value
    page: int
    values: dict[str, Value]
    kind: str | None
    flags: int
    text: str

    @property
    def is_hidden(self) -> bool:
        """Whether neither screen nor paper shows it: flagged so, or without a size.

        The flag "invisible" is only for kinds of annotations that a program does not know.
        """
        flags = _annotation_flags(self.node)
        width, height = size_of(self.node)
        is_nowhere = flags & _NO_VIEW and not flags & _PRINT
        return bool(flags & HIDDEN or is_nowhere) or width < 1 or height < 1

    @property
    def is_only_printed(self) -> bool:
        """Whether paper shows it and the screen does not."""
        return bool(_annotation_flags(self.node) & _NO_VIEW) and self.is_printed

    @property
    def is_push_button(self) -> bool:
        """Whether it is a button to press."""
        return self.kind == "/Btn" and bool(self.flags & _PUSH_BUTTON)

    @property
    def is_radio_button(self) -> bool:
        """Whether it is one of several round buttons of which one is chosen."""
        return self.kind == "/Btn" and bool(self.flags & _RADIO)

    @property
    def is_printed(self) -> bool:
        """Whether paper would show it."""
        return bool(_annotation_flags(self.node) & _PRINT)

    @property
    def drawing(self) -> Value:
        """The appearance stream of its present state, or None."""
        return appearance_of(self.node)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The text that an appearance stream draws. text: None where its letters cannot be told."""

    has_text: bool
    text: str | None


def widgets_of(pdf: Pdf, pages: list[Value]) -> Iterator[Widget]:
    """All widgets, page by page."""
    acroform = pdf.Root.get("/AcroForm")
    default = acroform.get("/DA") if is_dictionary(acroform) else None
    for number, page in enumerate(pages, 1):
        for node in entries(page.get("/Annots")):
            if is_dictionary(node) and name_of(node.get("/Subtype")) == "/Widget":
                yield _widget(node, number, default)


def _widget(node: Value, page: int, default_appearance: Value) -> Widget:
    values: dict[str, Value] = {}
    current, steps = node, 0
    while is_dictionary(current) and steps < _DEPTH:
        for key in _INHERITED:
            if key not in values and key in current:
                values[key] = current.get(key)
        current, steps = current.get("/Parent"), steps + 1
    if "/DA" not in values and default_appearance is not None:
        values["/DA"] = default_appearance
    kind = name_of(values.get("/FT"))
    flags = number_of(values.get("/Ff")) or 0
    text = _text(values) if kind in ("/Tx", "/Ch") else ""
    return Widget(node, page, values, kind, flags, text)


def _text(values: dict[str, Value]) -> str:
    value = values.get("/V")
    parts = list(entries(value)) if isinstance(value, Array) else [value]
    shown = {}
    for option in entries(values.get("/Opt")):
        if isinstance(option, Array) and len(option) == 2:
            shown[_string(option[0])] = _string(option[1])
    texts = [_string(part) for part in parts if part is not None]
    whole = "\n".join(shown.get(text, text) for text in texts)
    return _visible(whole.replace("\r\n", "\n").replace("\r", "\n"))


def labels_of(widget: Widget) -> list[str]:
    """What can be chosen in a list, as a reader would see it, in order."""
    options = entries(widget.values.get("/Opt"))
    return [_visible(_string(o[1] if isinstance(o, Array) and len(o) == 2 else o)) for o in options]


def _visible(text: str) -> str:
    """Without what shows nothing, such as soft hyphens, and with accents as part of their letter:
    fonts have no glyph for either."""
    whole = unicodedata.normalize("NFC", text)
    if whole.isprintable():
        return whole
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))


def _string(value: Value) -> str:
    if isinstance(value, Stream):
        try:
            return str(String(value.read_bytes()[:_DRAWN_BYTES]))
        except BROKEN:
            return ""
    text = text_of(value)
    return text if text is not None else (name_of(value) or "")[1:]


def box_of(node: Value) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of an annotation's /Rect in points; zeros where it is broken."""
    try:
        x0, y0, x1, y1 = (float(side) for side in entries(node.get("/Rect")))
    except (TypeError, ValueError):
        return 0.0, 0.0, 0.0, 0.0
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def size_of(node: Value) -> tuple[float, float]:
    """Width and height of an annotation's /Rect in points; 0, 0 without a usable one."""
    left, bottom, right, top = box_of(node)
    return right - left, top - bottom


def appearance_of(node: Value) -> Value:
    """The normal appearance (12.5.5) of the present state, or None."""
    appearances = node.get("/AP")
    normal = appearances.get("/N") if is_dictionary(appearances) else None
    if isinstance(normal, Stream):
        return normal
    if is_dictionary(normal):
        state = node.get("/AS")
        stream = normal.get(state) if isinstance(state, Name) else None
        return stream if isinstance(stream, Stream) else None
    return None


def drawn_text(stream: Value) -> Drawn:
    """What an appearance stream writes, as far as its fonts have one byte for a letter."""
    try:
        if len(stream.read_bytes()) > _DRAWN_BYTES:
            return Drawn(True, None)
        instructions = parse_content_stream(stream, "Tj TJ ' \" Tf Do")
        fonts = _fonts(stream)
    except (*BROKEN, PdfError):
        return Drawn(True, None)
    parts: list[str] = []
    is_certain = True
    for instruction in instructions:
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "Do":
            is_certain = False
        elif operator == "Tf" and operands:
            font = fonts.get(name_of(operands[0]) or "")
            is_certain &= not (is_dictionary(font) and name_of(font.get("/Subtype")) == "/Type0")
        elif operands:
            last = operands[-1]
            strings = list(entries(last)) if isinstance(last, Array) else [last]
            parts += [
                bytes(s).decode("cp1252", "replace") for s in strings if isinstance(s, String)
            ]
    text = "".join(parts)
    has_text = bool(text.strip()) or not is_certain
    return Drawn(has_text, text if is_certain else None)


def _fonts(stream: Value) -> dict[str, Value]:
    resources = stream.get("/Resources")
    fonts = resources.get("/Font") if is_dictionary(resources) else None
    return dict(fonts.items()) if is_dictionary(fonts) else {}


def _annotation_flags(node: Value) -> int:
    return number_of(node.get("/F")) or 0
