"""Reports on files that filers sent: kept when the files themselves are gone, since clerks read
them beside a help request."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.copies import forget_copies
from bot.db.tables import help_requests, reports
from bot.uploads import Upload, upload_of

_REPORTS_AT_ONCE = 500  # deleted in one transaction


def store_report(engine: Engine, upload: Upload, report: dict[str, Any]) -> str:
    """Keep what a check found; returns the report's id."""
    report_id = secrets.token_hex(12)
    with engine.begin() as connection:
        connection.execute(
            reports.insert().values(
                id=report_id,
                conversation_id=upload.conversation_id,
                upload_id=upload.id,
                verdict=report["verdict"],
                report=report,
                created_at=utc_now(),
            )
        )
    return report_id


def report_of(engine: Engine, report_id: str, conversation_id: str) -> dict[str, Any] | None:
    """A report, if it belongs to this conversation."""
    query = sa.select(reports.c.report).where(
        reports.c.id == report_id, reports.c.conversation_id == conversation_id
    )
    with engine.connect() as connection:
        found: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return found


def upload_of_report(engine: Engine, report_id: str, conversation_id: str) -> Upload | None:
    """The file that a report is on, if it belongs to this conversation and still lies here."""
    query = sa.select(reports.c.upload_id).where(reports.c.id == report_id)
    with engine.connect() as connection:
        upload_id = connection.execute(query).scalar_one_or_none()
    return upload_of(engine, upload_id, conversation_id) if upload_id else None


def reports_of(engine: Engine, conversation_id: str) -> dict[str, dict[str, Any]]:
    """All reports of a conversation by id, the oldest first."""
    query = (
        sa.select(reports.c.id, reports.c.report)
        .where(reports.c.conversation_id == conversation_id)
        .order_by(reports.c.created_at, reports.c.id)
    )
    with engine.connect() as connection:
        return {row.id: row.report for row in connection.execute(query)}


def last_report_id(engine: Engine, conversation_id: str) -> str | None:
    """The newest report of a conversation, or None."""
    query = (
        sa.select(reports.c.id)
        .where(reports.c.conversation_id == conversation_id)
        .order_by(reports.c.created_at.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def delete_reports_before(engine: Engine, moment: datetime, *, dry_run: bool = False) -> int:
    """Delete reports older than ``moment`` (UTC) that no help request shows to a clerk; returns how
    many. With ``dry_run`` they are only counted."""
    shown = sa.exists().where(help_requests.c.report_id == reports.c.id)
    over = sa.select(reports.c.id).where(reports.c.created_at < moment, ~shown)
    # looked for before anything is locked: with 50,000 help requests it takes 0.3 s, and mostly
    # there is nothing to delete
    with engine.connect() as connection:
        found = list(connection.execute(over).scalars())
    if dry_run:
        return len(found)
    count = 0
    for start in range(0, len(found), _REPORTS_AT_ONCE):
        some = found[start : start + _REPORTS_AT_ONCE]
        with engine.begin() as connection:
            # a filer may have asked for help with one meanwhile
            still = list(connection.execute(over.where(reports.c.id.in_(some))).scalars())
            forget_copies(connection, still)
            connection.execute(reports.delete().where(reports.c.id.in_(still)))
        count += len(still)
    return count
