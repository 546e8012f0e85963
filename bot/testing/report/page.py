"""The report on labelled questions as one page that needs nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from bot.testing.evaluate import Judged
from bot.testing.limits import LIMITS, Limit, missed
from bot.testing.report import figures, pictures
from bot.testing.report.nearest import nearest, read_examples
from bot.testing.report.thresholds import read_config, unsure_with

_HERE = Path(__file__).parent
_MOST_MISTAKES = 40
_BARS = 20
_STEPS = [n / 20 for n in range(20)]
_SETTINGS = {
    "threshold": "How sure the first guess must be to be answered.",
    "short_threshold": "The same for messages of few words.",
    "ambiguity_threshold": "How much surer than the second guess the first must be.",
}


@dataclass(frozen=True)
class About:
    """What a report is about, for its head."""

    file: str
    asked_on: str
    model: str
    limits: tuple[Limit, ...] = LIMITS


def percent(value: float, digits: int = 1) -> str:
    """A share as people write it."""
    return f"{value:.{digits}%}"


def environment() -> jinja2.Environment:
    """Templates of reports; all that comes from outside is escaped."""
    found = jinja2.Environment(loader=jinja2.FileSystemLoader(_HERE), autoescape=True)
    found.globals["percent"] = percent
    style = (_HERE / "report.css").read_text(encoding="utf-8")
    found.globals["style"] = Markup(style)  # noqa: S704 -- our own file
    return found


def page(
    judged: Sequence[Judged], summary: Mapping[str, Any], about: About, data_dir: Path, config: Path
) -> str:
    """The whole page. ``data_dir`` and ``config``: where the examples and thresholds stand."""
    shares = figures.headline(judged)
    bins, error = figures.calibration(judged)
    topics = figures.by_topic(judged)
    mistakes, not_shown = _mistakes(judged, data_dir)
    settings = read_config(config)
    right, wrong = _confidences(judged)
    limits = _limits(settings)
    return environment().get_template("report.html").render(
        title="How right the assistant is",
        questions=len(judged),
        file=about.file,
        asked_on=about.asked_on,
        model=about.model,
        right=shares["right"],
        headline=shares,
        bounds={limit.words: limit.bound for limit in about.limits},
        missed=missed(summary, about.limits),
        macro_f1=summary["macro_f1"],
        mistakes=mistakes,
        not_shown=not_shown,
        picture_confusion=_confusion(judged),
        pairs=[(meant, came, len(ones)) for meant, came, ones in figures.confusions(judged)],
        topics=topics,
        picture_topics=pictures.topics(topics),
        bins=bins,
        calibration_error=error,
        picture_calibration=pictures.calibration(bins),
        thresholds=limits,
        histogram=_histogram(right, wrong),
        picture_histogram=pictures.histogram(right, wrong, limits),
        costs=_costs(judged, settings, {j.expected for j in judged}),
    )  # fmt: skip


def _mistakes(judged: Sequence[Judged], data_dir: Path) -> tuple[list[Any], int]:
    rows = figures.confusions(judged)
    texts = [one.text for _, _, ones in rows for one in ones]
    shown = texts[:_MOST_MISTAKES]
    near = dict(zip(shown, nearest(shown, read_examples(data_dir)), strict=True))
    listed = []
    for meant, came, ones in rows:
        kept = [(one, near[one.text]) for one in ones if one.text in near]
        if kept:
            listed.append((meant, came, kept))
    return listed, len(texts) - len(shown)


def _confusion(judged: Sequence[Judged]) -> Markup:
    counts = Counter((one.expected, figures.got(one)) for one in judged)
    rows = sorted({one.expected for one in judged})
    others = {came for _, came in counts} - set(rows)
    return pictures.confusion(counts, rows, [*rows, *sorted(others)])


def _confidences(judged: Sequence[Judged]) -> tuple[list[float], list[float]]:
    right: list[float] = []
    wrong: list[float] = []
    for one in judged:
        if guess := figures.guess_of(one):
            (right if guess[0] == one.expected else wrong).append(guess[1])
    return right, wrong


def _histogram(
    right: Sequence[float], wrong: Sequence[float]
) -> list[tuple[float, float, int, int]]:
    def counts(values: Sequence[float]) -> Counter[int]:
        return Counter(min(int(value * _BARS), _BARS - 1) for value in values)

    hits, misses = counts(right), counts(wrong)
    bars = [(n / _BARS, (n + 1) / _BARS, hits[n], misses[n]) for n in range(_BARS)]
    return [bar for bar in bars if bar[2] or bar[3]]


def _limits(settings: Mapping[str, Any]) -> dict[str, float]:
    limits = {}
    if "threshold" in settings:
        limits["threshold"] = float(settings["threshold"])
    if "short_threshold" in settings:
        words = f"threshold for up to {settings.get('short_words', 0)} words"
        limits[words] = float(settings["short_threshold"])
    return limits


def _costs(judged: Sequence[Judged], settings: Mapping[str, Any], topics: set[str]) -> list[Any]:
    if not settings or not any(one.guesses for one in judged):
        return []
    result = []
    for setting, words in _SETTINGS.items():
        if setting not in settings:
            continue
        now = float(settings[setting])
        steps = sorted({*_STEPS, now})
        rows = figures.costs(judged, unsure_with(settings, setting), steps, topics)
        picture = pictures.threshold_costs(rows, now, setting)
        result.append((setting, words, now, picture, _changes(rows, now)))
    return result


def _changes(rows: Sequence[figures.Cost], now: float) -> list[figures.Cost]:
    """Rows that differ from the one before, and the one in force."""
    kept: list[figures.Cost] = []
    for row in rows:
        last = replace(kept[-1], threshold=row.threshold) if kept else None
        if row != last or row.threshold == now:
            kept.append(row)
    return kept
