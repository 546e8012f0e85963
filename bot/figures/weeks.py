"""Weeks as the court has them: from Monday to Monday in its own time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_WEEKS = 106
"""Two years: more bars than that nobody reads."""


class SpanError(ValueError):
    """The days that somebody asked for make no span; the message says what to do."""


@dataclass(frozen=True)
class Week:
    """One week. ``monday`` is its first day; ``start`` and ``end`` are UTC, without zone, ``end``
    being the first moment of the next one."""

    monday: date
    start: datetime
    end: datetime

    @property
    def label(self) -> str:
        """``2026-11-23``."""
        return self.monday.isoformat()


def week_of(day: date, zone: ZoneInfo) -> Week:
    """The week that ``day`` lies in."""
    monday = day - timedelta(days=day.weekday())
    return Week(monday, _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone))


def weeks_between(first: date, last: date, zone: ZoneInfo) -> tuple[Week, ...]:
    """The weeks that hold ``first``, ``last`` and the days between.

    Raises:
        SpanError: the last day comes before the first, or there are more than :data:`MOST_WEEKS`.
    """
    if last < first:
        raise SpanError("The last day comes before the first: exchange them.")
    # counted before they are made: anybody at the desk can ask for all weeks since the year 1
    count = (last - first + timedelta(days=first.weekday())).days // 7 + 1
    if count > MOST_WEEKS:
        raise SpanError(f"That is {count:,} weeks. Choose at most {MOST_WEEKS}.")
    return tuple(_from(week_of(first, zone), last, zone))


def last_weeks(count: int, now: datetime, zone: ZoneInfo) -> tuple[Week, ...]:
    """The week of ``now`` (UTC) and those before it, ``count`` in all."""
    today = local(now, zone).date()
    return weeks_between(today - timedelta(days=7 * (count - 1)), today, zone)


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """A stored (UTC) time in ``zone``."""
    return moment.replace(tzinfo=UTC).astimezone(zone)


def _from(week: Week, last: date, zone: ZoneInfo) -> Iterator[Week]:
    while week.monday <= last:
        yield week
        week = week_of(week.monday + timedelta(days=7), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)
