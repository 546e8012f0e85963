"""Every page of the desk in a real browser: axe, widths, keyboard, and what comes from outside."""

import re
from datetime import timedelta

import pytest
from browser_tools import NewContext, Watch, axe_findings, focused, foreign_site, scrolls_sideways
from clerks import Desk
from playwright.sync_api import BrowserContext, Page, expect

from bot.clock import utc_now
from bot.staff.accounts import add_account, find, new_link
from bot.staff.audit import entries
from bot.triage.lifecycle import add_note, claim
from bot.web.desk.access import ANYBODY
from bot.web.desk.routes import TABLE

pytestmark = pytest.mark.parametrize("desk", ["sqlite"], indirect=True)

# no pages that somebody looks at, or only when there is something: see test_insight_pages.py
PARTS = {
    "/desk",
    "/desk/queue/rows",
    "/desk/sign-in/court",
    "/desk/sign-in/court/callback",
    # files
    "/desk/figures.csv",
    "/desk/questions/examples/{topic}",
    "/desk/questions/{number:row}",
    "/desk/tests/runs",
    "/desk/tests/compared",
    "/desk/tests/{number:row}",
    "/desk/tests/{number:row}/report",
}


@pytest.fixture
def lead(new_clerk: NewContext, desk: Desk) -> BrowserContext:
    return signed_in(new_clerk, desk, "lead")


def signed_in(new_clerk: NewContext, desk: Desk, role: str, **options: object) -> BrowserContext:
    context = new_clerk(**options)
    context.add_cookies([{"name": "desk", "value": desk.session(role), "url": desk.url}])
    return context


def full_request(desk: Desk) -> str:
    """The code of a request with something in every part of its page."""
    for number in range(3):
        desk.request(
            "Ann Lee", topic=f"mfa{number}", deadline_at=utc_now() + timedelta(days=number)
        )
    request = desk.request("Ann Lee", deadline_at=utc_now() + timedelta(hours=1))
    add_note(desk.engine, request.code, "some.lead", "Called back.")
    other = desk.request("Bo Ray", topic="pacer_fees")
    claim(desk.engine, other.code, "some.clerk")
    return request.code


def addresses(desk: Desk, *, signed_in: bool) -> list[str]:
    """Every page that somebody looks at."""
    account = find(desk.engine, "linked") or add_account(desk.engine, "linked", "clerk", by="test")
    values = {
        "code": full_request(desk),
        "token": new_link(desk.engine, account, by="test"),
        "topic": "mfa",
        "number": "0",
    }
    found = []
    for page in TABLE:
        if page.method != "GET" or page.path in PARTS or (page.roles == ANYBODY) is signed_in:
            continue
        found.append(re.sub(r"\{(\w+)[^}]*\}", lambda m: values[m.group(1)], page.path))
    return found


