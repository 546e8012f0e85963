"""The queue and the page of one request, as a clerk uses them without JavaScript."""

import re
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import httpx
import pytest
from desk_people import Person, form_token, signed_in
from web_stack import Stack

from bot import clock
from bot.clock import utc_now
from bot.conversations import close_turn, open_turn, start_conversation
from bot.copies import store_copy
from bot.db.tables import uploads
from bot.knowledge.seed import seed
from bot.outcomes import Reply
from bot.reports import store_report
from bot.staff.audit import entries
from bot.triage.requests import HelpRequest, find, make_request
from bot.uploads import Upload


@pytest.fixture
def ask(stack: Stack) -> Callable[..., HelpRequest]:
    """Makes a request as a filer would."""

    def make(name: str = "Ann Lee", **values: Any) -> HelpRequest:
        return make_request(
            stack.engine,
            **{
                "conversation_id": None,
                "name": name,
                "contact": f"{name.replace(' ', '.').lower()}@example.com, 860-555-0100",
                "role": "Attorney",
                "topic": "mfa",
                "details": "The code from my phone is always wrong.",
                **values,
            },
        )

    return make


@pytest.fixture
def clerk(stack: Stack) -> Person:
    return signed_in(stack, "clerk", "sam.clerk")


def names(page: httpx.Response) -> list[str]:
    """The filers in the queue, in order."""
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page.text)


def said(person: Person, answer: httpx.Response) -> str:
    """The notice on the page that a form leads to."""
    page = person.get(answer.headers["location"].split("#")[0]).text
    found = re.search(r'role="status" id="said">.*?usa-alert__text">([^<]*)', page)
    return found.group(1) if found else ""


def test_the_most_urgent_comes_first_with_its_reasons(
    clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    ask("Late Riser", topic="pacer_fees")
    ask("In Haste", topic="pacer_fees", deadline_at=utc_now() + timedelta(hours=1))
    page = clerk.get("/desk/queue")
    assert names(page) == ["In Haste", "Late Riser"]
    assert "deadline within 3 hours" in page.text
    assert "(+100)" in page.text
    assert "59 minutes left" in page.text or "1 hour left" in page.text


def test_clerks_see_who_reads_another_language(
    clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    reader = ask("Ana Ruiz", language="es")
    others = [ask("Ann Lee", language="en"), ask("Bo Ray")]
    assert clerk.get("/desk/queue").text.count(", reads Spanish") == 1
    assert "<strong>Spanish</strong>" in clerk.get(f"/desk/requests/{reader.code}").text
    for other in others:
        assert "Reads the page in" not in clerk.get(f"/desk/requests/{other.code}").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Ann Lee", "Bo Ray"}),
        ("text=bo", {"Bo Ray"}),
        ("text=refused+form", {"Bo Ray"}),
        ("text=%27%22%3B--", {"Ann Lee", "Bo Ray"}),
        ("topic=mfa", {"Ann Lee"}),
        ("role=Creditor", {"Bo Ray"}),
        ("mine=1", {"Bo Ray"}),
        ("state=waiting", {"Ann Lee"}),
        ("state=claimed", {"Bo Ray"}),
        ("state=ended", set()),
        ("state=%00&order=evil&page=-1", {"Ann Lee", "Bo Ray"}),
        ("due=1", {"Bo Ray"}),
    ],
)
def test_filters(
    clerk: Person, ask: Callable[..., HelpRequest], query: str, expected: set[str]
) -> None:
    ask()
    other = ask(
        "Bo Ray",
        topic="pdf_rejected",
        role="Creditor",
        details="My form is refused.",
        deadline_at=utc_now() + timedelta(seconds=30),
    )
    clerk.post(f"/desk/requests/{other.code}/claim")
    found = set(names(clerk.get(f"/desk/queue?{query}")))
    if query.startswith("text=%27"):
        # signs alone are no words, so they leave nothing out or find nothing; never an error
        assert found in (expected, set())
    else:
        assert found == expected
    assert set(names(clerk.get(f"/desk/queue/rows?{query}"))) == found


def test_a_saved_view_is_there_again(clerk: Person, ask: Callable[..., HelpRequest]) -> None:
    ask()
    answer = clerk.post("/desk/queue/views", name="Codes & co", topic="mfa", state="waiting")
    address = answer.headers["location"]
    assert names(clerk.get(address)) == ["Ann Lee"]
    page = clerk.get("/desk/queue").text
    assert f'href="{address.replace("&", "&amp;")}"' in page
    assert "Codes &amp; co" in page
    number = re.search(r"/desk/queue/views/(\d+)/delete", clerk.get(address).text)
    assert number
    clerk.post(number.group())
    assert "Codes &amp; co" not in clerk.get("/desk/queue").text


def test_a_view_wants_a_name(clerk: Person) -> None:
    answer = clerk.post("/desk/queue/views", name=" ", topic="mfa")
    assert answer.status_code == 422
    assert "Give the view a name" in answer.text


