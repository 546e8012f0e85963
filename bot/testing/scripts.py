"""Conversation scripts: the published shape of Rasa's end-to-end test cases, with our expectations.

    test_cases:
      - test_case: a filer forgets the court password
        steps:
          - user: "I dont know my ecf password any more"
          - bot: {topic: forgot_cmecf_password, outcome: answered, contains: [reset]}
          - user: {choose: "That did not work"}
          - bot: {}

A bot step stands for all that is replied to one user step. ``{request_code}`` in a user step or in
``contains`` stands for the code of the help request made last. ``slot_was_set`` names slots with
their values, or only slots that must hold something.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.outcomes import OUTCOMES

_USER_KEYS = {"user", "choose", "upload"}
_BOT_KEYS = {
    "bot",
    "utter",
    "topic",
    "outcome",
    "contains",
    "not_contains",
    "choices",
    "link",
    "slot_was_set",
}
_LIST_KEYS = ("contains", "not_contains", "choices")


# stands for any value but none, where slot_was_set gives a name alone
SOMETHING = object()


class ScriptError(ValueError):
    """A script has a mistake; the message names file and line."""


@dataclass(frozen=True)
class UserStep:
    """What the filer does: exactly one of the three is set."""

    line: int
    text: str | None = None
    choose: str | None = None
    upload: Path | None = None


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
    """One conversation to play."""

    file: Path
    name: str
    line: int
    steps: tuple[UserStep | BotStep, ...]


class _LinedLoader(yaml.SafeLoader):
    """Keeps the line of each mapping under the key ``__line__``."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        mapping["__line__"] = node.start_mark.line + 1
        return mapping


def find_scripts(paths: Iterable[Path], topics: Sequence[str]) -> list[Script]:
    """All scripts in these files and folders.

    Raises:
        ScriptError: a mistake in any of them; nothing is run then.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(path.rglob("*.yml"))
        elif path.is_file():
            files.append(path)
        else:
            raise ScriptError(f"{path}: no such file or folder.")
    scripts = [script for file in files for script in read_scripts(file, topics)]
    if not scripts:
        raise ScriptError("No scripts were found there.")
    return scripts


def read_scripts(file: Path, topics: Sequence[str]) -> list[Script]:
    """The scripts of one file."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _LinedLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise ScriptError(f"{file}: not valid YAML: {error}") from error
    cases = content.get("test_cases") if isinstance(content, dict) else None
    if not isinstance(cases, list) or not cases:
        raise ScriptError(f"{file}: the file must begin with test_cases: and a list.")
    return [_script(file, case, topics) for case in cases]


def _script(file: Path, case: Any, topics: Sequence[str]) -> Script:
    if not isinstance(case, dict) or "test_case" not in case or not case.get("steps"):
        raise ScriptError(f"{file}: each case needs test_case: NAME and steps:.")
    unknown = set(case) - {"test_case", "steps", "fixtures", "__line__"}
    if unknown:
        raise ScriptError(f"{file}:{case['__line__']}: unknown key {', '.join(sorted(unknown))}.")
    steps = tuple(_step(file, step, topics) for step in case["steps"])
    if not isinstance(steps[0], UserStep):
        raise ScriptError(f"{file}:{case['__line__']}: the first step must be a user step.")
    return Script(file, str(case["test_case"]), case["__line__"], steps)


def _step(file: Path, step: Any, topics: Sequence[str]) -> UserStep | BotStep:
    if not isinstance(step, dict):
        raise ScriptError(f"{file}: a step must be user: or bot:, not {step!r}.")
    line = int(step.pop("__line__"))
    where = f"{file}:{line}"
    for key in ("user", "bot"):
        inner = step.get(key)
        if isinstance(inner, dict):
            inner.pop("__line__", None)
            step = {**{k: v for k, v in step.items() if k != key}, **inner, key: None}
    if _USER_KEYS & set(step):
        return _user_step(file, where, line, step)
    unknown = set(step) - _BOT_KEYS
    if unknown:
        raise ScriptError(f"{where}: unknown key {', '.join(sorted(map(str, unknown)))}.")
    return _bot_step(where, line, step, topics)


def _user_step(file: Path, where: str, line: int, step: dict[str, Any]) -> UserStep:
    given = {key: value for key, value in step.items() if value is not None}
    if len(given) != 1 or not set(given) <= _USER_KEYS:
        raise ScriptError(f"{where}: a user step has exactly one of user, choose, upload.")
    key, value = next(iter(given.items()))
    if key == "upload":
        path = (file.parent / str(value)).resolve()
        if not path.is_file():
            raise ScriptError(f"{where}: no file {path} to upload.")
        return UserStep(line, upload=path)
    return UserStep(line, text=str(value)) if key == "user" else UserStep(line, choose=str(value))


def _bot_step(where: str, line: int, step: dict[str, Any], topics: Sequence[str]) -> BotStep:
    for key in _LIST_KEYS:
        if isinstance(step.get(key), str):
            step[key] = [step[key]]
    topic, outcome = step.get("topic"), step.get("outcome")
    if topic is not None and topic not in topics:
        raise ScriptError(f"{where}: {topic!r} is no topic.")
    if outcome is not None and outcome not in OUTCOMES:
        raise ScriptError(f"{where}: {outcome!r} is no outcome: {', '.join(OUTCOMES)}.")
    return BotStep(
        line,
        text=step.get("bot"),
        utter=step.get("utter"),
        topic=topic,
        outcome=outcome,
        contains=tuple(map(str, step.get("contains") or ())),
        not_contains=tuple(map(str, step.get("not_contains") or ())),
        choices=tuple(map(str, step.get("choices") or ())),
        link=step.get("link"),
        slots=_slots(where, step.get("slot_was_set")),
    )


def _slots(where: str, given: Any) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    for entry in given if isinstance(given, list) else [given or {}]:
        if isinstance(entry, str):
            slots[entry] = SOMETHING
        elif isinstance(entry, dict):
            slots |= {str(k): v for k, v in entry.items() if k != "__line__"}
        else:
            raise ScriptError(f"{where}: slot_was_set lists slots, with or without a value.")
    return slots


def refuse_slots(scripts: Iterable[Script]) -> None:
    """For a help desk whose database is not ours.

    Raises:
        ScriptError: a script looks at slots.
    """
    for script in scripts:
        for step in script.steps:
            if isinstance(step, BotStep) and step.slots:
                raise ScriptError(
                    f"{script.file}:{step.line}: slots can only be seen in a private copy; "
                    "leave --url out, or this script."
                )