@pytest.mark.parametrize("width", [1280, 320])
def test_a_name_without_a_space_pushes_nothing_out_of_sight(
    desk: Desk, new_clerk: NewContext, width: int
) -> None:
    request = desk.request("W" * 80, deadline_at=utc_now() + timedelta(minutes=5))
    context = signed_in(new_clerk, desk, "clerk", viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{desk.url}/desk/requests/{request.code}")
    assert not scrolls_sideways(page)
    page.goto(f"{desk.url}/desk")
    box = page.locator(f"#row-{request.code} th a").bounding_box()
    assert box
    assert box["width"] < 340


@pytest.mark.parametrize("width", [1280, 768, 320])
def test_axe_finds_nothing_and_nobody_scrolls_sideways(
    desk: Desk, new_clerk: NewContext, width: int, watch: Watch
) -> None:
    watch.forgive("404")
    wrong = []
    size = {"width": width, "height": 900}
    scheme = "dark" if width == 768 else "light"
    for is_in in (False, True):
        context = (
            signed_in(new_clerk, desk, "administrator", viewport=size, color_scheme=scheme)
            if is_in
            else new_clerk(viewport=size, color_scheme=scheme)
        )
        page = context.new_page()
        for address in addresses(desk, signed_in=is_in):
            answer = page.goto(address)
            assert answer
            if answer.status != 200:
                wrong.append(f"{address}: {answer.status}")
            wrong += [f"{address}: {finding}" for finding in axe_findings(page)]
            if scrolls_sideways(page):
                wrong.append(f"{address}: scrolls sideways at {width}")
    assert wrong == []


def open_queue(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/desk/queue")
    return page


def test_the_list_of_keys_opens_closes_and_gives_the_focus_back(
    desk: Desk, lead: BrowserContext
) -> None:
    desk.request("Ann Lee")
    page = open_queue(lead)
    page.get_by_label("Order").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()
    button = page.get_by_role("button", name="Take the next in line")
    button.focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    for says in ("Claim the next in line", "Search", "Next row"):
        expect(page.locator("#keys-list")).to_contain_text(says)
    assert axe_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()
    assert focused(page) == "Take the next in line"


def test_keys_move_in_the_queue_and_claim(desk: Desk, lead: BrowserContext) -> None:
    later = desk.request("Zed Last", topic="pacer_fees")
    page = open_queue(lead)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.type("zed")
    page.keyboard.press("Enter")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert focused(page) == "Zed Last"
    page.keyboard.press("c")
    expect(page.locator("#said")).to_have_text("It is yours now.")
    expect(page.get_by_role("heading", name="Zed Last")).to_be_visible()
    assert later.code in page.url


def test_keys_can_be_turned_off(desk: Desk, new_clerk: NewContext) -> None:
    context = signed_in(new_clerk, desk, "administrator")
    page = context.new_page()
    page.goto("/desk/account")
    page.get_by_role("button", name="Turn shortcuts off").click()
    expect(page.locator("#said")).to_have_text("Keyboard shortcuts are off.")
    page.goto("/desk/queue")
    page.locator("h1").click()
    for key in ("?", "/", "n"):
        page.keyboard.press(key)
    expect(page.locator("#keys")).not_to_be_visible()
    assert page.evaluate("document.activeElement.id") != "text"
    assert page.url.endswith("/desk/queue")
    page.get_by_role("button", name="Keys").click()
    expect(page.locator("#keys")).to_contain_text("They are turned off.")


def test_the_refresh_keeps_one_s_place_and_can_be_stopped(desk: Desk, lead: BrowserContext) -> None:
    desk.request("Keeps Focus", topic="pacer_fees")
    page = lead.new_page()
    page.clock.install()
    page.goto("/desk/queue")
    page.get_by_role("link", name="Keeps Focus").focus()
    urgent = desk.request("Comes First", deadline_at=utc_now() + timedelta(minutes=20))
    page.clock.run_for(10_100)
    expect(page.locator(f"#row-{urgent.code}")).to_be_visible()
    assert focused(page) == "Keeps Focus"
    page.get_by_role("button", name="Stop refreshing").click()
    another = desk.request("Not Seen", deadline_at=utc_now() + timedelta(minutes=10))
    page.clock.run_for(30_000)
    page.wait_for_timeout(300)
    expect(page.locator(f"#row-{another.code}")).to_have_count(0)


def test_the_queue_works_without_javascript(desk: Desk, new_clerk: NewContext) -> None:
    request = desk.request("No Script", deadline_at=utc_now() + timedelta(minutes=5))
    page = open_queue(signed_in(new_clerk, desk, "lead", java_script_enabled=False))
    page.get_by_label("Search").fill("script")
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator(f"#row-{request.code}").get_by_role("button", name="Claim").click()
    expect(page.locator("#said")).to_have_text("It is yours now.")


def test_a_link_on_another_site_finds_the_session(
    desk: Desk, lead: BrowserContext, watch: Watch
) -> None:
    watch.forgive("favicon|404")
    with foreign_site({"/": (f'<a href="{desk.url}/desk/queue">go</a>', "")}) as port:
        page = lead.new_page()
        page.goto(f"http://localhost:{port}/")
        page.get_by_role("link", name="go").click()
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_no_other_site_shows_the_desk_in_a_frame(
    desk: Desk, lead: BrowserContext, watch: Watch
) -> None:
    watch.forgive("favicon|404|frame|CSP|refused|violates")
    with foreign_site({"/": (f'<iframe src="{desk.url}/desk/queue"></iframe>', "")}) as port:
        page = lead.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_timeout(500)
        assert all("Queue" not in (frame.title() or "") for frame in page.frames[1:])


def test_a_held_key_and_a_double_click_claim_one_request_each(
    desk: Desk, lead: BrowserContext
) -> None:
    def claimed() -> int:
        return entries(desk.engine, action="claimed the next request")[1]

    before = claimed()
    for number in range(8):
        desk.request(f"Filer {number}", topic=f"held{number}")
    page = lead.new_page()
    page.goto("/desk/queue")
    page.locator("h1").click()
    for _ in range(4):
        page.keyboard.down("n")  # the second and later ones are repetitions
        page.wait_for_timeout(150)
    page.keyboard.up("n")
    expect(page.locator("#said")).to_contain_text("It is yours.")
    assert claimed() == before + 1
    page.goto("/desk/queue")
    page.get_by_role("button", name="Take the next in line").dblclick()
    expect(page).to_have_url(re.compile("/desk/requests/"))
    expect(page.get_by_role("heading", name="What now")).to_be_visible()
    assert claimed() == before + 2
