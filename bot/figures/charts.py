"""Bar charts as SVG, made on the server and readable without colour: every series has a pattern of
its own, every bar its figure beside it, and a reader by voice hears the whole as one sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_WIDTH = 720
_CHAR = 7.2  # width of a letter at 13 px, on average
_PATTERNS = ("", "M0 6L6 0", "M3 3h.01", "M0 3h6")
_MOST_LABELLED = 16


@dataclass(frozen=True)
class Series:
    """One kind of bar; None stands for a place where there is nothing to show."""

    name: str
    values: Sequence[float | None]


def column_chart(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = ""
) -> str:
    """Bars side by side over ``labels``, such as weeks; at most four series."""
    height, base, top = 260, 216, 40
    svg = _svg(title, _summary(title, labels, series, unit), height)
    _patterns(svg, title, len(series))
    most = max((v for s in series for v in s.values if v is not None), default=0) or 1
    step = _WIDTH / max(1, len(labels))
    bar = min(46.0, step * 0.8 / len(series))
    every = max(1, -(-len(labels) // _MOST_LABELLED))
    for n, one in enumerate(series):
        for i, value in enumerate(one.values):
            if value is None:
                continue
            tall = (base - top) * value / most
            left = step * (i + 0.5) + bar * (n - len(series) / 2)
            _rect(svg, title, n, left, base - tall, bar, tall)
            if i % every == 0 or value == most:
                _text(svg, left + bar / 2, base - tall - 5, f"{value:g}{unit}", "middle")
    ET.SubElement(
        svg, "path", {"d": f"M0 {base}.5H{_WIDTH}", "stroke": "currentColor", "fill": "none"}
    )
    for i, label in enumerate(labels):
        if i % every == 0:
            _text(svg, step * (i + 0.5), base + 18, label, "middle")
    _legend(svg, title, [one.name for one in series], height - 8)
    return ET.tostring(svg, encoding="unicode")


def row_chart(title: str, rows: Sequence[tuple[str, float]], *, unit: str = "") -> str:
    """One bar a row, with its name before and its figure behind it."""
    tall, gap = 18, 10
    svg = _svg(
        title,
        _summary(title, [name for name, _ in rows], [Series("", [n for _, n in rows])], unit),
        len(rows) * (tall + gap) + gap,
    )
    _patterns(svg, title, 1)
    left = min(300.0, max((len(name) for name, _ in rows), default=0) * _CHAR + 12)
    most = max((value for _, value in rows), default=0) or 1
    for i, (name, value) in enumerate(rows):
        y = gap + i * (tall + gap)
        wide = (_WIDTH - left - 70) * value / most
        _text(svg, left - 8, y + 13, _shortened(name, left), "end")
        _rect(svg, title, 0, left, y, wide, tall)
        _text(svg, left + wide + 6, y + 13, f"{value:g}{unit}", "start")
    return ET.tostring(svg, encoding="unicode")


def _svg(title: str, summary: str, height: float) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height:g}",
            "role": "img",
            "class": "chart",
            "aria-labelledby": f"{_slug(title)}-says",
        },
    )
    ET.SubElement(svg, "title", {"id": f"{_slug(title)}-says"}).text = summary
    return svg


def _summary(title: str, labels: Sequence[str], series: Sequence[Series], unit: str) -> str:
    parts = [
        f"{label}{f', {one.name}' if one.name else ''}: {value:g}{unit}"
        for i, label in enumerate(labels)
        for one in series
        if (value := one.values[i]) is not None
    ]
    return f"{title}. {'; '.join(parts) or 'Nothing yet'}."


def _patterns(svg: ET.Element, title: str, count: int) -> None:
    defs = ET.SubElement(svg, "defs")
    for n in range(1, count):
        pattern = ET.SubElement(
            defs,
            "pattern",
            {
                "id": f"{_slug(title)}-{n}",
                "width": "6",
                "height": "6",
                "patternUnits": "userSpaceOnUse",
            },
        )
        ET.SubElement(
            pattern,
            "path",
            {
                "d": _PATTERNS[n % len(_PATTERNS)],
                "stroke": "currentColor",
                "stroke-width": "2",
                "stroke-linecap": "round",
            },
        )


def _rect(
    svg: ET.Element, title: str, n: int, x: float, y: float, width: float, height: float
) -> None:
    fill = "currentColor" if n == 0 else f"url(#{_slug(title)}-{n})"
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
    ET.SubElement(svg, "rect", {**place, "fill": fill, "stroke": "currentColor"})


def _text(svg: ET.Element, x: float, y: float, text: str, anchor: str) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    element = ET.SubElement(svg, "text", {**place, "font-size": "13", "fill": "currentColor"})
    element.text = text


def _legend(svg: ET.Element, title: str, names: Sequence[str], y: float) -> None:
    if len(names) < 2:
        return
    x = 0.0
    for n, name in enumerate(names):
        _rect(svg, title, n, x, y - 12, 14, 14)
        _text(svg, x + 20, y, name, "start")
        x += 20 + len(name) * _CHAR + 24


def _shortened(name: str, room: float) -> str:
    most = int((room - 8) / _CHAR)
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "chart"
