"""Draws the values of fields that have none of their own drawing (ISO 32000-2, 12.7.4.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pikepdf import Array, Dictionary, Matrix, Name, Pdf

from bot.pdfcheck.repair.fonts import Font, font_for
from bot.pdfcheck.repair.widgets import COMB, COMBO, MULTILINE, Widget, size_of
from bot.pdfcheck.values import Value, entries, is_dictionary, number_of, text_of

_FONT = re.compile(r"/(\S+)\s+(-?\d*\.?\d+)\s+Tf")
_COLOUR = re.compile(r"(?:-?\d*\.?\d+\s+){1,4}(?:g|rg|k)(?=\s|$)")
_PADDING = 2.0
_LEADING = 1.16
_LARGEST, _SMALLEST, _STEP = 12.0, 4.0, 0.5
_LONGEST = 20_000
# In ZapfDingbats.
_CHECK, _DOT = "4", "l"
# How far the control points of a quarter of a circle lie from its ends, for a radius of 1.
_ROUND = 0.5523


@dataclass(frozen=True, slots=True)
class _Box:
    width: float
    height: float
    turn: int


def draw_text(pdf: Pdf, widget: Widget) -> bool:
    """Give a text field or list the drawing of its value. Text that does not fit gets smaller.

    Returns False where the box cuts it off even so. Raises LettersUnknown where no font has the
    letters.
    """
    text = widget.text[:_LONGEST].expandtabs(4)
    appearance = text_of(widget.values.get("/DA")) or ""
    named = _FONT.search(appearance)
    font = font_for(text.replace("\n", ""), named.group(1) if named else "Helv")
    size = abs(float(named.group(2))) if named else 0.0
    box = _box(widget)
    if widget.kind == "/Tx" and widget.flags & COMB and number_of(widget.values.get("/MaxLen")):
        cells = max(1, number_of(widget.values.get("/MaxLen")) or 1)
        body, fits = _comb(text, font, size, box, cells), True
    elif (widget.kind == "/Tx" and widget.flags & MULTILINE) or (
        widget.kind == "/Ch" and not widget.flags & COMBO
    ):
        body, fits = _lines(text, font, size, box, number_of(widget.values.get("/Q")) or 0)
    else:
        line = " ".join(text.split("\n"))
        body, fits = _line(line, font, size, box, number_of(widget.values.get("/Q")) or 0)
    colour = _COLOUR.search(appearance)
    content = f"{_frame(widget, box)}q BT\n{colour.group(0) if colour else '0 g'}\n{body}ET Q"
    resources = Dictionary(Font=Dictionary(HDF=font.make(pdf)))
    _set(pdf, widget.node, content, box, resources)
    return fits


def draw_box(pdf: Pdf, widget: Widget) -> None:
    """Give a field without a value its background and border, if it asks for them."""
    box = _box(widget)
    frame = _frame(widget, box)
    if frame:
        _set(pdf, widget.node, frame, box, Dictionary())


def draw_mark(pdf: Pdf, widget: Widget) -> None:
    """Give a ticked box that has no drawing the mark that it asks for, or a check mark."""
    marks = widget.node.get("/MK")
    caption = text_of(marks.get("/CA")) if is_dictionary(marks) else None
    usual = _DOT if widget.is_radio_button else _CHECK
    mark = caption if caption and len(caption) == 1 and caption.isascii() else usual
    box = _box(widget)
    size = min(box.width, box.height) * 0.8
    x, y = (box.width - size * 0.75) / 2, (box.height - size * 0.7) / 2
    shown = f"/HDF {size:.2f} Tf {x:.2f} {y:.2f} Td <{mark.encode().hex()}> Tj"
    content = f"{_frame(widget, box)}q BT 0 g {shown} ET Q"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)
    _set(pdf, widget.node, content, box, Dictionary(Font=Dictionary(HDF=font)))


def _box(widget: Widget) -> _Box:
    width, height = size_of(widget.node)
    turn = _turn(widget)
    if turn in (90, 270):
        width, height = height, width
    return _Box(width, height, turn)


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


def _set(pdf: Pdf, node: Value, content: str, box: _Box, resources: Value) -> None:
    stream = pdf.make_stream(content.encode("ascii"))
    stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Form
    stream["/BBox"] = Array([0, 0, round(box.width, 2), round(box.height, 2)])
    stream["/Resources"] = resources
    if box.turn in (90, 180, 270):
        stream["/Matrix"] = Array(Matrix().rotated(box.turn).shorthand)
    node["/AP"] = Dictionary(N=stream)


def _frame(widget: Widget, box: _Box) -> str:
    marks = widget.node.get("/MK")
    if not is_dictionary(marks):
        return ""
    shape = f"0.5 0.5 {box.width - 1:.2f} {box.height - 1:.2f} re"
    if widget.is_radio_button and (text_of(marks.get("/CA")) or _DOT) == _DOT:
        shape = _circle(box)
    parts = []
    for key, operators, paint in (("/BG", ("g", "rg", "k"), "f"), ("/BC", ("G", "RG", "K"), "S")):
        colour = [part for part in entries(marks.get(key)) if isinstance(part, (int, Decimal))]
        if len(colour) in (1, 3, 4):
            numbers = " ".join(f"{float(part):.3f}" for part in colour)
            parts.append(
                f"q {numbers} {operators[(1, 3, 4).index(len(colour))]} {shape} {paint} Q\n"
            )
    return "".join(parts)


def _circle(box: _Box) -> str:
    x, y, radius = box.width / 2, box.height / 2, (min(box.width, box.height) - 1) / 2
    far = radius * _ROUND
    quarter = [(radius, far), (far, radius), (0.0, radius)]
    path = [f"{x + radius:.2f} {y:.2f} m"]
    for _ in range(4):
        path += [f"{x + right:.2f} {y + up:.2f}" for right, up in quarter]
        path.append("c")
        quarter = [(-up, right) for right, up in quarter]
    return " ".join(path)


def _show(font: Font, text: str, x: float, y: float) -> str:
    return f"1 0 0 1 {x:.2f} {y:.2f} Tm <{font.encode(text).hex()}> Tj\n"


def _start(font: Font, size: float, text: str, room: float, quadding: int) -> float:
    left = room - font.width(text) * size / 1000
    return _PADDING + (max(0.0, left) * {1: 0.5, 2: 1.0}.get(quadding, 0.0))


def _line(text: str, font: Font, size: float, box: _Box, quadding: int) -> tuple[str, bool]:
    room = max(1.0, box.width - 2 * _PADDING)
    size = size or min(_LARGEST, max(_SMALLEST, box.height * 0.72))
    natural = font.width(text) / 1000
    if natural * size > room:
        size = max(_SMALLEST, room / natural)
    y = (box.height - size * 0.72) / 2
    shown = _show(font, text, _start(font, size, text, room, quadding), y)
    # A hair over is no letter less.
    return f"/HDF {size:.2f} Tf\n{shown}", natural * size <= room + _PADDING


def _comb(text: str, font: Font, size: float, box: _Box, cells: int) -> str:
    cell = box.width / max(cells, len(text))
    size = min(size or _LARGEST, box.height * 0.85, cell * 1.6)
    y = (box.height - size * 0.72) / 2
    shown = [
        _show(font, char, cell * (index + 0.5) - font.width(char) * size / 2000, y)
        for index, char in enumerate(text)
        if not char.isspace()
    ]
    return f"/HDF {size:.2f} Tf\n" + "".join(shown)


def _lines(text: str, font: Font, size: float, box: _Box, quadding: int) -> tuple[str, bool]:
    room = max(1.0, box.width - 2 * _PADDING)
    size = size or _LARGEST
    lines = _wrap(text, font, size, room)
    while size > _SMALLEST and len(lines) * size * _LEADING > box.height - 2 * _PADDING:
        size = max(_SMALLEST, size - _STEP)
        lines = _wrap(text, font, size, room)
    y = box.height - _PADDING - size * 0.9
    shown = []
    for line in lines:
        if line:
            shown.append(_show(font, line, _start(font, size, line, room, quadding), y))
        y -= size * _LEADING
    widest = max(font.width(line) for line in lines) * size / 1000
    fits = len(lines) * size * _LEADING <= box.height and widest <= room + _PADDING
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
