"""Makes the pictures of docs/clerks-day.md: a private help desk with made-up filers, looked at by
Chromium. Call it after a change of the desk's look: ``python scripts/desk_pictures.py``."""

import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy.engine import Engine

from bot import clock
from bot.conversations import close_turn, open_turn, start_conversation
from bot.db.engine import make_engine
from bot.outcomes import Reply
from bot.settings import ROOT, load_settings
from bot.staff import sessions
from bot.staff.accounts import add_account, new_link
from bot.testing.chromium import FLAGS, HOW_TO_GET_IT, find_chromium
from bot.testing.private_copy import open_copy, write_court
from bot.triage.lifecycle import add_note, claim
from bot.triage.requests import make_request

PICTURES = ROOT / "docs" / "pictures"
# a Tuesday morning in the court's time zone
MORNING = datetime.fromisoformat("2026-12-01T14:05")
SIZE = {"width": 1280, "height": 800}
FILERS = (
    ("Ann Lee", "Attorney", "link_trouble", 130, "Linking fails since I upgraded my account."),
    ("Bo Ray", "Paralegal or assistant", "pdf_rejected", 440, "Refused: contains code."),
    ("Carla Nunez", "Creditor", "forgot_cmecf_password", 0, "We lost our CM/ECF login."),
    ("Dev Patel", "Trustee or trustee's staff", "mfa", 1700, "The code is always wrong."),
    ("Eve Stone", "Attorney", "account_type", 0, "Is my account Legacy or Upgraded?"),
)


def main() -> int:
    """Make all pictures; returns 0, or 1 where there is no Chromium."""
    settings = load_settings()
    chromium = find_chromium(settings)
    if chromium is None:
        print(HOW_TO_GET_IT, file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        court = Path(folder) / "court.yml"
        hours = {"tue": "10:00-11:00", "thu": "14:00-15:00"}
        write_court(settings.court_file, {"help_sessions": {"hours": hours}}, court)
        with open_copy(replace(settings, court_file=court)) as copy:
            copy.set_clock(MORNING)
            clock.follow(copy.settings.clock_file)
            engine = make_engine(copy.settings.database_url)
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            with closing(browser):
                code, token, link = _fill(engine)
                context = browser.new_context(base_url=copy.url, viewport=SIZE)  # type: ignore[arg-type]
                page = context.new_page()
                _take(page, f"/desk/set-password/{link}", "set-password", height=520)
                _take(page, "/desk/sign-in", "sign-in", height=520)
                context.add_cookies([{"name": "desk", "value": token, "url": copy.url}])
                _take(page, "/desk/queue", "queue")
                page.keyboard.press("?")
                _save(page, "keys")
                page.keyboard.press("Escape")
                _take(page, f"/desk/requests/{code}", "request", height=980)
                _take(page, "/desk/sessions", "sessions", height=560)
                _take(page, "/desk/articles/mfa/edit", "article")
                _take(page, "/desk/figures", "figures")
                _take(page, "/desk/audit", "log", height=560)
            engine.dispose()
    return 0


def _fill(engine: Engine) -> tuple[str, str, str]:
    """The code of a request to look at, a session, and a link to set a password."""
    lead = add_account(engine, "sam.lead", "lead", by="command line", full_name="Sam Lead")
    new = add_account(engine, "ann.clerk", "clerk", by="command line", full_name="Ann Clerk")
    codes = []
    for name, role, topic, minutes, problem in FILERS:
        conversation, _ = start_conversation(engine)
        turns = (
            (problem, Reply(text="Here is what to do.", outcome="answered", topic=topic)),
            ("That did not work", Reply(text="I ask the clerk's office.", outcome="requested")),
        )
        for number, (text, reply) in enumerate(turns):
            open_turn(engine, conversation.id, f"m{number}", text)
            close_turn(engine, conversation.id, f"m{number}", reply)
        request = make_request(
            engine,
            conversation_id=conversation.id,
            name=name,
            contact=f"{name.split()[0].lower()}@example.com, 860-555-0100",
            role=role,
            topic=topic,
            details=problem,
            deadline_at=clock.utc_now() + timedelta(minutes=minutes) if minutes else None,
        )
        codes.append(request.code)
    claim(engine, codes[1], "ann.clerk")
    claim(engine, codes[0], "sam.lead")
    add_note(engine, codes[0], "sam.lead", "Called back: she sees the menus of a viewer only.")
    return codes[0], sessions.begin(engine, lead), new_link(engine, new, by="command line")


def _take(page: Page, path: str, name: str, height: int = 800) -> None:
    page.set_viewport_size({**SIZE, "height": height})  # type: ignore[typeddict-item]
    page.goto(path)
    page.wait_for_load_state("networkidle")
    _save(page, name)


def _save(page: Page, name: str) -> None:
    path = PICTURES / f"desk-{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(128)
    small.save(path, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
