"""A tester's day at the desk, for real: a run of questions with its report, a run that is stopped,
two runs side by side. Each run starts a private copy, so this takes a minute or two."""

import re

import pytest
from browser_tools import NewContext
from clerks import Desk
from playwright.sync_api import Page, expect

from bot.testing.runs import FINISHED, STOPPED, last_runs

pytestmark = pytest.mark.parametrize("desk", ["sqlite"], indirect=True)

LONGEST_MS = 240_000


@pytest.fixture
def tests_page(desk: Desk, new_clerk: NewContext) -> Page:
    """The page Tests, for a tester who has signed in."""
    context = new_clerk()
    context.add_cookies([{"name": "desk", "value": desk.session("tester"), "url": desk.url}])
    page = context.new_page()
    page.goto("/desk/tests")
    return page


def _start(page: Page, what: str) -> None:
    page.get_by_label("Run", exact=True).select_option(label=what)
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("heading", name=f"Running: {what}")).to_be_visible()


def _wait_for_end(page: Page, what: str) -> None:
    expect(page.get_by_text(f"Ended: {what}.")).to_be_visible(timeout=LONGEST_MS)


def test_a_tester_s_day(desk: Desk, tests_page: Page) -> None:
    page = tests_page
    number = len(desk.settings.questions_file.read_text(encoding="utf-8").splitlines()) - 1
    _start(page, "questions")
    expect(page.get_by_text(re.compile(rf"\d+ of {number}, \d+ not right"))).to_be_visible(
        timeout=LONGEST_MS
    )
    _wait_for_end(page, "questions")
    page.get_by_role("link", name="Read what came of it").click()
    expect(page.get_by_text("All limits for going live are reached.")).to_be_visible()
    page.get_by_role("link", name="The whole report").click()
    expect(page.get_by_role("heading", name="How right the assistant is")).to_be_visible()
    for part in ("Confusion matrix", "Calibration", "What other thresholds would cost"):
        expect(page.get_by_role("heading", name=part)).to_be_visible()
    assert page.locator("svg").count() >= 4

    page.goto("/desk/tests")
    _start(page, "questions")
    expect(page.get_by_text(re.compile(rf"[1-9]\d* of {number},"))).to_be_visible(
        timeout=LONGEST_MS
    )
    page.get_by_role("button", name="Stop it").click()
    _wait_for_end(page, "questions")
    expect(page.get_by_text("It was stopped before its end.").first).to_be_visible()
    assert [run.state for run in last_runs(desk.engine)] == [STOPPED, FINISHED]

    for _ in range(2):
        _start(page, "scripts on hours")
        _wait_for_end(page, "scripts on hours")
    page.get_by_role("button", name="Set old and new side by side").click()
    expect(page.get_by_role("heading", name="Two runs side by side")).to_be_visible()
    expect(page.get_by_text("Nothing broken.")).to_be_visible()
    expect(page.get_by_text("Both runs had the same model.")).to_be_visible()
    assert all(run.summary["failed"] == 0 for run in last_runs(desk.engine)[:2] if run.summary)
