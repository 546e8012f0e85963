"""A conversation that took place, written down as a script that is ready to be trimmed."""

import json
import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Engine

from bot.conversations import Turn, conversation_by_id, turns_of
from bot.privacy import mask, notice
from bot.testing.tracker import TrackerReader
from bot.triage.requests import find, normal_code

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?![\w-])")
_MOMENT = re.compile(r"\b[ap]\.m\.|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_SENTENCE = re.compile(r".+?[.?!:](?=\s|$)")
_LONGEST = 70
_PEOPLE = ("_name", "_contact")
_HEAD = """\
# Recorded. Now trim it: keep the steps that matter, and of each reply what a filer would miss.
# Names, addresses and secrets were replaced as far as they were recognised: read every line.
"""


class RecordError(ValueError):
    """A conversation cannot be recorded; the message says what to do."""


@dataclass(frozen=True)
class Heard:
    """One turn as it took place: ``kind`` is user, choose or upload; ``masked`` the kinds of
    secrets that were taken out of a stored text."""

    kind: str
    text: str
    reply: dict[str, Any]
    masked: tuple[str, ...] = ()


def script_of(name: str, heard: Sequence[Heard], begun: datetime) -> str:
    """The turns as a script. ``begun`` in the court's zone; it is named where replies tell a time.

    Raises:
        RecordError: there are no turns.
    """
    if not heard:
        raise RecordError("Nothing was said, so there is nothing to write down.")
    lines = [_HEAD + "test_cases:", f"  - test_case: {_quoted(name)}"]
    if any(_MOMENT.search(str(one.reply.get("text", ""))) for one in heard):
        lines.append(f'    clock: "{begun:%Y-%m-%d %H:%M}"')
    lines.append("    steps:")
    code = ""
    for one in heard:
        masked = mask(one.text)
        text = masked.text.replace(code, "{request_code}") if code else masked.text
        deed = f"- user: {_quoted(text)}"
        if one.kind != "user":
            deed = f"- user: {{{one.kind}: {_quoted(text)}}}"
        code = str(one.reply.get("request_code") or code)
        told = notice(one.masked or masked.kinds) or ""
        lines += [f"      {deed}", *_expectations(one.reply, code, told)]
    return "\n".join(lines) + "\n"


def _expectations(reply: dict[str, Any], code: str, told: str) -> list[str]:
    lines = [f"          {key}: {reply[key]}" for key in ("topic", "outcome") if reply.get(key)]
    # the recorded text has no secret any more, so its replay is not told that one was removed
    first = _first_words(str(reply.get("text", "")).removeprefix(told))
    if code:
        first = first.replace(code, "{request_code}")
    if first:
        lines.append(f"          contains: [{_quoted(first)}]")
    titles = ", ".join(_quoted(choice["title"]) for choice in reply.get("choices", ()))
    if titles:
        lines.append(f"          choices: [{titles}]")
    return ["      - bot:", *lines] if lines else ["      - bot: {}"]


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    found = _SENTENCE.match(line)
    first = found.group() if found else line
    return first if len(first) <= _LONGEST else first[:_LONGEST].rsplit(" ", 1)[0]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def heard_of_turns(turns: Sequence[Turn], people: Collection[str]) -> list[Heard]:
    """Stored turns; the names and addresses in ``people``, and whatever looks like an e-mail
    address or telephone number, are replaced by made-up ones."""
    titles: set[str] = set()
    heard: list[Heard] = []
    for turn in turns:
        reply = turn.reply.to_dict() if turn.reply else {}
        if turn.upload_id:
            heard.append(Heard("upload", turn.text.removeprefix("File: "), reply))
        elif turn.text in titles:
            heard.append(Heard("choose", turn.text, reply))
        else:
            text = _made_up(turn.text, people)
            heard.append(Heard("user", text, reply, turn.masked_kinds))
        titles |= {choice["title"] for choice in reply.get("choices", ())}
    return heard


def _made_up(text: str, people: Collection[str]) -> str:
    for name in sorted(people, key=len, reverse=True):
        if "@" not in name and not any(c.isdigit() for c in name):
            text = re.sub(rf"\b{re.escape(name)}\b", "Ann Lee", text, flags=re.IGNORECASE)
    return _PHONE.sub("860-555-0100", _EMAIL.sub("ann@example.com", text))


def recorded(
    engine: Engine, id_or_code: str, zone: ZoneInfo, events: TrackerReader | None = None
) -> tuple[list[Heard], datetime]:
    """A stored conversation by its id, or by the code of the help request made in it: its turns
    and when it began, in ``zone``. ``events`` tells the names that were given to the form.

    Raises:
        RecordError: there is no such conversation (any more).
    """
    request = find(engine, normal_code(id_or_code))
    conversation_id = request.conversation_id if request else id_or_code
    conversation = conversation_by_id(engine, conversation_id) if conversation_id else None
    if conversation is None:
        raise RecordError(
            f"There is no conversation {id_or_code}: give its id, or the code of a help request "
            "whose conversation is still kept."
        )
    people = {request.name} if request else set()
    if events is not None:
        people |= _told_to_forms(events, conversation.sender_id)
    begun = conversation.created_at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    return heard_of_turns(turns_of(engine, conversation.id), people), begun


def _told_to_forms(events: TrackerReader, sender_id: str) -> set[str]:
    return {
        value
        for turn in events.turns_of_sender(sender_id)
        for slot, value in turn.slots.items()
        if slot.endswith(_PEOPLE) and isinstance(value, str) and value.strip()
    }


class Recorder:
    """Stands between the terminal's chat and its replies, and notes both."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.heard: list[Heard] = []

    def note(self, kind: str, text: str, reply: dict[str, Any]) -> None:
        """Keep one turn. Files are named as seen from the script; what looks like an e-mail address
        or telephone number is replaced."""
        if kind == "upload":
            text = _seen_from(self._file, Path(text))
        elif kind == "user":
            text = _made_up(text, ())
        self.heard.append(Heard(kind, text, reply))


def _seen_from(script: Path, file: Path) -> str:
    return os.path.relpath(file.resolve(), script.resolve().parent)


def check_new(file: Path) -> None:
    """See that ``file`` can be written at the end of a conversation.

    Raises:
        RecordError: it is there already, since nobody's script is written over, or cannot be made.
    """
    if file.exists():
        raise RecordError(f"{file} is there already: choose another name.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise RecordError(f"{file} cannot be written there: {error.strerror}.") from error


def write_script(file: Path, text: str, say: Callable[[str], None]) -> None:
    """Write it, and say what to do next."""
    file.write_text(text, encoding="utf-8")
    say(f"Written to {file}. Trim it, then play it: helpdesk talk {file}")
    for sent in re.findall(r"- user: \{upload: (.+)\}", text):
        if not (file.parent / json.loads(sent)).is_file():
            say(f"The filer's own file is not kept: put a sample in the place of {sent}.")
