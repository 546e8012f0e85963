"""When the clerk's office is open: holidays, closures, daylight saving time, the closing minute."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.court import CourtProfile, load_court
from bot.settings import load_settings
from bot.triage.hours import (
    CLOSURE,
    FEDERAL_HOLIDAYS,
    HOLIDAY,
    NOT_STATED,
    OPEN,
    OUT_OF_HOURS,
    federal_holiday,
    opening,
    spans,
    spoken_opening,
)

NEW_YORK = ZoneInfo("America/New_York")
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-16:00")


@pytest.fixture(scope="module")
def court() -> CourtProfile:
    """A court in New York's zone, open on weekdays from nine to four."""
    profile = load_court(load_settings().court_file)
    return replace(profile, time_zone=NEW_YORK, clerk_hours=WEEK, closures=(date(2026, 12, 24),))


def utc(text: str) -> datetime:
    """A time of the clock on New York's walls, in UTC."""
    there = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
    return there.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("wall", "is_open", "reason"),
    [
        ("2026-11-25 08:59:59", False, OUT_OF_HOURS),
        ("2026-11-25 09:00", True, OPEN),
        ("2026-11-25 15:59:59", True, OPEN),
        ("2026-11-25 16:00", False, OUT_OF_HOURS),
        ("2026-11-26 11:00", False, HOLIDAY),  # Thanksgiving
        ("2026-11-28 11:00", False, OUT_OF_HOURS),  # a Saturday
        ("2026-12-24 11:00", False, CLOSURE),
        ("2026-07-03 11:00", False, HOLIDAY),  # the Fourth is a Saturday, kept on Friday
        ("2027-07-05 11:00", False, HOLIDAY),  # the Fourth is a Sunday, kept on Monday
        ("2027-12-31 11:00", False, HOLIDAY),  # New Year's Day of 2028 is a Saturday
        ("2026-11-27 11:00", True, OPEN),  # the day after Thanksgiving is no federal holiday
    ],
)
def test_open_or_not(court: CourtProfile, wall: str, is_open: bool, reason: str) -> None:
    found = opening(court, utc(wall))
    assert (found.is_open, found.reason) == (is_open, reason)


@pytest.mark.parametrize(
    ("wall", "opens"),
    [
        ("2026-11-25 08:00", "2026-11-25 09:00"),
        ("2026-11-25 16:00", "2026-11-27 09:00"),  # over Thanksgiving
        ("2026-11-27 16:00", "2026-11-30 09:00"),  # over the weekend
        ("2026-12-23 16:00", "2026-12-28 09:00"),  # closure, Christmas, weekend
        ("2026-03-06 17:00", "2026-03-09 09:00"),  # clocks go forward in between
        ("2026-10-30 17:00", "2026-11-02 09:00"),  # clocks go back in between
    ],
)
def test_next_opening(court: CourtProfile, wall: str, opens: str) -> None:
    found = opening(court, utc(wall))
    assert found.opens_at == utc(opens)
    assert found.closes_at is None


def test_closing_time_is_told_in_utc_all_year(court: CourtProfile) -> None:
    assert opening(court, utc("2026-07-01 10:00")).closes_at == datetime(2026, 7, 1, 20)
    assert opening(court, utc("2026-12-01 10:00")).closes_at == datetime(2026, 12, 1, 21)


def test_the_courts_day_counts_not_that_of_utc(court: CourtProfile) -> None:
    # 01:00 UTC on Friday is still Thanksgiving evening in New York
    found = opening(court, datetime(2026, 11, 27, 1))
    assert found.reason == HOLIDAY
    assert found.opens_at == utc("2026-11-27 09:00")


def test_hours_not_stated(court: CourtProfile) -> None:
    unsaid = replace(court, clerk_hours=None)
    found = opening(unsaid, utc("2026-11-25 11:00"))
    assert (found.is_open, found.reason, found.opens_at) == (False, NOT_STATED, None)
    assert court.links["website"] in spoken_opening(unsaid, utc("2026-11-25 11:00"))
    assert opening(unsaid, utc("2026-11-26 11:00")).reason == HOLIDAY
    assert "Thanksgiving Day" in spoken_opening(unsaid, utc("2026-11-26 11:00"))


def test_a_court_that_never_opens_is_not_waited_for(court: CourtProfile) -> None:
    every_day = tuple(date(2026, 11, 1) + timedelta(days=n) for n in range(120))
    shut = replace(court, closures=every_day)
    assert opening(shut, utc("2026-11-25 11:00")).opens_at is None
    assert court.links["website"] in spoken_opening(shut, utc("2026-11-25 11:00"))


def test_spans_keep_the_clock_over_daylight_saving_time() -> None:
    # the clocks go forward on Sunday, March 8, and back on Sunday, November 1
    for first, before, after in ((date(2026, 3, 6), 14, 13), (date(2026, 10, 30), 13, 14)):
        found = list(spans(WEEK, NEW_YORK, (), first, 4))
        assert [start.hour for start, _ in found] == [before, after]
        assert all(end - start == timedelta(hours=7) for start, end in found)


def test_spans_on_the_day_of_the_change_itself() -> None:
    sunday = {"sun": "01:00-04:00"}
    (forward,) = spans(sunday, NEW_YORK, (), date(2026, 3, 8), 1)
    (back,) = spans(sunday, NEW_YORK, (), date(2026, 11, 1), 1)
    assert forward[1] - forward[0] == timedelta(hours=2)
    assert back[1] - back[0] == timedelta(hours=4)


def test_spans_leave_out_holidays_and_closures() -> None:
    days = [
        start.day
        for start, _ in spans(WEEK, NEW_YORK, (date(2026, 11, 27),), date(2026, 11, 23), 7)
    ]
    assert days == [23, 24, 25]


def test_every_federal_holiday_has_a_name_that_is_listed() -> None:
    day, seen = date(2024, 1, 1), set()
    while day.year < 2036:
        if name := federal_holiday(day):
            seen.add(name)
        day += timedelta(days=1)
    assert seen == set(FEDERAL_HOLIDAYS)


@pytest.mark.parametrize(
    ("wall", "says"),
    [
        ("2026-11-25 11:00", "open now, until 4:00 p.m. (Eastern Time)"),
        ("2026-11-25 08:00", "closed now. It opens today at 9:00 a.m. (Eastern Time)."),
        (
            "2026-11-26 08:00",
            "(Thanksgiving Day). It opens on Friday, November 27, at 9:00 a.m. (Eastern Time).",
        ),
        ("2026-12-24 11:00", "closed today. It opens on Monday, December 28, at 9:00 a.m."),
    ],
)
def test_spoken(court: CourtProfile, wall: str, says: str) -> None:
    text = spoken_opening(court, utc(wall))
    assert says in text
    assert ("leave your request" in text) is ("closed" in text)
