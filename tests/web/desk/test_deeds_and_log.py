"""What is done at the desk and its entry in the log are stored together, or neither is."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from desk_people import (
    ask,
    code_now,
    form_token,
    signed_in,
    type_code,
    type_password,
    with_password,
)
from web_stack import Stack

from bot.conversations import close_turn, open_turn, start_conversation
from bot.db import tables
from bot.knowledge.seed import seed
from bot.outcomes import Reply
from bot.questions.store import count_examples, open_groups
from bot.settings import load_settings
from bot.staff.audit import entries
from bot.switches import UPLOADS, turn_off
from bot.testing.private_copy import write_court
from bot.testing.runs import SCRIPTS, begin_run
from bot.triage.lifecycle import claim, history
from bot.triage.sessions import next_sessions
from bot.web.desk.filters import session_word

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEPT = (
    tables.help_requests,
    tables.help_request_changes,
    tables.help_request_notes,
    tables.outbox,
    tables.switches,
    tables.test_runs,
    tables.retention_runs,
    tables.staff_sessions,
)


@pytest.fixture
def stack(make_stack: Callable[..., Stack], tmp_path: Path) -> Stack:
    """A court with sessions, and a mail server that is never reached."""
    file = tmp_path / "court.yml"
    sessions = {"hours": dict.fromkeys(_DAYS, "10:00-11:00"), "capacity": 2}
    write_court(load_settings().court_file, {"help_sessions": sessions}, file)
    return make_stack(
        court_file=file, smtp_url="smtp://127.0.0.1:1", smtp_from="desk@court.example"
    )


@contextmanager
def without_log(stack: Stack) -> Iterator[None]:
    """The database takes no entry of the log, as when its disk is full in that moment."""
    with stack.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_entries "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    yield
    with stack.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")


def stored(stack: Stack) -> dict[str, Any]:
    """Every row that a deed at the desk may change."""
    with stack.engine.connect() as connection:
        return {t.name: connection.execute(sa.select(t)).all() for t in _KEPT}


_REQUEST = "/desk/requests/CODE"
_DEEDS: list[tuple[str, dict[str, str]]] = [
    (f"{_REQUEST}/claim", {}),
    ("/desk/queue/next", {}),
    (f"{_REQUEST}/move", {"to": "in_session"}),
    (f"{_REQUEST}/move", {"to": "withdrawn", "why": "asked by phone"}),
    (f"{_REQUEST}/assign", {"to": "some.lead"}),
    (f"{_REQUEST}/session", {"start": "NEXT"}),
    (f"{_REQUEST}/notes", {"text": "Called back."}),
    (f"{_REQUEST}/reply", {"text": "Set it up again."}),
    ("/desk/switches/chat", {"notice": "Closed."}),
    ("/desk/switches/uploads", {"to": "on"}),
    ("/desk/tests", {"what": "scripts/hours"}),
    ("/desk/tests/1/stop", {}),
    ("/desk/retention", {"do": "count"}),
    ("/desk/sign-out", {}),
]


@pytest.mark.parametrize(("path", "fields"), _DEEDS, ids=[f"{p} {f}" for p, f in _DEEDS])
def test_a_deed_that_cannot_be_logged_is_not_done(
    stack: Stack, path: str, fields: dict[str, str]
) -> None:
    lead, boss = signed_in(stack, "lead"), signed_in(stack, "administrator")
    request = ask(stack)
    if fields.get("to") == "in_session":
        claim(stack.engine, request.code, "some.lead")
    if path.endswith("/stop"):
        begin_run(stack.engine, SCRIPTS, "hours", "tess")
    turn_off(stack.engine, UPLOADS, "Closed.", who="Kim")
    site = stack.app.state.site
    start = next_sessions(site.engine, site.court, request.created_at)[0].start
    fields = {k: v.replace("NEXT", session_word(start)) for k, v in fields.items()}
    who = boss if "retention" in path else lead
    lead.get("/desk/queue")  # which stores how urgent each request is
    before = stored(stack)
    with without_log(stack):
        answer = who.post(path.replace("CODE", request.code), **fields)
    assert answer.status_code == 503
    assert "was not kept" in " ".join(answer.text.split())
    assert stored(stack) == before


def test_signing_in_is_logged_or_does_not_happen(stack: Stack) -> None:
    account, secret = with_password(stack, "ann.lee")
    filer = stack.client()
    type_password(filer, "ann.lee")
    code = code_now(secret)
    with without_log(stack):
        assert type_code(filer, code).status_code == 503
    assert filer.get("/desk/account").status_code == 303
    # the code was not used up by it
    assert type_code(filer, code).headers["location"] == "/desk"
    assert [e.who for e in entries(stack.engine, action="signed in")[0]] == [account.name]


@pytest.mark.parametrize("deed", ["set_aside", "assign"])
def test_questions_are_decided_on_with_an_entry_or_not_at_all(stack: Stack, deed: str) -> None:
    seed(stack.engine, stack.settings.topics_dir)
    conversation, _ = start_conversation(stack.engine)
    open_turn(stack.engine, conversation.id, "m1", "why is the scanner humming", masked_kinds=[])
    reply = Reply(text="x", outcome="not_understood")
    close_turn(stack.engine, conversation.id, "m1", reply)
    tester = signed_in(stack, "tester")
    tester.get("/desk/questions")
    (group,) = open_groups(stack.engine)
    fields = {"original": group.title, "text": group.title, "take": "0", "looked": "yes"}
    path = f"/desk/questions/{group.number}"
    with without_log(stack):
        answer = tester.post(path, **fields, do=deed, topic="pdf_requirements")
    assert answer.status_code == 503
    assert open_groups(stack.engine) == [group]
    assert count_examples(stack.engine) == {}
    assert tester.post(path, **fields, do=deed, topic="pdf_requirements").status_code == 303
    assert open_groups(stack.engine) == []


def test_notes_are_logged(stack: Stack) -> None:
    request = ask(stack)
    signed_in(stack, "clerk").post(f"{_REQUEST.replace('CODE', request.code)}/notes", text="Hello")
    (entry,), _ = entries(stack.engine, action="kept a note")
    assert (entry.who, entry.subject, entry.detail) == ("some.clerk", request.code, "")


def test_giving_the_place_back_twice_is_told_and_logged_once(stack: Stack) -> None:
    clerks = [signed_in(stack, "clerk", name) for name in ("bea.clerk", "carl.clerk")]
    request = ask(stack)
    path = f"/desk/requests/{request.code}/session"
    assert "No place was booked" in said_after(clerks[0], path, start="")
    site = stack.app.state.site
    start = next_sessions(site.engine, site.court, request.created_at)[0].start
    for _ in range(2):
        clerks[0].post(path, start=session_word(start))
    both = threading.Barrier(2)

    def give_back(number: int) -> None:
        both.wait()
        assert clerks[number].post(path, start="").status_code == 303

    threads = [threading.Thread(target=give_back, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stack.engine.connect() as connection:
        subjects = [row.subject for row in connection.execute(sa.select(tables.outbox))]
    assert [s.split(request.code)[1].strip() for s in subjects] == [
        "has a help session",
        "has no help session now",
    ]
    for action in ("booked a session", "gave a session up"):
        assert entries(stack.engine, action=action)[1] == 1


def test_what_is_no_session_gives_no_place_back(stack: Stack) -> None:
    clerk, request = signed_in(stack, "clerk"), ask(stack)
    path = f"/desk/requests/{request.code}/session"
    site = stack.app.state.site
    start = next_sessions(site.engine, site.court, request.created_at)[0].start
    clerk.post(path, start=session_word(start))
    assert clerk.post(path, start="tomorrow").status_code == 409
    assert "Give the place back" in clerk.get(f"/desk/requests/{request.code}").text


def test_reasons_are_masked_and_short(stack: Stack) -> None:
    lead, request = signed_in(stack, "lead"), ask(stack)
    path = f"/desk/requests/{request.code}"
    lead.post(f"{path}/assign", to="some.lead", why="knows SSN 123-45-6789")
    lead.post(f"{path}/move", to="resolved", why="password is Tiger7!x " + "and more " * 1000)
    reasons = [change.why for change in history(stack.engine, request.code)]
    assert "123-45-6789" not in reasons[1]
    assert "Tiger7" not in reasons[2]
    assert len(reasons[2]) <= 400


def said_after(person: Any, path: str, **fields: str) -> str:
    """What the page says that a form leads to."""
    answer = person.post(path, **fields)
    return str(person.get(answer.headers["location"].split("#")[0]).text)


@pytest.mark.parametrize(
    ("path", "fields", "action"),
    [
        ("/desk/queue/next", {}, "claimed the next request"),
        (f"{_REQUEST}/notes", {"text": "Called back."}, "kept a note"),
        (f"{_REQUEST}/reply", {"text": "Set it up again."}, "wrote to a filer"),
    ],
)
def test_a_double_click_does_it_once(
    stack: Stack, path: str, fields: dict[str, str], action: str
) -> None:
    clerk, requests = signed_in(stack, "clerk"), [ask(stack) for _ in range(3)]
    path = path.replace("CODE", requests[0].code)
    token = form_token(clerk.get_form())

    def click(_: int) -> httpx.Response:
        return clerk.client.post(path, data={"form_token": token, **fields})

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(click, range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert entries(stack.engine, action=action)[1] == 1
    assert click(0).status_code == 303
    assert "This was sent twice and done once." in clerk.get("/desk/queue").text
    assert entries(stack.engine, action=action)[1] == 1
    # the next page's form is another one, also with the same words
    assert clerk.post(path, **fields).status_code == 303
    assert entries(stack.engine, action=action)[1] == 2


def test_what_failed_may_be_sent_again_as_it_is(stack: Stack) -> None:
    clerk, request = signed_in(stack, "clerk"), ask(stack)
    path = f"/desk/requests/{request.code}/notes"
    fields = {"form_token": form_token(clerk.get_form()), "text": "Called back."}
    with without_log(stack):
        assert clerk.client.post(path, data=fields).status_code == 503
    assert clerk.client.post(path, data=fields).status_code == 303
    assert entries(stack.engine, action="kept a note")[1] == 1
    refused = {"form_token": form_token(clerk.get_form()), "text": ""}
    for _ in range(2):
        assert "The note is empty" in clerk.client.post(path, data=refused).text
