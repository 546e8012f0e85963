"""When the clerk's office is open: its weekly hours in its own time zone, less the federal
holidays and the court's own closures."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from babel.dates import get_timezone_name

from bot.court import DAYS, CourtProfile, spoken_time

OPEN = "open"
NOT_STATED = "not_stated"
HOLIDAY = "holiday"
CLOSURE = "closure"
OUT_OF_HOURS = "out_of_hours"

_LOOK_AHEAD_DAYS = 60


def gettext_noop(text: str) -> str:
    """Marks a text for the translation catalogues, where it is translated only when shown."""
    return text


FEDERAL_HOLIDAYS = (
    gettext_noop("New Year's Day"),
    gettext_noop("Martin Luther King Jr. Day"),
    gettext_noop("Washington's Birthday"),
    gettext_noop("Memorial Day"),
    gettext_noop("Juneteenth National Independence Day"),
    gettext_noop("Independence Day"),
    gettext_noop("Labor Day"),
    gettext_noop("Columbus Day"),
    gettext_noop("Veterans Day"),
    gettext_noop("Thanksgiving Day"),
    gettext_noop("Christmas Day"),
)
"""What :func:`federal_holiday` calls them."""


@dataclass(frozen=True)
class Opening:
    """Whether the clerk's office is open at a moment. Times in UTC without zone.

    ``reason`` is :data:`OPEN`, :data:`NOT_STATED` (the court profile names no hours),
    :data:`HOLIDAY`, :data:`CLOSURE` or :data:`OUT_OF_HOURS`. ``closes_at`` is set while it is
    open, ``opens_at`` while it is closed and the next opening is known, ``holiday`` on a federal
    holiday (its English name).
    """

    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    reason: str
    holiday: str | None = None


def opening(court: CourtProfile, moment_utc: datetime) -> Opening:
    """Whether the clerk's office is open at ``moment_utc`` (UTC without zone).

    The minute of closing is closed already. On a federal holiday it is closed even where the
    court profile names no hours.
    """
    today = moment_utc.replace(tzinfo=UTC).astimezone(court.time_zone).date()
    holiday = federal_holiday(today)
    opens_at = None
    if court.clerk_hours:
        coming = spans(court.clerk_hours, court.time_zone, court.closures, today, _LOOK_AHEAD_DAYS)
        for start, end in coming:
            if start <= moment_utc < end:
                return Opening(True, end, None, OPEN)
            if moment_utc < start:
                opens_at = start
                break
    if holiday:
        return Opening(False, None, opens_at, HOLIDAY, holiday)
    if today in court.closures:
        return Opening(False, None, opens_at, CLOSURE)
    if not court.clerk_hours:
        return Opening(False, None, None, NOT_STATED)
    return Opening(False, None, opens_at, OUT_OF_HOURS)


def federal_holiday(day: date) -> str | None:
    """The name of the federal holiday that is kept on ``day``; None on other days. A holiday on a
    Saturday is kept on the Friday before, one on a Sunday on the Monday after."""
    return _federal_holidays(day.year).get(day)


@lru_cache(maxsize=8)
def _federal_holidays(year: int) -> dict[date, str]:
    found = holidays.country_holidays("US", years=year)
    return {day: name.removesuffix(" (observed)") for day, name in found.items()}


def spans(
    hours: Mapping[str, str],
    zone: ZoneInfo,
    closures: Collection[date],
    first_day: date,
    days: int,
) -> Iterator[tuple[datetime, datetime]]:
    """Start and end (UTC without zone) of each day's hours, in order, on ``days`` days from
    ``first_day`` (a day in ``zone``), without federal holidays and ``closures``.

    ``hours`` maps weekdays to times in ``zone``, such as ``{"mon": "09:00-16:00"}``. The clock
    times stay the same when daylight saving time begins or ends.
    """
    for offset in range(days):
        day = first_day + timedelta(days=offset)
        span = hours.get(DAYS[day.weekday()])
        if span is None or day in closures or federal_holiday(day):
            continue
        start, _, end = span.partition("-")
        yield _utc(day, start, zone), _utc(day, end, zone)


def _utc(day: date, clock: str, zone: ZoneInfo) -> datetime:
    there = datetime.combine(day, time.fromisoformat(clock), zone)
    return there.astimezone(UTC).replace(tzinfo=None)


Translate = Callable[[str], str]


@dataclass(frozen=True)
class Spoken:
    """How days and times of day are said in one language."""

    translate: Translate
    day: Callable[[date], str]
    time: Callable[[time], str]
    locale: str


ENGLISH = Spoken(
    translate=str,
    day=lambda day: f"{day:%A}, {day:%B} {day.day}",
    time=lambda clock: spoken_time(f"{clock:%H:%M}"),
    locale="en_US",
)


def spoken_opening(court: CourtProfile, moment_utc: datetime, language: Spoken = ENGLISH) -> str:
    """Whether the clerk's office is open, in one to three sentences for a filer."""
    _ = language.translate
    found = opening(court, moment_utc)
    if found.reason == NOT_STATED:
        return _(
            "This help desk does not know the hours of the clerk's office. See {website}."
        ).format(website=court.links["website"])
    zone = zone_name(court.time_zone, language.locale)
    if found.closes_at:
        return _("The clerk's office is open now, until {time} ({zone}).").format(
            time=language.time(_there(court, found.closes_at).time()), zone=zone
        )
    if found.holiday:
        closed = _("The clerk's office is closed today, a federal holiday ({holiday}).").format(
            holiday=_(found.holiday)
        )
    elif found.reason == CLOSURE:
        closed = _("The clerk's office is closed today.")
    else:
        closed = _("The clerk's office is closed now.")
    if found.opens_at is None:
        opens = _("See {website} for its hours.").format(website=court.links["website"])
    else:
        there = _there(court, found.opens_at)
        today = _there(court, moment_utc).date()
        clock = language.time(there.time())
        if there.date() == today:
            opens = _("It opens today at {time} ({zone}).").format(time=clock, zone=zone)
        else:
            opens = _("It opens on {day}, at {time} ({zone}).").format(
                day=language.day(there.date()), time=clock, zone=zone
            )
    wait = _("You can leave your request here now; the staff reads it once the office is open.")
    return f"{closed} {opens} {wait}"


def zone_name(zone: ZoneInfo, locale: str = "en_US") -> str:
    """What people call the time of a zone: ``Eastern Time``."""
    return str(get_timezone_name(zone, width="long", locale=locale))


def _there(court: CourtProfile, moment_utc: datetime) -> datetime:
    return moment_utc.replace(tzinfo=UTC).astimezone(court.time_zone)
