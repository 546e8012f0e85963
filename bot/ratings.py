"""What filers say of an answer: whether it helped, and what was missing where it did not.

A rating outlives its conversation, without the link to it and without the filer's own words.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.db.tables import ratings

REASONS = ("other_question", "unclear", "did_not_work", "out_of_date", "other")
"""Why an answer did not help; the words for them are the page's."""
COMMENT_CHARS = 500


class ReasonError(ValueError):
    """A reason that is none of :data:`REASONS`."""


@dataclass(frozen=True)
class Rating:
    """One filer's word on one answer. ``reason`` and ``comment`` only where it did not help."""

    message_id: str
    helped: bool
    reason: str | None
    comment: str | None


def rate(
    engine: Engine, conversation_id: str, message_id: str, *, helped: bool, topic: str | None
) -> Rating:
    """Store whether the answer to a message helped; a second word on it replaces the first."""
    values = {"helped": helped, "topic": topic, "reason": None, "comment": None}
    return _store(engine, conversation_id, message_id, values)


def give_reason(
    engine: Engine,
    conversation_id: str,
    message_id: str,
    reason: str,
    comment: str = "",
    *,
    topic: str | None,
) -> Rating:
    """Store why it did not help. ``comment`` must be masked; it is cut to its limit.

    Raises:
        ReasonError: there is no such reason.
    """
    if reason not in REASONS:
        raise ReasonError(reason)
    values = {
        "helped": False,
        "topic": topic,
        "reason": reason,
        "comment": comment.strip()[:COMMENT_CHARS] or None,
    }
    return _store(engine, conversation_id, message_id, values)


def _store(engine: Engine, conversation_id: str, message_id: str, values: dict[str, Any]) -> Rating:
    of_it = (ratings.c.conversation_id == conversation_id) & (ratings.c.message_id == message_id)
    keys = {"conversation_id": conversation_id, "message_id": message_id}
    change = ratings.update().where(of_it).values(**values)
    with engine.begin() as connection:
        known = connection.execute(change).rowcount
    if not known:
        try:
            with engine.begin() as connection:
                connection.execute(ratings.insert().values(**keys, **values, created_at=utc_now()))
        except IntegrityError:  # the same button, pressed twice at once
            with engine.begin() as connection:
                connection.execute(change)
    return Rating(message_id, values["helped"], values["reason"], values["comment"])


def ratings_of(engine: Engine, conversation_id: str) -> dict[str, Rating]:
    """The ratings of a conversation, by message."""
    query = sa.select(ratings).where(ratings.c.conversation_id == conversation_id)
    with engine.connect() as connection:
        return {
            row.message_id: Rating(row.message_id, row.helped, row.reason, row.comment)
            for row in connection.execute(query)
        }


def was_no_help(conversation_id: Any, message_id: Any, since: datetime) -> Any:
    """The condition, in SQL, that an answer was rated as no help since then (UTC). The ids are
    columns of the query that asks."""
    c = ratings.c
    return sa.exists().where(
        c.conversation_id == conversation_id,
        c.message_id == message_id,
        c.helped.is_(False),
        c.created_at >= since,
    )


def unlink_ratings(connection: Connection, conversation_id: str) -> None:
    """Forget whose ratings they were, and what was said in them."""
    connection.execute(
        ratings.update()
        .where(ratings.c.conversation_id == conversation_id)
        .values(conversation_id=None, message_id=None, comment=None)
    )


def forget_ratings_before(engine: Engine, moment: datetime, *, dry_run: bool = False) -> int:
    """Delete the ratings given before ``moment`` (UTC), or count them; returns how many."""
    old = ratings.c.created_at < moment
    with engine.begin() as connection:
        if dry_run:
            query = sa.select(sa.func.count()).select_from(ratings).where(old)
            return int(connection.execute(query).scalar_one())
        return int(connection.execute(ratings.delete().where(old)).rowcount)
