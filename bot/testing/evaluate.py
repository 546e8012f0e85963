"""``helpdesk evaluate``: labelled questions, each in a fresh conversation, and what came back."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.answer import DECLINED_TOPICS
from bot.outcomes import ANSWERED, DECLINED, NOT_UNDERSTOOD, OFFERED
from bot.testing.client import Filer
from bot.testing.tracker import TrackerReader

_FIRST = 3
_UNSURE = "nlu_fallback"  # Rasa puts it before the guesses where it is not sure


class QuestionsError(ValueError):
    """The file of questions cannot be used; the message names the line."""


@dataclass(frozen=True)
class Question:
    """A filer's words and the topic that they mean; ``before``: what the filer said first, where
    the words follow an answer."""

    text: str
    topic: str
    before: str = ""


@dataclass(frozen=True)
class Judged:
    """One question and what was replied. See design.md, Contracts. ``guesses``: the classifier's
    best guesses with their confidence, and ``entities`` the kinds of entities that were found;
    both are seen in a private copy only."""

    text: str
    expected: str
    predicted: str | None
    offered: tuple[str, ...]
    outcome: str
    confidence: float | None
    guesses: tuple[tuple[str, float], ...] = ()
    entities: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the topic that was meant was answered (or declined)."""
        return self.predicted == self.expected

    @property
    def wrong(self) -> bool:
        """Whether another topic was answered."""
        return self.outcome == ANSWERED and not self.right

    @classmethod
    def from_dict(cls, line: Mapping[str, Any]) -> "Judged":
        """From a JSON line."""
        return cls(
            line["text"],
            line["expected"],
            line["predicted"],
            tuple(line["offered"]),
            line["outcome"],
            line["confidence"],
        )

    def to_dict(self) -> dict[str, Any]:
        """As one JSON line."""
        return {
            "text": self.text,
            "expected": self.expected,
            "predicted": self.predicted,
            "offered": list(self.offered),
            "outcome": self.outcome,
            "confidence": self.confidence,
        }


def read_questions(path: Path, topics: Sequence[str]) -> list[Question]:
    """Each line of a tab-separated file with the columns text, topic and, where wanted, before.

    Raises:
        QuestionsError: no such file, no such columns, no text, or a topic that is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path} cannot be read: {error}") from error
    if not rows or not {"text", "topic"} <= set(rows[0]):
        raise QuestionsError(f"{path} needs a header line with the columns text and topic.")
    for number, row in enumerate(rows, start=2):
        if not (row["text"] or "").strip():
            raise QuestionsError(f"{path}, line {number}: the column text is empty.")
        if row["topic"] not in topics:
            raise QuestionsError(f"{path}, line {number}: {row['topic']!r} is no topic.")
    return [Question(row["text"], row["topic"], row.get("before") or "") for row in rows]


def judge(
    url: str,
    topic_of_choice: Callable[[str], str | None],
    question: Question,
    tracker: TrackerReader | None = None,
) -> Judged:
    """Ask one question in a fresh conversation, after what was said before it."""
    with Filer(url) as filer:
        if question.before:
            filer.say(question.before)
        reply = filer.say(question.text)
        seen = tracker.turns(filer.token)[-1:] if tracker and filer.token else []
    outcome = str(reply.get("outcome"))
    choices = [topic_of_choice(choice["id"]) for choice in reply.get("choices", ())]
    unsure = outcome in {OFFERED, NOT_UNDERSTOOD}
    # an answer that was given already and has nothing more exact on it comes before its choices
    offered = tuple(c for c in (reply.get("topic"), *choices) if c) if unsure else ()
    predicted = None if unsure else reply.get("topic")
    return Judged(
        question.text,
        question.topic,
        predicted,
        offered,
        outcome,
        filer.confidence,
        guesses=tuple(g for turn in seen for g in turn.ranking if g[0] != _UNSURE),
        entities=tuple(kind for turn in seen for kind in turn.entities),
    )


def judge_all(
    url: str,
    questions: Sequence[Question],
    topics: Sequence[str],
    workers: int = 2,
    database_url: str | None = None,
) -> Iterator[Judged]:
    """Ask all questions, a few at a time; results in order. With the ``database_url`` of a private
    copy the classifier's guesses are read there."""
    tracker = TrackerReader(database_url) if database_url else None

    def topic_of_choice(choice_id: str) -> str | None:
        topic = choice_id.partition(".")[0]
        return topic if topic in topics else None

    try:
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(lambda q: judge(url, topic_of_choice, q, tracker), questions)
    finally:
        if tracker is not None:
            tracker.close()


def summarize(judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures over all questions. Shares from 0 to 1."""
    n = len(judged)
    right = [j.right for j in judged]
    offered = [j.expected in j.offered[:_FIRST] for j in judged]
    wrong = [j.wrong for j in judged]
    to_decline = [j for j in judged if j.expected in DECLINED_TOPICS]
    declined = sum(j.outcome == DECLINED for j in to_decline)
    return {
        "n": n,
        "right": _share(sum(right), n),
        "right_or_offered": _share(sum(r or o for r, o in zip(right, offered, strict=True)), n),
        "wrong": _share(sum(wrong), n),
        "declined_right": _share(declined, len(to_decline)),
        "macro_f1": macro_f1(judged),
    }


def macro_f1(judged: Sequence[Judged]) -> float:
    """Mean over topics of the harmonic mean of precision and recall."""
    scores = []
    for topic in sorted({j.expected for j in judged}):
        hits = sum(j.predicted == topic == j.expected for j in judged)
        said = sum(j.predicted == topic for j in judged)
        meant = sum(j.expected == topic for j in judged)
        scores.append(2 * hits / (said + meant) if said + meant else 0.0)
    return round(sum(scores) / len(scores), 4) if scores else 0.0


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0
