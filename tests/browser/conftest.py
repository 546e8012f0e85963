"""One Chromium and one running help desk, both real, for all tests of this folder."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser_tools import LONGEST_WAIT_MS, NewContext, Watch, contexts
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.settings import load_settings
from bot.testing.chromium import FLAGS, HOW_TO_GET_IT, find_chromium
from bot.testing.private_copy import PrivateCopy, open_copy, write_court

expect.set_options(timeout=LONGEST_WAIT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: Playwright keeps an event loop running in this thread, beside
    which no other test could start one of its own."""
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skipped test that says how to get it; in CI never skipped."""
    settings = load_settings()
    path = find_chromium(settings)
    if path is None:
        if settings.ci:
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def system(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateCopy]:
    """The whole help desk, whose parts a test can cut off for a while, and which pages of this
    address may hold in a frame."""
    settings = load_settings()
    court = tmp_path_factory.mktemp("court") / "court.yml"
    write_court(settings.court_file, {"embedding": {"origins": ["http://127.0.0.1:*"]}}, court)
    settings = replace(settings, court_file=court, upload_limit_bytes=2_000_000)
    with open_copy(settings, faults=True) as copy:
        yield copy


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test when a page did what none may do."""
    watch = Watch()
    yield watch
    assert watch.wrongs == []


@pytest.fixture
def new_context(browser: Browser, system: PrivateCopy, watch: Watch) -> Iterator[NewContext]:
    """Makes browsers with cookies of their own; keyword arguments are Playwright's."""
    with contexts(browser, system.url, watch) as make:
        yield make


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A page in a browser of its own, 1280 pixels wide."""
    return new_context().new_page()
