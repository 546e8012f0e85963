"""Conversation scripts: the published shape of Rasa's end-to-end test cases, with our expectations.

    clock: "2026-12-24 16:55"              # in the court's zone; for all cases of the file
    court: {help_sessions: {hours: {tue: "10:00-11:00"}}}      # over data/court.yml
    test_cases:
      - test_case: a filer forgets the court password
        steps:
          - user: "I dont know my ecf password any more"
          - bot: {topic: forgot_cmecf_password, outcome: answered, contains: [reset]}
          - user: {choose: "That did not work"}
            fault: action_server_down      # for this turn only
          - bot: {outcome: failed}

A case may set ``clock`` and ``court`` for itself. A bot step stands for all that is replied to one
user step. ``{request_code}`` in a user step or in ``contains`` stands for the code of the help
request made last. In what is expected, and in ``choose``, any other name in braces stands for the
court's own value, as in articles (``{clerk_phones}``, ``{nextgen}``), ``{time_zone}`` for what
people call its time: a script holds at another court too. ``slot_was_set`` names slots with their
values, or only slots that must hold something.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

# stands for any value but none, where slot_was_set gives a name alone
SOMETHING = object()
_VALUE = re.compile(r"\{([a-z_]+)\}")


class ScriptError(ValueError):
    """Scripts have mistakes; the message names file and line of each."""


@dataclass(frozen=True)
class Known:
    """The names that scripts may use."""

    topics: frozenset[str]
    responses: frozenset[str]
    slots: frozenset[str]


@dataclass(frozen=True)
class UserStep:
    """What the filer does: exactly one of the first three is set. ``fault``: what is broken while
    it is answered, one of ``private_copy.FAULTS``."""

    line: int
    text: str | None = None
    choose: str | None = None
    upload: Path | None = None
    fault: str | None = None

    @property
    def deed(self) -> str:
        """The step in words."""
        if self.upload is not None:
            return f"upload {self.upload.name}"
        return f"choose {self.choose!r}" if self.choose is not None else f"say {self.text!r}"


@dataclass(frozen=True)
class BotStep:
    """What is expected of all that is replied; what is not named is not looked at."""

    line: int
    text: str | None = None
    utter: str | None = None
    topic: str | None = None
    outcome: str | None = None
    contains: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    link: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """One conversation to play. ``clock``: the moment at which it begins, in the court's zone;
    ``court``: what its court profile says differently."""

    file: Path
    name: str
    line: int
    steps: tuple[UserStep | BotStep, ...]
    clock: datetime | None = None
    court: Mapping[str, Any] = field(default_factory=dict)

    def filled(self, values: Mapping[str, str]) -> "Script":
        """The same with the court's values in the place of their names in braces."""
        return replace(self, steps=tuple(_filled(step, values) for step in self.steps))

    @property
    def faults(self) -> bool:
        """Whether a step asks for a fault."""
        return any(isinstance(step, UserStep) and step.fault for step in self.steps)


def _filled(step: UserStep | BotStep, values: Mapping[str, str]) -> UserStep | BotStep:
    def fill(text: str) -> str:
        return _VALUE.sub(lambda found: values.get(found[1], found[0]), text)

    if isinstance(step, UserStep):
        return step if step.choose is None else replace(step, choose=fill(step.choose))
    return replace(
        step,
        contains=tuple(map(fill, step.contains)),
        not_contains=tuple(map(fill, step.not_contains)),
        choices=tuple(map(fill, step.choices)),
        link=None if step.link is None else fill(step.link),
    )


def refuse_private(scripts: Iterable[Script]) -> None:
    """For a help desk that is not a private copy.

    Raises:
        ScriptError: a script looks at slots, or sets clock, court or a fault.
    """
    for script in scripts:
        if wanted := private_needs(script):
            raise ScriptError(
                f"{script.file}:{script.line}: {wanted} needs a private copy; "
                "leave --url out, or this script."
            )


def private_needs(script: Script) -> str | None:
    """What a script can have only in a private copy, in a word; None when nothing."""
    if script.clock is not None:
        return "clock"
    if script.court:
        return "court"
    if script.faults:
        return "fault"
    if any(isinstance(step, BotStep) and step.slots for step in script.steps):
        return "slot_was_set"
    return None
