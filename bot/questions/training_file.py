"""Training examples as a file for ``data/topics/<topic>/``, in the shape of ``topic.yml``."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

FILE_NAME = "examples_from_filers.yml"
_WORDS = re.compile(r"\w+")
_EXAMPLE = re.compile(r"^- ", re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ExampleError(ValueError):
    """A text cannot stand in a training file."""


def training_file(topic: str, texts: Sequence[str]) -> str:
    """The YAML of the examples of one topic.

    Raises:
        ExampleError: a text cannot be written, or would be read back as another one.
    """
    lines = "".join(f"      - {text}\n" for text in texts)
    content = (
        "# Questions of filers, looked at and cleared of names by the court's staff.\n"
        f'version: "3.1"\nnlu:\n  - intent: {topic}\n    examples: |\n{lines}'
    )
    try:
        is_same = examples_in(_parsed(content)) == [(topic, text) for text in texts]
    except yaml.YAMLError:
        is_same = False
    if not is_same:
        raise ExampleError("It holds signs that a training file cannot hold: type it anew.")
    return content


def known_examples(topics_dir: Path) -> dict[str, str]:
    """Every example of ``data/topics`` by its words alone, and its topic."""
    found: dict[str, str] = {}
    for file in sorted(topics_dir.glob("*/*.yml")):
        content = _parsed(file.read_text(encoding="utf-8"))
        found |= {words_alone(text): topic for topic, text in examples_in(content)}
    return found


def new_ones(topic: str, texts: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """Those of ``texts`` that are not among the known examples of their topic."""
    return [text for text in texts if known.get(words_alone(text)) != topic]


def elsewhere(topic: str, text: str, known: Mapping[str, str]) -> str | None:
    """The other topic that has this text as an example, if any: one text cannot mean both."""
    found = known.get(words_alone(text))
    return found if found not in {None, topic} else None


def words_alone(text: str) -> str:
    """The words alone, so that case and stops make no difference."""
    return " ".join(_WORDS.findall(text.lower()))


def examples_in(content: Any) -> list[tuple[str, str]]:
    """(intent, example) of what a training file holds."""
    blocks = (content.get("nlu") or ()) if isinstance(content, dict) else ()
    return [
        (str(block["intent"]), " ".join(example.split()))
        for block in blocks
        if "intent" in block
        for example in _EXAMPLE.split(str(block["examples"]))[1:]
    ]


def _parsed(text: str) -> Any:
    loader = _LOADER(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
