"""Runs of scripts and questions that were started at the desk: the SQL on ``test_runs``. Only one
runs at a time, which the database itself sees to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.db.tables import test_runs

SCRIPTS, QUESTIONS = "scripts", "questions"
RUNNING, STOPPING = "running", "stopping"
FINISHED, FAILED, STOPPED = "finished", "failed", "stopped"
KEPT = 30
_SILENT_MINUTES = 3
_BROKE_OFF = "It ended without a word, most likely because the server was restarted."


class AlreadyRunningError(RuntimeError):
    """A run is going on; the next can start when it has ended."""


@dataclass(frozen=True)
class Run:
    """One run. ``place``: the folder of scripts, empty for all; ``wrong``: scripts that failed, or
    questions that were not answered right. Times in UTC."""

    id: int
    kind: str
    place: str
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    total: int
    done: int
    wrong: int
    message: str
    summary: dict[str, Any] | None

    @property
    def is_on(self) -> bool:
        """Whether it has not ended."""
        return self.state in {RUNNING, STOPPING}

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


_C = test_runs.c
_COLUMNS = (
    _C.id, _C.kind, _C.place, _C.started_by, _C.started_at, _C.ended_at, _C.state, _C.total,
    _C.done, _C.wrong, _C.message, _C.summary,
)  # fmt: skip


def begin_run(engine: Engine | Connection, kind: str, place: str, who: str) -> int:
    """Make a run and return its number; the oldest beyond :data:`KEPT` go.

    Raises:
        AlreadyRunningError: another is going on.
    """
    now = utc_now()
    try:
        with transaction(engine) as connection:
            silent = (_C.alone.is_(True)) & (
                _C.updated_at < now - timedelta(minutes=_SILENT_MINUTES)
            )
            connection.execute(
                test_runs.update()
                .where(silent)
                .values(alone=None, state=FAILED, message=_BROKE_OFF, ended_at=now)
            )
            row = connection.execute(
                test_runs.insert().values(
                    kind=kind,
                    place=place[:120],
                    started_by=who[:120],
                    started_at=now,
                    updated_at=now,
                    state=RUNNING,
                    alone=True,
                    total=0,
                    done=0,
                    wrong=0,
                    message="",
                )
            )
            newest = sa.select(_C.id).order_by(_C.id.desc()).limit(KEPT)
            kept = [row[0] for row in connection.execute(newest)]
            connection.execute(test_runs.delete().where(_C.id.not_in(kept)))
            return int(row.inserted_primary_key[0])
    except IntegrityError as error:
        raise AlreadyRunningError from error


def note_progress(engine: Engine, number: int, *, total: int, done: int, wrong: int) -> bool:
    """Say how far a run is; returns False when somebody wants it to stop."""
    with engine.begin() as connection:
        connection.execute(
            test_runs.update()
            .where(_C.id == number)
            .values(total=total, done=done, wrong=wrong, updated_at=utc_now())
        )
        query = sa.select(_C.state).where(_C.id == number)
        return bool(connection.execute(query).scalar_one_or_none() == RUNNING)


def still_on(engine: Engine, number: int) -> None:
    """Say that a run goes on, where nothing can be counted."""
    with engine.begin() as connection:
        connection.execute(
            test_runs.update().where(_C.id == number).values(updated_at=utc_now())
        )  # fmt: skip


def ask_to_stop(engine: Engine | Connection, number: int) -> bool:
    """Let a run end after what it is doing now; False when it does not run."""
    with transaction(engine) as connection:
        asked = connection.execute(
            test_runs.update()
            .where(_C.id == number, _C.state == RUNNING)
            .values(state=STOPPING, updated_at=utc_now())
        )
    return bool(asked.rowcount == 1)


def end_run(
    engine: Engine,
    number: int,
    state: str,
    message: str = "",
    *,
    summary: dict[str, Any] | None = None,
    results: Sequence[dict[str, Any]] = (),
    report: str | None = None,
) -> None:
    """Keep what a run found. One that has ended already stays as it is."""
    with engine.begin() as connection:
        connection.execute(
            test_runs.update()
            .where(_C.id == number, _C.alone.is_(True))
            .values(
                alone=None,
                state=state,
                message=message,
                summary=summary,
                results=list(results),
                report=report,
                ended_at=utc_now(),
            )
        )


def run_of(engine: Engine, number: int) -> Run | None:
    """The run with this number, or None."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(*_COLUMNS).where(_C.id == number)).one_or_none()
    return Run(*row) if row else None


def last_runs(engine: Engine, most: int = 10) -> list[Run]:
    """The newest runs, newest first."""
    query = sa.select(*_COLUMNS).order_by(_C.id.desc()).limit(most)
    with engine.connect() as connection:
        return [Run(*row) for row in connection.execute(query)]


def results_of(engine: Engine, number: int) -> list[dict[str, Any]]:
    """The lines of a run, as ``talk --json`` or ``evaluate --json`` print them."""
    with engine.connect() as connection:
        query = sa.select(_C.results).where(_C.id == number)
        return list(connection.execute(query).scalar_one_or_none() or ())


def report_of(engine: Engine, number: int) -> str | None:
    """The page on a run of questions, or None."""
    with engine.connect() as connection:
        query = sa.select(_C.report).where(_C.id == number)
        found: str | None = connection.execute(query).scalar_one_or_none()
    return found
