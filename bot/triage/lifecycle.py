"""What becomes of a help request: claimed, in session, ended or waiting again, also after an end
by mistake. Every change is kept with who, when and why; two who want the same at once are told
apart by the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.db.tables import help_request_changes, help_request_notes, help_requests
from bot.privacy import mask
from bot.triage.ranking import rank_due
from bot.triage.requests import (
    AT_ONCE,
    CLAIMED,
    ENDED,
    IN_SESSION,
    NO_SHOW,
    OPEN,
    RESOLVED,
    STATES,
    WAITING,
    WITHDRAWN,
    HelpRequest,
    by_code,
    record,
    request_of,
)
from bot.triage.weights import Weights

ALLOWED: Mapping[str, tuple[str, ...]] = {
    # also what was ended by mistake
    WAITING: (CLAIMED, IN_SESSION, RESOLVED, NO_SHOW, WITHDRAWN),
    CLAIMED: (WAITING,),
    IN_SESSION: (CLAIMED,),
    RESOLVED: (CLAIMED, IN_SESSION),
    NO_SHOW: (CLAIMED, IN_SESSION),
    WITHDRAWN: OPEN,
}
"""From which states a request comes to each state."""

_SPOKEN = {
    WAITING: "waiting",
    CLAIMED: "claimed",
    IN_SESSION: "in a session",
    RESOLVED: "resolved",
    NO_SHOW: "closed because nobody came",
    WITHDRAWN: "withdrawn",
}
PLACE_LOST = "the place in the coming help session is given back"
"""What the history says after an end that cost one."""
_MOST_NOTE = 4000
_MOST_WHY = 400
_c = help_requests.c

Also = Callable[[Connection, HelpRequest], object]
"""What belongs to a change and is stored with it or not at all, such as its entry in the desk's
log. It is called with the changed request, and only where something changed."""


class UnknownRequestError(LookupError):
    """No help request has this code."""

    def __init__(self) -> None:
        super().__init__("No help request has this code. Check the letters and numbers.")


class NotAllowedError(ValueError):
    """The request cannot change in this way now; the message says why and what to do."""


class AlreadyClaimedError(NotAllowedError):
    """Somebody else was quicker: ``by``."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} has claimed this request already. Take the next one in line.")
        self.by = by


@dataclass(frozen=True)
class Change:
    """One change of a request: ``when`` in UTC without zone, ``state`` after it."""

    who: str
    when: datetime
    why: str
    state: str


@dataclass(frozen=True)
class Note:
    """What a clerk wrote about a request: ``when`` in UTC without zone."""

    who: str
    when: datetime
    text: str


def claim(
    engine: Engine, code: str, who: str, why: str = "claimed", *, also: Also | None = None
) -> HelpRequest:
    """Take a waiting request. Claiming what one has already claimed changes nothing.

    Raises:
        AlreadyClaimedError: somebody else has it.
        NotAllowedError: it has ended.
        UnknownRequestError: there is none.
    """
    now = utc_now()
    values = {"state": CLAIMED, "claimed_by": who[:120], "claimed_at": now}
    with engine.begin() as connection:
        row, changed = _change(connection, code, (WAITING,), values, who, why, now, also)
    if changed:
        return request_of(row)
    if row.state in ENDED:
        raise NotAllowedError(f"This request is {_SPOKEN[row.state]}, so it cannot be claimed.")
    if row.claimed_by == who[:120]:
        return request_of(row)
    raise AlreadyClaimedError(row.claimed_by or "Somebody")


def claim_next(
    engine: Engine, who: str, now: datetime, weights: Weights, *, also: Also | None = None
) -> HelpRequest | None:
    """Claim the first in line, or the next one if somebody was quicker; None when nobody waits."""
    rank_due(engine, now, weights)
    first = (
        sa.select(_c.code)
        .where(_c.state == WAITING)
        .order_by(_c.rank, _c.created_at, _c.id)
        .limit(1)
    )
    while True:
        with engine.connect() as connection:
            code = connection.execute(first).scalar_one_or_none()
        if code is None:
            return None
        try:
            return claim(engine, code, who, "claimed as the next in line", also=also)
        except NotAllowedError:
            continue


def move(
    engine: Engine, code: str, to: str, who: str, why: str, *, also: Also | None = None
) -> HelpRequest:
    """Bring a request to another state, see :data:`ALLOWED`.

    Raises:
        NotAllowedError: it cannot come there from where it is, or nothing says why.
        UnknownRequestError: there is none.
    """
    if to == CLAIMED:
        return claim(engine, code, who, why, also=also)
    if to not in STATES:
        raise NotAllowedError(f"{to!r} is no state of a help request.")
    if not why.strip():
        raise NotAllowedError("Say in a few words why, for whoever reads the history.")
    values: dict[str, Any] = {"state": to}
    if to == WAITING:
        values |= {"claimed_by": None, "claimed_at": None, "rank_until": AT_ONCE}
    now = utc_now()
    if to in ENDED:
        values |= {"rank_until": None, **_without_coming_session(now)}
    with engine.begin() as connection:
        row, changed = _change(connection, code, ALLOWED[to], values, who, why, now, also)
    if not changed:
        raise NotAllowedError(_why_not(row.state, to))
    return request_of(row)


