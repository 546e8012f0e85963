"""A lead's edit is read by a filer, a filer's question becomes a training example, and the pages
that need something to show hold under axe."""

from datetime import timedelta

import pytest
import yaml
from browser_tools import NewContext, axe_findings, scrolls_sideways
from clerks import Desk
from playwright.sync_api import BrowserContext, Page, expect

from bot.clock import utc_now
from bot.conversations import start_conversation
from bot.court import load_court
from bot.db.tables import turns
from bot.figures.count import keep_finished_weeks
from bot.knowledge import store
from bot.questions.store import gather, open_groups
from bot.settings import load_settings
from bot.testing.client import Filer

QUESTION = "do I need an authenticator app to sign in to PACER?"


def opened(new_clerk: NewContext, desk: Desk, role: str, **options: object) -> BrowserContext:
    context = new_clerk(**options)
    context.add_cookies([{"name": "desk", "value": desk.session(role), "url": desk.url}])
    return context


def asked_in_vain(desk: Desk, text: str) -> int:
    """A question that nobody understood; returns the number of its group."""
    conversation, _ = start_conversation(desk.engine)
    with desk.engine.begin() as connection:
        connection.execute(
            turns.insert().values(
                conversation_id=conversation.id,
                message_id="m1",
                text=text,
                masked_kinds=[],
                asked_at=utc_now() - timedelta(days=1),
                reply={"text": "x", "outcome": "not_understood"},
                outcome="not_understood",
            )
        )
    gather(desk.engine)
    return next(g.number for g in open_groups(desk.engine) if text in g.title)


def test_an_edit_at_the_desk_is_the_next_answer(desk: Desk, new_clerk: NewContext) -> None:
    page = opened(new_clerk, desk, "lead").new_page()
    with Filer(desk.url) as filer:
        assert "zebra" not in filer.say(QUESTION)["text"]
        page.goto("/desk/articles")
        page.get_by_role("link", name="MFA").or_(
            page.locator('a[href="/desk/articles/mfa"]')
        ).first.click()
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Short answer").fill("Yes. Scan the zebra code with the app.")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator("#preview-box")).to_contain_text("zebra code")
        assert axe_findings(page) == []
        assert "zebra" not in filer.say(QUESTION)["text"]
        page.get_by_label("Reason").fill("PACER shows a new code")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text("Filers read your version now")
        assert "zebra code" in filer.say(QUESTION)["text"]
        # the version before comes back
        page.get_by_role("link", name="Delivered text").click()
        expect(page.locator("ins").first).to_contain_text("Yes.")
        page.get_by_label("Reason").fill("the old code is back")
        page.get_by_role("button", name="Let filers read this version again").click()
        expect(page.locator("#said")).to_be_visible()
        assert "zebra" not in filer.say(QUESTION)["text"]


def test_a_question_becomes_a_training_file(desk: Desk, new_clerk: NewContext) -> None:
    number = asked_in_vain(desk, "my name is Ann Lee and the copier hums a song")
    page = opened(new_clerk, desk, "tester").new_page()
    page.goto(f"/desk/questions/{number}")
    expect(page.get_by_label("As an example")).to_have_value("and the copier hums a song")
    page.get_by_label("As an example").fill("the copier hums a song")
    page.get_by_label("Topic").select_option("pdf_requirements")
    page.get_by_text("I looked at every ticked text").click()
    page.get_by_role("button", name="Keep as training examples").click()
    expect(page.locator("#said")).to_contain_text("1 new examples")
    with page.expect_download() as download:
        page.get_by_role("link", name="pdf_requirements").click()
    content = yaml.safe_load(download.value.path().read_text("utf-8"))
    assert content["nlu"][0]["examples"] == "- the copier hums a song\n"


@pytest.mark.parametrize("width", [1280, 768, 320])
@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
def test_axe_finds_nothing_where_there_is_something_to_show(
    desk: Desk, new_clerk: NewContext, width: int
) -> None:
    article = store.article_of(desk.engine, "mfa")
    assert article is not None
    edit = store.put_edit(desk.engine, article, author="Kim", reason="checked again")
    number = asked_in_vain(desk, f"why is Fernandez humming at {width} Hz")
    keep_finished_weeks(desk.engine, load_court(load_settings().court_file).time_zone)
    options = {"viewport": {"width": width, "height": 900}}
    page = opened(new_clerk, desk, "administrator", **options).new_page()
    wrong = []
    for address in (
        "/desk/articles/mfa/versions/0",
        f"/desk/articles/mfa/versions/{edit}",
        "/desk/questions",
        f"/desk/questions/{number}",
        "/desk/figures?weeks=52",
    ):
        wrong += looked_at(page, address, width)
    store.withdraw_edits(desk.engine, "mfa")
    assert wrong == []


def looked_at(page: Page, address: str, width: int) -> list[str]:
    answer = page.goto(address)
    assert answer
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    wrong = [f"{address}: {finding}" for finding in axe_findings(page)]
    if answer.status != 200:
        wrong.append(f"{address}: {answer.status}")
    if scrolls_sideways(page):
        wrong.append(f"{address}: scrolls sideways at {width}")
    return wrong
