"""A clerk's day from the first sign-in to the last request, on both databases."""

import re

from browser_tools import NewContext, Watch
from clerks import Desk, ask_for_help, first_sign_in
from playwright.sync_api import Page, expect

from bot.testing.client import Filer

REFRESHED_MS = 10_100


def test_a_clerk_s_day(desk: Desk, new_clerk: NewContext) -> None:
    printed = desk.command(
        "staff", "add", "sam.lead", "--role", "lead", "--full-name", "Sam Lead", "--link"
    )
    link = re.search(r"/desk/set-password/\S+", printed)
    assert link
    page = new_clerk().new_page()
    page.clock.install()
    first_sign_in(page, link.group(), "sam.lead")
    expect(page).to_have_url(re.compile("/desk/queue$"))
    expect(page.get_by_text("Nobody waits right now.")).to_be_visible()

    # a filer asks in the chat, and the open page shows it without being touched
    with desk.filer() as filer:
        day_of(desk, page, filer)


def day_of(desk: Desk, page: Page, filer: Filer) -> None:
    code = ask_for_help(filer)
    page.clock.run_for(REFRESHED_MS)
    row = page.locator(f"#row-{code}")
    expect(row).to_be_visible()
    expect(row).to_contain_text("Dana Quill")
    expect(row.locator(".desk-score")).to_contain_text("deadline")

    # claimed with one key
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Dana Quill")).to_be_visible()
    expect(page.locator(".desk-left")).to_contain_text("left")
    story = page.locator(".desk-story")
    expect(story).to_contain_text("linked to somebody who left our firm")
    expect(page.locator("body")).not_to_contain_text("Tiger7!x")

    # a place in a session, which begins; a note; the end
    page.get_by_label("Book a place in").select_option(index=0)
    page.get_by_role("button", name="Book").click()
    expect(page.locator("#said")).to_have_text("The place is booked.")
    page.goto("/desk/sessions")
    expect(page.get_by_role("link", name="Dana Quill")).to_be_visible()
    page.get_by_role("link", name="Dana Quill").click()
    expect(page).to_have_url(re.compile(f"/desk/requests/{code}"))
    page.wait_for_load_state()
    page.keyboard.press("m")
    # else each letter typed would be a key of its own
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("Account moved to Dana; SSN 123-45-6789 seen on screen")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator(".desk-work")).to_contain_text("Account moved to Dana")
    expect(page.locator("body")).not_to_contain_text("123-45-6789")
    page.locator("h1").click()
    page.keyboard.press("s")
    expect(page.locator("#said")).to_have_text("It is now: In session.")
    page.keyboard.press("r")
    expect(page.locator("#said")).to_have_text("It is now: In session.")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("It is now: Resolved.")

    # the filer hears how it stands
    assert "It was resolved" in filer.say("what happened to my help request")["text"]

    # a better answer, which the next filer reads
    words = f"Ask for the code once more. ({code})"
    page.get_by_role("link", name="Articles", exact=True).click()
    page.locator('a[href="/desk/articles/mfa"]').click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("#short_answer").fill(words)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview-box")).to_contain_text(words)
    page.locator("#reason").fill("Filers overlook it")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_be_visible()
    assert words in filer.say("How do I set up multifactor authentication?")["text"]

    # all of it is in the log
    page.get_by_role("link", name="Log", exact=True).click()
    for did in ("claimed the next request", "booked a session", "moved a request", "signed in"):
        expect(page.locator("tbody")).to_contain_text(did)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/desk/queue")
    expect(page.get_by_role("heading", name="Sign in to the clerk's desk")).to_be_visible()


def test_two_clerks_see_each_other_s_claims(
    desk: Desk, new_clerk: NewContext, watch: Watch
) -> None:
    watch.forgive("409")
    request = desk.request("Two Wanted")
    pages = []
    for role in ("clerk", "lead"):
        context = new_clerk()
        context.add_cookies([{"name": "desk", "value": desk.session(role), "url": desk.url}])
        page = context.new_page()
        page.goto(f"/desk/requests/{request.code}")
        pages.append(page)
    pages[0].get_by_role("button", name="Claim it").click()
    expect(pages[0].locator("#said")).to_have_text("It is yours now.")
    pages[1].get_by_role("button", name="Claim it").click()
    expect(pages[1].locator("#problem")).to_contain_text("some.clerk has claimed this request")
    expect(pages[1].get_by_role("button", name="Claim it")).to_have_count(0)
