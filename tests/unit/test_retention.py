"""What is over time goes, what is not stays, a dry run touches nothing, and runs are remembered."""

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.conversations import (
    Conversation,
    delete_conversation,
    open_turn,
    start_conversation,
    turns_of,
)
from bot.db.tables import (
    audit_entries,
    conversations,
    help_requests,
    metadata,
    ratings,
    reports,
    staff_attempts,
    staff_forms,
    staff_sessions,
    turns,
    uploads,
)
from bot.outbox import Mail, put
from bot.ratings import rate
from bot.retention.job import Line, apply_retention
from bot.retention.periods import Periods, PeriodsError, periods_from
from bot.retention.runs import SWEEPER, forget_runs_before, last_runs, problems_now, remember
from bot.settings import Settings, load_settings
from bot.staff import accounts
from bot.staff.audit import record
from bot.triage.requests import find, make_request

PERIODS = Periods()
A_MOMENT = timedelta(seconds=20)


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    """Settings with a folder for files of its own."""
    return replace(load_settings({}), upload_dir=tmp_path)


def run(engine: Engine, settings: Settings, *, dry_run: bool = False) -> dict[str, Line]:
    lines = apply_retention(engine, settings, PERIODS, dry_run=dry_run)
    return {line.kind: line for line in lines}


def update(engine: Engine, table: sa.Table, condition: object, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(table.update().where(condition).values(**values))


def count(engine: Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def conversation(engine: Engine, last_at: datetime) -> Conversation:
    made, _ = start_conversation(engine)
    open_turn(engine, made.id, "m1", "hello")
    update(engine, conversations, conversations.c.id == made.id, last_at=last_at)
    return made


def request(engine: Engine, conversation_id: str | None, report_id: str | None = None) -> str:
    return make_request(
        engine,
        conversation_id=conversation_id,
        name="Ann Lee",
        contact="ann@example.com",
        role="Attorney",
        topic="mfa",
        details="No code comes.",
        report_id=report_id,
    ).code


def report(engine: Engine, name: str, conversation_id: str, at: datetime, folder: Path) -> None:
    upload_id = name.ljust(32, "0")
    (folder / f"{upload_id}.bin").write_bytes(b"%PDF")
    with engine.begin() as connection:
        connection.execute(
            uploads.insert().values(
                id=upload_id,
                conversation_id=conversation_id,
                name="a.pdf",
                bytes=4,
                sha256="x",
                created_at=at,
                delete_at=at + timedelta(hours=1),
            )
        )
        connection.execute(
            reports.insert().values(
                id=name,
                conversation_id=conversation_id,
                upload_id=upload_id,
                verdict="accept",
                report={},
                created_at=at,
            )
        )


def old(engine: Engine, kept: Settings, kind: str, at: datetime) -> None:
    """One of ``kind`` whose period began at ``at``."""
    if kind == "transcripts":
        conversation(engine, at)
    elif kind == "reports":
        report(engine, f"r{count(engine, reports)}", conversation(engine, utc_now()).id, at,
               kept.upload_dir)  # fmt: skip
    elif kind == "requests":
        code = request(engine, None)
        ended = {"state": "resolved", "updated_at": at}
        update(engine, help_requests, help_requests.c.code == code, **ended)
    elif kind == "ratings":
        rate(engine, conversation(engine, utc_now()).id, "m1", helped=True, topic="mfa")
        newest = sa.select(sa.func.max(ratings.c.id)).scalar_subquery()
        update(engine, ratings, ratings.c.id == newest, created_at=at)
    elif kind == "outbox":
        put(engine, Mail("ann@example.com", "x", "x"), at)
    elif kind == "audit":
        with engine.begin() as connection:
            connection.execute(
                audit_entries.insert().values(at=at, who="Kim", action="x", subject="", detail="")
            )
    elif kind == "sign_ins":
        with engine.begin() as connection:
            connection.execute(staff_attempts.insert().values(name_hash="x", address="a", at=at))


@pytest.mark.parametrize(
    "kind", ["transcripts", "reports", "requests", "ratings", "outbox", "audit", "sign_ins"]
)
def test_each_kind_goes_when_its_days_are_over(engine: Engine, kept: Settings, kind: str) -> None:
    days = timedelta(days=getattr(PERIODS, kind))
    old(engine, kept, kind, utc_now() - days - A_MOMENT)
    old(engine, kept, kind, utc_now() - days + A_MOMENT)
    dry = run(engine, kept, dry_run=True)[kind]
    assert (dry.over, dry.deleted) == (1, 0)
    done = run(engine, kept)[kind]
    assert (done.over, done.deleted) == (1, 1)
    # the log says that it was shortened; that entry is the newest
    assert done.oldest is not None
    assert done.oldest > f"{utc_now() - days:%Y-%m-%dT%H:%M}" or kind == "requests"
    again = run(engine, kept)[kind]
    assert again.deleted == 0


def test_files_go_within_the_hour(engine: Engine, kept: Settings) -> None:
    one = conversation(engine, utc_now())
    report(engine, "r1", one.id, utc_now() - timedelta(hours=1) - A_MOMENT, kept.upload_dir)
    report(engine, "r2", one.id, utc_now() - timedelta(hours=1) + A_MOMENT, kept.upload_dir)
    assert run(engine, kept, dry_run=True)["files"].over == 1
    assert len(list(kept.upload_dir.iterdir())) == 2
    assert run(engine, kept)["files"].deleted == 1
    assert [file.name[:2] for file in kept.upload_dir.iterdir()] == ["r2"]


def test_a_conversation_takes_its_files_along_and_leaves_its_request(
    engine: Engine, kept: Settings
) -> None:
    at = utc_now() - timedelta(days=PERIODS.transcripts) - A_MOMENT
    one = conversation(engine, at)
    report(engine, "r1", one.id, utc_now(), kept.upload_dir)
    code = request(engine, one.id, "r1")
    assert run(engine, kept)["transcripts"].deleted == 1
    assert turns_of(engine, one.id) == []
    assert list(kept.upload_dir.iterdir()) == []
    found = find(engine, code)
    assert found is not None
    assert (found.conversation_id, found.report_id) == (None, None)


def test_a_report_that_a_clerk_sees_stays(engine: Engine, kept: Settings) -> None:
    one = conversation(engine, utc_now())
    at = utc_now() - timedelta(days=PERIODS.reports) - A_MOMENT
    report(engine, "r1", one.id, at, kept.upload_dir)
    request(engine, one.id, "r1")
    assert run(engine, kept)["reports"].deleted == 0
    assert count(engine, reports) == 1


def test_open_requests_stay_however_old(engine: Engine, kept: Settings) -> None:
    code = request(engine, None)
    ancient = utc_now() - timedelta(days=3000)
    update(
        engine, help_requests, help_requests.c.code == code, created_at=ancient, updated_at=ancient
    )
    assert run(engine, kept)["requests"].deleted == 0


def test_deleting_a_conversation_forgets_all_that_hangs_on_it() -> None:
    """A new table that hangs on a conversation must be named here, and deleted with it."""
    hanging = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table in (conversations, turns, uploads, reports)
    }
    cascading = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.ondelete == "CASCADE"
    }
    kept_by_hand = {"turns", "uploads", "reports", "copies", "help_requests", "ratings"}
    assert hanging - cascading == kept_by_hand


