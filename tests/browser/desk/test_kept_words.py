"""What a clerk typed stays, in a real browser: while something else is done on the page, and when
the session has ended meanwhile."""

from urllib.parse import unquote

import pytest
from browser_tools import NewContext, Watch, axe_findings, scrolls_sideways
from clerks import Desk
from playwright.sync_api import BrowserContext, Page, expect

from bot.staff import sessions
from bot.triage.lifecycle import notes
from bot.triage.requests import find

pytestmark = pytest.mark.parametrize("desk", ["sqlite"], indirect=True)


def sign_in(context: BrowserContext, desk: Desk) -> str:
    token = desk.session("clerk")
    context.add_cookies([{"name": "desk", "value": token, "url": desk.url}])
    return token


def open_request(page: Page, desk: Desk, code: str) -> None:
    page.goto(f"{desk.url}/desk/requests/{code}")


def test_what_was_typed_outlives_other_deeds_on_the_page(desk: Desk, new_clerk: NewContext) -> None:
    code, context = desk.request("Ann Lee").code, new_clerk()
    sign_in(context, desk)
    page = context.new_page()
    open_request(page, desk, code)
    note, why = page.get_by_label("A note for the staff"), page.get_by_label("What happened")
    note.fill("Half a note")
    why.fill("called twice")
    page.get_by_label("Article", exact=True).select_option("pacer_fees")
    page.get_by_role("button", name="Show", exact=True).click()
    reply = page.get_by_label("Text of the reply")
    expect(reply).to_be_visible()
    expect(note).to_have_value("Half a note")
    expect(why).to_have_value("called twice")
    reply.fill("Dear Ann")
    page.get_by_role("button", name="Claim it").click()
    expect(page.get_by_text("It is yours now.")).to_be_visible()
    expect(note).to_have_value("Half a note")
    note.fill("Half a note, and the rest")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("The note is kept.")).to_be_visible()
    expect(note).to_have_value("")
    expect(why).to_have_value("called twice")
    page.get_by_label("Article", exact=True).select_option("pacer_fees")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_label("Text of the reply")).to_have_value("Dear Ann")
    # nobody else finds it in this tab
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    left = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('desk-d'))")
    assert left == []


@pytest.mark.parametrize("width", [1280, 400])
def test_a_note_outlives_the_session(
    desk: Desk, new_clerk: NewContext, watch: Watch, width: int
) -> None:
    watch.forgive(r"status of 40[13]")
    code = desk.request("Bo Ray").code
    context = new_clerk(viewport={"width": width, "height": 900})
    token = sign_in(context, desk)
    page = context.new_page()
    open_request(page, desk, code)
    page.get_by_label("A note for the staff").fill("He calls again\nat noon.")
    sessions.end(desk.engine, token)
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("He calls again\nat noon.")
    assert axe_findings(page) == []
    assert not scrolls_sideways(page)
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    expect(opened.value.get_by_role("heading", name="Sign in to the clerk's desk")).to_be_visible()
    sign_in(context, desk)
    context.add_cookies([{"name": "desk-before", "value": token, "url": desk.url}])
    page.get_by_role("button", name="I have signed in: go on").click()
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
    assert axe_findings(page) == []
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("The note is kept.")).to_be_visible()
    assert [note.text for note in notes(desk.engine, code)] == ["He calls again\nat noon."]
    expect(page.get_by_label("A note for the staff")).to_have_value("")


def test_a_mail_takes_the_words_along_that_stand_in_the_field(
    desk: Desk, new_clerk: NewContext
) -> None:
    code, context = desk.request("Cy Orr").code, new_clerk()
    sign_in(context, desk)
    page = context.new_page()
    open_request(page, desk, code)
    page.get_by_label("Article", exact=True).select_option("pacer_fees")
    page.get_by_role("button", name="Show", exact=True).click()
    link = page.get_by_role("link", name="Write an e-mail with it")
    assert "body=PACER%20costs" in (link.get_attribute("href") or "")
    page.get_by_label("Text of the reply").fill("Dear Cy,\ncall us & ask for Sam")
    # nothing opens an e-mail here
    page.evaluate("document.addEventListener('click', (event) => event.preventDefault())")
    link.click()
    written = (link.get_attribute("href") or "").split("&body=")[1]
    assert unquote(written) == "Dear Cy,\ncall us & ask for Sam"


@pytest.mark.parametrize("width", [320, 400])
def test_a_phone_shows_the_whole_line_without_scrolling(
    desk: Desk, new_clerk: NewContext, width: int
) -> None:
    code = desk.request("Di Roe").code
    context = new_clerk(viewport={"width": width, "height": 900})
    sign_in(context, desk)
    page = context.new_page()
    page.goto(f"{desk.url}/desk/queue?text={code}")
    row = page.locator("[data-row]")
    expect(row).to_have_count(1)
    box = row.get_by_role("button", name="Claim").bounding_box()
    assert box
    assert box["x"] + box["width"] <= width
    assert axe_findings(page) == []


def test_enter_in_the_reason_withdraws_nothing(desk: Desk, new_clerk: NewContext) -> None:
    code, context = desk.request("Ed Poe").code, new_clerk()
    sign_in(context, desk)
    page = context.new_page()
    open_request(page, desk, code)
    why = page.get_by_label("What happened")
    why.fill("called twice")
    why.press("Enter")
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="Claim it")).to_be_visible()
    found = find(desk.engine, code)
    assert found
    assert found.state == "waiting"
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("It is now: Withdrawn.")).to_be_visible()
