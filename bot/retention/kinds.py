"""Each kind of data that ends: how much of it is over time, how it is deleted, and the oldest that
is kept."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.conversations import count_idle_before, delete_conversation, idle_before
from bot.db.tables import (
    audit_entries,
    conversations,
    help_requests,
    outbox,
    ratings,
    reports,
    staff_attempts,
    uploads,
)
from bot.outbox import forget_before as forget_mail_before
from bot.rasa_events import delete_orphans, oldest_orphan
from bot.ratings import forget_ratings_before
from bot.reports import delete_reports_before
from bot.retention.periods import Periods
from bot.settings import Settings
from bot.staff import audit
from bot.staff.forms import forget_old
from bot.staff.guessing import forget_attempts_before
from bot.staff.sessions import end_old
from bot.triage.requests import delete_ended_before
from bot.uploads import delete_files, files_due

SELDOM = frozenset({"events", "reports"})
"""Kinds that take a look at a whole table, which is not worth it every minute."""

log = logging.getLogger(__name__)


class ConversationsLeftError(RuntimeError):
    """Some conversations could not be deleted. ``deleted``: how many were."""

    def __init__(self, problems: Sequence[Exception], deleted: int) -> None:
        first = problems[0]
        left = "1 conversation" if len(problems) == 1 else f"{len(problems)} conversations"
        why = str(first) if isinstance(first, OSError) else type(first).__name__
        super().__init__(f"{left} could not be deleted ({why})")
        self.deleted = deleted


@dataclass(frozen=True)
class Kind:
    """One kind of data.

    ``keep`` is the period in words; ``before`` (UTC) the moment that it must not be older than.
    ``count`` and ``delete`` return how many are over time, or were; ``oldest`` the time of the
    oldest that is there, None where there is none.
    """

    name: str
    title: str
    keep: str
    count: Callable[[], int]
    delete: Callable[[], int]
    oldest: Callable[[], datetime | None]


def kinds_of(
    engine: Engine, settings: Settings, periods: Periods, now: datetime
) -> tuple[Kind, ...]:
    """All kinds, in the order in which they are deleted."""
    folder = settings.upload_dir

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    def both(function: Callable[..., int], moment: datetime) -> dict[str, Callable[[], int]]:
        return {
            "count": lambda: function(engine, moment, dry_run=True),
            "delete": lambda: function(engine, moment),
        }

    return (
        Kind(
            "files",
            "Files that filers sent, and mended copies",
            f"{settings.upload_life_minutes} minutes",
            count=lambda: files_due(engine),
            delete=lambda: delete_files(engine, folder),
            oldest=lambda: _oldest(engine, uploads.c.created_at, uploads.c.deleted_at.is_(None)),
        ),
        Kind(
            "transcripts",
            "Conversations, with what the assistant kept of them",
            _days(periods.transcripts),
            oldest=lambda: _oldest(engine, conversations.c.last_at),
            count=lambda: count_idle_before(engine, before(periods.transcripts)),
            delete=lambda: _delete_idle(engine, folder, before(periods.transcripts)),
        ),
        Kind(
            "events",
            "What the assistant kept of conversations that are deleted already",
            _days(periods.transcripts),
            oldest=lambda: oldest_orphan(engine),
            **both(delete_orphans, before(periods.transcripts)),
        ),
        Kind(
            "reports",
            "Reports on PDFs that belong to no help request",
            _days(periods.reports),
            oldest=lambda: _oldest(engine, reports.c.created_at),
            **both(delete_reports_before, before(periods.reports)),
        ),
        Kind(
            "requests",
            "Help requests that have ended",
            _days(periods.requests),
            oldest=lambda: _oldest(engine, help_requests.c.created_at),
            **both(delete_ended_before, before(periods.requests)),
        ),
        Kind(
            "ratings",
            "Ratings of answers",
            _days(periods.ratings),
            oldest=lambda: _oldest(engine, ratings.c.created_at),
            **both(forget_ratings_before, before(periods.ratings)),
        ),
        Kind(
            "outbox",
            "E-mails to filers",
            _days(periods.outbox),
            oldest=lambda: _oldest(engine, outbox.c.created_at),
            **both(forget_mail_before, before(periods.outbox)),
        ),
        Kind(
            "audit",
            "Entries of the desk's log",
            _days(periods.audit),
            oldest=lambda: _oldest(engine, audit_entries.c.at),
            count=lambda: audit.count_before(engine, before(periods.audit)),
            delete=lambda: audit.forget_before(engine, before(periods.audit)),
        ),
        Kind(
            "sign_ins",
            "Failed sign-ins at the desk, sessions that are over, and marks of forms sent in them",
            _days(periods.sign_ins),
            oldest=lambda: _oldest(engine, staff_attempts.c.at),
            **both(_forget_sign_ins, before(periods.sign_ins)),
        ),
    )


def _delete_idle(engine: Engine, folder: Path, moment: datetime) -> int:
    count = 0
    problems: list[Exception] = []
    for conversation in idle_before(engine, moment):
        try:
            # files first: with the rows gone, nobody would know whose they were
            delete_files(engine, folder, conversation_id=conversation.id)
            delete_conversation(engine, conversation)
            count += 1
        except (OSError, DBAPIError) as error:
            problems.append(error)
            if isinstance(error, OperationalError):
                break  # the database is gone or locked, and would be so for each of the others
    if problems:
        log.error("conversations could not be deleted; the first:", exc_info=problems[0])
        raise ConversationsLeftError(problems, count)
    return count


def _forget_sign_ins(engine: Engine, moment: datetime, *, dry_run: bool = False) -> int:
    attempts = forget_attempts_before(engine, moment, dry_run=dry_run)
    return attempts + end_old(engine, dry_run=dry_run) + forget_old(engine, dry_run=dry_run)


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _oldest(engine: Engine, column: Any, *conditions: Any) -> datetime | None:
    with engine.connect() as connection:
        query = sa.select(sa.func.min(column)).where(*conditions)
        found: datetime | None = connection.execute(query).scalar_one()
    return found
