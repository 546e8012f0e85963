"""The web server killed in the middle of 200 bookings, on both databases: what was confirmed is
stored, and no place is given twice."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL

from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.db.tables import help_request_changes, help_requests
from bot.settings import NO_LIMITS, ROOT, Settings, child_environment, load_settings
from bot.testing.private_copy import free_port
from bot.triage.requests import make_request
from tests.unit.databases import fresh_database, postgres_server

FILERS = 200
PLACES = 120
ENOUGH = 40
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
START_SECONDS = 20.0


@dataclass(frozen=True)
class Desk:
    """A help desk with 200 requests, of whose filers 120 find a place in the next session."""

    settings: Settings
    engine: Engine
    codes: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.web_port}"


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    with postgres_server(load_settings()) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    own = load_settings()
    court = yaml.safe_load(own.court_file.read_text("utf-8"))
    court["help_sessions"] |= {"hours": dict.fromkeys(DAYS, "10:00-11:00"), "capacity": PLACES}
    (tmp_path / "court.yml").write_text(yaml.safe_dump(court), "utf-8")
    with fresh_database(request.param, tmp_path, lambda: request.getfixturevalue("server")) as url:
        settings = replace(
            own,
            court_file=tmp_path / "court.yml",
            database_url=url,
            var_dir=tmp_path,
            upload_dir=tmp_path / "uploads",
            web_port=free_port(),
            limits=NO_LIMITS,
        )
        engine = make_engine(url, survives_power_cut=False)
        migrate(engine)
        codes = [_request(engine, number) for number in range(FILERS)]
        yield Desk(settings, engine, codes)
        engine.dispose()


def _request(engine: Engine, number: int) -> str:
    return make_request(
        engine,
        conversation_id=None,
        name="Ann Lee",
        contact=f"{number}@example.com",
        role="Attorney",
        topic="mfa",
        details="The code does not come.",
    ).code


@contextmanager
def web(desk: Desk) -> Iterator[subprocess.Popen[bytes]]:
    """The web server in a process of its own, ready to be asked."""
    log = (desk.settings.var_dir / "web.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.web"],
        cwd=ROOT,
        env=child_environment(desk.settings),
        stdout=log,
        stderr=log,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", desk.settings.web_port), 1).close()
                break
            except OSError:
                assert process.poll() is None, (desk.settings.var_dir / "web.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()
        log.close()


def _book_all(desk: Desk, codes: list[str], start: str, kill: int | None) -> set[str]:
    """Book for all at once; with ``kill``, end that process with SIGKILL once some are confirmed.
    Returns the codes whose place was confirmed."""
    confirmed: set[str] = set()

    def book(code: str) -> None:
        try:
            answer = filers.post(f"/api/requests/{code}/session", json={"start": start})
        except httpx.HTTPError:
            return
        if answer.status_code == 200:
            assert answer.json()["session"]["start"] == start
            confirmed.add(code)
            if kill is not None and len(confirmed) == ENOUGH:
                os.kill(kill, signal.SIGKILL)
        else:
            assert answer.status_code == 409

    with (
        httpx.Client(base_url=desk.url, trust_env=False, timeout=30) as filers,
        ThreadPoolExecutor(20) as pool,
    ):
        list(pool.map(book, codes))
    return confirmed


def test_what_was_confirmed_before_a_kill_is_stored_and_nothing_twice(desk: Desk) -> None:
    with web(desk) as process:
        first = httpx.get(f"{desk.url}/api/requests/{desk.codes[0]}", trust_env=False, timeout=30)
        start = first.json()["sessions"][0]["start"]
        before = _book_all(desk, desk.codes, start, process.pid)
    assert ENOUGH <= len(before) < PLACES
    booked = _places(desk)
    assert before <= set(booked)
    # whoever heard nothing may have got a place all the same: at most one for each connection
    assert len(set(booked) - before) <= 20
    with web(desk):
        after = _book_all(desk, desk.codes, start, None)
    booked = _places(desk)
    assert before <= after == set(booked)
    assert sorted(booked.values()) == list(range(1, PLACES + 1))
    changes = _bookings_in_history(desk)
    assert changes == dict.fromkeys(booked, 1)


def _places(desk: Desk) -> dict[str, int]:
    c = help_requests.c
    with desk.engine.connect() as connection:
        if desk.engine.dialect.name == "sqlite":
            checked = connection.execute(sa.text("PRAGMA integrity_check")).scalar_one()
            assert checked == "ok"
        query = sa.select(c.code, c.session_place).where(c.session_at.is_not(None))
        return {row.code: row.session_place for row in connection.execute(query)}


def _bookings_in_history(desk: Desk) -> dict[str, int]:
    query = (
        sa.select(help_requests.c.code, sa.func.count().label("times"))
        .join(help_request_changes)
        .where(help_request_changes.c.why.like("booked the help session%"))
        .group_by(help_requests.c.code)
    )
    with desk.engine.connect() as connection:
        return {row.code: row.times for row in connection.execute(query)}