def test_a_conversation_goes_with_the_questions_gathered_from_it(engine: Engine) -> None:
    one = conversation(engine, utc_now())
    with engine.begin() as connection:
        turn = connection.execute(sa.select(turns.c.id)).scalar_one()
        table = metadata.tables["questions"]
        connection.execute(table.insert().values(turn_id=turn, kind="offered"))
    delete_conversation(engine, one)
    assert count(engine, metadata.tables["questions"]) == 0


def test_runs_are_remembered_and_the_sweepers_added_up(engine: Engine, kept: Settings) -> None:
    lines = apply_retention(engine, kept, PERIODS, dry_run=True)
    some = [replace(line, over=2, deleted=2) for line in lines]
    remember(engine, lines, by="Kim", dry_run=True)
    for _ in range(3):
        remember(engine, some, by=SWEEPER)
    remember(engine, lines, by=SWEEPER)
    newest, first = last_runs(engine)
    assert (newest.by, newest.dry_run, newest.deleted) == (SWEEPER, False, 6 * len(lines))
    assert (first.by, first.dry_run, first.deleted) == ("Kim", True, 0)
    assert forget_runs_before(engine, utc_now() + A_MOMENT) == 2


def test_servers_that_sweep_at_one_moment_begin_one_day(engine: Engine, kept: Settings) -> None:
    lines = [replace(line, over=1, deleted=1) for line in run(engine, kept, dry_run=True).values()]
    asked = Barrier(2, timeout=5)

    @sa.event.listens_for(engine, "after_cursor_execute")
    def both_have_asked(*event: object) -> None:
        # the second try is nobody's rival
        if str(event[2]).startswith("SELECT retention_runs"):
            with suppress(BrokenBarrierError):
                asked.wait(1)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: remember(engine, lines, by=SWEEPER), range(2)))
    (day,) = last_runs(engine)
    assert day.deleted == 2 * len(lines)


