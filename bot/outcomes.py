"""How a turn ended, and the reply that says so: the contract of actions, web, log and tests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

ANSWERED = "answered"
OFFERED = "offered"
ASKED = "asked"
CHECKED = "checked"
REQUESTED = "requested"
DECLINED = "declined"
NOT_UNDERSTOOD = "not_understood"
FAILED = "failed"

OUTCOMES: Mapping[str, str] = {
    ANSWERED: "an answer was given",
    OFFERED: "choices were shown",
    ASKED: "one question went back to the filer",
    CHECKED: "a PDF report was given",
    REQUESTED: "a help request was made",
    DECLINED: "legal advice, case information or out of scope: declined, with where to turn",
    NOT_UNDERSTOOD: "nothing fitted",
    FAILED: "something broke, and the filer was told",
}

# where one turn holds several messages, the one that says most about it names the outcome
_WEIGHT = (FAILED, REQUESTED, CHECKED, ANSWERED, DECLINED, OFFERED, NOT_UNDERSTOOD, ASKED)


# signs that mean something in a reply's Markdown; an underscore within a word and brackets without
# an address do not
_SIGNS = re.compile(r"[\\`*<>]|\](?=\()|(?<!\w)_|_(?!\w)|&(?=#?\w{1,32};)")

_LINE_ENDS = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+")


def plain(said: str) -> str:
    """What a filer wrote, or a file holds, inside of a reply: on one line, and its signs stand for
    themselves, so that no link and no paragraph of theirs is read as the help desk's own."""
    return _SIGNS.sub(r"\\\g<0>", _LINE_ENDS.sub(" ", said))


@dataclass(frozen=True)
class Source:
    """A page that an answer rests on, and the day somebody last compared the two (ISO date)."""

    title: str
    url: str
    checked_on: str


@dataclass(frozen=True)
class Choice:
    """A button. ``payload`` is what Rasa gets (``/intent``) and never leaves the server."""

    id: str
    title: str
    payload: str = ""
    topic: str | None = None


@dataclass(frozen=True)
class Reply:
    """All that is replied to one message of a filer. See design.md, Contracts."""

    text: str
    outcome: str
    topic: str | None = None
    sources: tuple[Source, ...] = ()
    choices: tuple[Choice, ...] = ()
    report_id: str | None = None
    request_code: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The public shape: absent keys are left out, payloads too."""
        shape: dict[str, Any] = {"text": self.text, "outcome": self.outcome}
        if self.topic:
            shape["topic"] = self.topic
        if self.sources:
            shape["sources"] = [
                {"title": s.title, "url": s.url, "checked_on": s.checked_on} for s in self.sources
            ]
        if self.choices:
            shape["choices"] = [{"id": c.id, "title": c.title} for c in self.choices]
        if self.report_id:
            shape["report_id"] = self.report_id
        if self.request_code:
            shape["request_code"] = self.request_code
        return shape

    def to_message(self) -> dict[str, Any]:
        """The inner shape, with payloads: what an action hands to Rasa and web stores."""
        shape = self.to_dict()
        if self.choices:
            shape["choices"] = [
                {"id": c.id, "title": c.title, "payload": c.payload, "topic": c.topic}
                for c in self.choices
            ]
        return shape


def reply_from_message(message: Mapping[str, Any]) -> Reply:
    """The other way round of :meth:`Reply.to_message`.

    Raises:
        ValueError: the message has no text, or an outcome that is not one of :data:`OUTCOMES`.
    """
    text, outcome = message.get("text"), message.get("outcome")
    if not isinstance(text, str) or not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ValueError(f"not a reply: outcome {outcome!r}")
    return Reply(
        text=text,
        outcome=outcome,
        topic=message.get("topic"),
        sources=tuple(
            Source(str(s["title"]), str(s["url"]), str(s["checked_on"]))
            for s in message.get("sources", ())
        ),
        choices=tuple(
            Choice(str(c["id"]), str(c["title"]), str(c.get("payload", "")), c.get("topic"))
            for c in message.get("choices", ())
        ),
        report_id=message.get("report_id"),
        request_code=message.get("request_code"),
    )


@dataclass
class _Merged:
    texts: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


def merge_replies(replies: Sequence[Reply]) -> Reply | None:
    """One reply for the turn: texts in order, choices of the last that has any, None when empty."""
    if not replies:
        return None
    merged = _Merged()
    for reply in replies:
        merged.texts.append(reply.text)
        merged.sources += [s for s in reply.sources if s not in merged.sources]
        merged.choices = list(reply.choices) or merged.choices
    leading = min(replies, key=lambda r: _WEIGHT.index(r.outcome))
    return replace(
        leading,
        text="\n\n".join(merged.texts),
        sources=tuple(merged.sources),
        choices=tuple(merged.choices),
        report_id=next((r.report_id for r in reversed(replies) if r.report_id), None),
        request_code=next((r.request_code for r in reversed(replies) if r.request_code), None),
    )
