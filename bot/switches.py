"""Switches that staff turn off when something has to rest: the chat, uploads, help requests. Each
is off with a notice that filers read; what is not in the table is on. The table is asked each
time, so that a switch works at once in every process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.db.tables import switches

CHAT = "chat"
UPLOADS = "uploads"
REQUESTS = "requests"

NAMES = {CHAT: "the chat", UPLOADS: "sending files", REQUESTS: "help requests"}
USUAL_NOTICES = {
    CHAT: "The help desk's chat is closed for now.",
    UPLOADS: "The help desk takes no files for now. You can still ask questions.",
    REQUESTS: "The help desk takes no help requests for now. You can still ask questions.",
}
LONGEST_NOTICE = 400

# built once: asked with every message
_OFF = sa.select(switches).where(switches.c.name.in_(sa.bindparam("names", expanding=True)))


class NoticeError(ValueError):
    """A notice that filers cannot be shown; the message says what to do."""


class SwitchedOffError(RuntimeError):
    """What was asked for is turned off; ``notice`` is for the filer."""

    def __init__(self, notice: str) -> None:
        super().__init__(notice)
        self.notice = notice


@dataclass(frozen=True)
class Off:
    """A switch that is off, since when (UTC), by whom, and what filers are told."""

    name: str
    notice: str
    off_since: datetime
    who: str


def switched_off(engine: Engine, *names: str) -> tuple[Off, ...]:
    """Those of ``names`` (default: all) that are off now, the chat first."""
    with engine.connect() as connection:
        rows = connection.execute(_OFF, {"names": names or tuple(NAMES)}).all()
    return tuple(sorted((_off(row) for row in rows), key=lambda off: list(NAMES).index(off.name)))


def require_on(engine: Engine, *names: str) -> None:
    """Do nothing when all of ``names`` are on.

    Raises:
        SwitchedOffError: the first that is off.
    """
    for off in switched_off(engine, *names):
        raise SwitchedOffError(off.notice)


def turn_off(engine: Engine | Connection, name: str, notice: str, *, who: str) -> Off:
    """Turn a switch off; one that is off already gets the new notice.

    Raises:
        NoticeError: the notice is empty or too long.
        KeyError: there is no such switch.
    """
    notice = " ".join(notice.split())
    if not notice:
        raise NoticeError("Write what filers are told while it is off.")
    if len(notice) > LONGEST_NOTICE:
        raise NoticeError(f"The notice has more than {LONGEST_NOTICE} characters: shorten it.")
    off = Off(_known(name), notice, utc_now(), who[:120])
    insert = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert
    new = {"notice": notice, "who": off.who}
    row = insert(switches).values(name=off.name, off_since=off.off_since, **new)
    with transaction(engine) as connection:
        connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=new))
    return off


def turn_on(engine: Engine | Connection, name: str) -> bool:
    """Turn a switch on; False when it was on.

    Raises:
        KeyError: there is no such switch.
    """
    with transaction(engine) as connection:
        done = connection.execute(switches.delete().where(switches.c.name == _known(name)))
        return bool(done.rowcount)


def _known(name: str) -> str:
    if name not in NAMES:
        raise KeyError(name)
    return name


def _off(row: Any) -> Off:
    return Off(row.name, row.notice, row.off_since, row.who)
