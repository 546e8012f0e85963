"""The pictures of a report as SVG, readable without colour: shapes, hatches and words tell things
apart. Each returns an ``<svg>`` element to stand in a page."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from markupsafe import Markup

from bot.testing.report.figures import Bin, Cost, TopicFigures

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.7,
    "figure.constrained_layout.use": True,
}
_INK = "#1b1b1b"
_PALE = "#d6d7d9"
_PERCENT = "{:.0%}"


@contextmanager
def _figure(name: str, width: float, height: float, **subplots: Any) -> Iterator[tuple[Any, Any]]:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # the salt makes ids that are alike in every run, and differ from picture to picture of a page
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height))
        yield figure, figure.subplots(**subplots)


def _svg(figure: Any, title: str) -> Markup:
    from xml.sax.saxutils import escape, quoteattr

    out = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(out, format="svg", metadata=nothing, transparent=True)
    text = out.getvalue()
    svg = text[text.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    head = f'<svg role="img" aria-label={quoteattr(title)}'
    whole = svg.replace("<svg", head, 1).replace(">", f"><title>{escape(title)}</title>", 1)
    return Markup(whole)  # noqa: S704 -- matplotlib escapes the words in it


def _percent_axis(axis: Any) -> None:
    axis.set_major_formatter(lambda value, _: _PERCENT.format(value))


def calibration(bins: Sequence[Bin]) -> Markup:
    """Share of right guesses over confidence, with intervals; the diagonal is where both agree."""
    with _figure("calibration", 7.2, 5.0) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=_INK, linestyle=":", linewidth=1)
        axes.text(0.03, 0.09, "as sure as right", rotation=41, fontsize=9, rotation_mode="anchor")
        x = [b.mean for b in bins]
        y = [b.right.value for b in bins]
        below = [max(0.0, b.right.value - b.right.low) for b in bins]
        above = [max(0.0, b.right.high - b.right.value) for b in bins]
        axes.errorbar(
            x, y, [below, above], color=_INK, fmt="o", markersize=5, capsize=3, elinewidth=0.8
        )
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
        axes.set(xlabel="confidence of the first guess", ylabel="share that was right")
        _percent_axis(axes.xaxis)
        _percent_axis(axes.yaxis)
        return _svg(figure, "Calibration: share of right guesses over their confidence")


def histogram(
    right: Sequence[float], wrong: Sequence[float], thresholds: Mapping[str, float]
) -> Markup:
    """How many guesses, right and wrong, have which confidence, and where the thresholds lie."""
    edges = [n / 20 for n in range(21)]
    with _figure("histogram", 7.2, 4.6, nrows=2, sharex=True) as (figure, both):
        looks: Any = (
            (both[0], right, "right guesses", {"color": _PALE}),
            (both[1], wrong, "wrong guesses", {"color": "white", "hatch": "////"}),
        )
        for axes, values, label, look in looks:
            counts, _, _ = axes.hist(values, bins=edges, edgecolor=_INK, linewidth=0.8, **look)
            axes.set_ylabel(label)
            axes.set_ylim(0, max(1.0, float(max(counts))) * 1.3)
            axes.yaxis.get_major_locator().set_params(integer=True)
            for number, (words, at) in enumerate(thresholds.items()):
                axes.axvline(at, color=_INK, linestyle="--" if number else "-", linewidth=1.4)
                if axes is both[0]:
                    axes.text(
                        at, axes.get_ylim()[1] * (0.97 - 0.11 * number), f"  {words}: {at:g}",
                        va="top", fontsize=9,
                    )  # fmt: skip
        both[1].set(xlim=(0, 1), xlabel="confidence of the first guess")
        _percent_axis(both[1].xaxis)
        return _svg(figure, "How many guesses have which confidence")


def confusion(
    counts: Mapping[tuple[str, str], int], rows: Sequence[str], cols: Sequence[str]
) -> Markup:
    """A square for each pair of meant and got: the darker, the more; numbers where there are any.
    Mistakes have a frame."""
    with _figure("confusion", 10.2, 9.0) as (figure, axes):
        table = [[counts.get((row, col), 0) for col in cols] for row in rows]
        shares = [[n / max(1, sum(line)) for n in line] for line in table]
        axes.pcolormesh(
            shares, cmap="Greys", vmin=0, vmax=2.4, edgecolor="#e8e8e8", linewidth=0.5
        )  # never so dark that black numbers cannot be read
        for y, line in enumerate(table):
            for x, n in enumerate(line):
                mistake = n and rows[y] != cols[x]
                if n:
                    axes.text(
                        x + 0.5, y + 0.5, str(n), ha="center", va="center", fontsize=7.5,
                        fontweight="bold" if mistake else "normal",
                    )  # fmt: skip
                if mistake:
                    box = [(x, x + 1, x + 1, x, x), (y, y, y + 1, y + 1, y)]
                    axes.plot(*box, color=_INK, linewidth=1)
        axes.set_xticks([n + 0.5 for n in range(len(cols))], cols, rotation=90, fontsize=8)
        axes.set_yticks([n + 0.5 for n in range(len(rows))], rows, fontsize=8)
        axes.tick_params(length=0)
        axes.invert_yaxis()
        axes.set(xlabel="what was answered", ylabel="what was meant")
        return _svg(figure, "Confusion matrix: topics meant, and topics answered")


def topics(rows: Sequence[TopicFigures]) -> Markup:
    """Precision and recall of each topic on a line."""
    with _figure("topics", 7.2, 0.27 * len(rows) + 1.1) as (figure, axes):
        for y, row in enumerate(rows):
            ends = (row.precision.value, row.recall.value)
            axes.plot(ends, (y, y), color=_INK, linewidth=0.8)
        places = range(len(rows))
        look: Any = {"linestyle": "none", "markeredgecolor": _INK}
        axes.plot(
            [r.precision.value for r in rows], places, marker="s", markersize=6,
            color="white", label="precision", **look,
        )  # fmt: skip
        axes.plot(
            [r.recall.value for r in rows], places, marker="o", markersize=4,
            color=_INK, label="recall", **look,
        )  # fmt: skip
        least = min((min(r.precision.value, r.recall.value) for r in rows), default=0.0)
        axes.set_xlim(max(0.0, least - 0.05), 1.01)
        axes.set_yticks(list(places), [r.topic for r in rows], fontsize=8.5)
        axes.invert_yaxis()
        axes.grid(axis="x", color=_PALE, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", frameon=True, fontsize=9)
        _percent_axis(axes.xaxis)
        return _svg(figure, "Precision and recall by topic")


def threshold_costs(rows: Sequence[Cost], now: float, setting: str) -> Markup:
    """Right and wrong answers, and questions asked back, over the threshold; a line where it is."""
    series = (
        ("answered right", [r.right for r in rows], "o", "-"),
        ("answered wrong", [r.wrong for r in rows], "x", "-"),
        ("asked back", [r.asked_back for r in rows], "s", "--"),
        ("asked back in vain", [r.lost for r in rows], "^", ":"),
    )
    with _figure(f"costs-{setting}", 7.2, 4.8, nrows=2, sharex=True) as (figure, both):
        at = [r.threshold for r in rows]
        for number, (label, values, marker, line) in enumerate(series):
            axes = both[0] if number == 0 else both[1]
            axes.plot(
                at, values, marker=marker, linestyle=line, color=_INK, markersize=4.5,
                linewidth=1, markerfacecolor="white", label=label,
            )  # fmt: skip
        for axes in both:
            axes.axvline(now, color=_INK, linewidth=1.4)
            axes.grid(axis="y", color=_PALE, linewidth=0.6)
            axes.set_axisbelow(True)
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=9)
            axes.yaxis.get_major_locator().set_params(integer=True)
            axes.set_ylabel("questions")
        both[1].set_xlabel(f"{setting} (line: as it is now, {now:g})")
        return _svg(figure, f"What another {setting} would cost")
