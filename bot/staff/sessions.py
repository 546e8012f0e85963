"""Sessions of the desk: known by a random cookie, of which only the hash is stored.

A session begins when the password was right, with stage :data:`CODE` or :data:`ENROL`; the second
step ends it and begins another one, under a new id, with stage :data:`SIGNED_IN`.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.conversations import hash_token
from bot.db.engine import transaction
from bot.db.tables import staff, staff_sessions
from bot.staff.accounts import Account, account_of

CODE = "code"
ENROL = "enrol"
SIGNED_IN = "signed_in"

IDLE_MINUTES = 30
MOST_HOURS = 12
_STEP_MINUTES = 10  # for the second step of signing in
# a write for every request would cost more than the page; half a minute is near enough
_TOUCH_SECONDS = 30


@dataclass(frozen=True)
class Session:
    """An open session and whose it is. ``secret`` is the new app's while it is set up."""

    account: Account
    stage: str
    secret: str | None


def begin(
    engine: Engine | Connection,
    account: Account,
    stage: str = SIGNED_IN,
    *,
    secret: str | None = None,
) -> str:
    """Begin a session; returns its token, which cannot be had again."""
    token, now = secrets.token_urlsafe(32), utc_now()
    with transaction(engine) as connection:
        connection.execute(
            staff_sessions.insert().values(
                token_hash=hash_token(token),
                staff_id=account.id,
                stage=stage,
                secret=secret,
                created_at=now,
                last_at=now,
            )
        )
    return token


def session_of(engine: Engine, token: str, *, active: bool = True) -> Session | None:
    """The session that a token opens. None when it is over: 30 minutes idle, 12 hours old, ended,
    or its account disabled. With ``active`` off it was not a person who asked, and the session
    grows no younger."""
    now = utc_now()
    s = staff_sessions.c
    query = (
        sa.select(staff, s.stage, s.secret, s.created_at.label("begun_at"), s.last_at)
        .join(staff, staff.c.id == s.staff_id)
        .where(s.token_hash == hash_token(token), staff.c.disabled_at.is_(None))
    )
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    idle, age = now - row.last_at, now - row.begun_at
    most = timedelta(hours=MOST_HOURS)
    if row.stage != SIGNED_IN:
        most = timedelta(minutes=_STEP_MINUTES)
    if idle >= timedelta(minutes=IDLE_MINUTES) or age >= most:
        end(engine, token)
        return None
    if active and idle >= timedelta(seconds=_TOUCH_SECONDS):
        with engine.begin() as connection:
            connection.execute(
                staff_sessions.update().where(s.token_hash == hash_token(token)).values(last_at=now)
            )
    return Session(account_of(row), row.stage, row.secret)


def end(engine: Engine | Connection, token: str) -> None:
    """End a session; nothing for a token that opens none."""
    end_hashed(engine, hash_token(token))


def end_hashed(engine: Engine | Connection, token_hash: str) -> None:
    """End the session whose token has this hash."""
    with transaction(engine) as connection:
        connection.execute(staff_sessions.delete().where(staff_sessions.c.token_hash == token_hash))


def end_old(engine: Engine, *, dry_run: bool = False) -> int:
    """Delete the rows of sessions that are over; returns how many. With ``dry_run`` they are only
    counted."""
    now, s = utc_now(), staff_sessions.c
    over = (s.last_at < now - timedelta(minutes=IDLE_MINUTES)) | (
        s.created_at < now - timedelta(hours=MOST_HOURS)
    )
    with engine.begin() as connection:
        if dry_run:
            return int(connection.execute(sa.select(sa.func.count()).where(over)).scalar_one())
        return int(connection.execute(staff_sessions.delete().where(over)).rowcount)
