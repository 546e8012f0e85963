"""A deadline in a filer's words as a moment. What is not understood stays words, unguessed."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_NONE = re.compile(
    r"^\W*(?:no|none|nope|n/?a|not really|no deadlines?|no rush|no hurry|not urgent|nothing urgent"
    r"|there is none|there isn'?t one|don'?t have one|i don'?t have a deadline)\b[\w\s,.']{0,40}$",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\b(?:in|within)\s+(an?|half an|\d{1,3})\s*(minutes?|mins?|hours?|hrs?|days?)\b", re.I
)
_CLOCK = re.compile(
    r"\b(\d{1,2})(?::([0-5]\d))?\s*(a\.?m\.?|p\.?m\.?)|\b([01]?\d|2[0-3]):([0-5]\d)\b", re.I
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_US = re.compile(r"\b(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?:/(\d{4}|\d{2}))?\b")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAMED = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b",
    re.I,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_END_OF_DAY = time(23, 59)


def says_none(text: str) -> bool:
    """Whether the filer says that there is no deadline."""
    return bool(_NONE.match(text.strip()))


def read_deadline(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that ``text`` names, in UTC without zone, or None when it names none clearly.

    ``now`` in UTC without zone. A day without an hour means the end of that day in ``zone``.
    """
    local = now.replace(tzinfo=UTC).astimezone(zone)
    lowered = text.lower()
    span = _IN.search(lowered)
    if span:
        return now + _span(span.group(1), span.group(2))
    clock = _clock(lowered)
    day = _day(lowered, local.date())
    if day is None:
        if clock is None:
            return None
        day = local.date() if clock > local.time() else local.date() + timedelta(days=1)
    try:
        moment = datetime.combine(day, clock or _END_OF_DAY, zone)
    except (ValueError, OverflowError):
        return None
    return moment.astimezone(UTC).replace(tzinfo=None)


def _span(count: str, unit: str) -> timedelta:
    number = 0.5 if count.startswith("half") else 1.0 if count in {"a", "an"} else float(count)
    if unit.startswith("m"):
        return timedelta(minutes=number)
    return timedelta(hours=number) if unit.startswith("h") else timedelta(days=number)


def _clock(text: str) -> time | None:
    if "midnight" in text or "end of day" in text or "eod" in text.split():
        return _END_OF_DAY
    if "noon" in text:
        return time(12)
    if "close of business" in text or "cob" in text.split():
        return time(17)
    found = _CLOCK.search(text)
    if not found:
        return None
    if found.group(4):
        return time(int(found.group(4)), int(found.group(5)))
    hour, half = int(found.group(1)), found.group(3)[0]
    if not 1 <= hour <= 12:
        return None
    return time(hour % 12 + (12 if half == "p" else 0), int(found.group(2) or 0))


def _day(text: str, today: date) -> date | None:
    if re.search(r"\b(today|tonight|this (?:evening|afternoon|morning))\b", text):
        return today
    if "day after tomorrow" in text:
        return today + timedelta(days=2)
    if re.search(r"\b(tomorrow|tmrw|tmw)\b", text):
        return today + timedelta(days=1)
    try:
        if found := _ISO.search(text):
            return date(*map(int, found.groups()))
        if found := _US.search(text):
            return _with_year(int(found[1]), int(found[2]), found[3], today)
        if found := _NAMED.search(text):
            return _with_year(_MONTHS.index(found[1].lower()) + 1, int(found[2]), None, today)
    except ValueError:
        return None
    for number, name in enumerate(_WEEKDAYS):
        if re.search(rf"\b(?:{name}|{name[:3]}|{name[:4]}|{name[:5]})\b", text):
            return today + timedelta(days=(number - today.weekday()) % 7 or 7)
    return None


def _with_year(month: int, day: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = date(today.year, month, day)
    # in January people name days of the December before only by mistake: take the next one
    return this_year if this_year >= today else date(today.year + 1, month, day)


def spoken_deadline(moment: datetime, zone: ZoneInfo) -> str:
    """``Tuesday, November 24, 5:00 p.m.`` in ``zone``, from a moment in UTC."""
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{local:%A, %B} {local.day}, {local.hour % 12 or 12}:{local:%M} {half}"
