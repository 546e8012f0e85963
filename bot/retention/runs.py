"""The runs of the job that are remembered: those that somebody started, and one a day for the
sweeper, which runs every minute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.db.tables import retention_runs
from bot.retention.job import Line, sum_of

SWEEPER = "the sweeper"
# so that a run without anything to do shows too that the sweeper is alive
_ALIVE_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Run:
    """One run, or a day of the sweeper's. ``at`` in UTC."""

    at: datetime
    by: str
    dry_run: bool
    lines: tuple[Line, ...]

    @property
    def deleted(self) -> int:
        """How many went, of all kinds."""
        return sum(line.deleted for line in self.lines)


def remember(
    engine: Engine | Connection, lines: list[Line], *, by: str, dry_run: bool = False
) -> None:
    """Keep what a run did. The sweeper's of one day (UTC) are added up in one row."""
    now = utc_now()
    if by == SWEEPER:
        try:
            _add_to_day(engine, lines, now)
        except IntegrityError:
            # another server has begun the day meanwhile
            _add_to_day(engine, lines, now)
        return
    with transaction(engine) as connection:
        _store(connection, lines, now, by=by, dry_run=dry_run)


def _add_to_day(engine: Engine | Connection, lines: list[Line], now: datetime) -> None:
    c = retention_runs.c
    with transaction(engine) as connection:
        query = sa.select(retention_runs).where(c.day == now.date()).with_for_update()
        today = connection.execute(query).first()
        if today is None:
            _store(connection, lines, now, by=SWEEPER, day=now.date())
            return
        before = _run(today).lines
        added = _added(before, lines)
        nothing_new = not sum_of(lines) and _problems(added) == _problems(before)
        if nothing_new and now - today.at < _ALIVE_EVERY:
            return
        report = [line.to_dict() for line in added]
        connection.execute(
            retention_runs.update().where(c.id == today.id).values(at=now, report=report)
        )


def _store(
    connection: Connection,
    lines: list[Line],
    now: datetime,
    *,
    by: str,
    dry_run: bool = False,
    day: date | None = None,
) -> None:
    report = [line.to_dict() for line in lines]
    connection.execute(
        retention_runs.insert().values(at=now, by=by[:120], dry_run=dry_run, report=report, day=day)
    )


def last_runs(engine: Engine, count: int = 30) -> list[Run]:
    """The newest runs, newest first."""
    query = sa.select(retention_runs).order_by(retention_runs.c.id.desc()).limit(count)
    with engine.connect() as connection:
        return [_run(row) for row in connection.execute(query)]


def forget_runs_before(engine: Engine, moment: datetime) -> int:
    """Delete what is older than ``moment`` (UTC); returns how many runs."""
    with engine.begin() as connection:
        gone = connection.execute(retention_runs.delete().where(retention_runs.c.at < moment))
        return int(gone.rowcount)


def problems_now(runs: Sequence[Run]) -> list[Line]:
    """The lines of the latest of these runs that deleted, where not all went."""
    done = [run for run in runs if not run.dry_run]
    latest = max(done, key=lambda run: run.at, default=None)
    return [line for line in latest.lines if line.problem] if latest else []


def _added(before: Sequence[Line], now: Sequence[Line]) -> list[Line]:
    """The day so far with one more run; a kind that it did not look at stays as it was."""
    day = {line.kind: line for line in before}
    for line in now:
        if old := day.get(line.kind):
            line = replace(line, over=line.over + old.over, deleted=line.deleted + old.deleted)
        day[line.kind] = line
    return list(day.values())


def _problems(lines: Sequence[Line]) -> list[tuple[str, str | None]]:
    return [(line.kind, line.problem) for line in lines]


def _run(row: Any) -> Run:
    return Run(row.at, row.by, row.dry_run, tuple(Line(**line) for line in row.report))
