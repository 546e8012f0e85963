"""A filer's day from the chat to a request that is taken back, on both databases, and what the
clerks see of it meanwhile."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from browser_tools import NewContext, Watch, ask, axe_findings, contexts, reply_after
from clerks import Desk
from icalendar import Calendar, Event
from playwright.sync_api import Browser, Locator, Page, expect

# a Monday without a holiday near it, 9:00 in the court's time zone
MORNING = datetime.fromisoformat("2027-03-08T14:00")
FIRST = datetime.fromisoformat("2027-03-08T15:00")
SECOND = FIRST + timedelta(days=1)
FIRST_END = (FIRST + timedelta(hours=1)).replace(tzinfo=UTC)
FIRST_SPOKEN = "Today, Monday, 10:00 a.m. to 11:00 a.m. (Eastern Time)"
SECOND_SPOKEN = "Tomorrow, Tuesday, 10:00 a.m. to 11:00 a.m. (Eastern Time)"
ZOOM = "https://zoom.example/j/1"


@pytest.fixture
def new_browser(browser: Browser, small_desk: Desk, watch: Watch) -> Iterator[NewContext]:
    with contexts(browser, small_desk.url, watch) as make:
        yield make


def test_a_filer_s_day(small_desk: Desk, new_browser: NewContext) -> None:
    desk = small_desk
    with desk.shown_time() as set_clock:
        set_clock(MORNING)
        desk.request("Came Before", deadline_at=MORNING + timedelta(hours=2))
        context = new_browser()
        context.add_cookies([{"name": "desk", "value": desk.session("clerk"), "url": desk.url}])
        clerk = context.new_page()
        page = new_browser().new_page()

        code = asks_in_the_chat(page)
        expect(row_of(clerk, code)).to_contain_text("Ann Lee")
        expect(row_of(clerk, code)).to_contain_text("Waiting")

        books_in_the_chat(page)
        expect(row_of(clerk, code)).to_contain_text("session today, Monday, 10:00 a.m.")
        assert booked_at_the_desk(clerk) == {FIRST_SPOKEN: ["Ann Lee"]}
        event = calendar_of(page, page.locator("#turns").get_by_role("link", name="calendar"))
        assert (event.start, event.end) == (FIRST.replace(tzinfo=UTC), FIRST_END)
        assert code in str(event["description"])
        assert ZOOM not in event.to_ical().decode()

        # Ann's place is nobody else's, until she takes another one
        set_clock(MORNING + timedelta(minutes=1))
        other = desk.request("Bo Ray")
        stranger = new_browser().new_page()
        looks_up(stranger, other.code)
        expect(stranger.get_by_label(FIRST_SPOKEN)).to_have_count(0)
        looks_up(page, code)
        reschedules(page)
        expect(row_of(clerk, code)).to_contain_text("session tomorrow, Tuesday, 10:00 a.m.")
        assert booked_at_the_desk(clerk) == {SECOND_SPOKEN: ["Ann Lee"]}
        moved = calendar_of(page, page.get_by_role("link", name="Add it to your calendar"))
        assert (moved.start, moved["uid"]) == (SECOND.replace(tzinfo=UTC), event["uid"])
        assert moved["sequence"] > event["sequence"]
        looks_up(stranger, other.code)
        expect(stranger.get_by_label(FIRST_SPOKEN)).to_have_count(1)

        # the link to Zoom is there near the time only
        set_clock(SECOND - timedelta(minutes=31))
        looks_up(page, code)
        expect(page.get_by_role("main")).to_contain_text("30 minutes before the session begins")
        expect(page.get_by_role("link", name="Join by Zoom")).to_have_count(0)
        set_clock(SECOND - timedelta(minutes=29))
        looks_up(page, code)
        expect(page.get_by_role("link", name="Join by Zoom")).to_have_attribute("href", ZOOM)
        assert axe_findings(page) == []

        page.get_by_role("button", name="Withdraw this request").click()
        expect(page.get_by_role("main")).to_contain_text("Withdrawn")
        expect(page.get_by_role("link", name="Join by Zoom")).to_have_count(0)
        expect(page.get_by_role("link", name="Add it to your calendar")).to_have_count(0)
        context.add_cookies([{"name": "desk", "value": desk.session("clerk"), "url": desk.url}])
        assert booked_at_the_desk(clerk) == {}
        expect(row_of(clerk, code)).to_have_count(0)
        clerk.goto(f"/desk/requests/{code}")
        history = clerk.get_by_role("region", name="History")
        for said in ("asked", "Monday, March 8", "Tuesday, March 9", "withdrawn by the filer"):
            expect(history).to_contain_text(said)


def asks_in_the_chat(page: Page) -> str:
    """From the first question to a code; returns it."""
    page.goto("/")
    ask(page, "the page says my filing account belongs to somebody who left our firm")
    page.get_by_role("button", name="Talk to a person").click()
    reply_after(page, 1)
    page.get_by_role("button", name="Ask the clerk's office to help me").last.click()
    reply_after(page, 2)
    ask(page, "My filing account is linked to somebody who left our firm.")
    page.get_by_role("button", name="No deadline").click()
    reply_after(page, 4)
    ask(page, "Ann Lee")
    ask(page, "ann.lee@example.com")
    page.get_by_role("button", name="Attorney", exact=True).click()
    reply_after(page, 7)
    page.get_by_role("button", name="Send it").click()
    reply = reply_after(page, 8)
    expect(reply).to_contain_text("Open requests before yours: 1")
    return reply.locator(".code strong").inner_text()


def books_in_the_chat(page: Page) -> None:
    """The first of the sessions, which are offered in a filer's words."""
    offered = page.locator("#turns .choices").last.get_by_role("button")
    expect(offered).to_have_text(
        [
            FIRST_SPOKEN,
            SECOND_SPOKEN,
            re.compile("Wednesday.*10:00 a.m. to 11:00 a.m."),
            "No session, contact me",
        ]
    )
    offered.first.click()
    reply = reply_after(page, 9)
    expect(reply).to_contain_text(FIRST_SPOKEN, ignore_case=True)
    expect(reply).to_contain_text("from 30 minutes before")
    expect(reply).not_to_contain_text("zoom.example")


