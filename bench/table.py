"""The results as a Markdown table, and as JSON."""

from collections.abc import Mapping, Sequence
from statistics import median

from bench.measure import Measured, Result


def markdown(results: Sequence[Result], machine: Mapping[str, str], rounds: int) -> str:
    """The table, the machine and the notes."""
    lines = [
        f"Medians of {rounds} rounds, ours and the bare bot in turns; in brackets least and most.",
        "",
        "| row | ours | bare | ours / bare | at most | |",
        "|---|---|---|---|---|---|",
        *(_line(result) for result in results),
        "",
        *(f"- {name}: {value}" for name, value in machine.items()),
    ]
    notes = [
        f"- {r.row.name}: {r.measured.note}" for r in results if r.measured and r.measured.note
    ]
    problems = [f"- {r.row.name}: {r.problem}" for r in results if r.problem]
    for title, found in (("Notes", notes), ("Not measured", problems)):
        if found:
            lines += ["", f"{title}:", *found]
    return "\n".join(lines) + "\n"


def _line(result: Result) -> str:
    row, measured = result.row, result.measured
    limit = "stated" if row.limit is None else f"{row.limit:g}"
    if row.most is not None:
        limit = f"{row.most:g} {row.unit}".strip()
    ours = bare = ratio = "–"
    if measured is not None:
        ours = with_spread(measured.ours, row.unit)
        bare = with_spread(measured.bare, row.unit) if measured.bare else "–"
        ratio = "–" if measured.ratio is None else f"{measured.ratio:.2f}"
    verdict = {True: "pass", False: "**fail**", None: ""}[result.passed]
    if measured is None:
        verdict = "**not measured**"
    return f"| {row.title} | {ours} | {bare} | {ratio} | {limit} | {verdict} |"


def with_spread(numbers: Sequence[float], unit: str) -> str:
    """``median unit (least-most)``; a single number stands alone."""
    text = f"{_short(median(numbers))} {unit}"
    if len(numbers) > 1:
        text += f" ({_short(min(numbers))}–{_short(max(numbers))})"
    return text


def _short(number: float) -> str:
    if number >= 100:
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.3f}"


def as_json(result: Result) -> dict[str, object]:
    """One row for ``--json``."""
    row, measured = result.row, result.measured
    shape: dict[str, object] = {
        "row": row.name,
        "title": row.title,
        "unit": row.unit,
        "limit": row.limit,
        "most": row.most,
        "passed": result.passed,
    }
    if measured is None:
        return {**shape, "problem": result.problem}
    return {
        **shape,
        "ours": _numbers(measured, "ours"),
        "bare": _numbers(measured, "bare"),
        "ratio": measured.ratio,
        "note": measured.note,
    }


def _numbers(measured: Measured, side: str) -> dict[str, object] | None:
    numbers = measured.ours if side == "ours" else measured.bare
    if not numbers:
        return None
    return {"median": median(numbers), "min": min(numbers), "max": max(numbers), "rounds": numbers}
