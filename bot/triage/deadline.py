"""A deadline in a filer's words as a moment. What is not understood stays words, unguessed."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>20\d{2}))?"
_NAMED = (
    re.compile(rf"\b{_MONTH}\s+{_DATE}\b(?!\s*(?::|[ap]\.?m)){_YEAR}"),
    re.compile(rf"\b{_DATE}\s+(?:of\s+)?{_MONTH}\b{_YEAR}"),
)
_NUMBERS = dict(
    zip(
        "a an one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty"
        " forty fifty".split(),
        (1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 40, 50),
        strict=True,
    )
)
_COUNT = rf"(half an?|1/2(?: an)?|{'|'.join(_NUMBERS)}|\d{{1,3}}(?:\.\d)?)"
_UNIT = r"(minute|min|hour|hr|day|week)s?\b(\s+and\s+a\s+half\b)?"
_SPANS = (
    re.compile(rf"\b(?:in|within)\s+(?:about |around |the next )?{_COUNT}\s*{_UNIT}"),
    re.compile(rf"\b{_COUNT}\s*{_UNIT}\s*(?:left|from now|to go)\b"),
    re.compile(rf"^\W*(?:(?:i|we) (?:only )?have |only )?{_COUNT}\s*{_UNIT}\W*$"),
)
_CLOCK = re.compile(r"\b(\d{1,2})(?::([0-5]\d))?\s*([ap])\.?\s?m\b")
# without a.m. or p.m.: 17:30 and 05:30 are clear, 5:30 and "at 5" may be either half of the day
_CLOCK_24 = re.compile(r"(?<![\d:/])(0\d|1[3-9]|2[0-3]):([0-5]\d)\b")
_CLOCK_12 = re.compile(
    r"(?<![\d:/])(?:(1[0-2]|[1-9]):([0-5]\d)\b|\b(?:at|by|before|until)\s+(1[0-2]|[1-9])\b"
    r"(?!\s*(?:[/:.-]\s*\d|\d|min|hour|hr|day|week)))"
)
_LATE = re.compile(r"\b(?:tonight|night|evening|afternoon)\b")
_EARLY = re.compile(r"\b(?:morning|a\.?m\.?)\b")
_FIRST_HOUR = 8
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_US = re.compile(r"(?<![\d/])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?:/(\d{4}|\d{2}))?(?![\d/])")
# a day is meant that is not understood here, so that an hour beside it must not be taken for today
_SOME_DAY = re.compile(
    rf"\d(?:st|nd|rd|th)\b|\bnext\b|\bweeks?\b|\bmonths?\b|\d/\d|\b{_MONTH}\s+\d"
)
_NONE = re.compile(
    r"^\W*(?:no|none|nope|n/?a|not really|no deadlines?|no rush|no hurry|not urgent|nothing urgent"
    r"|there is none|there isn['\u2019]?t one|don['\u2019]?t have one"
    r"|i don['\u2019]?t have a deadline)\b"
    r"[\w\s,.'\u2019]{0,40}$",
    re.IGNORECASE,
)
_NONE_NOW = re.compile(
    r"^\W*(?:no deadline|nothing)(?: \w+){0,2} (?:today|tonight|now|this week)\W*$", re.IGNORECASE
)
_SOME_TIME = re.compile(
    r"\d|\b(?:today|tonight|tomorrow|midnight|noon|later than|before|until|by|due|next|this|end of"
    rf"|asap|soon|week|month|hour|minute|eod|cob|{'|'.join(_WEEKDAYS)})\b",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(
    r"(?:today|tonight|tomorrow|midnight|noon|morning|afternoon|evening|night|[ap]\.?m\.?|next|this"
    r"|the|end|of|at|by|on|before|until|due|day|week|month|hours?|minutes?|eod|cob|asap"
    rf"|[\d:/.]+(?:[ap]\.?m\.?|st|nd|rd|th)?|{'|'.join(_WEEKDAYS)})",
    re.IGNORECASE,
)
_ABOUT_TIME = re.compile(
    r"\b(?:urgent\w*|emergency|immediately|right away|yesterday|passed|expired|missed|over|late\w*"
    r"|past|already|not sure|don'?t know|unknown|maybe|hearing|court|order\w*|bar date|rush|hurry"
    r"|quick\w*|fast|possible|when\w*|some ?time|after|end|close|days?|weeks?|months?|years?)\b"
    rf"|\b{_MONTH}(?!\w)",
    re.IGNORECASE,
)
_FEW_WORDS = 4
_END_OF_DAY = time(23, 59)
_HALF_DAY = timedelta(hours=12)


def says_none(text: str) -> bool:
    """Whether the filer says that there is no deadline; "no later than 5 p.m." does not."""
    if _NONE_NOW.match(text):
        return True
    return bool(_NONE.match(text.strip())) and not _SOME_TIME.search(text)


def is_only_a_time(text: str) -> bool:
    """Whether nothing but a day or an hour is said, such as "friday noon"."""
    words = text.replace(",", " ").split()
    return bool(words) and all(_TIME_WORD.fullmatch(word) for word in words)


def says_nothing_of_time(text: str) -> bool:
    """Whether a few words are no answer to when something is due, such as a name."""
    words = text.replace("\u2019", "'")
    few = len(words.split()) <= _FEW_WORDS
    return few and not _SOME_TIME.search(words) and not _ABOUT_TIME.search(words)


def read_deadline(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that ``text`` names, in UTC without zone, or None when it names none clearly.

    ``now`` in UTC without zone. A day without an hour means the end of that day in ``zone``. An
    hour without a.m. or p.m. means the afternoon's if the morning's is over, evening is named, or
    it is before eight: nothing is due while courts sleep.
    """
    local = now.replace(tzinfo=UTC).astimezone(zone)
    lowered = text.lower()
    try:
        span, days = _span(lowered)
        if span is not None:
            return now + span
        clock, may_be_afternoon = _clock(lowered)
        day = local.date() + days if days else _day(lowered, local.date())
        if day is None and (clock is None or _SOME_DAY.search(lowered)):
            return None
        moment = datetime.combine(day or local.date(), clock or _END_OF_DAY, zone)
        asleep = may_be_afternoon and moment.hour < _FIRST_HOUR and not _EARLY.search(lowered)
        if may_be_afternoon and (asleep or moment < local or _LATE.search(lowered)):
            moment += _HALF_DAY
        if day is None and moment < local:
            moment += timedelta(days=1)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):  # no such day, or one beyond what can be reckoned
        return None


