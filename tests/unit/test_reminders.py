"""Reminders of help sessions, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.court import CourtProfile
from bot.db.tables import help_requests, outbox
from bot.outbox import MOST_AN_HOUR
from bot.settings import Settings
from bot.triage.lifecycle import move
from bot.triage.notices import BOOKED, tell_filer
from bot.triage.reminders import remind
from bot.triage.requests import CLAIMED, RESOLVED, HelpRequest
from bot.triage.sessions import LINK_BEFORE, REMIND_BEFORE, book, next_sessions

from .requests_made import maker

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailing(settings: Settings) -> Settings:
    return replace(settings, smtp_url="smtp://127.0.0.1:1", smtp_from="desk@court.example")


@pytest.fixture
def holding(court: CourtProfile) -> CourtProfile:
    """A court with a session on every day."""
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "10:00-11:00")
    return replace(court, help_session_hours=hours, closures=())


@pytest.fixture
def booked(engine: Engine, holding: CourtProfile) -> HelpRequest:
    """A request with a place in a session some days ahead."""
    request = maker(engine)()
    sessions = next_sessions(engine, holding, utc_now(), most=3)
    return book(engine, holding, request.code, sessions[-1].start, utc_now(), who="filer")


def mails(engine: Engine) -> list[tuple[str, str, str]]:
    columns = outbox.c
    with engine.connect() as connection:
        rows = connection.execute(sa.select(columns.recipient, columns.subject, columns.text))
        return [(row.recipient, row.subject, row.text) for row in rows]


def start_of(request: HelpRequest) -> datetime:
    assert request.session_at is not None
    return request.session_at


def test_a_filer_is_reminded_a_day_before_and_once(
    engine: Engine, mailing: Settings, holding: CourtProfile, booked: HelpRequest
) -> None:
    due = start_of(booked) - REMIND_BEFORE
    assert remind(engine, mailing, holding, due - MINUTE) == 0
    assert remind(engine, mailing, holding, due) == 1
    assert remind(engine, mailing, holding, due + MINUTE) == 0
    ((to, subject, text),) = mails(engine)
    assert to == "ann@example.com"
    assert booked.code in subject
    assert "If you cannot come, give the place back" in " ".join(text.split())
    # Whoever reads it in the morning must not take the day for the next one.
    assert "tomorrow" not in text
    assert "10:00 a.m." in text


def test_whoever_books_another_session_is_reminded_of_that_one(
    engine: Engine, mailing: Settings, holding: CourtProfile, booked: HelpRequest
) -> None:
    assert remind(engine, mailing, holding, start_of(booked) - REMIND_BEFORE) == 1
    sessions = next_sessions(engine, holding, utc_now(), most=4)
    later = book(engine, holding, booked.code, sessions[-1].start, utc_now(), who="filer")
    assert remind(engine, mailing, holding, start_of(later) - REMIND_BEFORE) == 1


def test_nobody_is_reminded_late_or_of_what_is_over(
    engine: Engine, mailing: Settings, holding: CourtProfile, booked: HelpRequest
) -> None:
    start = start_of(booked)
    assert remind(engine, mailing, holding, start - LINK_BEFORE) == 0
    assert remind(engine, mailing, holding, start + MINUTE) == 0
    move(engine, booked.code, CLAIMED, "sam", "mine")
    move(engine, booked.code, RESOLVED, "sam", "helped by phone")
    assert remind(engine, mailing, holding, start - REMIND_BEFORE) == 0
    assert mails(engine) == []


def test_nobody_is_reminded_of_a_session_that_the_court_does_not_hold_any_more(
    engine: Engine, mailing: Settings, holding: CourtProfile, booked: HelpRequest
) -> None:
    gone = replace(holding, help_session_hours={})
    assert remind(engine, mailing, gone, start_of(booked) - REMIND_BEFORE) == 0


def test_whoever_booked_within_the_day_has_the_e_mail_on_the_booking(
    engine: Engine, mailing: Settings, holding: CourtProfile
) -> None:
    request = maker(engine)()
    first = next_sessions(engine, holding, utc_now(), most=1)[0]
    book(engine, holding, request.code, first.start, utc_now(), who="filer")
    assert remind(engine, mailing, holding, first.start - LINK_BEFORE - MINUTE) == 0


def test_without_a_mail_server_nobody_is_marked(
    engine: Engine, settings: Settings, holding: CourtProfile, booked: HelpRequest
) -> None:
    without = replace(settings, smtp_url=None)
    assert remind(engine, without, holding, start_of(booked) - REMIND_BEFORE) == 0
    with engine.connect() as connection:
        assert connection.execute(sa.select(help_requests.c.reminded_for)).scalar_one() is None


def test_a_reminder_waits_until_it_may_go_out(
    engine: Engine, mailing: Settings, holding: CourtProfile, booked: HelpRequest
) -> None:
    due = start_of(booked) - REMIND_BEFORE
    for _ in range(MOST_AN_HOUR):
        assert tell_filer(engine, mailing, holding, booked, BOOKED, due)
    assert remind(engine, mailing, holding, due + MINUTE) == 0
    assert remind(engine, mailing, holding, due + timedelta(hours=1)) == 1