def _without_coming_session(now: datetime) -> dict[str, Any]:
    """Whoever needs no help any more frees the place in a session that has not begun."""
    coming = _c.session_at > now
    return {
        name: sa.case((coming, sa.null()), else_=_c[name])
        for name in ("session_at", "session_until", "session_place")
    }


def _why_not(state: str, to: str) -> str:
    if state == to:
        return f"This request is {_SPOKEN[to]} already."
    if state in ENDED:
        return f"This request is {_SPOKEN[state]}. Put it back in line first."
    if state == WAITING:
        return "This request is still waiting. Claim it first."
    return f"This request is {_SPOKEN[state]} and cannot become {_SPOKEN[to]}."


def withdraw(
    engine: Engine, code: str, *, who: str, why: str, also: Also | None = None
) -> HelpRequest | None:
    """Take a request back; one that has ended stays as it is. None when there is no such code."""
    try:
        return move(engine, code, WITHDRAWN, who, why or "withdrawn", also=also)
    except UnknownRequestError:
        return None
    except NotAllowedError:
        with engine.connect() as connection:
            return request_of(connection.execute(by_code(code)).one())


def assign(
    engine: Engine, code: str, to_whom: str, who: str, why: str, *, also: Also | None = None
) -> HelpRequest:
    """Give an open request to ``to_whom``, also when somebody has it.

    Raises:
        NotAllowedError: it has ended, or nobody is named.
        UnknownRequestError: there is none.
    """
    if not to_whom.strip():
        raise NotAllowedError("Name the person who shall take this request.")
    now = utc_now()
    values = {
        "state": sa.case((_c.state == WAITING, CLAIMED), else_=_c.state),
        "claimed_by": to_whom[:120],
        "claimed_at": now,
    }
    reason = f"assigned to {to_whom}" + (f": {why}" if why.strip() else "")
    with engine.begin() as connection:
        row, changed = _change(connection, code, OPEN, values, who, reason, now, also)
    if not changed:
        raise NotAllowedError(f"This request is {_SPOKEN[row.state]}, so nobody can take it.")
    return request_of(row)


def add_note(engine: Engine | Connection, code: str, who: str, text: str) -> Note:
    """Keep a note for the staff; passwords and numbers of people in it are masked.

    Raises:
        NotAllowedError: it is empty or too long.
        UnknownRequestError: there is no such request.
    """
    text = mask(text.strip()).text
    if not text:
        raise NotAllowedError("The note is empty.")
    if len(text) > _MOST_NOTE:
        raise NotAllowedError(f"A note has at most {_MOST_NOTE:,} characters; shorten it.")
    note = Note(who[:120], utc_now(), text)
    with transaction(engine) as connection:
        row = _row(connection, code)
        connection.execute(
            help_request_notes.insert().values(
                request_id=row.id, who=note.who, text=note.text, at=note.when
            )
        )
    return note


def note_change(connection: Connection, request: HelpRequest, who: str, why: str) -> None:
    """Say in the history what came with a change, in the transaction that makes it."""
    record(connection, request.id, request.state, who, why, utc_now())


def history(engine: Engine | Connection, code: str) -> list[Change]:
    """Every change of a request, oldest first; empty when there is no such request."""
    c = help_request_changes.c
    with transaction(engine) as connection:
        rows = connection.execute(_about(help_request_changes, code).order_by(c.at, c.id))
        return [Change(row.who, row.at, row.why, row.state) for row in rows]


def notes(engine: Engine, code: str) -> list[Note]:
    """All notes on a request, oldest first; empty when there is no such request."""
    c = help_request_notes.c
    with engine.connect() as connection:
        rows = connection.execute(_about(help_request_notes, code).order_by(c.at, c.id))
        return [Note(row.who, row.at, row.text) for row in rows]


def _about(table: sa.Table, code: str) -> Any:
    number = by_code(code).with_only_columns(_c.id).scalar_subquery()
    return sa.select(table).where(table.c.request_id == number)


def _change(
    connection: Connection,
    code: str,
    states: tuple[str, ...],
    values: Mapping[str, Any],
    who: str,
    why: str,
    now: datetime,
    also: Also | None,
) -> tuple[Any, bool]:
    """The row after one statement that changes it only if it is in one of ``states``, and whether
    it did. The statement comes first, so that whoever is second sees what the first has done."""
    wanted = by_code(code).whereclause
    statement = (
        help_requests.update().where(wanted, _c.state.in_(states)).values(**values, updated_at=now)
    )
    changed = connection.execute(statement).rowcount == 1
    row = _row(connection, code)
    if changed:
        record(connection, row.id, row.state, who, mask(why.strip()).text[:_MOST_WHY], now)
        if also:
            also(connection, request_of(row))
    return row, changed


def _row(connection: Connection, code: str) -> Any:
    row = connection.execute(by_code(code)).one_or_none()
    if row is None:
        raise UnknownRequestError
    return row
