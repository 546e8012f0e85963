"""Draws the values of fields that have none of their own drawing (ISO 32000-2, 12.7.4.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pikepdf import Array, Dictionary, Matrix, Name, Pdf

from bot.pdfcheck.repair.fonts import Font, LettersUnknown, font_for
from bot.pdfcheck.repair.frame import DOT, Box, border_of, frame
from bot.pdfcheck.repair.widgets import COMB, COMBO, MULTILINE, Widget, labels_of, size_of
from bot.pdfcheck.values import Value, entries, is_dictionary, name_of, number_of, text_of

_FONT = re.compile(r"/(\S+)\s+(-?\d*\.?\d+)\s+Tf")
_COLOUR = re.compile(r"(?:-?\d*\.?\d+\s+){1,4}(?:g|rg|k)(?=\s|$)")
_LEADING = 1.16
_LARGEST, _SMALLEST, _STEP = 12.0, 4.0, 0.5
_LONGEST = 20_000
# In ZapfDingbats.
_CHECK = "4"
# How much of the height of a box the letters of one line take.
_SHARE = 0.72
# Behind the entries of a list that are chosen, as viewers show it.
_CHOSEN = "0.6 0.75 0.85 rg"


@dataclass(frozen=True, slots=True)
class _Room:
    """Where the text may stand: the box without the padding at its sides."""

    box: Box
    padding: float
    quadding: int

    @property
    def width(self) -> float:
        return max(1.0, self.box.width - 2 * self.padding)

    @property
    def height(self) -> float:
        return max(1.0, self.box.height - 2 * self.padding)


def draw_text(pdf: Pdf, widget: Widget) -> bool:
    """Give a text field or list the drawing of its value. Text that does not fit gets smaller.

    Returns False where the box cuts it off even so. Raises LettersUnknown where no font has the
    letters.
    """
    text = widget.text[:_LONGEST].expandtabs(4)
    appearance = text_of(widget.values.get("/DA")) or ""
    named = _FONT.search(appearance)
    wanted = _base_font(pdf, named.group(1)) if named else "Helv"
    font = font_for(text.replace("\n", ""), wanted)
    size = abs(float(named.group(2))) if named else 0.0
    box = _box(widget)
    room = _Room(box, border_of(widget).padding, number_of(widget.values.get("/Q")) or 0)
    behind = ""
    if widget.kind == "/Tx" and widget.flags & COMB and number_of(widget.values.get("/MaxLen")):
        cells = max(1, number_of(widget.values.get("/MaxLen")) or 1)
        body, fits = _comb(text, font, size, box, cells), True
    elif widget.kind == "/Ch" and not widget.flags & COMBO:
        rows = _visible_rows(widget, text, size or _LARGEST, room)
        listed = _list_font("".join(rows), wanted)
        if rows and listed is not None:
            font = listed
            behind, body = _list(rows, set(text.split("\n")), font, size or _LARGEST, room)
            fits = True
        else:
            body, fits = _lines(text, font, size, room)
    elif widget.kind == "/Tx" and widget.flags & MULTILINE:
        body, fits = _lines(text, font, size, room)
    else:
        body, fits = _line(" ".join(text.split("\n")), font, size, room)
    colour = _COLOUR.search(appearance)
    shown = f"q BT\n{colour.group(0) if colour else '0 g'}\n{body}ET Q"
    resources = Dictionary(Font=Dictionary(HDF=font.make(pdf)))
    _set(pdf, widget.node, f"{frame(widget, box)}{behind}{shown}", box, resources)
    return fits


def draw_caption(pdf: Pdf, widget: Widget) -> None:
    """Give a button to press that has no drawing its background, border and caption.

    Raises LettersUnknown where no font has the letters of the caption.
    """
    marks = widget.node.get("/MK")
    caption = " ".join((text_of(marks.get("/CA")) or "").split()) if is_dictionary(marks) else ""
    if not caption:
        draw_box(pdf, widget)
        return
    values = {**widget.values, "/Q": 1}
    draw_text(pdf, replace(widget, values=values, text=caption))


def draw_box(pdf: Pdf, widget: Widget) -> None:
    """Give a field without a value its background and border, if it asks for them."""
    box = _box(widget)
    drawn = frame(widget, box)
    if drawn:
        _set(pdf, widget.node, drawn, box, Dictionary())


def draw_mark(pdf: Pdf, widget: Widget) -> None:
    """Give a ticked box that has no drawing the mark that it asks for, or a check mark."""
    marks = widget.node.get("/MK")
    caption = text_of(marks.get("/CA")) if is_dictionary(marks) else None
    usual = DOT if widget.is_radio_button else _CHECK
    mark = caption if caption and len(caption) == 1 and caption.isascii() else usual
    box = _box(widget)
    size = min(box.width, box.height) * 0.8
    x, y = (box.width - size * 0.75) / 2, (box.height - size * 0.7) / 2
    shown = f"/HDF {size:.2f} Tf {x:.2f} {y:.2f} Td <{mark.encode().hex()}> Tj"
    content = f"{frame(widget, box)}q BT 0 g {shown} ET Q"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)
    _set(pdf, widget.node, content, box, Dictionary(Font=Dictionary(HDF=font)))


def _box(widget: Widget) -> Box:
    width, height = size_of(widget.node)
    turn = _turn(widget)
    if turn in (90, 270):
        width, height = height, width
    return Box(width, height, turn)


def _turn(widget: Widget) -> int:
    """How far the value is turned: as the field says, or as its present drawing is."""
    marks = widget.node.get("/MK")
    said = number_of(marks.get("/R")) if is_dictionary(marks) else None
    if said is not None:
        return said % 360
    drawing = widget.drawing
    matrix = list(entries(drawing.get("/Matrix"))) if drawing is not None else []
    numbers = [float(part) for part in matrix if isinstance(part, (int, Decimal))]
    if len(numbers) != 6:
        return 0
    right, up = numbers[:2]
    if abs(up) > abs(right):
        return 90 if up > 0 else 270
    return 0 if right >= 0 else 180


def _set(pdf: Pdf, node: Value, content: str, box: Box, resources: Value) -> None:
    stream = pdf.make_stream(content.encode("ascii"))
    stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Form
    stream["/BBox"] = Array([0, 0, round(box.width, 2), round(box.height, 2)])
    stream["/Resources"] = resources
    if box.turn in (90, 180, 270):
        stream["/Matrix"] = Array(Matrix().rotated(box.turn).shorthand)
    node["/AP"] = Dictionary(N=stream)


def _show(font: Font, text: str, x: float, y: float) -> str:
    return f"1 0 0 1 {x:.2f} {y:.2f} Tm <{font.encode(text).hex()}> Tj\n"


def _base_font(pdf: Pdf, name: str) -> str:
    """What the font that a field names is called in earnest, where the form says so."""
    found = pdf.Root.get("/AcroForm")
    for key in ("/DR", "/Font", f"/{name}", "/BaseFont"):
        found = found.get(key) if is_dictionary(found) else None
    return (name_of(found) or f"/{name}")[1:]


def _start(font: Font, size: float, text: str, room: _Room) -> float:
    left = room.width - font.width(text) * size / 1000
    return room.padding + (max(0.0, left) * {1: 0.5, 2: 1.0}.get(room.quadding, 0.0))


def _line(text: str, font: Font, size: float, room: _Room) -> tuple[str, bool]:
    # Viewers let a size that is left open grow with the height of the box.
    size = size or max(_SMALLEST, min(room.box.height, room.height + 4.0) * _SHARE)
    if size > room.box.height:
        # A box that was made smaller, such as a page of four on one sheet, keeps the size it said.
        size = max(_SMALLEST, room.box.height * _SHARE)
    natural = font.width(text) / 1000
    if natural * size > room.width:
        size = max(_SMALLEST, room.width / natural)
    y = (room.box.height - size * _SHARE) / 2
    shown = _show(font, text, _start(font, size, text, room), y)
    # A hair over is no letter less.
    return f"/HDF {size:.2f} Tf\n{shown}", natural * size <= room.width + room.padding


def _comb(text: str, font: Font, size: float, box: Box, cells: int) -> str:
    cell = box.width / max(cells, len(text))
    size = min(size or box.height * _SHARE, box.height * 0.85, cell * (1.6 if size else 1.0))
    y = (box.height - size * _SHARE) / 2
    shown = [
        _show(font, char, cell * (index + 0.5) - font.width(char) * size / 2000, y)
        for index, char in enumerate(text)
        if not char.isspace()
    ]
    return f"/HDF {size:.2f} Tf\n" + "".join(shown)


def _visible_rows(widget: Widget, text: str, size: float, room: _Room) -> list[str]:
    """The entries of a list that its box shows, if all chosen ones are among them."""
    labels = labels_of(widget)
    chosen = set(text.split("\n"))
    places = [place for place, label in enumerate(labels) if label in chosen]
    if not chosen <= {labels[place] for place in places}:
        return []
    held = int(room.height // (size * _LEADING))
    top = max(0, number_of(widget.values.get("/TI")) or 0)
    if not places or places[-1] - places[0] >= held:
        return []
    top = max(min(top, places[0]), places[-1] - held + 1)
    return labels[top : top + held]


def _list_font(letters: str, wanted: str) -> Font | None:
    """A font for all visible entries. Those that are not chosen are no reason for no copy."""
    try:
        return font_for(letters, wanted)
    except LettersUnknown:
        return None


def _list(
    rows: list[str], chosen: set[str], font: Font, size: float, room: _Room
) -> tuple[str, str]:
    """What stands behind the entries of a list, and the entries."""
    row = size * _LEADING
    bottom = room.box.height - room.padding - row
    behind, shown = [], []
    for label in rows:
        if label in chosen:
            behind.append(
                f"q {_CHOSEN} {room.padding:.2f} {bottom:.2f} {room.width:.2f} {row:.2f} re f Q\n"
            )
        shown.append(_show(font, label, _start(font, size, label, room), bottom + size * 0.26))
        bottom -= row
    return "".join(behind), f"/HDF {size:.2f} Tf\n" + "".join(shown)


def _lines(text: str, font: Font, size: float, room: _Room) -> tuple[str, bool]:
    size = size or _LARGEST
    lines = _wrap(text, font, size, room.width)
    while size > _SMALLEST and len(lines) * size * _LEADING > room.height:
        size = max(_SMALLEST, size - _STEP)
        lines = _wrap(text, font, size, room.width)
    y = room.box.height - room.padding - size * 0.9
    shown = []
    for line in lines:
        if line:
            shown.append(_show(font, line, _start(font, size, line, room), y))
        y -= size * _LEADING
    widest = max(font.width(line) for line in lines) * size / 1000
    fits = len(lines) * size * _LEADING <= room.box.height and widest <= room.width + room.padding
    return f"/HDF {size:.2f} Tf\n" + "".join(shown), fits


def _wrap(text: str, font: Font, size: float, room: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and font.width(longer) * size / 1000 > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
