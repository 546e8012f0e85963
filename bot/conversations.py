"""Conversations and their turns: who may read one, what was asked, what was replied.

A conversation is known to its filer by a random token (a cookie; only its hash is stored) and to
Rasa by another random id, which never leaves the servers.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.db.tables import conversations, copies, help_requests, reports, turns, uploads
from bot.outcomes import Reply, reply_from_message
from bot.rasa_events import delete_events
from bot.ratings import unlink_ratings

# the statements of every message, built once: building them takes longer than running them
_BY_TOKEN = sa.select(conversations).where(conversations.c.token_hash == sa.bindparam("token"))
_OPEN = turns.insert().inline()
_TOUCH = (
    conversations.update()
    .where(conversations.c.id == sa.bindparam("of"))
    .values(last_at=sa.bindparam("now"))
)
_OPEN_SINCE = sa.select(sa.literal(1)).where(
    turns.c.conversation_id == sa.bindparam("of"),
    turns.c.answered_at.is_(None),
    turns.c.asked_at > sa.bindparam("since"),
)
_THIS = turns.alias()
_OPEN_BEFORE = _OPEN_SINCE.where(
    turns.c.id
    < sa.select(_THIS.c.id)
    .where(
        _THIS.c.conversation_id == sa.bindparam("of"), _THIS.c.message_id == sa.bindparam("message")
    )
    .scalar_subquery()
)
_CLOSE = (
    turns.update()
    .where(
        turns.c.conversation_id == sa.bindparam("of"), turns.c.message_id == sa.bindparam("message")
    )
    .values(
        reply=sa.bindparam("said"),
        intent=sa.bindparam("understood"),
        confidence=sa.bindparam("sure"),
        answered_at=sa.bindparam("now"),
        outcome=sa.bindparam("ended"),
        topic=sa.bindparam("about"),
    )
)


@dataclass(frozen=True)
class Conversation:
    """One filer's conversation. ``sender_id`` is Rasa's name for it. Times in UTC."""

    id: str
    sender_id: str
    created_at: datetime


@dataclass(frozen=True)
class Turn:
    """One message of the filer (masked) and what was replied; ``reply`` is None while open."""

    message_id: str
    text: str
    masked_kinds: tuple[str, ...]
    upload_id: str | None
    asked_at: datetime
    reply: Reply | None
    intent: str | None
    confidence: float | None


def hash_token(token: str) -> str:
    """What is stored in place of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def start_conversation(engine: Engine, token: str | None = None) -> tuple[Conversation, str]:
    """Make a conversation; returns it with its token, which cannot be had again.

    Raises:
        IntegrityError: the ``token`` that was given opens one already.
    """
    token = token or secrets.token_urlsafe(32)
    conversation = Conversation(secrets.token_hex(12), secrets.token_urlsafe(24), utc_now())
    with engine.begin() as connection:
        connection.execute(
            conversations.insert().values(
                id=conversation.id,
                token_hash=hash_token(token),
                sender_id=conversation.sender_id,
                created_at=conversation.created_at,
                last_at=conversation.created_at,
            )
        )
    return conversation, token


def conversation_by_token(engine: Engine, token: str) -> Conversation | None:
    """The conversation that this token opens, or None."""
    with engine.connect() as connection:
        row = connection.execute(_BY_TOKEN, {"token": hash_token(token)}).one_or_none()
    return _conversation(row) if row else None


def conversation_by_sender(engine: Engine, sender_id: str) -> Conversation | None:
    """The conversation that Rasa knows by this id, or None."""
    query = sa.select(conversations).where(conversations.c.sender_id == sender_id)
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    return _conversation(row) if row else None


def conversation_by_id(engine: Engine, conversation_id: str) -> Conversation | None:
    """The conversation with this id, or None."""
    query = sa.select(conversations).where(conversations.c.id == conversation_id)
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    return _conversation(row) if row else None


def _conversation(row: Any) -> Conversation:
    return Conversation(row.id, row.sender_id, row.created_at)


def is_answering(
    engine: Engine, conversation_id: str, since: datetime, *, before: str | None = None
) -> bool:
    """Whether a message that was asked after ``since`` (UTC) waits for its reply; with ``before``,
    one that was stored before the message with this id."""
    values = {"of": conversation_id, "since": since}
    with engine.connect() as connection:
        if before is None:
            found = connection.execute(_OPEN_SINCE.limit(1), values)
        else:
            found = connection.execute(_OPEN_BEFORE.limit(1), {**values, "message": before})
        return found.first() is not None


