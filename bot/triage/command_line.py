"""What ``helpdesk requests`` does, for a clerk without a browser."""

import argparse
import json
import os
import pwd
from dataclasses import asdict
from typing import Any

from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.court import CourtProfile, load_court
from bot.db.engine import make_engine
from bot.languages import other_than_english
from bot.run import prepare_database
from bot.settings import Settings
from bot.staff.audit import record
from bot.terminal import FAILED, OK, WRONG_USE, say
from bot.triage.commands import BACK, CLAIM, NEXT, NOTE, RESOLVE
from bot.triage.deadline import spoken_deadline
from bot.triage.lifecycle import (
    Also,
    NotAllowedError,
    UnknownRequestError,
    add_note,
    claim,
    claim_next,
    history,
    notes,
)
from bot.triage.moves import move_and_tell
from bot.triage.queue import Entry, entry, queue
from bot.triage.requests import RESOLVED, WAITING, HelpRequest, find, normal_code

_MOST_LISTED = 200


def run(parsed: argparse.Namespace, settings: Settings) -> int:
    """One call of the command."""
    what, text = parsed.what, " ".join(parsed.text)
    needs_code, needs_text = {CLAIM, BACK, RESOLVE, NOTE}, {BACK, RESOLVE, NOTE}
    if (what in needs_code and not parsed.code) or (what in needs_text and not text):
        say(f"helpdesk requests {what} CODE{' WORDS' if what in needs_text else ''}")
        return WRONG_USE
    if what not in needs_code and parsed.code:
        say(f"{what!r} is no action: use {', '.join((NEXT, CLAIM, BACK, RESOLVE, NOTE))}.")
        return WRONG_USE
    prepare_database(settings)
    engine = make_engine(settings.database_url)
    court = load_court(settings.court_file)
    try:
        if what is None:
            return _list(engine, court, as_json=parsed.json)
        request = _done(engine, settings, court, what, parsed.code, text, parsed.who)
    except (NotAllowedError, UnknownRequestError) as error:
        say(str(error))
        return FAILED
    finally:
        engine.dispose()
    if request is None:
        say("Nobody waits.")
        return FAILED
    return _show(make_engine(settings.database_url), court, request, as_json=parsed.json)


def _done(
    engine: Engine,
    settings: Settings,
    court: CourtProfile,
    what: str,
    code: str,
    text: str,
    who: str,
) -> HelpRequest | None:
    if what == NEXT:
        also = _logged(who, "claimed the next request")
        return claim_next(engine, who, utc_now(), court.triage, also=also)
    if what == CLAIM:
        return claim(engine, code, who, also=_logged(who, "claimed a request"))
    if what in {BACK, RESOLVE}:
        to = WAITING if what == BACK else RESOLVED
        log = _logged(who, "moved a request", to)
        moved = move_and_tell(engine, settings, court, code, to, who, text, log=log)
        if moved.to_do:
            say(moved.to_do)
        return moved.request
    if what == NOTE:
        with engine.begin() as connection:
            add_note(connection, code, who, text)
            _log(connection, who, "kept a note", normal_code(code))
    found = find(engine, code if what == NOTE else what)
    if found is None:
        raise UnknownRequestError
    return found


def _logged(who: str, action: str, to: str = "") -> Also:
    return lambda connection, changed: _log(connection, who, action, changed.code, to)


def _log(connection: Connection, who: str, action: str, code: str, to: str = "") -> None:
    # the name may be anybody's: the log says too whose command line it was
    detail = f"{to}, command line of {_user()}" if to else f"command line of {_user()}"
    record(connection, who, action, code, detail)


def _user() -> str:
    """Who runs the command, as the system knows it."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _list(engine: Engine, court: CourtProfile, *, as_json: bool) -> int:
    line = queue(engine, now=utc_now(), weights=court.triage, per_page=_MOST_LISTED)
    for found in line.entries:
        _print(_shape(found)) if as_json else print(_line(found, court))
    if not line.entries and not as_json:
        print("No open help requests.")
    if line.total > len(line.entries) and not as_json:
        print(f"The first {len(line.entries)} of {line.total} open help requests.")
    return OK


def _line(found: Entry, court: CourtProfile) -> str:
    request = found.request
    until = (
        spoken_deadline(request.deadline_at, court.time_zone, utc_now())
        if request.deadline_at
        else request.deadline or "no deadline"
    )
    taken = f", claimed by {request.claimed_by}" if request.claimed_by else ""
    return (
        f"{request.code}  {found.priority.score:4}  {request.state}{taken}  {until}  "
        f"{request.name}, {request.contact}"
    )


def _show(engine: Engine, court: CourtProfile, request: HelpRequest, *, as_json: bool) -> int:
    found = entry(engine, request, now=utc_now(), weights=court.triage)
    changes, written = history(engine, request.code), notes(engine, request.code)
    engine.dispose()
    if as_json:
        shape = {"history": [asdict(c) for c in changes], "notes": [asdict(n) for n in written]}
        _print({**_shape(found), **shape})
        return OK
    print(_line(found, court))
    language = other_than_english(request.language)
    reads = f", reads {language}" if language else ""
    print(f"  {request.role}{reads}, topic {request.topic}")
    print("\n".join(f"  {line}" for line in request.details.splitlines()))
    for reason in found.priority.reasons:
        print(f"  + {reason}")
    for change in changes:
        print(f"  {_when(change.when, court)}  {change.state}, {change.who}: {change.why}")
    for note in written:
        print(f"  {_when(note.when, court)}  note by {note.who}: {note.text}")
    return OK


def _when(moment: Any, court: CourtProfile) -> str:
    return spoken_deadline(moment, court.time_zone, utc_now())


def _shape(found: Entry) -> dict[str, Any]:
    counted = {"priority": found.priority.score, "reasons": list(found.priority.reasons)}
    return {**asdict(found.request), **counted}


def _print(shape: dict[str, Any]) -> None:
    print(json.dumps(shape, default=str, ensure_ascii=False))
