"""What a person makes of a group of questions: checked here before it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection, Engine

from bot.questions import store
from bot.questions.anonymous import complaints, perhaps_names, suggest, words_of
from bot.questions.training_file import (
    ExampleError,
    elsewhere,
    known_examples,
    new_ones,
    training_file,
)

MOST_TEXTS = 30
"""So many wordings of a group are offered: more of one kind teach nothing new."""


class ReviewError(ValueError):
    """The examples cannot be kept; ``faults`` says why by the place of the text."""

    def __init__(self, faults: Mapping[int, list[str]]) -> None:
        super().__init__("Some texts cannot be kept as they are.")
        self.faults = faults


@dataclass(frozen=True)
class Suggestion:
    """A wording as it was typed (masked), and as it could become an example; ``names`` are words
    to look at."""

    original: str
    text: str
    names: tuple[str, ...]


def suggestions(group: store.Group, topics_dir: Path) -> list[Suggestion]:
    """The wordings of a group, cleared as far as a program can."""
    known = words_of(known_examples(topics_dir))
    found = []
    for original in group.texts[:MOST_TEXTS]:
        text = suggest(original)
        found.append(Suggestion(original, text, tuple(perhaps_names(text, known))))
    return found


def keep_examples(
    engine: Engine | Connection,
    group: store.Group,
    topic: str,
    taken: Sequence[tuple[str, str]],
    *,
    topics_dir: Path,
    who: str,
) -> int:
    """Assign questions of a group to a topic; returns how many new examples it has of them.

    ``taken`` holds for each wording what was typed, and the example made of it; questions that
    are worded otherwise stay open.

    Raises:
        ReviewError: a text may name a person or a case, means another topic already, or holds signs
            that no training file can hold.
    """
    known = known_examples(topics_dir)
    faults: dict[int, list[str]] = {}
    cleaned = [" ".join(text.split()) for _, text in taken]
    for place, text in enumerate(cleaned):
        found = complaints(text)
        other = elsewhere(topic, text, known)
        if other:
            found.append(f"It is an example of {other} already.")
        try:
            training_file(topic, [text])
        except ExampleError as error:
            found.append(str(error))
        if found:
            faults[place] = found
    if faults:
        raise ReviewError(faults)
    turn_ids = group.worded([original for original, _ in taken])
    return store.assign(engine, turn_ids, topic, cleaned, who=who)


def export(engine: Engine, topics_dir: Path) -> dict[str, str]:
    """The training files of all topics that have new examples, by topic."""
    known = known_examples(topics_dir)
    files = {}
    for topic in store.count_examples(engine):
        new = new_ones(topic, store.examples(engine, topic), known)
        if new:
            files[topic] = training_file(topic, new)
    return files