def test_one_cannot_delete_somebody_else_s_view(stack: Stack, clerk: Person) -> None:
    other = signed_in(stack, "clerk", "other")
    address = other.post("/desk/queue/views", name="mine", topic="mfa").headers["location"]
    number = re.search(r"/desk/queue/views/(\d+)/delete", other.get(address).text)
    assert number
    clerk.post(number.group())
    assert ">mine</a>" in other.get("/desk/queue").text


def test_next_in_line(clerk: Person, ask: Callable[..., HelpRequest]) -> None:
    ask("Late Riser")
    urgent = ask("In Haste", deadline_at=utc_now() + timedelta(hours=1))
    answer = clerk.post("/desk/queue/next")
    assert answer.headers["location"] == f"/desk/requests/{urgent.code}"
    clerk.post("/desk/queue/next")
    assert said(clerk, clerk.post("/desk/queue/next")) == "Nobody is waiting."


def test_the_second_of_two_clerks_is_told_who_has_it(
    stack: Stack, clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    request = ask()
    other = signed_in(stack, "clerk", "quick.one")
    other.post(f"/desk/requests/{request.code}/claim")
    answer = clerk.post(f"/desk/requests/{request.code}/claim")
    assert answer.status_code == 409
    assert "quick.one has claimed this request already" in answer.text


def test_many_clerks_claim_at_once_and_one_has_it(
    stack: Stack, ask: Callable[..., HelpRequest]
) -> None:
    request = ask()
    clerks = [signed_in(stack, "clerk", f"clerk{number}") for number in range(10)]
    tokens = [form_token(one.get("/desk/account").text) for one in clerks]
    answers: list[int] = []

    def claim(one: Person, token: str) -> None:
        path = f"/desk/requests/{request.code}/claim"
        answers.append(one.client.post(path, data={"form_token": token}).status_code)

    threads = [
        threading.Thread(target=claim, args=pair) for pair in zip(clerks, tokens, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] + [409] * 9


def test_a_day_s_work_on_one_request(
    stack: Stack, clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    request = ask()
    path = f"/desk/requests/{request.code}"
    assert said(clerk, clerk.post(f"{path}/claim")) == "It is yours now."
    assert said(clerk, clerk.post(f"{path}/move", to="in_session")) == "It is now: In session."
    clerk.post(f"{path}/notes", text="SSN 123-45-6789 was on the screen")
    assert said(clerk, clerk.post(f"{path}/move", to="resolved", why="Linked")) == (
        "It is now: Resolved."
    )
    page = clerk.get(path).text
    assert "123-45-6789" not in page
    assert "was on the screen" in page
    for words in ("Resolved</strong>: Linked", "In session</strong>: the session began"):
        assert words in page
    assert "This request has ended" in page
    log = [entry.action for entry in entries(stack.engine, who="sam.clerk")[0]]
    assert log.count("moved a request") == 2


@pytest.mark.parametrize("to", ["waiting", "withdrawn"])
def test_what_a_filer_would_ask_about_wants_a_reason(
    clerk: Person, ask: Callable[..., HelpRequest], to: str
) -> None:
    request = ask()
    path = f"/desk/requests/{request.code}"
    clerk.post(f"{path}/claim")
    answer = clerk.post(f"{path}/move", to=to)
    assert answer.status_code == 409
    assert "Say in a few words why" in answer.text
    assert clerk.post(f"{path}/move", to=to, why="Called back").status_code == 303


@pytest.mark.parametrize("to", ["", "evil", "in_session"])
def test_a_waiting_request_does_not_jump(
    stack: Stack, clerk: Person, ask: Callable[..., HelpRequest], to: str
) -> None:
    request = ask()
    answer = clerk.post(f"/desk/requests/{request.code}/move", to=to, why="x")
    assert answer.status_code == 409
    found = find(stack.engine, request.code)
    assert found
    assert found.state == "waiting"


def test_giving_it_to_a_colleague(
    stack: Stack, clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    signed_in(stack, "clerk", "bo.clerk")
    signed_in(stack, "tester", "ted.tester")
    path = f"/desk/requests/{ask().code}"
    assert said(clerk, clerk.post(f"{path}/assign", to="bo.clerk")) == "bo.clerk has it now."
    for nobody in ("ted.tester", "made.up", ""):
        assert clerk.post(f"{path}/assign", to=nobody).status_code == 409


@pytest.mark.parametrize("code", ["K7QRT-3MX9B", "1", "..%2f..%2fetc", "%00", "x" * 300])
def test_codes_that_nobody_has(clerk: Person, code: str) -> None:
    assert clerk.get(f"/desk/requests/{code}").status_code == 404
    for action in ("claim", "move", "assign", "notes"):
        assert clerk.post(f"/desk/requests/{code}/{action}", to="x", text="x").status_code == 404


def test_everything_about_a_request_is_on_its_page(
    stack: Stack, clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    seed(stack.engine, stack.settings.topics_dir)
    conversation, _ = start_conversation(stack.engine)
    open_turn(stack.engine, conversation.id, "m1", "It says <b>legacy</b>", masked_kinds=["ssn"])
    reply = Reply(text="Upgrade it.", outcome="answered", topic="upgrade_legacy_account")
    close_turn(stack.engine, conversation.id, "m1", reply)
    ask("Ann Lee", topic="account_type")
    request = ask("Ann Lee", conversation_id=conversation.id, deadline="noon, I think")
    page = clerk.get(f"/desk/requests/{request.code}").text
    for words in (
        "It says &lt;b&gt;legacy&lt;/b&gt;",
        "removed before it was stored: ssn",
        "Upgrade it.",
        "noon, I think",
        "The code from my phone is always wrong.",
        'href="mailto:ann.lee@example.com"',
        'href="tel:860-555-0100"',
        "Other requests of this filer",
        "mailto:ann.lee@example.com?subject=Your%20help%20request",
    ):
        assert words in page, words


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'


def test_hostile_words_stay_words(clerk: Person, ask: Callable[..., HelpRequest]) -> None:
    request = ask(HOSTILE, contact=HOSTILE, role=HOSTILE[:60], topic=None, details=HOSTILE)
    path = f"/desk/requests/{request.code}"
    clerk.post(f"{path}/notes", text=HOSTILE)
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/move", to="in_session", why=HOSTILE)
    for page in (
        clerk.get(path),
        clerk.get("/desk/queue"),
        clerk.client.get("/desk/queue", params={"text": HOSTILE, "topic": HOSTILE}),
        clerk.post("/desk/queue/views", name=HOSTILE, text=HOSTILE, topic="mfa"),
        clerk.get("/desk/queue"),
    ):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "{{7*7}}" in page.text or "7*7" not in page.text


def test_looking_at_somebody_else_s_request_is_logged(
    stack: Stack, clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    request = ask()
    clerk.get(f"/desk/requests/{request.code}")
    clerk.post(f"/desk/requests/{request.code}/claim")
    clerk.get(f"/desk/requests/{request.code}")
    found = entries(stack.engine, who="sam.clerk", action="opened a request")[0]
    assert [entry.subject for entry in found] == [request.code]


def test_the_live_refresh_keeps_nobody_signed_in(
    stack: Stack, clerk: Person, tmp_path: Any
) -> None:
    file = tmp_path / "clock"
    try:
        for minutes in (10, 20, 29.9):
            file.write_text(repr(minutes * 60), encoding="ascii")
            clock.follow(file)
            assert clerk.get("/desk/queue/rows").status_code == 200
        file.write_text(repr(30.1 * 60), encoding="ascii")
        assert clerk.get("/desk/queue/rows").status_code == 303
    finally:
        clock.follow(None)


def test_the_desk_speaks_english_to_every_browser(
    clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    request = ask(deadline_at=utc_now() + timedelta(days=2))
    answer = clerk.client.get(
        f"/desk/requests/{request.code}?lang=es", headers={"Accept-Language": "es"}
    )
    assert f"{utc_now():%B}" in answer.text
    assert '<html lang="en">' in answer.text


def test_the_report_on_a_request_s_page_is_the_one_that_it_names(
    stack: Stack, clerk: Person, ask: Callable[..., HelpRequest]
) -> None:
    conversation, _ = start_conversation(stack.engine)
    upload = Upload("u" * 32, conversation.id, "motion.pdf", 9, "0" * 64, utc_now())
    with stack.engine.begin() as connection:
        connection.execute(
            uploads.insert().values(**asdict(upload), created_at=utc_now(), deleted_at=None)
        )

    def checked(verdict: str, file: str) -> str:
        shape = {"verdict": verdict, "file": file, "pages": 1, "findings": []}
        return store_report(stack.engine, upload, shape)

    own, copy = checked("reject", "motion.pdf"), checked("accept", "motion-mended.pdf")
    store_copy(
        stack.engine,
        "c" * 24,
        report_id=copy,
        upload_id=upload.id,
        conversation_id=conversation.id,
        name="motion-mended.pdf",
        size=9,
        changes=[],
        attachments=[],
    )

    def shown(report_id: str | None, topic: str) -> str:
        request = ask(conversation_id=conversation.id, report_id=report_id, topic=topic)
        page = clerk.get(f"/desk/requests/{request.code}").text
        return page.split('id="report"')[1].split("</section>")[0]

    named = shown(own, "pdf_fix")
    assert "motion.pdf" in named
    assert "On the mended copy" not in named
    assert "The request names no report" not in named
    on_copy = shown(copy, "pdf_rejected")
    assert "motion-mended.pdf" in on_copy
    assert "On the mended copy" in on_copy
    none = shown(None, "mfa")
    assert "motion.pdf" in none
    assert "The request names no report" in none


def test_a_refused_view_keeps_its_name(clerk: Person) -> None:
    for number in range(20):
        clerk.post("/desk/queue/views", state="resolved", name=f"view {number}")
    refused = clerk.post("/desk/queue/views", state="all", name="one too many")
    assert refused.status_code == 422
    assert 'value="one too many"' in refused.text
    assert 'value="one too many"' not in clerk.get("/desk/queue?state=all").text
