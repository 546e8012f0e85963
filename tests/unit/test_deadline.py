"""Deadlines in filers' words: read where they are clear, left as words where they are not."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.deadline import (
    read_deadline,
    says_none,
    says_nothing_of_time,
    speaks_of_a_due_day,
    spoken_deadline,
)

ZONE = ZoneInfo("America/New_York")
# a Tuesday in winter time; Sunday, March 14 and November 7, 2027 change the clocks
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=ZONE)


def read(text: str, now: datetime = NOW) -> str | None:
    """What is read, as a filer of the court would say it; None when nothing is."""
    moment = read_deadline(text, now.astimezone(UTC).replace(tzinfo=None), ZONE)
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # a day and an hour
        ("tomorrow 5 p.m.", "2026-11-25 17:00"),
        ("tomorrow at 5pm", "2026-11-25 17:00"),
        ("TOMORROW 5 PM", "2026-11-25 17:00"),
        ("tmrw 9am", "2026-11-25 09:00"),
        ("today 3:30 p.m.", "2026-11-24 15:30"),
        ("today at noon", "2026-11-24 12:00"),
        ("midnight", "2026-11-24 23:59"),
        ("by midnight tonight", "2026-11-24 23:59"),
        ("tonight 11:59", "2026-11-24 23:59"),
        ("end of day", "2026-11-24 23:59"),
        ("eod friday", "2026-11-27 23:59"),
        ("close of business thursday", "2026-11-26 17:00"),
        ("cob tomorrow", "2026-11-25 17:00"),
        ("friday at 12 am", "2026-11-27 00:00"),
        ("friday 12 pm", "2026-11-27 12:00"),
        ("day after tomorrow, 10 a.m.", "2026-11-26 10:00"),
        ("november 30th at 4:30 pm", "2026-11-30 16:30"),
        ("Nov. 30, 2026 4 p.m.", "2026-11-30 16:00"),
        ("30 November 4 p.m.", "2026-11-30 16:00"),
        ("the 30th of november, noon", "2026-11-30 12:00"),
        ("11/30 5pm", "2026-11-30 17:00"),
        ("11/30/2026 17:00", "2026-11-30 17:00"),
        ("12/1/26 at 9 a.m.", "2026-12-01 09:00"),
        ("2026-12-01 17:00", "2026-12-01 17:00"),
        ("in 2 days at 5 pm", "2026-11-26 17:00"),
        # a day alone: its end
        ("today", "2026-11-24 23:59"),
        ("tomorrow", "2026-11-25 23:59"),
        ("tomorrow afternoon", "2026-11-25 23:59"),
        ("Friday", "2026-11-27 23:59"),
        ("due thurs", "2026-11-26 23:59"),
        ("tuesday", "2026-11-24 23:59"),
        ("next tuesday", "2026-12-01 23:59"),
        ("December 5", "2026-12-05 23:59"),
        ("January 5", "2027-01-05 23:59"),
        ("January 5, 2028", "2028-01-05 23:59"),
        ("1/5", "2027-01-05 23:59"),
        ("in 3 days", "2026-11-27 23:59"),
        ("in two weeks", "2026-12-08 23:59"),
        # an hour alone: the next time that the clock shows it
        ("5 p.m.", "2026-11-24 17:00"),
        ("9 am", "2026-11-25 09:00"),
        ("17:00", "2026-11-24 17:00"),
        ("5:00", "2026-11-24 17:00"),
        ("by 5", "2026-11-24 17:00"),
        ("today at 5", "2026-11-24 17:00"),
        ("tomorrow evening at 6", "2026-11-25 18:00"),
        ("my deadline is friday at 5", "2026-11-27 17:00"),
        ("tomorrow by 7:30", "2026-11-25 19:30"),
        ("tomorrow at 8", "2026-11-25 08:00"),
        ("friday morning at 7", "2026-11-27 07:00"),
        # a span from now
        ("in an hour", "2026-11-24 13:00"),
        ("in half an hour", "2026-11-24 12:30"),
        ("within 20 minutes", "2026-11-24 12:20"),
        ("in ten minutes", "2026-11-24 12:10"),
        ("in about 2 hours", "2026-11-24 14:00"),
        ("in 1.5 hours", "2026-11-24 13:30"),
        ("in an hour and a half", "2026-11-24 13:30"),
        ("15 minutes left", "2026-11-24 12:15"),
        ("we only have 20 minutes", "2026-11-24 12:20"),
        ("in 48 hours", "2026-11-26 12:00"),
        ("in 1/2 hour", "2026-11-24 12:30"),
        ("in 0 minutes", "2026-11-24 12:00"),
    ],
)
def test_read(text: str, moment: str) -> None:
    assert read(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "soon",
        "as soon as possible",
        "sometime before the confirmation hearing",
        "next week 5 pm",
        "the 30th at 5 pm",
        "February 30 at 5 pm",
        "13/45",
        "2026-11-31",
        "2026-13-01",
        "0000-01-01",
        "9999-12-31",
        "I filed 3 amended schedules",
        "maybe 5 motions",
        "the market 12",
        "case 26-20123",
        "13 pm",
        "24:00",
        "5:75",
    ],
)
def test_what_is_not_clear_stays_words(text: str) -> None:
    assert read(text) is None


FRIDAY = datetime(2026, 11, 27, 14, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # it has passed
        ("it was due Nov 25 at 5pm", "2026-11-25 17:00"),
        ("11/25", "2026-11-25 23:59"),
        ("the deadline was October 2", "2026-10-02 23:59"),
        ("it was due on June 3", "2026-06-03 23:59"),
        ("yesterday", "2026-11-26 23:59"),
        ("it was yesterday at 5 pm", "2026-11-26 17:00"),
        ("It was due yesterday, 11:59 p.m.", "2026-11-26 23:59"),
        ("last night at midnight", "2026-11-26 23:59"),
        ("it was due last Monday", "2026-11-23 23:59"),
        ("it was due 2 days ago", "2026-11-25 23:59"),
        ("an hour ago", "2026-11-27 13:00"),
        ("10:30 this morning", "2026-11-27 10:30"),
        ("it was due at 9 this morning", "2026-11-27 09:00"),
        ("9 am today", "2026-11-27 09:00"),
        ("it was due at 1 pm", "2026-11-27 13:00"),
        # the weekday of today, and of the next week
        ("by Friday 5 pm", "2026-11-27 17:00"),
        ("Friday", "2026-11-27 23:59"),
        ("Friday, November 27 at 9 am", "2026-11-27 09:00"),
        ("next Friday at noon", "2026-12-04 12:00"),
        ("Friday next week, 5pm", "2026-12-04 17:00"),
        ("next week on Tuesday", "2026-12-01 23:59"),
        ("next Monday 5 pm", "2026-11-30 17:00"),
        ("this coming monday", "2026-11-30 23:59"),
        ("Monday the 30th at 4", "2026-11-30 16:00"),
        ("the last day is Monday", "2026-11-30 23:59"),
        ("Friday, Dec. 4", "2026-12-04 23:59"),
        ("friday december 4 2026 5:00pm et", "2026-12-04 17:00"),
        ("Thursday, Dec. 4", None),
        ("it was due on wednesday", "2026-11-25 23:59"),
        ("the last day to file was Wednesday", "2026-11-25 23:59"),
        ("it was extended to wednesday", "2026-12-02 23:59"),
        ("10 days from today", "2026-12-07 23:59"),
        ("a week from monday", None),
        # around the turn of the year
        ("January 15", "2027-01-15 23:59"),
        # as filers type
        ("tommorow 5pm", "2026-11-28 17:00"),
        ("tomorrow 5", "2026-11-28 17:00"),
        ("monday @ 4", "2026-11-30 16:00"),
        ("5 o'clock today", "2026-11-27 17:00"),
        ("tomorrow at five", "2026-11-28 17:00"),
        ("five pm monday", "2026-11-30 17:00"),
        ("11:59:59 pm", "2026-11-27 23:59"),
        ("4ish tomorrow", "2026-11-28 16:00"),
        ("by 12 tonight", "2026-11-27 23:59"),
        ("5:30p today", "2026-11-27 17:30"),
        ("9 in the morning tomorrow", "2026-11-28 09:00"),
        ("tonight at 12 am", "2026-11-28 00:00"),
        ("11-30-2026 5 pm", "2026-11-30 17:00"),
        ("5 pm EST today", "2026-11-27 17:00"),
        ("5pm eastern", "2026-11-27 17:00"),
        ("less than 2 hours", "2026-11-27 16:00"),
        ("I've got 45 mins", "2026-11-27 14:45"),
        ("in 1 hour 30 minutes", "2026-11-27 15:30"),
        ("2h", "2026-11-27 16:00"),
        ("end of the business day monday", "2026-11-30 23:59"),
        # what the court counts from another day, or what may be one day or another
        ("within 14 days of the order dated November 20", None),
        ("14 days after service", None),
        ("14 days from November 20", None),
        ("two weeks from the order", None),
        ("the order is dated Nov 20", None),
        ("I got the notice on Nov 20, 5 pm", None),
        ("order entered 11/20", None),
        ("I was locked out 2 hours ago, due at 5 pm", None),
        ("I filed it yesterday", None),
        ("the day after Thanksgiving, 5 pm", None),
        ("3 days before the hearing", None),
        ("before Monday", None),
        ("in two business days", None),
        ("in 2 business days at 5 pm", None),
        ("in 2-3 days", None),
        ("in a day or two", None),
        ("today or tomorrow", None),
        ("moved from Nov 30 to Dec 4", None),
        ("5 pm or 6 pm", None),
        ("Friday at 9 am", None),
        ("friday the 4th", None),
        ("wensday 5 pm", None),
        ("thanksgiving at 5 pm", None),
        ("end of the month, 5 pm", None),
        ("5 pm ma\u00f1ana", None),
        ("half past 4 tomorrow", None),
        ("30 minutes before 5 pm", None),
        ("not today", None),
        ("5 pm Pacific", None),
        ("September 1", None),
        ("this morning", None),
        ("today at 12 am", None),
    ],
)
def test_on_a_friday_afternoon(text: str, moment: str | None) -> None:
    assert read(text, FRIDAY) == moment


def test_next_friday_said_on_a_tuesday_may_be_in_three_days_or_in_ten() -> None:
    assert read("next friday 5 pm") is None


@pytest.mark.parametrize(
    ("now", "text", "moment"),
    [
        # the hour from 2 to 3 does not exist on March 14, the hour from 1 to 2 comes twice on
        # November 7
        ("2027-03-13 23:30", "in 3 hours", "2027-03-14 03:30"),
        ("2027-03-13 12:00", "tomorrow 2:30 am", "2027-03-14 03:30"),
        ("2027-03-13 12:00", "tomorrow 1:59 am", "2027-03-14 01:59"),
        ("2027-03-13 12:00", "tomorrow", "2027-03-14 23:59"),
        ("2027-11-06 23:30", "in 3 hours", "2027-11-07 01:30"),
        ("2027-11-06 12:00", "tomorrow 1:30 am", "2027-11-07 01:30"),
        ("2027-11-06 12:00", "tomorrow 5 p.m.", "2027-11-07 17:00"),
        ("2027-11-07 00:30", "by midnight tonight", "2027-11-07 23:59"),
        # late in the evening it is already tomorrow in UTC
        ("2026-11-24 22:00", "today", "2026-11-24 23:59"),
        ("2026-11-24 22:00", "11:59", "2026-11-24 23:59"),
        ("2026-11-24 16:59", "5 pm", "2026-11-24 17:00"),
        ("2026-11-24 17:01", "5 pm", "2026-11-25 17:00"),
        ("2026-12-31 22:00", "tomorrow", "2027-01-01 23:59"),
        ("2027-01-03 12:00", "it was due Dec 30", "2026-12-30 23:59"),
        ("2027-01-03 12:00", "12/30 5 pm", "2026-12-30 17:00"),
        ("2026-11-24 23:30", "yesterday", "2026-11-23 23:59"),
        ("2026-11-24 23:30", "tuesday", "2026-11-24 23:59"),
    ],
)
def test_around_the_change_of_day_and_of_clocks(now: str, text: str, moment: str) -> None:
    assert read(text, datetime.fromisoformat(now).replace(tzinfo=ZONE)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No.",
        "none",
        "n/a",
        "no deadline",
        "No deadline",
        "no rush",
        "not urgent",
        "there is none",
        "there isn't one",
        "don't have one",
        "no deadline today",
        "nothing due this week",
        "no, no hurry at all",
    ],
)
def test_says_none(text: str) -> None:
    assert says_none(text)


@pytest.mark.parametrize(
    "text",
    [
        "no later than 5 p.m.",
        "no later than close of business",
        "No, tomorrow",
        "no but it is due friday",
        "none of your business, it is due today",
        "not really sure, by noon I think",
        "noon",
        "November 30",
        "Notice of appeal, tomorrow",
        "",
    ],
)
def test_does_not_say_none(text: str) -> None:
    assert not says_none(text)


times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))
words = st.sampled_from(
    "in at by 5 12 31 2/29 99 pm a.m. :30 17:00 feb 30 of november tomorrow today friday noon two "
    "weeks days hours half an 1/2 9999-12-31 0001-01-01 next th , . no".split()
)


@given(st.text() | st.lists(words, max_size=8).map(" ".join), times)
def test_any_words_give_a_moment_or_none(text: str, now: datetime) -> None:
    moment = read_deadline(text, now, ZONE)
    assert moment is None or moment.tzinfo is None
    says_none(text)
    if moment is not None:
        assert spoken_deadline(moment, ZONE, now)


def test_ten_thousand_characters_are_read_at_once() -> None:
    for text in ("5 " * 5000, "in " * 3333, "no " * 3333, "1" * 10_000, "a" * 10_000):
        read(text)
        says_none(text)


def test_spoken() -> None:
    now = datetime(2026, 11, 24, 12, 0)
    for moment, spoken in (
        (datetime(2026, 11, 24, 22, 0), "Tuesday, November 24, 5:00 p.m."),
        (datetime(2026, 7, 4, 4, 5), "Saturday, July 4, 12:05 a.m."),
        # the court's year counts: there it is still 2026
        (datetime(2027, 1, 1, 4, 59), "Thursday, December 31, 11:59 p.m."),
        (datetime(2027, 1, 5, 22, 0), "Tuesday, January 5, 2027, 5:00 p.m."),
        (datetime(2025, 12, 1, 17, 0), "Monday, December 1, 2025, 12:00 p.m."),
    ):
        assert spoken_deadline(moment, ZONE, now) == spoken


@pytest.mark.parametrize("text", ["Mary Holloway", "attorney", "ann@example.com", "the PDF"])
def test_an_answer_to_another_question_says_nothing_of_time(text: str) -> None:
    assert says_nothing_of_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "very urgent",
        "as fast as possible",
        "it has passed",
        "not sure",
        "I don\u2019t know",
        "before the confirmation hearing",
        "friday noon",
        "December 3",
        "when the trustee answers",
        "sometime in December",
    ],
)
def test_words_about_time_are_kept_even_where_they_name_no_moment(text: str) -> None:
    assert not says_nothing_of_time(text)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("within 14 days of the order dated November 20", True),
        ("our answer is due 21 days after service of the summons", True),
        ("in any case before the end of next month I think", True),
        ("my password expired yesterday and I cannot sign in", False),
        ("the upload was refused by CM/ECF and I do not know why", False),
        ("I have tried this for 3 days and nothing works at all", False),
    ],
)
def test_a_day_that_is_not_read_is_an_answer_all_the_same(text: str, due: bool) -> None:
    assert speaks_of_a_due_day(text) is due