def open_turn(
    engine: Engine,
    conversation_id: str,
    message_id: str,
    text: str,
    *,
    masked_kinds: Sequence[str] = (),
    upload_id: str | None = None,
) -> Turn | None:
    """Store what the filer sent, before anything else happens to it.

    Returns:
        None for a new message; the stored turn when this message id came before (a repeat).

    Raises:
        IntegrityError: there is no such conversation (any more).
    """
    now = utc_now()
    try:
        with engine.begin() as connection:
            connection.execute(
                _OPEN,
                {
                    "conversation_id": conversation_id,
                    "message_id": message_id,
                    "text": text,
                    "masked_kinds": list(masked_kinds),
                    "upload_id": upload_id,
                    "asked_at": now,
                },
            )
            connection.execute(_TOUCH, {"of": conversation_id, "now": now})
    except IntegrityError:
        stored = turn_by_message(engine, conversation_id, message_id)
        if stored is None:
            raise
        return stored
    return None


def close_turn(
    engine: Engine,
    conversation_id: str,
    message_id: str,
    reply: Reply,
    *,
    intent: str | None = None,
    confidence: float | None = None,
) -> None:
    """Store what was replied."""
    with engine.begin() as connection:
        connection.execute(
            _CLOSE,
            {
                "of": conversation_id,
                "message": message_id,
                "said": reply.to_message(),
                "understood": intent,
                "sure": confidence,
                "now": utc_now(),
                "ended": reply.outcome,
                "about": reply.topic[:64] if reply.topic else None,
            },
        )


def turn_by_message(engine: Engine, conversation_id: str, message_id: str) -> Turn | None:
    """The turn of one message, or None."""
    query = sa.select(turns).where(
        turns.c.conversation_id == conversation_id, turns.c.message_id == message_id
    )
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    return _turn(row) if row else None


def turns_of(engine: Engine, conversation_id: str, *, last: int | None = None) -> list[Turn]:
    """The turns of a conversation in order; with ``last``, only that many from the end."""
    query = sa.select(turns).where(turns.c.conversation_id == conversation_id)
    with engine.connect() as connection:
        if last is None:
            rows = connection.execute(query.order_by(turns.c.id)).all()
        else:
            rows = connection.execute(query.order_by(turns.c.id.desc()).limit(last)).all()[::-1]
    return [_turn(row) for row in rows]


def payload_of_choice(
    engine: Engine, conversation_id: str, choice_id: str
) -> tuple[str, str] | None:
    """(payload, title) of a choice that was shown in this conversation, or None."""
    for turn in reversed(turns_of(engine, conversation_id, last=20)):
        for choice in turn.reply.choices if turn.reply else ():
            if choice.id == choice_id:
                return choice.payload, choice.title
    return None


def delete_conversation(engine: Engine, conversation: Conversation) -> None:
    """Forget a conversation: turns, reports, Rasa's events. A help request made in it stays,
    without the link to it, since the filer still wants to be called; so do ratings, without
    comments. Files: ``bot.uploads``."""
    of_it = conversation.id
    with engine.begin() as connection:
        connection.execute(
            help_requests.update()
            .where(help_requests.c.conversation_id == of_it)
            .values(conversation_id=None, report_id=None)
        )
        unlink_ratings(connection, of_it)
        for table in (turns, copies, reports, uploads):
            connection.execute(table.delete().where(table.c.conversation_id == of_it))
        connection.execute(conversations.delete().where(conversations.c.id == of_it))
        delete_events(connection, conversation.sender_id)


def idle_before(engine: Engine, moment: datetime, *, at_once: int = 200) -> Iterator[Conversation]:
    """Conversations whose last message is older than ``moment`` (UTC), the longest idle first,
    read ``at_once``. Each comes once, whether or not it is deleted meanwhile; one whose filer has
    come back since it was read does not come."""
    c = conversations.c
    query = sa.select(conversations).order_by(c.last_at, c.id).limit(at_once)
    over = c.last_at < moment
    while True:
        with engine.connect() as connection:
            rows = connection.execute(query.where(over)).all()
        if not rows:
            return
        for row in rows:
            with engine.connect() as connection:
                is_idle = connection.execute(
                    query.where(c.id == row.id, c.last_at < moment)
                ).first()
            if is_idle:
                yield _conversation(row)
        last = rows[-1]
        behind = (c.last_at > last.last_at) | ((c.last_at == last.last_at) & (c.id > last.id))
        over = (c.last_at < moment) & behind


def count_idle_before(engine: Engine, moment: datetime) -> int:
    """How many conversations :func:`idle_before` would find."""
    query = sa.select(sa.func.count()).where(conversations.c.last_at < moment)
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def _turn(row: Any) -> Turn:
    return Turn(
        message_id=row.message_id,
        text=row.text,
        masked_kinds=tuple(row.masked_kinds),
        upload_id=row.upload_id,
        asked_at=row.asked_at,
        reply=reply_from_message(row.reply) if row.reply else None,
        intent=row.intent,
        confidence=row.confidence,
    )
