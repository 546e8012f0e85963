"""What the chat says and does about help requests: whose they are, and in whose words."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import HelpdeskAction, services
from actions.make_request import ActionMakeHelpRequest
from actions.request_questions import AskConfirmed
from actions.requests import ActionRequestStatus, ActionWithdrawRequest
from actions.sessions import ActionBookSession, session_choices
from bot.clock import utc_now
from bot.conversations import Conversation, start_conversation
from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.db.tables import outbox
from bot.outbox import MOST_ADDRESSES, MOST_AN_HOUR
from bot.settings import load_settings
from bot.testing.private_copy import write_court
from bot.triage.notices import HELD_BACK
from bot.triage.requests import HelpRequest, find, new_code
from bot.triage.sessions import book, next_sessions
from bot.web.markdown import to_html

from .requests_made import Make, maker

HOURS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "10:00-11:00")


@pytest.fixture(autouse=True)
def own_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    file = tmp_path / "court.yml"
    write_court(load_settings().court_file, {"help_sessions": {"hours": HOURS}}, file)
    monkeypatch.setenv("HELPDESK_VAR", str(tmp_path))
    monkeypatch.setenv("HELPDESK_COURT_FILE", str(file))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/helpdesk.db")
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:25")
    monkeypatch.setenv("SMTP_FROM", "help@court.example")
    services.cache_clear()
    engine = make_engine(services().settings.database_url)
    migrate(engine)
    engine.dispose()
    yield
    services().engine.dispose()
    services.cache_clear()


@pytest.fixture
def make() -> Make:
    return maker(services().engine)


def reply_to(
    action: HelpdeskAction, text: str, *, choice: str = "", slots: dict[str, Any] | None = None
) -> str:
    message = {"text": text, "intent": {"name": "x"}, "metadata": {"choice_id": choice}}
    tracker = Tracker("somebody", slots or {}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    asyncio.run(action.run(dispatcher, tracker, {}))
    return str(dispatcher.messages[0]["custom"]["text"])


def test_whoever_has_only_the_code_never_sees_the_contact(make: Make) -> None:
    code = make(contact="ann@example.com, 860-555-0100").code
    signs = code.replace("-", "")
    for choice in (f"session_none_{signs}", f"session_back_{signs}", ""):
        said = reply_to(ActionBookSession(), code, choice=choice)
        assert code in said or "Choose one" in said
        assert "ann@" not in said
        assert "555" not in said


def test_a_button_gives_no_other_session_back_than_it_named(make: Make) -> None:
    engine, court, request = services().engine, services().court, make()
    first, second = next_sessions(engine, court, utc_now(), most=2)
    signs = request.code.replace("-", "")
    book(engine, court, request.code, first.start, utc_now(), who="filer")
    button = next(
        choice.id for choice in session_choices(_found(request.code)) if "back" in choice.title
    )
    book(engine, court, request.code, second.start, utc_now(), who="sam.clerk")
    said = reply_to(ActionBookSession(), "Give my place back", choice=button)
    assert "nothing was given back" in said
    assert _found(request.code).session_at == second.start
    # a button from before this release names none
    reply_to(ActionBookSession(), "x", choice=f"session_back_{signs}")
    assert _found(request.code).session_at is None
    assert "Tell me the code" in reply_to(ActionBookSession(), "x", choice=f"session__{signs}")


def _found(code: str) -> HelpRequest:
    found = find(services().engine, code)
    assert found
    return found


def test_a_message_full_of_codes_finds_no_request(make: Make) -> None:
    code = make().code
    many = " ".join([*(new_code() for _ in range(5)), code])
    assert f"Help request {code}" not in reply_to(ActionRequestStatus(), many)
    assert f"Help request {code}" in reply_to(ActionRequestStatus(), f"it is {code}")


def test_the_e_mail_on_a_withdrawn_request_names_no_session(make: Make) -> None:
    engine, court, now = services().engine, services().court, utc_now()
    request = make()
    (session,) = next_sessions(engine, court, now + timedelta(days=1), most=1)
    book(engine, court, request.code, session.start, now, who="filer")
    assert "is withdrawn" in reply_to(ActionWithdrawRequest(), request.code)
    withdrawn = find(engine, request.code)
    assert withdrawn
    assert withdrawn.state == "withdrawn"
    with engine.connect() as connection:
        (mail,) = connection.execute(outbox.select()).all()
    assert "is withdrawn" in mail.text
    assert "Help session:" not in mail.text
    assert "already closed" in reply_to(ActionWithdrawRequest(), request.code)
    with engine.connect() as connection:
        assert len(connection.execute(outbox.select()).all()) == 1


def test_a_filers_words_stay_a_filers_words() -> None:
    evil = (
        "It fails\n\n**Clerk's office:** sign in at [ecf.court.example](https://evil.example)\n\n"
        "1. <https://evil.example>\n_now_ `x` \\[a](https://evil.example) &lt;b&gt; a_b R&D"
    )
    slots = {
        "request_details": evil,
        "request_deadline": {"words": evil, "at": "2026-12-04T22:00:00"},
        "request_name": evil,
        "request_contact": "ann_lee@example.com",
        "request_role": "Attorney",
    }
    said = reply_to(AskConfirmed(), "x", slots=slots)
    html = to_html(said)
    for part in ("<a", "<strong", "<em", "<code", "<ol"):
        assert part not in html
    # the two paragraphs and the list of the help desk, with a line for each answer
    assert html.count("<p>") == 2
    assert html.count("<li>") == 5
    assert "[ecf.court.example](https://evil.example)" in html
    assert "_now_ `x` \\[a]" in html
    assert "ann_lee@example.com" in said
    assert "R&D" in said


def ask_for_help(conversation: Conversation, contact: str, **sent_with: object) -> dict[str, Any]:
    """What is replied when a filer has filled in the form."""
    slots = {"request_name": "Ann Lee", "request_contact": contact, "request_role": "Attorney",
             "request_details": "No code comes.", "topic": "mfa"}  # fmt: skip
    message = {"text": "send it", "intent": {"name": "x"}, "metadata": sent_with}
    tracker = Tracker(conversation.sender_id, slots, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    asyncio.run(ActionMakeHelpRequest().run(dispatcher, tracker, {}))
    reply: dict[str, Any] = dispatcher.messages[0]["custom"]
    return reply


@pytest.mark.parametrize(
    ("sent", "stored"), [("es", "es"), ("en", "en"), ("zz", "en"), ("x" * 99, "en"), (7, "en")]
)
def test_the_language_of_the_page_goes_with_the_request(sent: object, stored: str) -> None:
    conversation, _ = start_conversation(services().engine)
    reply = ask_for_help(conversation, "860-555-0100", language=sent)
    assert _found(reply["request_code"]).language == stored


def test_who_has_strangers_written_to_is_told_that_no_more_e_mails_go_out() -> None:
    engine = services().engine
    conversation, _ = start_conversation(engine)
    said = [
        ask_for_help(conversation, f"stranger{number}@example.com")
        for number in range(MOST_ADDRESSES + 3)
    ]
    assert [HELD_BACK in reply["text"] for reply in said] == [
        number >= MOST_ADDRESSES for number in range(MOST_ADDRESSES + 3)
    ]
    # the request is stored all the same, and its code said
    last = find(engine, said[-1]["request_code"])
    assert last
    assert last.contact == f"stranger{MOST_ADDRESSES + 2}@example.com"
    with engine.connect() as connection:
        assert len(connection.execute(outbox.select()).all()) == MOST_ADDRESSES


def test_who_books_without_end_is_told_that_no_more_e_mails_go_out(make: Make) -> None:
    engine, court = services().engine, services().court
    request = make()
    first, second = next_sessions(engine, court, utc_now(), most=2)
    signs = request.code.replace("-", "")
    said = [
        reply_to(
            ActionBookSession(),
            request.code,
            choice=f"session_{(first, second)[number % 2].start:%Y%m%dT%H%M}_{signs}",
        )
        for number in range(MOST_AN_HOUR + 2)
    ]
    assert "You have a place in the help session" in said[-1]
    assert [HELD_BACK in text for text in said] == [
        number >= MOST_AN_HOUR - 1 for number in range(MOST_AN_HOUR + 2)
    ]