def test_reports_that_stay_lock_nothing(engine: Engine, kept: Settings) -> None:
    """To find that all old reports belong to help requests takes 0.3 s with 50,000 of them: under a
    write lock, filers would wait."""
    run(engine, kept)
    asked: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(*event: Any) -> None:
        asked.append(event[2])

    assert run(engine, kept)["reports"].deleted == 0
    sa.event.remove(engine, "before_cursor_execute", note)
    assert [text for text in asked if text.startswith(("DELETE FROM rep", "DELETE FROM cop"))] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_sweeper_reads_no_large_table_from_end_to_end(engine: Engine, kept: Settings) -> None:
    """It asks each minute, and a court has 200,000 rows of files that are long gone. PostgreSQL
    reads a table of a few rows whole, whatever indexes it has, so it is not asked."""
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(*event: Any) -> None:
        asked.append((event[2], event[3]))

    apply_retention(engine, kept, PERIODS, seldom=False)
    sa.event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        plans = {
            step.detail
            for statement, values in asked
            if statement.startswith(("SELECT", "DELETE", "UPDATE"))
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        }
    whole = re.compile(r"SCAN (?:uploads|reports|help_requests|conversations|turns)\b(?! USING)")
    assert [plan for plan in plans if whole.search(plan)] == []
    dues = [plan for plan in plans if plan.startswith("SEARCH uploads USING")]
    # what is gone does not count among what is over time
    assert dues
    assert all("deleted_at" in plan for plan in dues)


def test_the_log_of_the_desk_says_that_it_was_shortened(engine: Engine, kept: Settings) -> None:
    old(engine, kept, "audit", utc_now() - timedelta(days=PERIODS.audit) - A_MOMENT)
    record(engine, "Kim", "signed in")
    run(engine, kept)
    with engine.connect() as connection:
        left = connection.execute(sa.select(audit_entries.c.who)).scalars().all()
    assert left == ["Kim", "retention"]


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"letters": 3}, "no kind of data"),
        ({"transcripts": 13}, "from 14"),
        ({"audit": 29}, "from 30"),
        ({"reports": 3651}, "to 3650"),
        ({"reports": "30"}, "number of days"),
        ({"reports": True}, "number of days"),
        ([], "looks like"),
    ],
)
def test_periods_that_cannot_be(section: object, says: str) -> None:
    with pytest.raises(PeriodsError, match=says):
        periods_from(section)


def test_sessions_that_are_over_go(engine: Engine, kept: Settings) -> None:
    account = accounts.add_account(engine, "kim", "clerk", by="a test")
    for age in (timedelta(hours=13), timedelta(minutes=1)):
        with engine.begin() as connection:
            connection.execute(
                staff_sessions.insert().values(
                    token_hash=str(age),
                    staff_id=account.id,
                    stage="signed_in",
                    created_at=utc_now() - age,
                    last_at=utc_now() - age,
                )
            )
    assert run(engine, kept, dry_run=True)["sign_ins"].over == 1
    assert count(engine, staff_sessions) == 2
    assert run(engine, kept)["sign_ins"].deleted == 1
    assert count(engine, staff_sessions) == 1


def test_periods_of_the_court() -> None:
    assert periods_from(None) == Periods()
    found = periods_from({"transcripts": 14})
    assert (found.transcripts, found.reports) == (14, 30)


def test_marks_of_forms_go_with_the_longest_session(engine: Engine, kept: Settings) -> None:
    now = utc_now()
    with engine.begin() as connection:
        for hours in (11, 13):
            connection.execute(
                staff_forms.insert().values(
                    form_hash=f"{hours}", sent_at=now - timedelta(hours=hours), led_to="/desk"
                )
            )
    assert run(engine, kept, dry_run=True)["sign_ins"].over == 1
    assert run(engine, kept)["sign_ins"].deleted == 1
    assert count(engine, staff_forms) == 1


