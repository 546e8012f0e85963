"""The figures of a report on labelled questions. Shares run from 0 to 1."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.knowledge.answer import DECLINED_TOPICS
from bot.outcomes import DECLINED
from bot.testing.evaluate import Judged

_Z = 1.959964  # of the normal distribution, for 95 %
_BINS = 10


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole``, with Wilson's interval of 95 % (Wilson 1927), which also holds near 0
    and 1 and for few cases."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share itself; 1 of nothing."""
        return self.part / self.whole if self.whole else 1.0

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self._interval()[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self._interval()[1]

    def _interval(self) -> tuple[float, float]:
        if not self.whole:
            return 0.0, 1.0
        n, p = self.whole, self.value
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)


def headline(judged: Sequence[Judged]) -> dict[str, Share]:
    """The shares of the summary, by what they say."""
    n = len(judged)
    to_decline = [j for j in judged if j.expected in DECLINED_TOPICS]
    helped = sum(j.right or j.expected in j.offered[:3] for j in judged)
    return {
        "right": Share(sum(j.right for j in judged), n),
        "right, or among the first three choices": Share(helped, n),
        "wrong: another topic was answered": Share(sum(j.wrong for j in judged), n),
        "declined, of those to decline": Share(
            sum(j.outcome == DECLINED for j in to_decline), len(to_decline)
        ),
    }


@dataclass(frozen=True)
class TopicFigures:
    """How one topic does: precision is the share of its answers that were meant, recall the share
    of its questions that were answered with it."""

    topic: str
    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.precision.whole + self.recall.whole
        return 2 * self.recall.part / both if both else 0.0


def by_topic(judged: Sequence[Judged]) -> list[TopicFigures]:
    """Topics in the questions, the weakest first."""
    said = Counter(j.predicted for j in judged)
    meant = Counter(j.expected for j in judged)
    hits = Counter(j.expected for j in judged if j.right)
    rows = [TopicFigures(t, Share(hits[t], said[t]), Share(hits[t], meant[t])) for t in meant]
    return sorted(rows, key=lambda row: (row.f1, row.topic))


@dataclass(frozen=True)
class Bin:
    """Guesses with a confidence from ``low`` to ``high``: how sure on average, how many right."""

    low: float
    high: float
    mean: float
    right: Share


def guess_of(one: Judged) -> tuple[str, float] | None:
    """The classifier's first guess with its confidence; where it cannot be seen, the topic of the
    reply stands for it."""
    if one.guesses:
        return one.guesses[0]
    if one.predicted is not None and one.confidence is not None:
        return one.predicted, one.confidence
    return None


def calibration(judged: Sequence[Judged]) -> tuple[list[Bin], float]:
    """Bins of confidence that hold a guess, and the expected calibration error: by how much
    confidence and share of right guesses differ, averaged over guesses."""
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for one in judged:
        if guess := guess_of(one):
            name, sure = guess
            inside[min(int(sure * _BINS), _BINS - 1)].append((sure, name == one.expected))
    bins = [
        Bin(
            number / _BINS,
            (number + 1) / _BINS,
            sum(sure for sure, _ in guesses) / len(guesses),
            Share(sum(hit for _, hit in guesses), len(guesses)),
        )
        for number, guesses in enumerate(inside)
        if guesses
    ]
    n = sum(b.right.whole for b in bins)
    error = sum(b.right.whole * abs(b.mean - b.right.value) for b in bins) / n if n else 0.0
    return bins, error


OFFERED = "(choices)"
NOTHING = "(not understood)"


def got(one: Judged) -> str:
    """What came of a question, in a word: a topic, or that none was answered."""
    return one.predicted or (OFFERED if one.outcome == "offered" else NOTHING)


def confusions(judged: Sequence[Judged]) -> list[tuple[str, str, list[Judged]]]:
    """(meant, got, questions) of all that was not right: wrong answers first, most frequent first,
    the surest mistakes first."""
    pairs: dict[tuple[str, str], list[Judged]] = {}
    for one in judged:
        if not one.right:
            pairs.setdefault((one.expected, got(one)), []).append(one)
    rows = [
        (meant, came, sorted(ones, key=lambda j: -(j.confidence or 0)))
        for (meant, came), ones in pairs.items()
    ]
    return sorted(rows, key=lambda row: (row[1].startswith("("), -len(row[2]), row[0], row[1]))


@dataclass(frozen=True)
class Cost:
    """What would come of all questions with another threshold, judged by the guesses alone."""

    threshold: float
    right: int
    wrong: int
    asked_back: int
    offered_right: int

    @property
    def lost(self) -> int:
        """Asked back, and what was meant is not among the first three choices."""
        return self.asked_back - self.offered_right


IsUnsure = Callable[[Judged, float], bool]


def costs(
    judged: Sequence[Judged], is_unsure: IsUnsure, thresholds: Sequence[float], topics: set[str]
) -> list[Cost]:
    """One row a threshold. Only questions whose guesses can be seen."""
    seen = [one for one in judged if one.guesses]
    rows = []
    for threshold in thresholds:
        asked = [one for one in seen if is_unsure(one, threshold)]
        answered = [one for one in seen if not is_unsure(one, threshold)]
        right = sum(one.guesses[0][0] == one.expected for one in answered)
        rows.append(
            Cost(
                threshold,
                right,
                len(answered) - right,
                len(asked),
                sum(one.expected in _first_topics(one, topics) for one in asked),
            )
        )
    return rows


def _first_topics(one: Judged, topics: set[str]) -> list[str]:
    return [name for name, _ in one.guesses if name in topics][:3]
