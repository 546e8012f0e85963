"""Draws the background and the border that a field asks for (ISO 32000-2, 12.5.4, 12.5.6.19)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.pdfcheck.repair.widgets import COMB, Widget
from bot.pdfcheck.values import Value, entries, is_dictionary, name_of, number_of, text_of

#: What a round button is marked with, in ZapfDingbats.
DOT = "l"
_PADDING = 2.0
_WIDEST = 20.0
# How far the control points of a quarter of a circle lie from its ends, for a radius of 1.
_ROUND = 0.5523
# The grey of the upper left and the lower right edge inside the border.
_EDGES = {"/B": ("1", "0.5"), "/I": ("0.5", "0.75")}


@dataclass(frozen=True, slots=True)
class Box:
    """The place for a drawing, before it is turned. width, height: points; turn: degrees."""

    width: float
    height: float
    turn: int


@dataclass(frozen=True, slots=True)
class Border:
    """width: points; style: a key of table 168; dashes: points on and off."""

    width: float
    style: str
    dashes: tuple[float, ...]

    @property
    def padding(self) -> float:
        """How far in points the text stays away from the sides of the box."""
        edges = 2 if self.style in _EDGES else 1
        return max(_PADDING, self.width * edges + 1)


def border_of(widget: Widget) -> Border:
    """The border of a field, from /BS or the older /Border."""
    said = widget.node.get("/BS")
    if is_dictionary(said):
        width = _number(said.get("/W"))
        style, dashes = name_of(said.get("/S")) or "/S", _numbers(said.get("/D"))
    else:
        older = list(entries(widget.node.get("/Border")))
        width = _number(older[2]) if len(older) > 2 else None
        dashes = _numbers(older[3]) if len(older) > 3 else ()
        style = "/D" if dashes else "/S"
    width = 1.0 if width is None else min(max(width, 0.0), _WIDEST)
    usable = tuple(dash for dash in dashes[:4] if dash >= 0)
    return Border(width, style, usable if sum(usable) > 0 else (3.0,))


def frame(widget: Widget, box: Box) -> str:
    """Operators that draw background and border, empty where the field asks for neither."""
    marks = widget.node.get("/MK")
    if not is_dictionary(marks):
        return ""
    border = border_of(widget)
    parts = []
    fill = _colour(marks.get("/BG"), ("g", "rg", "k"))
    stroke = _colour(marks.get("/BC"), ("G", "RG", "K"))
    if fill:
        parts.append(f"q {fill} {_shape(widget, marks, box, 0)} f Q\n")
    if stroke and border.width:
        parts.append(f"q {stroke} {border.width:.2f} w ")
        if border.style == "/U":
            y = border.width / 2
            parts.append(f"0 {y:.2f} m {box.width:.2f} {y:.2f} l")
        else:
            if border.style == "/D":
                parts.append(f"[{' '.join(f'{dash:.2f}' for dash in border.dashes)}] 0 d ")
            parts.append(_shape(widget, marks, box, border.width / 2))
            parts.append(_cells(widget, box, border))
        parts.append(" S Q\n")
        if border.style in _EDGES and not _is_round(widget, marks):
            parts.append(_edges(box, border))
    return "".join(parts)


def _shape(widget: Widget, marks: Value, box: Box, inset: float) -> str:
    if _is_round(widget, marks):
        return _circle(box, max(inset, 0.5))
    width, height = max(0.0, box.width - 2 * inset), max(0.0, box.height - 2 * inset)
    return f"{inset:.2f} {inset:.2f} {width:.2f} {height:.2f} re"


def _is_round(widget: Widget, marks: Value) -> bool:
    return widget.is_radio_button and (text_of(marks.get("/CA")) or DOT) == DOT


def _cells(widget: Widget, box: Box, border: Border) -> str:
    """The lines between the letters of a comb."""
    cells = number_of(widget.values.get("/MaxLen")) or 0
    is_comb = widget.kind == "/Tx" and widget.flags & COMB
    # Lines closer than they are wide would be a block.
    if not is_comb or cells < 2 or box.width / cells <= 2 * border.width:
        return ""
    places = (box.width * number / cells for number in range(1, cells))
    return "".join(f" {x:.2f} 0 m {x:.2f} {box.height:.2f} l" for x in places)


def _edges(box: Box, border: Border) -> str:
    light, dark = _EDGES[border.style]
    near, far = border.width, 2 * border.width
    right, top = box.width - near, box.height - near
    inner_right, inner_top = box.width - far, box.height - far
    if inner_right <= far or inner_top <= far:
        return ""
    upper_left = (
        f"{near:.2f} {near:.2f} m {near:.2f} {top:.2f} l {right:.2f} {top:.2f} l "
        f"{inner_right:.2f} {inner_top:.2f} l {far:.2f} {inner_top:.2f} l {far:.2f} {far:.2f} l"
    )
    lower_right = (
        f"{right:.2f} {top:.2f} m {right:.2f} {near:.2f} l {near:.2f} {near:.2f} l "
        f"{far:.2f} {far:.2f} l {inner_right:.2f} {far:.2f} l {inner_right:.2f} {inner_top:.2f} l"
    )
    return f"q {light} g {upper_left} f {dark} g {lower_right} f Q\n"


def _circle(box: Box, inset: float) -> str:
    x, y = box.width / 2, box.height / 2
    radius = max(0.0, min(box.width, box.height) / 2 - inset)
    far = radius * _ROUND
    quarter = [(radius, far), (far, radius), (0.0, radius)]
    path = [f"{x + radius:.2f} {y:.2f} m"]
    for _ in range(4):
        path += [f"{x + right:.2f} {y + up:.2f}" for right, up in quarter]
        path.append("c")
        quarter = [(-up, right) for right, up in quarter]
    return " ".join(path)


def _colour(value: Value, operators: tuple[str, str, str]) -> str:
    parts = _numbers(value)
    if len(parts) not in (1, 3, 4):
        return ""
    return " ".join([*(f"{part:.3f}" for part in parts), operators[(1, 3, 4).index(len(parts))]])


def _numbers(value: Value) -> tuple[float, ...]:
    return tuple(float(part) for part in entries(value) if isinstance(part, (int, Decimal)))


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, (int, float, Decimal)) else None