def test_what_cannot_be_deleted_stops_nothing_else(engine: Engine, kept: Settings) -> None:
    now = utc_now()
    own = conversation(engine, now)
    hours_ago = now - timedelta(hours=3)
    for name in ("r1", "r2", "r3"):
        report(engine, name, own.id, hours_ago, kept.upload_dir)
    # a folder in a file's place cannot be unlinked
    stuck = kept.upload_dir / f"{'r2'.ljust(32, '0')}.bin"
    stuck.unlink()
    stuck.mkdir()
    old(engine, kept, "outbox", now - timedelta(days=PERIODS.outbox + 1))
    lines = run(engine, kept)
    assert lines["files"].deleted == 2
    assert lines["files"].problem is not None
    assert "1 file could not be deleted" in lines["files"].problem
    assert lines["outbox"].deleted == 1
    assert sorted(kept.upload_dir.iterdir()) == [stuck]
    stuck.rmdir()
    again = run(engine, kept)["files"]
    assert (again.deleted, again.problem) == (1, None)


def test_a_conversation_that_cannot_be_deleted_keeps_no_other(
    engine: Engine, kept: Settings
) -> None:
    long_ago = utc_now() - timedelta(days=PERIODS.transcripts + 1)
    stuck, _ = conversation(engine, long_ago), conversation(engine, long_ago)
    report(engine, "r1", stuck.id, utc_now(), kept.upload_dir)
    path = kept.upload_dir / f"{'r1'.ljust(32, '0')}.bin"
    path.unlink()
    path.mkdir()
    line = run(engine, kept)["transcripts"]
    assert line.problem is not None
    assert count(engine, conversations) == 1


def many_conversations(engine: Engine, number: int, last_at: datetime) -> list[str]:
    """The ids of conversations without turns."""
    rows = [
        {
            "id": secrets.token_hex(12),
            "token_hash": secrets.token_hex(32),
            "sender_id": secrets.token_hex(16),
            "created_at": last_at,
            "last_at": last_at,
        }
        for _ in range(number)
    ]
    with engine.begin() as connection:
        connection.execute(conversations.insert(), rows)
    return [str(row["id"]) for row in rows]


def unlinkable(folder: Path, name: str) -> None:
    """Put a folder in a file's place: it cannot be unlinked."""
    path = folder / f"{name.ljust(32, '0')}.bin"
    path.unlink()
    path.mkdir()


def test_a_backlog_shrinks_though_some_of_each_batch_cannot_be_deleted(
    engine: Engine, kept: Settings
) -> None:
    """Two batches; those that stay are the oldest, so that each batch would begin with them."""
    long_ago = utc_now() - timedelta(days=PERIODS.transcripts + 1)
    stuck = many_conversations(engine, 2, long_ago - timedelta(days=1))
    for number, own in enumerate(stuck):
        report(engine, f"r{number}", own, utc_now(), kept.upload_dir)
        unlinkable(kept.upload_dir, f"r{number}")
    many_conversations(engine, 250, long_ago)
    line = run(engine, kept)["transcripts"]
    assert line.deleted == 250
    assert line.problem is not None
    assert "2 conversations could not be deleted" in line.problem
    assert count(engine, conversations) == 2


def test_deleted_conversations_are_counted_and_not_the_files_of_one_that_stays(
    engine: Engine, kept: Settings
) -> None:
    long_ago = utc_now() - timedelta(days=PERIODS.transcripts + 1)
    stuck, _ = conversation(engine, long_ago), conversation(engine, long_ago)
    for name in ("r1", "r2", "r3", "r4"):
        report(engine, name, stuck.id, utc_now(), kept.upload_dir)
    unlinkable(kept.upload_dir, "r4")
    line = run(engine, kept)["transcripts"]
    assert line.deleted == 1
    assert "1 conversation could not be deleted" in (line.problem or "")


def rename_column(engine: Engine, table: str, old: str, new: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(f'ALTER TABLE {table} RENAME COLUMN "{old}" TO "{new}"'))


def test_an_oldest_that_cannot_be_read_stops_no_other_kind(engine: Engine, kept: Settings) -> None:
    now = utc_now()
    old(engine, kept, "ratings", now - timedelta(days=PERIODS.ratings + 1))
    old(engine, kept, "outbox", now - timedelta(days=PERIODS.outbox + 1))
    rename_column(engine, "help_requests", "created_at", "made_at")
    try:
        lines = run(engine, kept)
    finally:
        rename_column(engine, "help_requests", "made_at", "created_at")
    assert "in the log" in (lines["requests"].problem or "")
    assert (lines["ratings"].deleted, lines["outbox"].deleted) == (1, 1)


