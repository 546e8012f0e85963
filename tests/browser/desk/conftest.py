"""Running help desks for the clerks' browsers, on SQLite and on PostgreSQL, with a help session on
every day."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser_tools import NewContext, Watch, contexts
from clerks import Desk
from playwright.sync_api import Browser

from bot.db.engine import make_engine
from bot.settings import load_settings
from bot.testing.private_copy import open_copy, write_court
from tests.unit.databases import fresh_database, postgres_server

DATABASES = ["sqlite", "postgresql"]
EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "10:00-11:00")
SESSIONS: Mapping[str, Any] = {"hours": EVERY_DAY, "zoom_link": "https://zoom.example/j/1"}


@pytest.fixture(scope="session", params=DATABASES)
def desk(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The whole help desk; tests that need one database only choose it by ``indirect``."""
    with running_desk(request.param, tmp_path_factory.mktemp("desk"), SESSIONS) as desk:
        yield desk


@pytest.fixture(params=DATABASES)
def small_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A help desk for one test alone, which may set its clock; its sessions take one filer each."""
    with running_desk(request.param, tmp_path, {**SESSIONS, "capacity": 1}) as desk:
        yield desk


@contextmanager
def running_desk(database: str, folder: Path, help_sessions: Mapping[str, Any]) -> Iterator[Desk]:
    """A help desk on a new database of that kind, with such help sessions."""
    settings = load_settings()
    court = folder / "court.yml"
    write_court(settings.court_file, {"help_sessions": help_sessions}, court)
    with ExitStack() as stack:

        def server() -> Any:
            return stack.enter_context(postgres_server(settings))

        url = stack.enter_context(fresh_database(database, folder, server))
        settings = replace(settings, court_file=court, questions_file=some_questions(folder))
        copy = stack.enter_context(open_copy(settings, database_url=url))
        engine = make_engine(copy.settings.database_url)
        stack.callback(engine.dispose)
        yield Desk(copy.url, copy.settings, engine)


def some_questions(folder: Path) -> Path:
    """One in ten of the labelled questions: a run of all takes minutes."""
    head, *questions = load_settings().questions_file.read_text(encoding="utf-8").splitlines()
    file = folder / "some_questions.tsv"
    file.write_text("\n".join([head, *questions[::10], ""]), encoding="utf-8")
    return file


@pytest.fixture
def new_clerk(browser: Browser, desk: Desk, watch: Watch) -> Iterator[NewContext]:
    """Makes browsers that know the desk's address."""
    with contexts(browser, desk.url, watch) as make:
        yield make
