"""Guessing is slowed down: after five wrong tries for one name from one address, that pair waits
fifteen minutes. It holds for names that nobody has too, so that nothing is learned from it.

Wrong tries from many addresses make a name wait everywhere, but not where its owner has signed in
lately: a stranger cannot keep a clerk from the desk."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.addresses import one_client
from bot.clock import utc_now
from bot.conversations import hash_token
from bot.db.engine import transaction
from bot.db.tables import audit_entries, staff_attempts
from bot.staff.audit import SIGNED_IN

TRIES = 5
WAIT_MINUTES = 15
# many names from one address, or one name from many addresses; of IPv6 a whole /64 is one
_TRIES_ALONE = 50
_LATELY = timedelta(days=30)


def is_locked(engine: Engine, name: str, address: str) -> bool:
    """Whether this name must wait when it comes from this address."""
    c = staff_attempts.c
    since = utc_now() - timedelta(minutes=WAIT_MINUTES)
    of_name, of_address = c.name_hash == hash_token(name), c.address == one_client(address)
    query = sa.select(
        sa.func.sum(sa.case((of_name & of_address, 1), else_=0)),
        sa.func.sum(sa.case((of_name, 1), else_=0)),
        sa.func.sum(sa.case((of_address, 1), else_=0)),
    ).where(c.at > since, of_name | of_address)
    with engine.connect() as connection:
        pair, by_name, by_address = (n or 0 for n in connection.execute(query).one())
        if pair >= TRIES or by_address >= _TRIES_ALONE:
            return True
        return by_name >= _TRIES_ALONE and not _is_at_home(connection, name, address)


def _is_at_home(connection: Connection, name: str, address: str) -> bool:
    c = audit_entries.c
    query = sa.select(c.detail).where(
        c.who == name, c.action == SIGNED_IN, c.at > utc_now() - _LATELY
    )
    return one_client(address) in {one_client(known) for known in connection.scalars(query)}


def note_failure(engine: Engine | Connection, name: str, address: str) -> None:
    """Count a wrong try. The name is kept as a hash: people type passwords into its field."""
    now = utc_now()
    with transaction(engine) as connection:
        connection.execute(
            staff_attempts.delete().where(staff_attempts.c.at < now - timedelta(days=1))
        )
        connection.execute(
            staff_attempts.insert().values(
                name_hash=hash_token(name), address=one_client(address), at=now
            )
        )


def forget_attempts_before(engine: Engine, moment: datetime, *, dry_run: bool = False) -> int:
    """Delete wrong tries from before ``moment`` (UTC); returns how many. With ``dry_run`` they are
    only counted."""
    old = staff_attempts.c.at < moment
    with engine.begin() as connection:
        if dry_run:
            return int(connection.execute(sa.select(sa.func.count()).where(old)).scalar_one())
        return int(connection.execute(staff_attempts.delete().where(old)).rowcount)


def forget_failures(engine: Engine | Connection, name: str, address: str) -> None:
    """After a sign-in that worked."""
    c = staff_attempts.c
    with transaction(engine) as connection:
        connection.execute(
            staff_attempts.delete().where(
                c.name_hash == hash_token(name), c.address == one_client(address)
            )
        )
