"""One help request by its code: sessions chosen, changed and given back, the file for the calendar,
the Zoom link near the time; and a court that has stated no session hours."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from aiosmtpd.controller import Controller
from icalendar import Calendar
from web_stack import Stack

from bot import clock
from bot.clock import utc_now
from bot.db.tables import help_requests, outbox
from bot.knowledge.seed import seed
from bot.outbox import MOST_AN_HOUR
from bot.settings import ROOT, Limits, load_settings
from bot.testing.private_copy import free_port
from bot.triage.lifecycle import history
from bot.triage.notices import NOT_SENT
from bot.triage.requests import HelpRequest, find, make_request

MakeStack = Callable[..., Stack]
ZOOM = "https://court.example/zoom/123?pwd=x&y=1"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture
def stack(make_stack: MakeStack, tmp_path: Path) -> Stack:
    """A help desk whose court sends e-mail and holds a session of two filers each day but today.

    One of today could begin within the next half hour, when its page looks another way."""
    raw: dict[str, Any] = yaml.safe_load(load_settings().court_file.read_text("utf-8"))
    today = datetime.now(ZoneInfo(raw["court"]["time_zone"])).weekday()
    raw["help_sessions"] |= {
        "hours": dict.fromkeys((day for n, day in enumerate(DAYS) if n != today), "10:00-11:00"),
        "capacity": 2,
        "zoom_link": ZOOM,
    }
    file = tmp_path / "court.yml"
    file.write_text(yaml.safe_dump(raw), "utf-8")
    return make_stack(
        court_file=file,
        smtp_url="smtp://127.0.0.1:1",
        smtp_from="desk@court.example",
        limits=replace(Limits(), lookups=""),
    )


def asked(stack: Stack, contact: str = "ann@example.org") -> HelpRequest:
    return make_request(
        stack.engine,
        conversation_id=None,
        name="Ann Filer",
        contact=contact,
        role="Attorney",
        topic="link_accounts",
        details="it does not link",
    )


def stored(stack: Stack, code: str) -> HelpRequest:
    found = find(stack.engine, code)
    assert found
    return found


def set_session(stack: Stack, code: str, start: datetime) -> None:
    c = help_requests.c
    values = {"session_at": start, "session_until": start + timedelta(hours=1)}
    with stack.engine.begin() as connection:
        connection.execute(help_requests.update().where(c.code == code).values(values))


def test_a_session_is_chosen_changed_and_given_back_by_form(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        shown = filer.post("/requests", data={"code": code})
        first, second = (
            s["start"] for s in filer.get(f"/api/requests/{code}").json()["sessions"][:2]
        )
        booked = filer.post("/requests", data={"code": code, "action": "book", "session": first})
        assert stored(stack, code).session_at == datetime.fromisoformat(first[:-1])
        moved = filer.post("/requests", data={"code": code, "action": "book", "session": second})
        assert stored(stack, code).session_at == datetime.fromisoformat(second[:-1])
        given = filer.post("/requests", data={"code": code, "action": "give_up"})
    assert "Choose a session" in shown.text
    assert "Requests before yours" in shown.text
    assert "10:00 a.m. to 11:00 a.m. (Eastern Time)" in shown.text
    assert "Add it to your calendar" in booked.text
    assert "30 minutes before" in booked.text
    assert "Another session instead" in moved.text
    assert "Choose a session" in given.text
    assert stored(stack, code).session_at is None
    for page in (shown, booked, moved, given):
        assert page.status_code == 200
        assert "court.example/zoom" not in page.text
        assert "Ann" not in page.text
    assert [change.who for change in history(stack.engine, code)] == ["filer"] * 4


def test_what_a_request_is_about_stands_in_words_that_filers_chose_from(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        retired = filer.post("/requests", data={"code": code}).text
        seed(stack.engine, ROOT / "data" / "topics")
        known = filer.post("/requests", data={"code": code}).text
    assert "I want to link my CM/ECF account to PACER" in known
    assert "link accounts" not in known
    assert "link accounts" in retired


def test_the_same_by_the_api(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        before = filer.get(f"/api/requests/{code}").json()
        start = before["sessions"][0]["start"]
        booked = filer.post(f"/api/requests/{code}/session", json={"start": start})
        given = filer.delete(f"/api/requests/{code}/session")
    assert before["place"] == 1
    assert "session" not in before
    assert booked.json()["session"]["start"] == start
    assert "link" not in booked.json()["session"]
    assert start not in {s["start"] for s in booked.json()["sessions"]}
    assert "session" not in given.json()


def test_a_full_session_and_a_time_without_one_are_refused_in_words(stack: Stack) -> None:
    codes = [asked(stack, f"{n}@example.org").code for n in range(3)]
    with stack.client() as filer:
        start = filer.get(f"/api/requests/{codes[0]}").json()["sessions"][0]["start"]
        answers = [
            filer.post(f"/api/requests/{code}/session", json={"start": start}) for code in codes
        ]
        page = filer.post("/requests", data={"code": codes[2], "action": "book", "session": start})
        none = filer.post(
            f"/api/requests/{codes[2]}/session", json={"start": "2020-01-01T10:00:00Z"}
        )
        odd = [
            filer.post(f"/api/requests/{codes[2]}/session", json={"start": text}).status_code
            for text in ("", "soon", "'; --", "9" * 400)
        ]
        unset = filer.post("/requests", data={"code": codes[2], "action": "book"})
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert "full" in answers[2].json()["text"]
    assert page.status_code == 409
    assert "full now" in page.text
    assert "Choose a session" in page.text
    assert none.status_code == 409
    assert odd == [422] * 4
    assert unset.status_code == 422
    assert "Choose one of the sessions" in unset.text
    assert stored(stack, codes[2]).session_at is None


def test_an_old_page_gives_no_other_session_back(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        starts = [s["start"] for s in filer.get(f"/api/requests/{code}").json()["sessions"][:2]]
        book = {"code": code, "action": "book"}
        page = filer.post("/requests", data={**book, "session": starts[0]}).text
        assert page.count(f'name="session" value="{starts[0][:16]}Z"') == 1
        filer.post("/requests", data={**book, "session": starts[1]})
        give = {"code": code, "action": "give_up", "session": starts[0]}
        answers = [
            filer.post("/requests", data=give),
            filer.post("/requests", data=give, headers={"Accept-Language": "es"}),
        ]
        refused = filer.delete(f"/api/requests/{code}/session?start={starts[0]}")
        odd = filer.delete(f"/api/requests/{code}/session?start=soon")
        assert stored(stack, code).session_at == datetime.fromisoformat(starts[1][:-1])
        filer.delete(f"/api/requests/{code}/session?start={starts[1]}")
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "nothing was given back" in answers[0].text
    assert "no se devolvió nada" in answers[1].text
    assert (refused.status_code, odd.status_code) == (409, 422)
    assert stored(stack, code).session_at is None


@pytest.mark.parametrize("code", ["AAAAA-AAAAA", "K7QRT", "%00", "..%2f..%2fetc", "x" * 300])
def test_foreign_codes_are_404_whatever_is_asked(stack: Stack, code: str) -> None:
    mine = asked(stack).code
    with stack.client() as filer:
        start = filer.get(f"/api/requests/{mine}").json()["sessions"][0]["start"]
        answers = [
            filer.get(f"/api/requests/{code}"),
            filer.post(f"/api/requests/{code}/session", json={"start": start}),
            filer.delete(f"/api/requests/{code}/session"),
            filer.get(f"/requests/{code}/help-session.ics"),
            filer.post("/requests", data={"code": code, "action": "book", "session": start}),
            filer.post("/requests", data={"code": code, "action": "give_up"}),
        ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert stored(stack, mine).session_at is None


def test_part_of_a_code_is_no_code(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        for part in (code[:10], code[1:], code[:5], code + "2", f"{code}{code}"):
            assert filer.get(f"/api/requests/{part}").status_code == 404


def test_the_file_for_the_calendar(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        none_yet = filer.get(f"/requests/{code}/help-session.ics")
        start = filer.get(f"/api/requests/{code}").json()["sessions"][0]["start"]
        filer.post(f"/api/requests/{code}/session", json={"start": start})
        file = filer.get(f"/requests/{code}/help-session.ics")
    assert none_yet.status_code == 404
    assert file.headers["content-type"].startswith("text/calendar")
    assert 'filename="help-session.ics"' in file.headers["content-disposition"]
    (event,) = Calendar.from_ical(file.content).walk("VEVENT")
    assert event.decoded("dtstart").isoformat() == start.replace("Z", "+00:00")
    assert b"zoom/123" not in file.content


def test_the_zoom_link_is_there_from_half_an_hour_before_until_the_end(
    stack: Stack, tmp_path: Path
) -> None:
    code, file, seen = asked(stack).code, tmp_path / "clock", []
    with stack.client() as filer:
        start = filer.get(f"/api/requests/{code}").json()["sessions"][-1]["start"]
        filer.post(f"/api/requests/{code}/session", json={"start": start})
        begins = datetime.fromisoformat(start).replace(tzinfo=None)
        clock.set_clock(file, None)
        clock.follow(file)
        try:
            for minutes in (-31, -29, 0, 59, 61):
                clock.set_clock(file, begins + timedelta(minutes=minutes))
                page = filer.post("/requests", data={"code": code}).text
                api = filer.get(f"/api/requests/{code}").json()["session"]
                assert (api.get("link") == ZOOM) is ("court.example/zoom" in page)
                seen.append("link" in api)
            clock.set_clock(file, begins)
            filer.post(f"/api/requests/{code}/withdraw")
            after = filer.post("/requests", data={"code": code}).text
        finally:
            clock.follow(None)
    assert seen == [False, True, True, True, False]
    assert "court.example/zoom" not in after


def test_a_session_that_the_court_does_not_hold_any_more_has_no_link(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        set_session(stack, code, utc_now() + timedelta(minutes=20))
        page = filer.post("/requests", data={"code": code}).text
    assert "does not hold this session any more" in page
    assert "court.example/zoom" not in page
    assert "Add it to your calendar" not in page


def test_the_time_of_a_session_may_be_named_in_any_zone(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        start = filer.get(f"/api/requests/{code}").json()["sessions"][0]["start"]
        moment = datetime.fromisoformat(start)
        far = moment.astimezone(timezone(timedelta(hours=-5))).isoformat()
        booked = filer.post(f"/api/requests/{code}/session", json={"start": far})
        odd = {"start": "0001-01-01T00:00+23:00"}
        refused = filer.post(f"/api/requests/{code}/session", json=odd)
    assert booked.status_code == 200
    assert stored(stack, code).session_at == moment.astimezone(UTC).replace(tzinfo=None)
    assert refused.status_code == 422


def test_each_change_is_told_by_e_mail_once(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        start = filer.get(f"/api/requests/{code}").json()["sessions"][0]["start"]
        filer.post(f"/api/requests/{code}/session", json={"start": start})
        for _ in range(2):
            filer.delete(f"/api/requests/{code}/session")
            filer.post(f"/api/requests/{code}/withdraw")
    with stack.engine.connect() as connection:
        rows = connection.execute(outbox.select().order_by(outbox.c.id)).all()
    assert [row.subject.rsplit(code, 1)[1].strip() for row in rows] == [
        "has a help session",
        "has no help session now",
        "is withdrawn",
    ]
    assert {row.recipient for row in rows} == {"ann@example.org"}


def test_a_court_without_hours_says_so(make_stack: MakeStack) -> None:
    stack = make_stack()
    code = asked(stack).code
    with stack.client() as filer:
        page = filer.post("/requests", data={"code": code}).text
        api = filer.get(f"/api/requests/{code}").json()
    assert "does not know when" in page
    assert "860-240-3675" in page
    assert api["sessions"] == []


class Inbox:
    """A real SMTP server's memory."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.got.append(envelope.content)
        return "250 OK"


