"""Reads conversation scripts from YAML and finds every mistake in them before anything runs."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.outcomes import OUTCOMES
from bot.testing.private_copy import FAULTS
from bot.testing.scripts import SOMETHING, BotStep, Known, Script, ScriptError, UserStep

_LINE = "__line__"
_FILE_KEYS = {"test_cases", "clock", "court", "version"}
_CASE_KEYS = {"test_case", "steps", "clock", "court"}
_DEEDS = ("user", "choose", "upload")
_TEXT_LISTS = ("contains", "not_contains", "choices")
_TEXTS = ("utter", "topic", "outcome", "link")
_BOT_KEYS = {"bot", "slot_was_set", *_TEXT_LISTS, *_TEXTS}
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S")


class _LinedLoader(yaml.SafeLoader):
    """Keeps the line of each mapping under ``__line__``; refuses a key that comes twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) < len(node.value):
            raise yaml.MarkedYAMLError(problem="a key twice", problem_mark=node.start_mark)
        mapping[_LINE] = node.start_mark.line + 1
        return mapping


def find_scripts(paths: Iterable[Path], known: Known) -> list[Script]:
    """All scripts in these files and folders.

    Raises:
        ScriptError: mistakes in any of them; nothing is run then.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ScriptError(f"{path}: no such file or folder.")
        files += sorted(path.rglob("*.yml")) if path.is_dir() else [path]
    scripts: list[Script] = []
    mistakes: list[str] = []
    for file in files:
        reader = _Reader(file, known)
        scripts += reader.read()
        mistakes += reader.told()
    if mistakes:
        raise ScriptError("\n".join(mistakes))
    if not scripts:
        raise ScriptError("No scripts were found there.")
    return scripts


def read_scripts(file: Path, known: Known) -> list[Script]:
    """The scripts of one file.

    Raises:
        ScriptError: it has mistakes.
    """
    return find_scripts([file], known)


class _Reader:
    """Reads one file and notes every mistake with its line."""

    def __init__(self, file: Path, known: Known) -> None:
        self._file = file
        self._known = known
        self._mistakes: list[tuple[int, str]] = []

    def told(self) -> list[str]:
        """The mistakes in the order of their lines."""
        return [f"{self._file}:{line}: {text}" for line, text in sorted(self._mistakes)]

    def read(self) -> list[Script]:
        try:
            content = yaml.load(self._file.read_text(encoding="utf-8"), _LinedLoader)  # noqa: S506
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._wrong(line, f"not valid YAML: {error.problem}")
            return []
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            self._wrong(1, f"cannot be read: {error}")
            return []
        cases = content.get("test_cases") if isinstance(content, dict) else None
        if not isinstance(cases, list) or not cases:
            self._wrong(1, "the file must hold test_cases: and a list.")
            return []
        self._only(content, _FILE_KEYS, 1)
        return [self._case(case, content) for case in cases if self._is_case(case)]

    def _is_case(self, case: Any) -> bool:
        whole = (
            isinstance(case, dict)
            and isinstance(case.get("test_case"), str)
            and isinstance(case.get("steps"), list)
            and bool(case["steps"])
        )
        if not whole:
            line = case.get(_LINE, 1) if isinstance(case, dict) else 1
            self._wrong(line, "each case needs test_case: NAME and steps: with a list.")
        return whole

    def _case(self, case: dict[str, Any], content: dict[str, Any]) -> Script:
        line = int(case[_LINE])
        self._only(case, _CASE_KEYS, line)
        steps = tuple(step for given in case["steps"] if (step := self._step(given, line)))
        if steps and not isinstance(steps[0], UserStep):
            self._wrong(line, "the first step must be a user step.")
        court = case.get("court", content.get("court"))
        if court is not None and not isinstance(court, dict):
            self._wrong(line, "court holds sections of data/court.yml, such as clerk: {hours: …}.")
            court = {}
        return Script(
            self._file,
            case["test_case"],
            line,
            steps,
            self._clock(case.get("clock", content.get("clock")), line),
            _without_lines(court or {}),
        )

    def _clock(self, value: Any, line: int) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        for form in _FORMS:
            try:
                return datetime.strptime(str(value), form)  # noqa: DTZ007 -- the court's zone
            except ValueError:
                continue
        self._wrong(line, f'clock looks like "2026-12-24 16:55", not {value!r}.')
        return None

    def _step(self, step: Any, line: int) -> UserStep | BotStep | None:
        if not isinstance(step, dict):
            self._wrong(line, f"a step must be user: or bot:, not {step!r}.")
            return None
        line = int(step.pop(_LINE))
        for key in ("user", "bot"):
            inner = step.get(key)
            if isinstance(inner, dict):
                inner.pop(_LINE, None)
                step = {**{k: v for k, v in step.items() if k != key}, **inner, key: None}
        if {*_DEEDS, "fault"} & set(step):
            return self._user_step(step, line)
        self._only(step, _BOT_KEYS, line)
        return self._bot_step(step, line)

    def _user_step(self, step: dict[str, Any], line: int) -> UserStep | None:
        fault = step.pop("fault", None)
        if fault is not None and fault not in FAULTS:
            self._wrong(line, f"{fault!r} is no fault: {', '.join(FAULTS)}.")
        given = {key: value for key, value in step.items() if value is not None}
        if len(given) != 1 or not set(given) <= set(_DEEDS):
            strange = [key for key in given if key not in _DEEDS]
            near = "".join(f" {key!r} is none of them{_nearest(key, _DEEDS)}" for key in strange)
            self._wrong(line, f"a user step has exactly one of user, choose, upload.{near}")
            return None
        key, value = next(iter(given.items()))
        if not isinstance(value, str):
            self._wrong(line, f"{key}: {value!r} is no text; put it in quotes.")
            return None
        if key == "user":
            return UserStep(line, text=value, fault=fault)
        if key == "choose":
            return UserStep(line, choose=value, fault=fault)
        path = (self._file.parent / value).resolve()
        if not path.is_file():
            beside = [file.name for file in path.parent.glob("*.*") if file.is_file()]
            near = _nearest(path.name, beside)
            self._wrong(line, f"there is no file {value} to upload{near}")
        return UserStep(line, upload=path, fault=fault)

    def _bot_step(self, step: dict[str, Any], line: int) -> BotStep:
        texts = {key: self._text(step.get(key), key, line) for key in (*_TEXTS, "bot")}
        for key, allowed in (
            ("topic", self._known.topics),
            ("outcome", OUTCOMES),
            ("utter", self._known.responses),
        ):
            if texts[key] is not None and texts[key] not in allowed:
                word = {"utter": "response"}.get(key, key)
                near = _nearest(texts[key], allowed)
                if key == "outcome" and near == ".":
                    near = f": {', '.join(sorted(OUTCOMES))}."
                self._wrong(line, f"{texts[key]!r} is no {word}{near}")
        lists = {key: self._text_list(step.get(key), key, line) for key in _TEXT_LISTS}
        return BotStep(
            line,
            text=texts["bot"],
            utter=texts["utter"],
            topic=texts["topic"],
            outcome=texts["outcome"],
            link=texts["link"],
            slots=self._slots(step.get("slot_was_set"), line),
            **lists,
        )

    def _text(self, value: Any, key: str, line: int) -> str | None:
        if value is not None and not isinstance(value, str):
            self._wrong(line, f"{key}: {value!r} is no text; put it in quotes.")
            return None
        return value

    def _text_list(self, value: Any, key: str, line: int) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [] if value is None else [value]
        for one in values:
            if isinstance(one, bool) or not isinstance(one, str | int | float):
                self._wrong(line, f"{key} is a list of texts; {_without_lines(one)!r} is none.")
        return tuple(map(str, values))

    def _slots(self, given: Any, line: int) -> dict[str, Any]:
        slots: dict[str, Any] = {}
        for entry in given if isinstance(given, list) else [given or {}]:
            if isinstance(entry, str):
                slots[entry] = SOMETHING
            elif isinstance(entry, dict):
                slots |= {str(k): v for k, v in _without_lines(entry).items()}
            else:
                self._wrong(line, "slot_was_set lists slots, with or without a value.")
        for name in slots:
            if name not in self._known.slots:
                self._wrong(line, f"{name!r} is no slot{_nearest(name, self._known.slots)}")
        return slots

    def _only(self, mapping: dict[Any, Any], allowed: set[str], line: int) -> None:
        for key in mapping:
            if key not in allowed and key != _LINE:
                self._wrong(line, f"unknown key {key!r}{_nearest(str(key), allowed)}")

    def _wrong(self, line: int, text: str) -> None:
        self._mistakes.append((line, text))


def _nearest(word: Any, allowed: Iterable[str]) -> str:
    """``; did you mean …?``, where one of the allowed words is near."""
    import difflib

    near = difflib.get_close_matches(str(word), list(allowed), n=1)
    return f"; did you mean {near[0]}?" if near else "."


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_lines(v) for k, v in value.items() if k != _LINE}
    if isinstance(value, list):
        return [_without_lines(v) for v in value]
    return value
