"""A filer's conversation in the browser: from the greeting to a code, over reloads and outages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from browser_tools import (
    NewContext,
    Watch,
    ask,
    focused,
    reply_after,
    scrolls_sideways,
    shows_focus,
)
from playwright.sync_api import Page, expect

from bot.db.engine import make_engine
from bot.testing.private_copy import PrivateCopy

PHONE = "860-240-3675"
LINKING = "How do I link my PACER account to CM/ECF?"
UPGRADING = "how do I upgrade my legacy PACER account"
_RECOVERY_MS = 30_000


def test_from_the_greeting_to_a_code_and_everything_deleted(page: Page) -> None:
    page.goto("/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("not legal advice")
    expect(main).to_contain_text("Do not type passwords")
    page.get_by_role("button", name="I forgot my CM/ECF password").click()
    reply = reply_after(page, 0)
    expect(reply.get_by_role("link").first).to_be_visible()
    expect(reply.get_by_text("Sources")).to_be_visible()
    page.get_by_role("button", name="Talk to a person").click()
    expect(reply_after(page, 1)).to_contain_text(PHONE)
    page.get_by_role("button", name="Ask the clerk's office to help me").last.click()
    reply_after(page, 2)
    ask(page, "The system says my filing account is linked to somebody who left our firm.")
    page.get_by_role("button", name="No deadline").click()
    reply_after(page, 4)
    ask(page, "Ann Lee")
    ask(page, "ann.lee@example.com")
    page.get_by_role("button", name="Attorney", exact=True).click()
    expect(reply_after(page, 7)).to_contain_text("Ann Lee")
    page.get_by_role("button", name="Send it").click()
    code = reply_after(page, 8).locator(".code strong").inner_text()
    page.get_by_role("link", name="look it up or withdraw it").click()
    page.get_by_label("Code of your help request").fill(code.lower())
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("main")).to_contain_text("Waiting for the clerk's office")
    page.get_by_role("button", name="Withdraw this request").click()
    expect(page.get_by_role("main")).to_contain_text("Withdrawn")
    page.goto("/")
    page.get_by_role("button", name="Delete my conversation").click()
    expect(page.get_by_role("status").first).to_contain_text("deleted")
    expect(page.locator("#turns > .turn")).to_have_count(0)


def test_each_reply_is_announced_once(page: Page) -> None:
    page.goto("/")
    page.evaluate("""() => {
      window.heard = [];
      const live = "[role=log], [role=status], [role=alert], [aria-live]";
      for (const place of document.querySelectorAll(live)) {
        new MutationObserver((changes) => {
          for (const change of changes) {
            for (const node of change.addedNodes) {
              const text = node.textContent.replace(/\\s+/g, " ").trim();
              if (text) heard.push([place.getAttribute("role") ?? "polite", text]);
            }
          }
        }).observe(place, { childList: true, subtree: true });
      }
    }""")
    for question in (LINKING, UPGRADING, "xqz vrrt"):
        ask(page, question)
    page.locator("#turns .choices button").last.click()
    reply_after(page, 3)
    heard = page.evaluate("heard")
    log = [text for role, text in heard if role == "log"]
    assert len(log) == len(set(log)) == 4, log
    for said in (text for role, text in heard if role != "log"):
        assert said == "The help desk is writing"


def test_it_survives_reload_and_a_restart_of_the_servers(page: Page, system: PrivateCopy) -> None:
    page.goto("/")
    ask(page, LINKING)
    page.locator("#text").fill("half a sen")
    page.reload()
    expect(page.locator("#text")).to_have_value("half a sen")
    expect(page.locator("#turns > .turn")).to_have_count(1)
    system.use_court(system.settings.court_file)
    page.reload()
    expect(page.locator("#text")).to_have_value("half a sen")
    expect(page.locator("#turns > .turn").first).to_contain_text(LINKING)
    # what was said before is still known to the assistant
    expect(ask(page, "That did not work")).to_contain_text("PACER")


def test_two_tabs_show_one_conversation(new_context: NewContext) -> None:
    context = new_context()
    one, other = context.new_page(), context.new_page()
    one.goto("/")
    ask(one, LINKING)
    other.goto("/")
    ask(other, UPGRADING)
    ask(one, "What is Central Sign-On?")
    order = [LINKING, UPGRADING, "What is Central Sign-On?"]
    expect(one.locator("#turns .typed")).to_have_text(order)
    ask(other, "How much does PACER cost?")
    expect(other.locator("#turns .typed")).to_have_text([*order, "How much does PACER cost?"])


def test_a_double_click_sends_once(page: Page) -> None:
    page.goto("/")
    page.locator("#text").fill(LINKING)
    page.get_by_role("button", name="Send").dblclick()
    reply_after(page, 0)
    page.locator("#turns .choices button").first.dblclick()
    reply_after(page, 1)
    page.wait_for_timeout(300)
    page.reload()
    expect(page.locator("#turns > .turn")).to_have_count(2)


@contextmanager
def _database_gone(system: PrivateCopy) -> Iterator[None]:
    engine = make_engine(system.settings.database_url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE turns RENAME TO turns_away"))
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE turns_away RENAME TO turns"))
        engine.dispose()


@pytest.mark.parametrize("part", ["assistant_down", "action_server_down", "database"])
def test_an_outage_is_said_and_it_recovers_by_itself(
    page: Page, watch: Watch, system: PrivateCopy, part: str
) -> None:
    watch.forgive("50[0-9]")
    page.goto("/")
    ask(page, LINKING)
    with _database_gone(system) if part == "database" else system.fault(part):
        page.locator("#text").fill(UPGRADING)
        page.locator("#text").press("Enter")
        problem = page.locator("#problem")
        expect(problem).to_contain_text(PHONE)
        expect(problem).to_contain_text("I try again by myself")
        # nothing that was typed is lost
        expect(page.locator("#text")).to_have_value(UPGRADING)
    expect(page.locator("#turns > .turn")).to_have_count(2, timeout=_RECOVERY_MS)
    expect(page.locator("#turns > .turn").last).to_contain_text("legacy", ignore_case=True)
    expect(page.locator("#problem")).to_be_empty()
    expect(page.locator("#text")).to_have_value("")


def test_the_page_itself_recovers(page: Page, watch: Watch, system: PrivateCopy) -> None:
    watch.forgive("503")
    page.goto("/")
    ask(page, LINKING)
    with _database_gone(system):
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text(PHONE)
    expect(page.locator("#turns > .turn")).to_have_count(1, timeout=_RECOVERY_MS)


def test_without_a_connection_nothing_is_lost(page: Page, watch: Watch) -> None:
    watch.forgive("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page.goto("/")
    page.context.set_offline(True)
    page.locator("#text").fill(LINKING)
    page.locator("#text").press("Enter")
    expect(page.locator("#problem")).to_contain_text(PHONE)
    expect(page.locator("#text")).to_have_value(LINKING)
    page.context.set_offline(False)
    expect(page.locator("#turns > .turn")).to_have_count(1, timeout=_RECOVERY_MS)


def test_by_keyboard_alone_and_one_always_sees_where(page: Page) -> None:
    page.goto("/")
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if not page.locator(":focus").count():
            break  # past the last of them
        name = focused(page)
        seen.append(name)
        assert shows_focus(page.locator(":focus")), f"no focus to be seen on {name}"
    for wanted in ("Talk to a person", "I forgot my CM/ECF password", "Your question", "Send"):
        assert wanted in seen
    page.get_by_label("Your question").focus()
    page.keyboard.type(LINKING)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Please.")
    page.keyboard.press("Enter")
    reply_after(page, 0)
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.locator("#turns .typed")).to_have_text(re.compile(r"CM/ECF\?\nPlease\."))
    # back from the box to the reply's buttons
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.locator("#turns .choices button:focus").count():
            break
    assert shows_focus(page.locator(":focus"))
    page.keyboard.press("Enter")
    reply_after(page, 1)
    assert page.locator(":focus").count() == 1


def test_on_a_phone(new_context: NewContext) -> None:
    page = new_context(
        viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True
    ).new_page()
    page.goto("/")
    assert not scrolls_sideways(page)
    for number, question in enumerate((LINKING, "I forgot my PACER password")):
        page.locator("#text").fill(question)
        page.get_by_role("button", name="Send").tap()
        reply = reply_after(page, number)
        expect(reply).to_be_in_viewport()
        assert not scrolls_sideways(page)
    page.get_by_role("button", name="Talk to a person").tap()
    expect(reply_after(page, 2)).to_contain_text(PHONE)


def test_in_spanish_from_the_middle_on(page: Page) -> None:
    page.goto("/")
    ask(page, LINKING)
    page.locator("#text").fill("media frase")
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    # the conversation and what was being typed are still there
    expect(page.locator("#turns .typed")).to_have_text([LINKING])
    expect(page.locator("#text")).to_have_value("media frase")
    expect(page.locator("#turns > .turn").last).to_contain_text("Esta respuesta está en inglés")
    page.get_by_role("button", name="Hablar con una persona").click()
    expect(reply_after(page, 1)).to_contain_text(PHONE)
    # kept without being asked for again
    page.goto("/requests")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_whether_it_helped(page: Page) -> None:
    page.goto("/")
    reply = ask(page, LINKING)
    reply.get_by_role("button", name="No", exact=True).click()
    expect(reply).to_contain_text("What was missing?")
    reply.get_by_role("textbox").fill("I have no login at all.")
    reply.locator(".rating-reasons button").first.click()
    expect(reply).to_contain_text("The people who write the answers read this")
    page.reload()
    expect(page.locator("#turns")).to_contain_text("The people who write the answers read this")


def test_the_conversation_can_be_saved(page: Page) -> None:
    page.goto("/")
    ask(page, LINKING)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Save it as text").click()
    assert LINKING in downloading.value.path().read_text("utf-8")