def looks_up(page: Page, code: str) -> None:
    page.goto("/requests")
    page.get_by_label("Code of your help request").fill(code.lower())
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("heading", name=code)).to_be_visible()


def reschedules(page: Page) -> None:
    """From the first session to the second one."""
    main = page.get_by_role("main")
    expect(main).to_contain_text(FIRST_SPOKEN)
    page.get_by_label(SECOND_SPOKEN).check()
    page.get_by_role("button", name="Change the session").click()
    expect(main.locator("strong").filter(has_text=SECOND_SPOKEN)).to_be_visible()
    # the place that was given back can be chosen again
    expect(page.get_by_label(FIRST_SPOKEN)).to_have_count(1)


def calendar_of(page: Page, link: Locator) -> Event:
    """The event of the file behind a link."""
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename == "help-session.ics"
    calendar = Calendar.from_ical(downloading.value.path().read_bytes())
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return event


def row_of(clerk: Page, code: str) -> Locator:
    """A request's row in the queue, as it is now."""
    clerk.goto("/desk/queue")
    expect(clerk.get_by_role("heading", name="Queue")).to_be_visible()
    return clerk.locator(f"#row-{code}")


def booked_at_the_desk(clerk: Page) -> dict[str, list[str]]:
    """Who has a place, by session, as the clerks' page says."""
    clerk.goto("/desk/sessions")
    expect(clerk.get_by_role("heading", name="Help sessions")).to_be_visible()
    booked = {}
    for section in clerk.locator("section.desk-box").all():
        names = section.locator("li a").all_inner_texts()
        if names:
            booked[section.locator("h2").inner_text()] = names
    return booked