def test_a_problem_is_over_with_the_next_run_that_has_none(engine: Engine, kept: Settings) -> None:
    lines = apply_retention(engine, kept, PERIODS, dry_run=True)
    broken = [replace(line, problem="it is stuck") for line in lines[:1]] + lines[1:]
    remember(engine, broken, by=SWEEPER)
    assert [line.problem for line in problems_now(last_runs(engine))] == ["it is stuck"]
    remember(engine, lines, by="Kim", dry_run=True)
    assert [line.problem for line in problems_now(last_runs(engine))] == ["it is stuck"]
    remember(engine, lines, by=SWEEPER)
    assert problems_now(last_runs(engine)) == []


@pytest.fixture
def rasas_table(database_url: str, engine: Engine) -> Iterator[None]:
    """Rasa's own table, as its tracker store makes it."""
    SQLTrackerStore.Base.metadata.create_all(engine)
    yield
    SQLTrackerStore.Base.metadata.drop_all(engine)


def event(engine: Engine, sender_id: str, at: datetime) -> None:
    """One that Rasa kept at ``at`` (UTC)."""
    table = SQLTrackerStore.SQLEvent.__table__
    with engine.begin() as connection:
        connection.execute(
            table.insert().values(
                sender_id=sender_id,
                type_name="user",
                timestamp=at.replace(tzinfo=UTC).timestamp(),
                data='{"text": "my case is 25-12345"}',
            )
        )


def senders(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT sender_id FROM events ORDER BY id")).scalars()
        return list(found)


@pytest.mark.usefixtures("rasas_table")
def test_events_of_conversations_that_are_gone_are_swept(engine: Engine, kept: Settings) -> None:
    days = timedelta(days=PERIODS.transcripts)
    now = utc_now()
    alive = conversation(engine, now)
    for sender_id in (alive.sender_id, "gone", "gone-but-said-more"):
        event(engine, sender_id, now - days - A_MOMENT)
    event(engine, "gone-but-said-more", now - days + A_MOMENT)
    dry = run(engine, kept, dry_run=True)["events"]
    assert (dry.over, dry.deleted) == (1, 0)
    line = run(engine, kept)["events"]
    assert (line.over, line.deleted, line.problem) == (1, 1, None)
    # judged by the newest event, and whole
    assert senders(engine) == [alive.sender_id, "gone-but-said-more", "gone-but-said-more"]
    assert line.oldest == f"{(now - days + A_MOMENT).isoformat(timespec='seconds')}Z"
    assert run(engine, kept)["events"].deleted == 0


@pytest.mark.usefixtures("rasas_table")
def test_more_events_than_fit_into_one_statement_are_swept(engine: Engine, kept: Settings) -> None:
    long_ago = utc_now() - timedelta(days=PERIODS.transcripts + 1)
    rows = [
        {"sender_id": f"gone-{number}", "type_name": "user", "data": "{}",
         "timestamp": long_ago.replace(tzinfo=UTC).timestamp()}
        for number in range(1100)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(SQLTrackerStore.SQLEvent.__table__.insert(), rows)
    assert run(engine, kept)["events"].deleted == 1100
    assert senders(engine) == []


def test_before_rasa_has_made_its_table_there_is_nothing_to_sweep(
    engine: Engine, kept: Settings
) -> None:
    line = run(engine, kept)["events"]
    assert (line.over, line.deleted, line.oldest, line.problem) == (0, 0, None, None)


def test_what_is_looked_at_seldom_keeps_its_figures_of_the_day(
    engine: Engine, kept: Settings
) -> None:
    lines = apply_retention(engine, kept, PERIODS)
    often = apply_retention(engine, kept, PERIODS, seldom=False)
    assert {line.kind for line in lines} - {line.kind for line in often} == {"events", "reports"}
    swept = [replace(x, over=3, deleted=3) if x.kind == "events" else x for x in lines]
    remember(engine, swept, by=SWEEPER)
    remember(engine, [replace(often[0], over=1, deleted=1), *often[1:]], by=SWEEPER)
    (today,) = last_runs(engine)
    assert {x.kind: x.deleted for x in today.lines if x.deleted} == {"files": 1, "events": 3}
