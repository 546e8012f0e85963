"""Help sessions and e-mails at the desk: what a clerk does there reaches the filer."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from desk_people import Person, ask, signed_in
from web_stack import Stack

from bot.clock import utc_now
from bot.db.tables import outbox
from bot.knowledge.seed import seed
from bot.settings import load_settings
from bot.staff.audit import entries
from bot.testing.private_copy import write_court
from bot.triage.lifecycle import history, notes
from bot.triage.requests import find
from bot.web.desk.filters import session_moment

EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "10:00-11:00")


@pytest.fixture
def court_file(tmp_path: Path) -> Path:
    """A court that holds a session on every day, with one place."""
    file = tmp_path / "court.yml"
    zoom = "https://zoom.example/j/1"
    sessions = {"hours": EVERY_DAY, "capacity": 1, "zoom_link": zoom}
    write_court(load_settings().court_file, {"help_sessions": sessions}, file)
    return file


@pytest.fixture
def stack(make_stack: Callable[..., Stack], court_file: Path) -> Stack:
    """The server with that court and a mail server, which is never reached."""
    return make_stack(
        court_file=court_file, smtp_url="smtp://127.0.0.1:1", smtp_from="desk@court.example"
    )


@pytest.fixture
def clerk(stack: Stack) -> Person:
    return signed_in(stack, "clerk", "sam.clerk")


def starts(page: str) -> list[str]:
    """The sessions that the page offers."""
    part = page.split('id="start"')[1].split("</select>")[0]
    return re.findall(r'<option value="([^"]+)"', part)


def mails(stack: Stack) -> list[tuple[str, str, str]]:
    with stack.engine.connect() as connection:
        rows = connection.execute(outbox.select().order_by(outbox.c.id)).all()
    return [(row.recipient, row.subject, row.text) for row in rows]


def test_a_clerk_books_moves_and_gives_back_a_place(stack: Stack, clerk: Person) -> None:
    request = ask(stack)
    path = f"/desk/requests/{request.code}"
    first, second = starts(clerk.get(path).text)[:2]
    clerk.post(f"{path}/session", start=first)
    assert "Open the Zoom session" in clerk.get(path).text
    assert first not in starts(clerk.get(path).text)
    clerk.post(f"{path}/session", start=second)
    assert first in starts(clerk.get(path).text)
    clerk.post(f"{path}/session", start="")
    found = find(stack.engine, request.code)
    assert found
    assert found.session_at is None
    subjects = [subject for to, subject, _ in mails(stack) if to == "ann@example.com"]
    assert [subject.split(request.code)[1].strip() for subject in subjects] == [
        "has a help session",
        "has a help session",
        "has no help session now",
    ]


def test_an_old_page_gives_no_other_session_back(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack).code}"
    first, second = starts(clerk.get(path).text)[:2]
    clerk.post(f"{path}/session", start=first)
    shown = re.findall(r'name="shown" value="([^"]+)"', clerk.get(path).text)
    assert shown == [first]
    clerk.post(f"{path}/session", start=second)
    answer = clerk.post(f"{path}/session", start="", shown=first)
    assert answer.status_code == 409
    assert "nothing was given back" in answer.text
    found = find(stack.engine, path.rsplit("/", 1)[1])
    assert found
    assert found.session_at == session_moment(second)
    clerk.post(f"{path}/session", start="", shown=second)
    found = find(stack.engine, found.code)
    assert found
    assert found.session_at is None


def test_a_refusal_costs_no_words(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack).code}"
    seed(stack.engine, stack.settings.topics_dir)
    long = "Dear Ann, " + "please read this. " * 600
    refused = clerk.post(f"{path}/reply", text=long, topic="pacer_fees")
    assert refused.status_code == 422
    kept = refused.text.split('id="canned"')[1].split("</textarea>")[0]
    assert kept.count("please read this.") == 600
    assert 'value="pacer_fees" selected' in refused.text
    clerk.post(f"{path}/move", to="claimed")
    clerk.post(f"{path}/move", to="resolved")
    late = clerk.post(f"{path}/move", to="in_session", why="She came after all")
    assert late.status_code == 409
    other = f"/desk/requests/{ask(stack, 'Bo Ray').code}"
    nowhere = clerk.post(f"{other}/move", to="resolved", why="Helped by phone")
    assert nowhere.status_code == 409
    assert 'value="Helped by phone"' in nowhere.text


def test_the_last_place_is_given_once(stack: Stack, clerk: Person) -> None:
    one, other = ask(stack), ask(stack, "Bo Ray", "bo@example.com")
    start = starts(clerk.get(f"/desk/requests/{one.code}").text)[0]
    clerk.post(f"/desk/requests/{one.code}/session", start=start)
    answer = clerk.post(f"/desk/requests/{other.code}/session", start=start)
    assert answer.status_code == 409
    assert "This help session is full now" in answer.text


@pytest.mark.parametrize("start", ["2020-01-01T10:00", "2999-01-01T10:00"])
def test_a_session_that_the_court_does_not_hold(stack: Stack, clerk: Person, start: str) -> None:
    answer = clerk.post(f"/desk/requests/{ask(stack).code}/session", start=start)
    assert answer.status_code == 409


def test_the_page_of_sessions_lists_who_comes(stack: Stack, clerk: Person) -> None:
    request = ask(stack)
    path = f"/desk/requests/{request.code}"
    start = starts(clerk.get(path).text)[0]
    clerk.post(f"{path}/session", start=start)
    page = clerk.get("/desk/sessions").text
    assert "1 of 1 places are taken" in page
    assert "Ann Lee" in page
    assert f'href="/desk/queue?session={start}"' in page
    queue = clerk.client.get("/desk/queue", params={"session": start}).text
    assert "Ann Lee" in queue


def test_on_a_snow_day_the_places_are_given_back_and_the_filers_told(
    stack: Stack, clerk: Person
) -> None:
    site = stack.app.state.site
    stack.app.state.site = replace(site, court=replace(site.court, session_capacity=2))
    by_mail, by_phone = ask(stack), ask(stack, "Bo Ray", "860-555-0100")
    start = starts(clerk.get(f"/desk/requests/{by_mail.code}").text)[1]
    for request in (by_mail, by_phone):
        clerk.post(f"/desk/requests/{request.code}/session", start=start)
    for path in ("/desk/sessions", f"/desk/requests/{by_mail.code}"):
        assert "not held any more" not in clerk.get(path).text
    refused = clerk.post("/desk/sessions/not-held", start=start)
    assert "The court holds this session" in clerk.get(refused.headers["location"]).text
    moment = session_moment(start)
    assert moment
    closed = replace(site.court, closures=(moment.date(),))
    stack.app.state.site = replace(site, court=closed)
    page = clerk.get("/desk/sessions").text
    assert "not held any more" in page
    assert "Ann Lee" in page
    assert "Bo Ray" in page
    assert "not held any more" in clerk.get(f"/desk/requests/{by_mail.code}").text
    answer = clerk.post("/desk/sessions/not-held", start=start)
    page = clerk.get(answer.headers["location"]).text
    assert "Places given back: 2. Filers who get an e-mail: 1." in page
    assert by_phone.code in page
    assert "not held any more" not in page
    for request in (by_mail, by_phone):
        found = find(stack.engine, request.code)
        assert found
        assert (found.session_at, found.state) == (None, "waiting")
    to, subject, text = mails(stack)[-1]
    assert (to, subject.split(by_mail.code)[1]) == ("ann@example.com", " has no help session now")
    assert "is not held" in text
    assert "10:00 a.m." in text
    assert notes(stack.engine, by_mail.code) == []
    (note,) = notes(stack.engine, by_phone.code)
    assert "call the filer" in note.text
    assert entries(stack.engine, action="gave a session up")[1] == 2
    again = clerk.post("/desk/sessions/not-held", start=start)
    assert "Nobody has a place" in clerk.get(again.headers["location"]).text
    assert len(mails(stack)) == 2


def test_without_hours_the_page_says_where_they_are_set(make_stack: Callable[..., Stack]) -> None:
    clerk = signed_in(make_stack(), "clerk")
    assert "states no hours for help sessions" in clerk.get("/desk/sessions").text


def test_a_reply_goes_out_masked_and_is_noted(stack: Stack, clerk: Person) -> None:
    request = ask(stack)
    path = f"/desk/requests/{request.code}"
    clerk.post(f"{path}/reply", text="Set it up again.\nYour SSN is 123-45-6789.")
    ((to, subject, text),) = mails(stack)
    assert (to, request.code in subject) == ("ann@example.com", True)
    assert "Set it up again." in text
    assert "123-45-6789" not in text
    assert [note.text for note in notes(stack.engine, request.code)] == [
        "Sent by e-mail: Set it up again."
    ]


@pytest.mark.parametrize(
    ("contact", "text"),
    [("860-555-0100", "x"), ("a@example.com", ""), ("a@example.com", "x" * 8001)],
)
def test_a_reply_that_cannot_go_out(stack: Stack, clerk: Person, contact: str, text: str) -> None:
    request = ask(stack, contact=contact)
    answer = clerk.post(f"/desk/requests/{request.code}/reply", text=text)
    assert answer.status_code == 422
    assert mails(stack) == []


def test_nobody_is_written_to_without_end(stack: Stack, clerk: Person) -> None:
    request = ask(stack)
    path = f"/desk/requests/{request.code}/reply"
    answers = [clerk.post(path, text="Please call us.").status_code for _ in range(7)]
    assert answers == [303] * 6 + [422]


def test_withdrawing_tells_the_filer(stack: Stack, clerk: Person) -> None:
    request = ask(stack)
    clerk.post(f"/desk/requests/{request.code}/move", to="withdrawn", why="asked by phone")
    ((_, subject, _),) = mails(stack)
    assert subject.endswith("is withdrawn")


@pytest.mark.parametrize(
    ("language", "to", "ending", "words", "calendar"),
    [
        (None, "resolved", "is closed", "closed your help request as done", "open the attached"),
        ("en", "no_show", "is closed", "could not reach you", "open the attached file"),
        ("es", "resolved", "está cerrada", "como resuelta", "abra el archivo adjunto"),
        ("es", "no_show", "está cerrada", "no pudo comunicarse", "abra el archivo adjunto"),
        ("xx", "no_show", "is closed", "could not reach you", "open the attached file"),
    ],
)
def test_whoever_loses_a_coming_session_by_an_end_is_told(
    stack: Stack,
    clerk: Person,
    language: str | None,
    to: str,
    ending: str,
    words: str,
    calendar: str,
) -> None:
    path = f"/desk/requests/{ask(stack, language=language).code}"
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/session", start=starts(clerk.get(path).text)[0])
    clerk.post(f"{path}/move", to=to)
    _, (address, subject, text) = mails(stack)
    assert address == "ann@example.com"
    assert subject.endswith(ending)
    assert words in text
    assert calendar in text
    assert ("clerk's office" in text, "secretaría" in text) == (language != "es", language == "es")
    assert "choose a session" not in text


def test_an_end_without_a_coming_session_writes_no_mail(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack).code}"
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/move", to="resolved")
    assert mails(stack) == []


def test_who_cannot_be_written_to_is_to_be_called(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack, contact='860-555-0100').code}"
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/session", start=starts(clerk.get(path).text)[0])
    clerk.post(f"{path}/move", to="resolved")
    assert "call the filer" in clerk.get(path).text


def test_who_was_helped_in_a_session_need_not_be_called(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack, contact='860-555-0100').code}"
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/session", start=starts(clerk.get(path).text)[0])
    clerk.post(f"{path}/move", to="in_session")
    clerk.post(f"{path}/move", to="resolved")
    page = clerk.get(path).text
    assert "It is now: Resolved." in page
    assert "call the filer" not in page


def test_a_request_that_ended_by_mistake_is_reopened(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack).code}"
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/move", to="resolved")
    assert "Reopen: back in line" in clerk.get(path).text
    refused = clerk.post(f"{path}/move", to="waiting", why=" ")
    assert refused.status_code == 409
    clerk.post(f"{path}/move", to="waiting", why="I took the wrong row")
    page = clerk.get(path).text
    assert "Claim it" in page
    assert "I took the wrong row" in page
    done = [entry.action for entry in entries(stack.engine, who="sam.clerk")[0]]
    assert done.count("moved a request") == 2
    # the filer never knew that it had ended
    assert mails(stack) == []


def test_who_was_told_of_the_end_is_told_that_it_holds_no_more(stack: Stack, clerk: Person) -> None:
    withdrawn, lost = ask(stack).code, ask(stack, "Bo", "bo@example.com").code
    clerk.post(f"/desk/requests/{withdrawn}/move", to="withdrawn", why="asked by phone")
    path = f"/desk/requests/{lost}"
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/session", start=starts(clerk.get(path).text)[0])
    clerk.post(f"{path}/move", to="no_show")
    assert "place in the coming help session is given back" in clerk.get(path).text
    for code in (withdrawn, lost):
        clerk.post(f"/desk/requests/{code}/move", to="waiting", why="the wrong row")
    *_, first, second = mails(stack)
    for address, (to, subject, text) in (("ann@example.com", first), ("bo@example.com", second)):
        assert to == address
        assert subject.endswith("is open again")
        assert "back in line" in text
        assert "choose a session" in text


def test_who_cannot_be_told_that_it_is_open_again_is_to_be_called(
    stack: Stack, clerk: Person
) -> None:
    path = f"/desk/requests/{ask(stack, contact='860-555-0100').code}"
    clerk.post(f"{path}/move", to="withdrawn", why="asked by phone")
    clerk.post(f"{path}/move", to="waiting", why="the wrong row")
    assert "call the filer" in clerk.get(path).text


def reply_field(page: str) -> str:
    return html.unescape(page.split('id="canned"')[1].split(">\n", 1)[1].split("</textarea>")[0])


def test_another_article_as_a_reply_costs_no_words(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack).code}"
    seed(stack.engine, stack.settings.topics_dir)
    untouched = reply_field(clerk.get(path).text)
    other = clerk.post(f"{path}/reply", do="show", shown="mfa", topic="pacer_fees", text=untouched)
    assert other.status_code == 200
    fees = reply_field(other.text)
    assert fees != untouched
    # browsers send every line's end as CR LF
    same = untouched.replace("\n", "\r\n")
    again = clerk.post(f"{path}/reply", do="show", shown="mfa", topic="pacer_fees", text=same)
    assert reply_field(again.text) == fees
    changed = "Dear Ann, the clock of your phone is wrong."
    both = clerk.post(f"{path}/reply", do="show", shown="mfa", topic="pacer_fees", text=changed)
    assert reply_field(both.text) == f"{changed}\n\n{fees}"
    kept = clerk.post(f"{path}/reply", do="show", shown="mfa", topic="mfa", text=changed)
    assert reply_field(kept.text) == changed
    gone = clerk.post(f"{path}/reply", do="show", shown="mfa", topic="no_such", text=changed)
    assert gone.status_code == 200
    assert mails(stack) == []


def test_a_reply_reads_well_where_no_marks_are_shown(stack: Stack, clerk: Person) -> None:
    seed(stack.engine, stack.settings.topics_dir)
    text = reply_field(clerk.get(f"/desk/requests/{ask(stack).code}").text)
    assert "2. Open Settings, then Manage MFA Settings." in text
    assert "Manage My Account (https://" in text
    assert "**" not in text
    assert "](" not in text


def test_the_history_names_the_day_of_a_session(stack: Stack, clerk: Person) -> None:
    path = f"/desk/requests/{ask(stack).code}"
    clerk.post(f"{path}/session", start=starts(clerk.get(path).text)[0])
    (booked,) = [
        change.why
        for change in history(stack.engine, path.rsplit("/", 1)[1])
        if change.why.startswith("booked")
    ]
    assert re.search(r"day, [A-Z][a-z]+ \d+, 10:00 a.m.", booked)
    assert "today" not in booked
    assert "tomorrow" not in booked


def test_no_time_is_left_for_what_has_ended(stack: Stack, clerk: Person) -> None:
    request = ask(stack, deadline_at=utc_now() + timedelta(hours=1, minutes=30))
    path = f"/desk/requests/{request.code}"
    pages = (path, "/desk/queue?state=all")
    assert all("1 hour" in clerk.get(page).text for page in pages)
    clerk.post(f"{path}/claim")
    clerk.post(f"{path}/move", to="resolved")
    for page in pages:
        shown = clerk.get(page).text
        assert "1 hour" not in shown
        assert "+100" not in shown
