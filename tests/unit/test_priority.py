"""Who is helped first, and the words that say why."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.triage.priority import WAITING_STEPS, Priority, priority
from bot.triage.requests import Facts, HelpRequest
from bot.triage.weights import Weights, WeightsError, weights_from

ZONE = ZoneInfo("America/New_York")
WEIGHTS = Weights(ZONE)
NOW = datetime(2026, 12, 1, 15, 0)  # Tuesday, 10 a.m. in Hartford
REQUEST = HelpRequest(
    id=1,
    code="K7QRT-3MX9B",
    name="Ann Lee",
    contact="ann@example.com",
    role="Attorney",
    topic="pdf_fix",
    details="",
    deadline=None,
    deadline_at=None,
    state="waiting",
    created_at=NOW,
    conversation_id=None,
    report_id=None,
    claimed_by=None,
    claimed_at=None,
    session_at=None,
    session_until=None,
)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rated(now: datetime = NOW, facts: Facts | None = None, **changes: Any) -> Priority:
    return priority(replace(REQUEST, **changes), now, WEIGHTS, facts or Facts())


def test_nothing_special() -> None:
    assert (rated().score, rated().reasons) == (0, ())


@pytest.mark.parametrize(
    ("until", "words", "score"),
    [
        (timedelta(0), "deadline passed", 50),
        (MINUTE, "deadline within 3 hours: Tuesday, December 1, 10:01 a.m. (+100)", 100),
        (3 * HOUR, "deadline within 3 hours", 100),
        (3 * HOUR + MINUTE, "deadline today", 60),
        (14 * HOUR - MINUTE, "deadline today: Tuesday, December 1, 11:59 p.m. (+60)", 60),
        (14 * HOUR, "deadline tomorrow", 30),
        (38 * HOUR - MINUTE, "deadline tomorrow", 30),
    ],
)
def test_deadlines(until: timedelta, words: str, score: int) -> None:
    found = rated(deadline_at=NOW + until)
    assert found.score == score
    assert found.reasons[0].startswith(words)


def test_a_deadline_after_tomorrow_is_no_reason() -> None:
    assert rated(deadline_at=NOW + 38 * HOUR).reasons == ()


@pytest.mark.parametrize("topic", ["link_trouble", "forgot_cmecf_password", "mfa"])
def test_locked_out(topic: str) -> None:
    assert rated(topic=topic).reasons == ("cannot file until helped (+40)",)


def test_a_repeated_try() -> None:
    assert rated(facts=Facts(tries=3)).reasons == ("asked 3 times (+15)",)


def test_a_pdf_that_can_be_mended_comes_later() -> None:
    assert rated(facts=Facts(mendable=True)).reasons == ("the PDF can be mended at once (-20)",)


def test_waiting_counts_in_steps() -> None:
    for number, (step, words) in enumerate(WAITING_STEPS):
        just_before, at = rated(NOW + step - MINUTE), rated(NOW + step)
        assert just_before.score == 5 * number
        assert at.score == 5 * (number + 1)
        assert at.reasons == (f"waiting {words} (+{at.score})",)


def test_whoever_is_booked_now_goes_first_and_whoever_is_booked_later_after() -> None:
    booked = {"session_at": NOW, "session_until": NOW + HOUR}
    now = rated(**booked)
    later = rated(NOW - MINUTE, **booked)
    over = rated(NOW + HOUR, **booked, created_at=NOW + HOUR)
    assert (now.score, later.score, over.score) == (80, -30, 0)
    assert "Tuesday, December 1, 10:00 a.m." in later.reasons[0]


def test_reasons_add_up() -> None:
    found = rated(
        NOW + 2 * HOUR,
        Facts(tries=2),
        topic="link_trouble",
        deadline_at=NOW + 3 * HOUR,
    )
    assert found.score == 100 + 40 + 15 + 5
    assert len(found.reasons) == 4


def test_a_weight_of_nothing_is_not_shown() -> None:
    found = priority(replace(REQUEST, topic="mfa"), NOW, replace(WEIGHTS, locked_out=0), Facts())
    assert (found.score, found.reasons) == (0, ())


@pytest.mark.parametrize("deadline_in", [None, HOUR, 8 * HOUR, 30 * HOUR, 200 * HOUR])
def test_the_score_changes_when_it_says(deadline_in: timedelta | None) -> None:
    request = {
        "deadline_at": NOW + deadline_in if deadline_in else None,
        "session_at": NOW + 49 * HOUR,
        "session_until": NOW + 50 * HOUR,
    }
    moment = NOW
    scores = [rated(moment, **request).score]
    while until := rated(moment, **request).until:
        assert until > moment
        just_before = rated(until - timedelta(seconds=1), **request)
        assert just_before.score == rated(moment, **request).score
        moment = until
        scores.append(rated(moment, **request).score)
    assert moment == NOW + max(timedelta(days=7), deadline_in or HOUR)
    assert rated(moment + timedelta(days=365), **request).score == scores[-1]


def test_weights_of_a_court() -> None:
    assert weights_from(None, ZONE) == WEIGHTS
    assert weights_from({"locked_out": 1000, "mendable": -1000}, ZONE).locked_out == 1000
    assert weights_from({"deadline_hours": 24}, ZONE).deadline_hours == 24


@pytest.mark.parametrize(
    "raw",
    [
        [],
        "much",
        {"unknown": 3},
        {"zone": "UTC"},
        {"locked_out": 1001},
        {"locked_out": "40"},
        {"locked_out": True},
        {"locked_out": 1.5},
        {"locked_out": None},
        {"deadline_hours": 0},
        {"deadline_hours": 25},
    ],
)
def test_weights_that_cannot_be_used(raw: Any) -> None:
    with pytest.raises(WeightsError):
        weights_from(raw, ZONE)
