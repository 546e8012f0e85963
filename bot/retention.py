"""What is kept for how long, and the job that deletes what is over time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.conversations import Conversation, delete_conversation
from bot.db.tables import conversations, uploads
from bot.settings import Settings
from bot.uploads import delete_files

CONVERSATION_DAYS = 90
_AT_ONCE = 200


@dataclass(frozen=True)
class Retention:
    """How many files and conversations were over time (deleted, or found in a dry run)."""

    files: int
    conversations: int


def apply_retention(engine: Engine, settings: Settings, *, dry_run: bool = False) -> Retention:
    """Delete files past their hour and conversations that nobody used for 90 days.

    A conversation goes with its turns, reports and Rasa's events. Help requests stay until a clerk
    has ended them; they lose the link to the conversation.
    """
    now = utc_now()
    if dry_run:
        return Retention(_files_due(engine, now), len(_old(engine, now, limit=None)))
    files = delete_files(engine, settings.upload_dir)
    count = 0
    while old := _old(engine, now, limit=_AT_ONCE):
        for conversation in old:
            files += delete_files(engine, settings.upload_dir, conversation_id=conversation.id)
            delete_conversation(engine, conversation)
        count += len(old)
    return Retention(files, count)


def _files_due(engine: Engine, now: datetime) -> int:
    due = (uploads.c.deleted_at.is_(None)) & (uploads.c.delete_at <= now)
    with engine.connect() as connection:
        return int(
            connection.execute(
                sa.select(sa.func.count()).select_from(uploads).where(due)
            ).scalar_one()
        )


def _old(engine: Engine, now: datetime, limit: int | None) -> list[Conversation]:
    c = conversations.c
    query = (
        sa.select(c.id, c.sender_id, c.created_at)
        .where(c.last_at < now - timedelta(days=CONVERSATION_DAYS))
        .limit(limit)
    )
    with engine.connect() as connection:
        return [Conversation(*row) for row in connection.execute(query)]
