"""Who is helped first, and why: all rules in one place. The points come from the court profile.

A score changes only at certain moments (a deadline comes near, a day of waiting is over), so that
the queue keeps it stored and counts again only then: :attr:`Priority.until`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.triage.deadline import spoken_deadline
from bot.triage.requests import Facts, HelpRequest
from bot.triage.weights import Weights

LOCKED_OUT = frozenset(
    {
        "forgot_cmecf_password",
        "forgot_pacer_credentials",
        "link_accounts",
        "link_trouble",
        "mfa",
        "upgrade_legacy_account",
    }
)
"""Topics of filers who cannot file at all until they are helped."""

WAITING_STEPS = (
    (timedelta(hours=1), "more than an hour"),
    (timedelta(hours=4), "more than 4 hours"),
    (timedelta(days=1), "more than a day"),
    (timedelta(days=2), "more than 2 days"),
    (timedelta(days=4), "more than 4 days"),
    (timedelta(days=7), "more than a week"),
)


@dataclass(frozen=True)
class Priority:
    """``score``: the higher, the sooner; ``reasons`` in words, with their points; ``until``: when
    the score changes by itself (UTC without zone), None when it does not."""

    score: int
    reasons: tuple[str, ...]
    until: datetime | None = None


def priority(request: HelpRequest, now: datetime, weights: Weights, facts: Facts) -> Priority:
    """How urgent ``request`` is at ``now`` (UTC without zone)."""
    counted = [
        *_deadline(request.deadline_at, now, weights),
        *_session(request.session_at, request.session_until, now, weights),
    ]
    if request.topic in LOCKED_OUT:
        counted.append(("cannot file until helped", weights.locked_out))
    if facts.tries > 1:
        counted.append((f"asked {facts.tries} times", weights.tried_again))
    if facts.mendable:
        counted.append(("the PDF can be mended at once", weights.mendable))
    steps = [words for step, words in WAITING_STEPS if now >= request.created_at + step]
    if steps:
        counted.append((f"waiting {steps[-1]}", weights.waiting * len(steps)))
    return Priority(
        score=sum(points for _, points in counted),
        reasons=tuple(f"{words} ({points:+d})" for words, points in counted if points),
        until=min((m for m in _changes(request, weights) if m > now), default=None),
    )


def _deadline(at: datetime | None, now: datetime, weights: Weights) -> Iterator[tuple[str, int]]:
    if at is None:
        return
    today, day = _day(now, weights.zone), _day(at, weights.zone)
    spoken = spoken_deadline(at, weights.zone, now)
    if at <= now:
        yield f"deadline passed: {spoken}", weights.deadline_passed
    elif at - now <= timedelta(hours=weights.deadline_hours):
        yield (
            f"deadline within {weights.deadline_hours} hours: {spoken}",
            (weights.deadline_within_hours),
        )
    elif day == today:
        yield f"deadline today: {spoken}", weights.deadline_today
    elif day == today + timedelta(days=1):
        yield f"deadline tomorrow: {spoken}", weights.deadline_tomorrow


def _session(
    start: datetime | None, end: datetime | None, now: datetime, weights: Weights
) -> Iterator[tuple[str, int]]:
    if start is None or end is None or end <= now:
        return
    if start <= now:
        yield "booked in the session that runs now", weights.session_now
    else:
        booked = spoken_deadline(start, weights.zone, now)
        yield f"booked in the session on {booked}", weights.session_later


def _changes(request: HelpRequest, weights: Weights) -> Iterator[datetime]:
    """Each moment at which one of the rules above says something else than before."""
    for step, _ in WAITING_STEPS:
        yield request.created_at + step
    if request.deadline_at is not None:
        day = _day(request.deadline_at, weights.zone)
        yield _midnight(day - timedelta(days=1), weights.zone)
        yield _midnight(day, weights.zone)
        yield request.deadline_at - timedelta(hours=weights.deadline_hours)
        yield request.deadline_at
    if request.session_at is not None and request.session_until is not None:
        yield request.session_at
        yield request.session_until


def end_of_today(now: datetime, zone: ZoneInfo) -> datetime:
    """The coming midnight in ``zone``; both in UTC without zone."""
    return _midnight(_day(now, zone) + timedelta(days=1), zone)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)
