"""Rasa's events, which its tracker store keeps in a table beside ours: deleted with their
conversation, and swept where the conversation is gone without them."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.db.tables import conversations

# Rasa makes the table, so it is none of ours, and is not there before Rasa's first start
_events = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))
_c = _events.c
# a sender that has no event with a time counts as older than any
_newest = sa.func.coalesce(sa.func.max(_c.timestamp), 0)
_ORPHANS = (
    sa.select(_c.sender_id, _newest.label("newest"))
    .where(~sa.exists().where(conversations.c.sender_id == _c.sender_id))
    .group_by(_c.sender_id)
)
_AT_ONCE = 500


def delete_events(connection: Connection, sender_id: str) -> None:
    """Delete the events of one conversation."""
    if _is_there(connection):
        connection.execute(_events.delete().where(_c.sender_id == sender_id))


def delete_orphans(engine: Engine, moment: datetime, *, dry_run: bool = False) -> int:
    """Delete the events of conversations that are not in our own table and whose newest event is
    older than ``moment`` (UTC); returns of how many conversations. With ``dry_run`` they are only
    counted. Looks at every event, so it is nothing for each minute."""
    over = _ORPHANS.having(_newest < moment.replace(tzinfo=UTC).timestamp())
    with engine.connect() as connection:
        if not _is_there(connection):
            return 0
        gone = list(connection.execute(over).scalars())
    for start in range(0, 0 if dry_run else len(gone), _AT_ONCE):
        some = _c.sender_id.in_(gone[start : start + _AT_ONCE])
        with engine.begin() as connection:
            connection.execute(_events.delete().where(some))
    return len(gone)


def oldest_orphan(engine: Engine) -> datetime | None:
    """When (UTC) the conversation that went silent first, of those that are not in our own table,
    said its last; None where there is none."""
    orphans = _ORPHANS.subquery()
    with engine.connect() as connection:
        if not _is_there(connection):
            return None
        found: Any = connection.execute(sa.select(sa.func.min(orphans.c.newest))).scalar_one()
    return None if found is None else datetime.fromtimestamp(found, UTC).replace(tzinfo=None)


def _is_there(connection: Connection) -> bool:
    return bool(sa.inspect(connection).has_table(_events.name))
