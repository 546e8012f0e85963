"""Help sessions: when they are, who has a place, and the file for the calendar. The court of these
tests has stated its hours; the one of the example has not."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.engine import Engine

from bot.court import CourtProfile
from bot.db.tables import help_requests
from bot.triage import lifecycle
from bot.triage.calendar import calendar_file
from bot.triage.lifecycle import NotAllowedError, UnknownRequestError
from bot.triage.queue import queue
from bot.triage.requests import HelpRequest, find
from bot.triage.sessions import (
    NoSuchSessionError,
    SessionFullError,
    book,
    booked_in,
    give_up,
    holds_sessions,
    is_held,
    next_sessions,
    sessions_at_desk,
    spoken_session,
    zoom_link,
)

from .requests_made import Make, maker

NOW = datetime(2030, 12, 2, 20, 0)  # Monday, 3 p.m. in Hartford
TUESDAY = datetime(2030, 12, 3, 15, 0)
THURSDAY = datetime(2030, 12, 5, 19, 0)
NEXT_TUESDAY = datetime(2030, 12, 10, 15, 0)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ZOOM = "https://example.zoomgov.com/j/1234567890"


@pytest.fixture
def here(court: CourtProfile) -> CourtProfile:
    """A court with sessions on Tuesday and Thursday, of two filers each."""
    return replace(
        court,
        help_session_hours={"tue": "10:00-11:00", "thu": "14:00-15:30"},
        session_capacity=2,
        zoom_link=ZOOM,
    )


@pytest.fixture
def make(engine: Engine) -> Make:
    return maker(engine)


def starts(engine: Engine, court: CourtProfile, now: datetime = NOW, most: int = 3) -> list[Any]:
    return [session.start for session in next_sessions(engine, court, now, most=most)]


def test_the_next_sessions(engine: Engine, here: CourtProfile) -> None:
    found = next_sessions(engine, here, NOW)
    assert [s.start for s in found] == [TUESDAY, THURSDAY, NEXT_TUESDAY]
    assert [s.end - s.start for s in found] == [HOUR, 90 * MINUTE, HOUR]
    assert [s.free for s in found] == [2, 2, 2]


def test_a_court_that_has_stated_no_hours_offers_none(
    engine: Engine, court: CourtProfile, make: Make
) -> None:
    assert not holds_sessions(court)
    assert next_sessions(engine, court, NOW) == []
    with pytest.raises(NoSuchSessionError):
        book(engine, court, make().code, TUESDAY, NOW, who="filer")


def test_the_desk_sees_a_session_until_its_end(engine: Engine, here: CourtProfile) -> None:
    late = TUESDAY + HOUR - MINUTE
    assert starts(engine, here, late)[0] == THURSDAY
    found = sessions_at_desk(engine, here, late, most=2)
    assert [(s.start, s.held) for s in found] == [(TUESDAY, True), (THURSDAY, True)]
    assert sessions_at_desk(engine, here, TUESDAY + HOUR, most=1)[0].start == THURSDAY


@pytest.mark.parametrize(
    "change",
    [
        {"closures": (date(2030, 12, 5),)},
        {"help_session_hours": {"tue": "10:00-11:00", "thu": "15:00-16:00"}},
        {"help_session_hours": {}},
    ],
)
def test_the_desk_sees_who_was_booked_before_the_hours_changed(
    engine: Engine, here: CourtProfile, make: Make, change: dict[str, Any]
) -> None:
    codes = [make(contact=f"{n}@example.com").code for n in range(3)]
    for code in codes[:2]:
        book(engine, here, code, THURSDAY, NOW, who="filer")
    book(engine, here, codes[2], NEXT_TUESDAY, NOW, who="filer")
    now_so = replace(here, **change)
    assert is_held(here, THURSDAY, NOW)
    assert not is_held(now_so, THURSDAY, NOW)
    found = sessions_at_desk(engine, now_so, NOW, most=1)
    lost = [s for s in found if not s.held]
    assert (lost[0].start, lost[0].end) == (THURSDAY, THURSDAY + 90 * MINUTE)
    # a session that is held is beyond "most", not lost
    assert len(lost) == (1 if now_so.help_session_hours else 2)
    assert [r.code for r in booked_in(engine, THURSDAY)] == codes[:2]
    for code in codes:
        give_up(engine, code, who="bea", why="not held", start=THURSDAY)
    assert booked_in(engine, THURSDAY) == []
    assert [r.code for r in booked_in(engine, NEXT_TUESDAY)] == codes[2:]
    assert lifecycle.history(engine, codes[0])[-1].why == "not held"


def test_no_session_on_holidays_and_closures(engine: Engine, here: CourtProfile) -> None:
    closed = replace(here, closures=(date(2030, 12, 3),))
    assert starts(engine, closed)[0] == THURSDAY
    christmas_week = datetime(2030, 12, 23, 12)  # the Wednesday is Christmas Day
    only_wednesday = replace(here, help_session_hours={"wed": "10:00-11:00"})
    assert starts(engine, only_wednesday, christmas_week, 1) == [datetime(2031, 1, 8, 15)]


def test_a_session_that_runs_is_offered_until_ten_minutes_before_its_end(
    engine: Engine, here: CourtProfile
) -> None:
    assert starts(engine, here, TUESDAY + 49 * MINUTE)[0] == TUESDAY
    assert starts(engine, here, TUESDAY + 50 * MINUTE)[0] == THURSDAY


def test_the_clock_of_the_court_holds_over_the_change_of_time(
    engine: Engine, here: CourtProfile
) -> None:
    # summer time ends on Sunday, November 3, 2030
    found = starts(engine, here, datetime(2030, 10, 31, 20), 2)
    assert found == [datetime(2030, 11, 5, 15), datetime(2030, 11, 7, 19)]
    assert starts(engine, here, datetime(2030, 10, 28, 20), 1) == [datetime(2030, 10, 29, 14)]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (TUESDAY - HOUR, "today, Tuesday, 10:00 a.m. to 11:00 a.m. (Eastern Time)"),
        (NOW, "tomorrow, Tuesday, 10:00 a.m. to 11:00 a.m. (Eastern Time)"),
        # 11:30 p.m. on Sunday in Hartford is Monday in UTC
        (
            datetime(2030, 12, 2, 4, 30),
            "Tuesday, December 3, 10:00 a.m. to 11:00 a.m. (Eastern Time)",
        ),
    ],
)
def test_sessions_in_words(here: CourtProfile, now: datetime, words: str) -> None:
    assert spoken_session(here, TUESDAY, TUESDAY + HOUR, now) == words


def test_booking_is_kept(engine: Engine, here: CourtProfile, make: Make) -> None:
    booked = book(engine, here, make().code.lower(), TUESDAY, NOW, who="filer")
    assert (booked.session_at, booked.session_until) == (TUESDAY, TUESDAY + HOUR)
    assert booked.state == "waiting"
    assert find(engine, booked.code) == booked
    assert "Tuesday" in lifecycle.history(engine, booked.code)[-1].why
    assert next_sessions(engine, here, NOW)[0].free == 1


def test_booking_twice_is_one_place(engine: Engine, here: CourtProfile, make: Make) -> None:
    code = make().code
    first = book(engine, here, code, TUESDAY, NOW, who="filer")
    assert book(engine, here, code, TUESDAY, NOW, who="filer") == first
    assert next_sessions(engine, here, NOW)[0].free == 1
    assert len(lifecycle.history(engine, code)) == 2


def test_another_session_frees_the_first(engine: Engine, here: CourtProfile, make: Make) -> None:
    code = make().code
    book(engine, here, code, TUESDAY, NOW, who="filer")
    moved = book(engine, here, code, THURSDAY, NOW, who="filer")
    assert moved.session_at == THURSDAY
    assert [s.free for s in next_sessions(engine, here, NOW)] == [2, 1, 2]


def test_a_full_session_is_offered_to_nobody(
    engine: Engine, here: CourtProfile, make: Make
) -> None:
    codes = [make().code for _ in range(3)]
    for code in codes[:2]:
        book(engine, here, code, TUESDAY, NOW, who="filer")
    assert starts(engine, here)[0] == THURSDAY
    with pytest.raises(SessionFullError, match="full"):
        book(engine, here, codes[2], TUESDAY, NOW, who="filer")
    give_up(engine, codes[0], who="filer")
    assert book(engine, here, codes[2], TUESDAY, NOW, who="filer").session_at == TUESDAY


@pytest.mark.parametrize("start", [TUESDAY + MINUTE, NOW, TUESDAY - timedelta(days=7)])
def test_there_is_no_other_time(
    engine: Engine, here: CourtProfile, make: Make, start: datetime
) -> None:
    with pytest.raises(NoSuchSessionError):
        book(engine, here, make().code, start, NOW, who="filer")


@pytest.mark.parametrize("state", ["resolved", "no_show", "withdrawn"])
def test_what_has_ended_gets_no_session(
    engine: Engine, here: CourtProfile, make: Make, state: str
) -> None:
    with pytest.raises(NotAllowedError, match="ended"):
        book(engine, here, make(state=state).code, TUESDAY, NOW, who="filer")


def test_unknown_codes(engine: Engine, here: CourtProfile) -> None:
    with pytest.raises(UnknownRequestError):
        book(engine, here, "K7QRT-3MX9B", TUESDAY, NOW, who="filer")
    with pytest.raises(UnknownRequestError):
        give_up(engine, "K7QRT-3MX9B", who="filer")


@pytest.mark.parametrize("to", ["resolved", "withdrawn"])
def test_whoever_needs_no_help_any_more_frees_the_place(
    engine: Engine, here: CourtProfile, make: Make, to: str
) -> None:
    code = make().code
    book(engine, here, code, TUESDAY, NOW, who="filer")
    lifecycle.claim(engine, code, "bea")
    ended = lifecycle.move(engine, code, to, "bea", "solved by phone")
    assert ended.session_at is None
    assert next_sessions(engine, here, NOW)[0].free == 2


def test_of_200_who_book_at_once_each_place_goes_to_one(
    engine: Engine, here: CourtProfile, make: Make
) -> None:
    wide = replace(here, session_capacity=30)
    codes = [make(contact=f"{n}@example.com").code for n in range(200)]
    begin = threading.Barrier(20)

    def try_to(number: int) -> bool:
        if number < 20:
            begin.wait()
        try:
            book(engine, wide, codes[number], TUESDAY, NOW, who="filer")
        except SessionFullError:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(try_to, range(200))) == 30
    c = help_requests.c
    with engine.connect() as connection:
        query = sa.select(c.session_place).where(c.session_at == TUESDAY)
        assert sorted(connection.execute(query).scalars()) == list(range(1, 31))


def test_the_database_itself_refuses_a_place_twice(
    engine: Engine, here: CourtProfile, make: Make
) -> None:
    first = book(engine, here, make().code, TUESDAY, NOW, who="filer")
    c = help_requests.c
    other = make().id
    with engine.begin() as connection:
        place = sa.select(c.session_place).where(c.id == first.id)
        number = connection.execute(place).scalar_one()
    same = {"session_at": TUESDAY, "session_place": number}
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(help_requests.update().where(c.id == other).values(same))


def booked(request: HelpRequest, **changes: Any) -> HelpRequest:
    return replace(request, session_at=TUESDAY, session_until=TUESDAY + HOUR, **changes)


def test_the_zoom_link_is_shown_near_the_time_only(here: CourtProfile, make: Make) -> None:
    request = booked(make())
    for moment, shown in (
        (TUESDAY - 31 * MINUTE, False),
        (TUESDAY - 30 * MINUTE, True),
        (TUESDAY + 59 * MINUTE, True),
        (TUESDAY + HOUR, False),
    ):
        assert (zoom_link(here, request, moment) == ZOOM) is shown
    assert zoom_link(here, replace(request, state="withdrawn"), TUESDAY) is None
    assert zoom_link(here, replace(request, session_at=None), TUESDAY) is None
    assert zoom_link(replace(here, zoom_link=None), request, TUESDAY) is None


def test_whoever_is_booked_now_is_the_next(engine: Engine, here: CourtProfile, make: Make) -> None:
    code = make().code
    make(contact="other@example.com", topic="mfa")
    book(engine, here, code, TUESDAY, NOW, who="filer")
    for now, first in ((NOW, False), (TUESDAY, True)):
        line = queue(engine, now=now, weights=here.triage)
        assert (line.entries[0].request.code == code) is first
    line = queue(engine, now=NOW, weights=here.triage, session=TUESDAY)
    assert [entry.request.code for entry in line.entries] == [code]


def test_the_file_for_the_calendar(here: CourtProfile, make: Make) -> None:
    request = booked(make())
    file = calendar_file(here, request, NOW, "https://help.example.gov/requests")
    assert file is not None
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert event.decoded("dtstart") == TUESDAY.replace(tzinfo=UTC)
    assert event.decoded("dtend") == (TUESDAY + HOUR).replace(tzinfo=UTC)
    assert request.code in event["description"]
    assert "https://help.example.gov/requests" in event["description"]
    assert ZOOM not in file.decode()
    assert event.walk("VALARM")
    assert b"\r\n" in file
    assert calendar_file(here, replace(request, session_at=None), NOW) is None


def test_a_new_booking_replaces_the_entry(here: CourtProfile, make: Make) -> None:
    request = booked(make())
    moved = replace(request, session_at=THURSDAY, session_until=THURSDAY + HOUR)
    files = calendar_file(here, request, NOW), calendar_file(here, moved, NOW + MINUTE)
    first, second = (Calendar.from_ical(file).walk("VEVENT")[0] for file in files if file)
    assert first["uid"] == second["uid"]
    assert first["sequence"] < second["sequence"]
