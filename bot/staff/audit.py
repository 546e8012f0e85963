"""The log of what was done at the desk. It is only added to: the database itself refuses changes
(triggers, see the migration), and only the retention job removes what is over time, through
:func:`forget_before`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.db.tables import audit_ends, audit_entries

PER_PAGE = 50
#: The entry's detail is the address that it came from.
SIGNED_IN = "signed in"


@dataclass(frozen=True)
class Entry:
    """One thing that was done. ``at`` in UTC; ``subject`` what it was done to."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: str


def record(
    engine: Engine | Connection, who: str, action: str, subject: str = "", detail: str = ""
) -> None:
    """Add an entry, in a transaction of its own or in the caller's. ``action`` in a few plain
    words: ``signed in``, ``claimed a request``. No secrets, and nothing of a filer but a code."""
    with transaction(engine) as connection:
        connection.execute(
            audit_entries.insert()
            .inline()
            .values(
                at=utc_now(),
                who=who[:120],
                action=action[:80],
                subject=subject[:120],
                detail=detail[:1000],
            )
        )


def entries(
    engine: Engine, *, who: str = "", action: str = "", subject: str = "", page: int = 1
) -> tuple[list[Entry], int]:
    """One page of the log, newest first, and how many entries fit. A page beyond the last is the
    last."""
    c = audit_entries.c
    conditions: list[Any] = []
    if who:
        conditions.append(c.who == who)
    if action:
        conditions.append(c.action == action)
    if subject:
        conditions.append(c.subject.contains(subject, autoescape=True))
    with engine.connect() as connection:
        count = connection.execute(
            sa.select(sa.func.count()).select_from(audit_entries).where(*conditions)
        ).scalar_one()
        page = max(1, min(page, -(-count // PER_PAGE)))
        rows = connection.execute(
            sa.select(audit_entries)
            .where(*conditions)
            .order_by(c.id.desc())
            .limit(PER_PAGE)
            .offset((page - 1) * PER_PAGE)
        ).all()
    return [Entry(*row) for row in rows], int(count)


def actions(engine: Engine) -> list[str]:
    """Every kind of action that the log holds."""
    query = sa.select(audit_entries.c.action).distinct().order_by(audit_entries.c.action)
    with engine.connect() as connection:
        return [str(row[0]) for row in connection.execute(query)]


def count_before(engine: Engine, moment: datetime) -> int:
    """How many entries are older than ``moment`` (UTC)."""
    query = sa.select(sa.func.count()).where(audit_entries.c.at < moment)
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def forget_before(engine: Engine, moment: datetime) -> int:
    """For the retention job alone: remove what is older than ``moment`` (UTC), and say so in the
    log itself. Returns how many entries went."""
    with engine.begin() as connection:
        # the triggers let go only what is older than this row says, and it ends with us
        connection.execute(audit_ends.insert().values(before=moment))
        gone = connection.execute(audit_entries.delete().where(audit_entries.c.at < moment))
        connection.execute(audit_ends.delete())
        count = int(gone.rowcount)
        if count:
            record(
                connection,
                "retention",
                "removed old entries of the log",
                "",
                f"{count} entries from before {moment:%Y-%m-%d}",
            )
    return count
