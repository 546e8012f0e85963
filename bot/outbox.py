"""E-mails on their way: stored first, sent by web's sweeper, tried again when the server refuses.

What was sent is forgotten but for the address, which is kept a day so that nobody can have the
help desk write to a stranger again and again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.db.engine import transaction
from bot.db.tables import outbox

MOST_AN_HOUR = 6
"""How many e-mails one address gets within an hour."""
MOST_A_DAY = 20
"""How many one address gets within a day, but for what the desk itself writes."""
MOST_OF_ONE = 10
"""How many come of one conversation within a day."""
MOST_ADDRESSES = 3
"""To how many addresses they go."""

# after each failed try; whoever cannot be reached for a day and a half is not written to any more
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1200))
LEASE = timedelta(minutes=10)
"""Another process takes an e-mail over when the one that sends it has died."""
_KEPT_SENT = timedelta(days=1)
_KEPT_UNSENT = timedelta(days=7)
_c = outbox.c


@dataclass(frozen=True)
class Mail:
    """One e-mail; ``calendar`` is an iCalendar file to attach. ``key`` tells it from others:
    one that :func:`take` gives has it, the same however often it is taken. ``request_id`` is the
    number of the help request that it is about."""

    to: str
    subject: str
    text: str
    calendar: str | None = None
    key: str | None = None
    request_id: int | None = None


def put(
    engine: Engine | Connection, mail: Mail, now: datetime, *, source: str | None = None
) -> bool:
    """Store an e-mail to be sent; False when too many went out already. ``source``: the
    conversation or help request that it comes of; None for what somebody at the desk wants."""
    with transaction(engine) as connection:
        if is_too_many(connection, mail.to, now, source=source):
            return False
        connection.execute(
            outbox.insert().values(
                recipient=mail.to,
                subject=mail.subject[:200],
                text=mail.text,
                calendar=mail.calendar,
                created_at=now,
                next_try_at=now,
                source=source,
                request_id=mail.request_id,
            )
        )
    return True


def is_too_many(connection: Connection, to: str, now: datetime, *, source: str | None) -> bool:
    """Whether one more e-mail to this address would be too many.

    What filers bring about is bounded for the address and for its ``source``, or one conversation
    could have strangers written to. It leaves the desk's own e-mails their room.
    """
    day = sa.select(_c.recipient, _c.source, _c.created_at).where(
        _c.created_at > now - timedelta(days=1)
    )
    rows = connection.execute(day).all()
    mailbox = _mailbox(to)
    to_it = [row for row in rows if _mailbox(row.recipient) == mailbox]
    if source is None:
        to_it = [row for row in to_it if row.source is None]
    if sum(row.created_at > now - timedelta(hours=1) for row in to_it) >= MOST_AN_HOUR:
        return True
    if source is None:
        return False
    of_it = [row for row in rows if row.source == source]
    others = {_mailbox(row.recipient) for row in of_it} - {mailbox}
    return len(to_it) >= MOST_A_DAY or len(of_it) >= MOST_OF_ONE or len(others) >= MOST_ADDRESSES


def _mailbox(address: str) -> str:
    """The mailbox behind an address: ``Ann+court@Example.com`` and ``ann@example.com`` are one."""
    name, _, domain = address.casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def take(engine: Engine, now: datetime) -> tuple[int, Mail] | None:
    """The number and the content of one e-mail that is due, for this process alone."""
    due = sa.select(outbox).where(_c.next_try_at <= now).order_by(_c.next_try_at, _c.id).limit(1)
    while True:
        with engine.connect() as connection:
            row = connection.execute(due).one_or_none()
        if row is None:
            return None
        mine = (
            outbox.update()
            .where(_c.id == row.id, _c.next_try_at == row.next_try_at, _c.tries == row.tries)
            .values(next_try_at=now + LEASE, tries=row.tries + 1)
        )
        with engine.begin() as connection:
            if connection.execute(mine).rowcount == 1:
                content = (row.recipient, row.subject, row.text, row.calendar)
                return row.id, Mail(*content, key=_key(row), request_id=row.request_id)


def _key(row: Any) -> str:
    of_it = f"{row.id} {row.created_at.isoformat()} {row.recipient} {row.text}"
    return hashlib.sha256(of_it.encode()).hexdigest()[:40]


def mark_sent(engine: Engine, number: int) -> None:
    """Forget what an e-mail said, since it has arrived at the server."""
    done = {"next_try_at": None, "text": "", "calendar": None, "problem": None}
    with engine.begin() as connection:
        connection.execute(outbox.update().where(_c.id == number).values(done))


def mark_failed(engine: Engine, number: int, problem: str, now: datetime) -> datetime | None:
    """Try again later; returns when, None when it is given up, or deleted meanwhile."""
    with engine.begin() as connection:
        tries = connection.execute(sa.select(_c.tries).where(_c.id == number)).scalar_one_or_none()
        if tries is None:
            return None
        again = now + _WAITS[tries - 1] if tries <= len(_WAITS) else None
        values = {"next_try_at": again, "problem": problem[:200]}
        connection.execute(outbox.update().where(_c.id == number).values(values))
    return again


def delete_old(engine: Engine, now: datetime) -> int:
    """Delete what was sent a day ago, and what could not be sent for a week; returns how many."""
    sent = sa.and_(_c.problem.is_(None), _c.created_at < now - _KEPT_SENT)
    unsent = _c.created_at < now - _KEPT_UNSENT
    over = _c.next_try_at.is_(None) & sa.or_(sent, unsent)
    with engine.begin() as connection:
        return int(connection.execute(outbox.delete().where(over)).rowcount)


def forget_before(engine: Engine, moment: datetime, *, dry_run: bool = False) -> int:
    """Delete every e-mail from before ``moment`` (UTC), sent or not; returns how many. With
    ``dry_run`` they are only counted."""
    old = _c.created_at < moment
    with engine.begin() as connection:
        if dry_run:
            return int(connection.execute(sa.select(sa.func.count()).where(old)).scalar_one())
        return int(connection.execute(outbox.delete().where(old)).rowcount)