def test_the_running_server_sends_what_waits(make_stack: MakeStack) -> None:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        url = f"smtp://127.0.0.1:{controller.port}"
        stack = make_stack(smtp_url=url, smtp_from="desk@court.example")
        code = asked(stack).code
        with stack.client() as filer:
            filer.post(f"/api/requests/{code}/withdraw")
        deadline = time.monotonic() + 20
        while not inbox.got and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        controller.stop()
    assert len(inbox.got) == 1
    assert code.encode() in inbox.got[0]


def test_the_page_says_when_no_more_e_mails_go_out(stack: Stack) -> None:
    code = asked(stack).code
    with stack.client() as filer:
        starts = [s["start"] for s in filer.get(f"/api/requests/{code}").json()["sessions"][:2]]
        for number in range(MOST_AN_HOUR + 2):
            fields = {"code": code, "action": "book", "session": starts[number % 2]}
            page = filer.post("/requests", data=fields).text
            assert ("no more go out for now" in page) == (number >= MOST_AN_HOUR - 1)
        shape = filer.get(f"/api/requests/{code}").json()
        in_spanish = filer.post("/requests?lang=es", data={"code": code}).text
    assert shape["mail_held_back"] is True
    assert shape["session"]["start"] == starts[(MOST_AN_HOUR + 1) % 2]
    assert "por ahora no se envían más" in in_spanish
    assert NOT_SENT in [change.why for change in history(stack.engine, code)]
    with stack.engine.connect() as connection:
        assert len(connection.execute(outbox.select()).all()) == MOST_AN_HOUR