def _span(text: str) -> tuple[timedelta | None, timedelta | None]:
    """(time from now, None) for minutes and hours, (None, days from today) for days and weeks."""
    found = next((found for pattern in _SPANS if (found := pattern.search(text))), None)
    if found is None:
        return None, None
    count, unit, half = found.groups()
    number = 0.5 if count.startswith(("half", "1/2")) else float(_NUMBERS.get(count) or count)
    number += 0.5 if half else 0
    if unit in {"minute", "min"}:
        return timedelta(minutes=number), None
    if unit in {"hour", "hr"}:
        return timedelta(hours=number), None
    return None, timedelta(days=number * (7 if unit == "week" else 1)) or None


def _clock(text: str) -> tuple[time | None, bool]:
    """The hour that is named, and whether it may be meant twelve hours later."""
    if re.search(r"\bmidnight\b|\bend of (?:the )?day\b|\beod\b", text):
        return _END_OF_DAY, False
    if re.search(r"\bnoon\b", text):
        return time(12), False
    if re.search(r"\bclose of business\b|\bcob\b", text):
        return time(17), False
    if found := _CLOCK.search(text):
        hour = int(found[1])
        if not 1 <= hour <= 12:
            return None, False
        return time(hour % 12 + (12 if found[3] == "p" else 0), int(found[2] or 0)), False
    if found := _CLOCK_24.search(text):
        return time(int(found[1]), int(found[2])), False
    if found := _CLOCK_12.search(text):
        hour = int(found[1] or found[3])
        return time(hour, int(found[2] or 0)), hour < 12
    return None, False


def _day(text: str, today: date) -> date | None:
    if re.search(r"\b(today|tonight|this (?:evening|afternoon|morning))\b", text):
        return today
    if "day after tomorrow" in text:
        return today + timedelta(days=2)
    if re.search(r"\b(tomorrow|tmrw|tmw)\b", text):
        return today + timedelta(days=1)
    if found := _ISO.search(text):
        return date(*map(int, found.groups()))
    if found := _US.search(text):
        return _with_year(int(found[1]), int(found[2]), found[3], today)
    for pattern in _NAMED:
        if found := pattern.search(text):
            month = _MONTHS.index(found["month"][:3]) + 1
            return _with_year(month, int(found["day"]), found["year"], today)
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
