"""A running help desk for the clerks' browsers, on SQLite and on PostgreSQL, with a help session
on every day."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from browser_tools import NewContext, Watch
from clerks import Desk
from playwright.sync_api import Browser, BrowserContext

from bot.db.engine import make_engine
from bot.settings import load_settings
from bot.testing.private_copy import open_copy, write_court
from tests.unit.databases import fresh_database, postgres_server

EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "10:00-11:00")
LONGEST_WAIT_MS = 15_000


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The whole help desk; tests that need one database only choose it by ``indirect``."""
    folder = tmp_path_factory.mktemp("desk")
    settings = load_settings()
    court = folder / "court.yml"
    zoom = "https://zoom.example/j/1"
    write_court(
        settings.court_file, {"help_sessions": {"hours": EVERY_DAY, "zoom_link": zoom}}, court
    )
    with ExitStack() as stack:

        def server() -> Any:
            return stack.enter_context(postgres_server(settings))

        database = stack.enter_context(fresh_database(request.param, folder, server))
        copy = stack.enter_context(
            open_copy(replace(settings, court_file=court), database_url=database)
        )
        engine = make_engine(copy.settings.database_url)
        stack.callback(engine.dispose)
        yield Desk(copy.url, copy.settings, engine)


@pytest.fixture
def new_clerk(browser: Browser, desk: Desk, watch: Watch) -> Iterator[NewContext]:
    """Makes browsers that know the desk's address."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": desk.url, **options})
        context.set_default_timeout(LONGEST_WAIT_MS)
        watch.follow(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
