"""Plays one conversation script against a running help desk, and says where it went wrong."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.testing.client import Filer, HelpDeskUnreachableError
from bot.testing.flows import Flows
from bot.testing.scripts import SOMETHING, BotStep, Script, UserStep
from bot.testing.tracker import TrackedTurn, TrackerReader, why

_REQUEST_CODE = "{request_code}"
_SHOWN = 300


class Breaker(Protocol):
    """Can break a part of the help desk for a while: see ``PrivateCopy.fault``."""

    def fault(self, name: str) -> Any:
        """A context in which the part is broken."""


@dataclass(frozen=True)
class Said:
    """One turn: what the filer did, the reply, and how it was understood."""

    line: int
    deed: str
    reply: Mapping[str, Any]
    intent: str | None
    confidence: float | None

    def to_dict(self) -> dict[str, Any]:
        """In short, as part of a JSON line."""
        return {
            "line": self.line,
            "deed": self.deed,
            "topic": self.reply.get("topic"),
            "outcome": self.reply.get("outcome"),
            "intent": self.intent,
            "confidence": self.confidence,
        }


@dataclass(frozen=True)
class Played:
    """How a script went; ``failed_at`` is the line of the first wrong step, ``deed`` what the
    filer had done, ``why`` what decided the reply. ``tracked`` and ``rules_broken``: Rasa's side
    and the findings on files, seen in a private copy only."""

    file: str
    name: str
    passed: bool
    failed_at: int | None = None
    expected: str | None = None
    got: str | None = None
    deed: str | None = None
    why: str | None = None
    turns: tuple[Said, ...] = ()
    tracked: tuple[TrackedTurn, ...] = ()
    rules_broken: frozenset[str] = frozenset()
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As one JSON line."""
        return {
            "file": self.file,
            "name": self.name,
            "passed": self.passed,
            "failed_at": self.failed_at,
            "expected": self.expected,
            "got": self.got,
            "deed": self.deed,
            "why": self.why,
            "turns": [turn.to_dict() for turn in self.turns],
        }


@dataclass(frozen=True)
class Stage:
    """Where scripts are played. ``tracker`` and ``breaker`` only in a private copy."""

    url: str
    flows: Flows
    tracker: TrackerReader | None = None
    breaker: Breaker | None = None


def play(stage: Stage, script: Script) -> Played:
    """Play one script in a fresh conversation, until its first wrong step."""
    begun = time.monotonic()
    with Filer(stage.url) as filer:
        played = _played(stage, script, filer)
        tracked, broken = _behind(stage, filer)
    seconds = round(time.monotonic() - begun, 3)
    return replace(played, tracked=tracked, rules_broken=broken, seconds=seconds)


def _played(stage: Stage, script: Script, filer: Filer) -> Played:
    turns: list[Said] = []
    code = before = ""  # of the help request made last, and of the one before this reply
    for step in script.steps:
        if isinstance(step, UserStep):
            try:
                reply = _do(stage, filer, step, code)
            except (LookupError, HelpDeskUnreachableError) as error:
                return _wrong(stage, script, filer, step.line, step.deed, str(error), turns)
            turns.append(Said(step.line, step.deed, reply, filer.intent, filer.confidence))
            before, code = code, reply.get("request_code", code)
            continue
        problem = check(step, turns[-1].reply, stage.flows.responses, before or code)
        problem = problem or _check_slots(step, filer, stage.tracker)
        if problem:
            return _wrong(stage, script, filer, step.line, *problem, turns)
    return Played(str(script.file), script.name, True, turns=tuple(turns))


def _behind(stage: Stage, filer: Filer) -> tuple[tuple[TrackedTurn, ...], frozenset[str]]:
    if stage.tracker is None or filer.token is None:
        return (), frozenset()
    try:
        broken = frozenset(stage.tracker.rules_broken(filer.token))
        return tuple(stage.tracker.turns(filer.token)), broken
    except LookupError:  # its steps deleted the conversation
        return (), frozenset()


def _do(stage: Stage, filer: Filer, step: UserStep, code: str) -> dict[str, Any]:
    if step.fault is None:
        return _act(filer, step, code)
    if stage.breaker is None:
        raise LookupError("a fault can only be had in a private copy")
    with stage.breaker.fault(step.fault):
        return _act(filer, step, code)


def _act(filer: Filer, step: UserStep, code: str) -> dict[str, Any]:
    if step.upload is not None:
        return filer.upload(step.upload)
    if step.choose is not None:
        return filer.choose(step.choose)
    return filer.say((step.text or "").replace(_REQUEST_CODE, code))


def _check_slots(
    step: BotStep, filer: Filer, tracker: TrackerReader | None
) -> tuple[str, str] | None:
    for name, expected in step.slots.items():
        if tracker is None or filer.token is None:
            return f"slot {name}", "slots can only be seen in a private copy"
        value = tracker.value(filer.token, name)
        if expected is SOMETHING and value is None:
            return f"slot {name} set", "nothing"
        if expected is not SOMETHING and value != expected:
            return f"slot {name} {expected!r}", f"{value!r}"
    return None


def check(
    step: BotStep,
    reply: Mapping[str, Any],
    responses: Mapping[str, Sequence[str]],
    code: str = "",
) -> tuple[str, str] | None:
    """(expected, got) of the first expectation that the reply does not meet, or None."""
    text = str(reply.get("text", ""))
    if not text:
        return "some reply", "no text"
    titles = [choice["title"] for choice in reply.get("choices", ())]
    if len(set(titles)) < len(titles):
        return "no two choices of one title", f"choices {titles}"
    links = [source["url"] for source in reply.get("sources", ())]
    if step.topic is not None and reply.get("topic") != step.topic:
        got = f"topic {reply.get('topic')}, outcome {reply.get('outcome')}"
        return f"topic {step.topic}", f"{got}: {_shown(text)}"
    if step.outcome is not None and reply.get("outcome") != step.outcome:
        return f"outcome {step.outcome}", f"outcome {reply.get('outcome')}: {_shown(text)}"
    if step.text is not None and _plain(step.text) not in _plain(text):
        return f"text {step.text!r}", _shown(text)
    if step.utter is not None and not any(
        _plain(t) in _plain(text) for t in responses.get(step.utter, ())
    ):
        return f"response {step.utter}", _shown(text)
    for part in step.contains:
        if _plain(part.replace(_REQUEST_CODE, code)) not in _plain(text):
            return f"text with {part!r}", _shown(text)
    for part in step.not_contains:
        if _plain(part) in _plain(text):
            return f"text without {part!r}", _shown(text)
    for title in step.choices:
        if title not in titles:
            return f"choice {title!r}", f"choices {titles}"
    if step.link is not None and step.link not in text and step.link not in links:
        return f"link {step.link}", f"{_shown(text)} {links}"
    return None


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _wrong(
    stage: Stage,
    script: Script,
    filer: Filer,
    line: int,
    expected: str,
    got: str,
    turns: Sequence[Said],
) -> Played:
    return Played(
        str(script.file),
        script.name,
        False,
        line,
        expected,
        got,
        turns[-1].deed if turns else None,
        _why(stage, filer),
        tuple(turns),
    )


def _why(stage: Stage, filer: Filer) -> str | None:
    if turns := _behind(stage, filer)[0]:
        return why(turns[-1], stage.flows)
    if filer.intent is None:
        return None
    return f"intent {filer.intent} {filer.confidence or 0:.2f}; more is seen only in a private copy"
