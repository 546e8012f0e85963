"""No text of a filer keeps a reader busy: whatever stands in 4000 characters is read at once.

A pattern that reads a text in many ways holds the whole action server while it tries them all.
"""

import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from types import FrameType, ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import actions
import bot.knowledge
import bot.triage
from bot.privacy import mask

LONGEST = 4000
SECONDS = 0.4  # of this process's own time, so that a busy machine does not count
OTHER_VALUES = {
    "now": datetime(2026, 11, 27, 19, 0, tzinfo=UTC),
    "today": date(2026, 11, 27),
    "over": True,
    "zone": ZoneInfo("America/New_York"),
    "topic": "contact_human",
    "steps": "Click **Utilities**.",
    "came_from": "link_accounts",
    "asked": "contact_human",
    "given": "ann@example.com, 860-555-0100",
}
PIECES = (
    *("a", "1", " ", "!", ".", "-", ",", "\n", "x ", "1 ", "1-", "1/", "1:", "a@", "a@a.", "a."),
    *("ok ", "no, ", "my ", "and ", "is ", "of ", "goodbye", "good morning ", "my name is "),
    *("in 1 ", "2 days ", "today ", "the order ", "nov ", "AB2CD-", "2BCDE ", "password "),
    *("my ssn, ", "[", "](", "*", "\\", "user ", "login a/", "code ", "860 555 ", "860-", "(1)"),
    *("that ", "what ", "how ", "_", "@", "dot ", "a dot ", " at ", "a at b dot "),
)
HOSTILE = [
    lead + (piece * LONGEST)[: LONGEST - 10] + end
    for piece in PIECES
    for lead, end in (("", "~x"), ("ok ", ""))
]


def modules(*packages: ModuleType) -> Iterator[ModuleType]:
    for package in packages:
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def readers() -> dict[str, Callable[[str], Any]]:
    """All functions that read a text: those whose first parameter has that name."""
    found: dict[str, Callable[[str], Any]] = {"bot.privacy.mask": mask}
    for module in modules(bot.triage, bot.knowledge, actions):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first, *others = [*inspect.signature(function).parameters.values()] or [None]
            if first is None or first.name != "text" or name.startswith("_"):
                continue
            values = {p.name: OTHER_VALUES[p.name] for p in others if p.default is p.empty}
            found[f"{function.__module__}.{name}"] = partial(function, **values)
    return found


def patterns() -> dict[str, re.Pattern[str]]:
    found: dict[str, re.Pattern[str]] = {}
    for module in modules(bot.triage, bot.knowledge, actions):
        for name, value in vars(module).items():
            for number, pattern in enumerate(within(value)):
                found[f"{module.__name__}.{name}.{number}"] = pattern
    return found


def within(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict | tuple | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from within(one)


@contextmanager
def at_once(text: str) -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"{text[:40]!r} … {text[-10:]!r} keeps it busy")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


READERS = readers()
PATTERNS = patterns()


@pytest.mark.parametrize("name", READERS)
def test_hostile_texts_are_read_at_once(name: str) -> None:
    for text in HOSTILE:
        with at_once(text):
            READERS[name](text)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_is_caught_by_its_own_words(name: str) -> None:
    pattern = PATTERNS[name]
    for word in dict.fromkeys(re.findall(r"[a-z]{2,}", pattern.pattern)):
        for text in (word * 60, f"{word} " * 60, f"{word}, " * 60):
            with at_once(text):
                pattern.search(f"{text}~x")
                pattern.fullmatch(f"{text}~x")
