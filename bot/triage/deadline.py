"""A deadline in a filer's words as a moment. What is not understood stays words, unguessed."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.triage.named_days import MONTH, WEEKDAYS, by_weekday_alone, named_days
from bot.triage.named_hours import END_OF_DAY, named_hours, names_an_odd_hour

_NUMBERS = dict(
    zip(
        "a an one two three four five six seven eight nine ten eleven twelve fourteen fifteen"
        " twenty thirty forty fifty".split(),
        (1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 20, 30, 40, 50),
        strict=True,
    )
)
_COUNT = rf"(half an?|1/2(?: an)?|{'|'.join(_NUMBERS)}|\d{{1,3}}(?:\.\d)?)"
_UNIT = (
    r"(minute|min|hour|hr|h|day|week)s?\b"
    r"(?:(\s+and\s+a\s+half\b)|\s*(?:and\s+)?(\d{1,2})\s*min(?:ute)?s?\b)?"
)
_ABOUT = r"(?:about |around |maybe |like |roughly |less than )?"
_SPANS = (
    re.compile(rf"\b(?:in|within)\s+(?:the next )?{_ABOUT}{_COUNT}\s*{_UNIT}"),
    re.compile(rf"\b{_COUNT}\s*{_UNIT}\s*(?:left|from now|from today|to go)\b"),
    re.compile(
        rf"^\W*(?:(?:i|we)(?:'ve)? (?:only )?(?:have |got )|only )?{_ABOUT}{_COUNT}\s*{_UNIT}\W*$"
    ),
)
_AGO = re.compile(
    rf"^\W*(?:(?:it|that|the deadline) )?(?:(?:was|is|has) )?(?:(?:due|over|expired|passed) )?"
    rf"{_ABOUT}{_COUNT}\s*{_UNIT}\s*ago\W*$"
)
_LATE = re.compile(r"\b(?:tonight|night|evening|afternoon)\b")
_EARLY = re.compile(r"\b(?:morning|a\.?m\.?)\b")
_FIRST_HOUR = 8
_LAST_OF_NIGHT = 5
# a day that lies some time from another one, which the court counts, not we: of the order, after
# service; a day before another one; a day on which something else was
_COUNTED = re.compile(
    r"\bdated\b|\bago\b|\bsince\b|\b(?:entered|issued|served|signed|mailed|received|got it)\b"
    r"|\b(?:order|notice|judgment|letter|motion|petition) (?:of|from|on)\b"
    r"|(?<!\bday )\bafter\b|\bday after (?!tom+or+ow\b)|\bnot (?:due )?(?:today|tom+or+ow)\b"
    r"|\b(?:day|week|hour|hr|minute|min)s? (?:before|prior|following)\b"
    r"|\b(?:days?|weeks?|months?) of\b|\b(?:weeks?|days?|months?) from (?!now\b|today\b)"
    r"|\bfrom (?:the|service|entry)\b"
    r"|\bor (?:so|two|three|more)\b|\d\s*(?:-|to|or)\s*\d+\s*(?:min|h|day|week)"
)
_DUE = re.compile(
    r"\b(?:due|deadline|within|no later than|before|by|until|(?:days?|weeks?) (?:of|from|after))\b"
)
# before Friday is not on Friday
_BEFORE_A_DAY = re.compile(
    rf"\bbefore (?:the |next |this )*(?:today|tom+or+ow|\d|{MONTH}|{'|'.join(WEEKDAYS)})"
)
# a day is meant that is not understood here, so that an hour beside it must not be taken for today
_SOME_DAY = re.compile(
    rf"\d(?:st|nd|rd|th)\b|\bnext\b|\blast\b|\b(?:\w+ )?weeks?\b|\bmonths?\b|\byears?\b"
    rf"|\d[/.-]\d|\b(?!may\b|mar){MONTH}(?!\w)|\b{MONTH}\s+\d|\b\w+days?\b|(?<!of )(?<!the )"
    r"(?<!business )\bdays?\b|\bbusiness days\b|thanksgiving|christmas|new year|easter\b|weekend"
    r"|\bma[n\u00f1]ana\b|\bhoy\b|\bayer\b|\b(?:lunes|martes|mi[e\u00e9]rcoles|jueves|viernes)\b"
)
_OVER = re.compile(
    r"^(?!.*\b(?:moved|extended|continued|postponed|rescheduled|adjourned|changed)\b).*?"
    rf"(?:\b(?:it|that|this|deadline|which) was\b|\bwas (?:on )?(?:{'|'.join(WEEKDAYS)})\b"
    r"|\bwas due\b|\b(?:missed|passed|expired|overdue)\b|\btoo late\b|\bpast due\b)",
    re.DOTALL,
)
_BACK_THEN = re.compile(
    rf"\byesterday\b|\blast night\b|\b(?:last|past) (?:{'|'.join(d[:3] for d in WEEKDAYS)})"
)
# beside yesterday and last Friday: with any other word something else may have been on that day
_PLAINLY_PAST = re.compile(
    r"it|it's|its|that|my|our|i|we|deadline|was|were|is|has|had|already|passed|expired|missed|over"
    r"|yesterday|last|past|filing"
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
    rf"|asap|soon|week|month|hour|minute|eod|cob|{'|'.join(WEEKDAYS)})\b",
    re.IGNORECASE,
)
_TIME_WORD = re.compile(
    r"(?:today|tonight|tomorrow|midnight|noon|morning|afternoon|evening|night|[ap]\.?m\.?|next|this"
    r"|the|end|of|at|by|on|before|until|due|day|week|month|hours?|minutes?|eod|cob|asap"
    rf"|[\d:/.]+(?:[ap]\.?m\.?|st|nd|rd|th)?|{'|'.join(WEEKDAYS)})",
    re.IGNORECASE,
)
_ABOUT_TIME = re.compile(
    r"\b(?:urgent\w*|emergency|immediately|right away|yesterday|passed|expired|missed|over|late\w*"
    r"|past|already|not sure|don'?t know|unknown|maybe|hearing|court|order\w*|bar date|rush|hurry"
    r"|quick\w*|fast|possible|when\w*|some ?time|after|end|close|days?|weeks?|months?|years?)\b"
    rf"|\b{MONTH}(?!\w)",
    re.IGNORECASE,
)
_FEW_WORDS = 8
_HALF_DAY = timedelta(hours=12)
_NOON = 12


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


def speaks_of_a_due_day(text: str) -> bool:
    """Whether a text says by which day something is due, also where that names no moment that is
    read here: ``within 14 days of the order dated November 20``."""
    lowered = text.lower()
    return bool(_DUE.search(lowered) and (_COUNTED.search(lowered) or _SOME_DAY.search(lowered)))


def read_deadline(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that ``text`` names, in UTC without zone, or None when it names none clearly.

    ``now`` in UTC without zone. A day without an hour means the end of that day in ``zone``. An
    hour without a.m. or p.m. means the afternoon's if the morning's is over, evening is named, or
    it is before eight: nothing is due while courts sleep. Words that name two days or two hours,
    or a day by another one, name none.
    """
    local = now.replace(tzinfo=UTC).astimezone(zone)
    lowered = text.lower().replace("\u2019", "'")
    try:
        if ago := _AGO.match(lowered):
            span, days = _span(ago)
            if span is not None:
                return now - span
            return _in_utc(datetime.combine(local.date() - (days or timedelta()), END_OF_DAY, zone))
        if _COUNTED.search(lowered) or names_an_odd_hour(lowered, local, zone):
            return None
        found = next((found for pattern in _SPANS if (found := pattern.search(lowered))), None)
        span, days = _span(found) if found else (None, None)
        if span is not None:
            return now + span
        moment = _moment(lowered, local, days)
        return _in_utc(moment) if moment else None
    except (ValueError, OverflowError):  # no such day, or one beyond what can be reckoned
        return None


def _moment(text: str, local: datetime, in_days: timedelta | None) -> datetime | None:
    over = bool(_OVER.search(text))
    today = local.date()
    days, hours = named_days(text, today, over=over), named_hours(text)
    if in_days is not None:
        days.add(today + in_days)
    if len(days) > 1 or len(hours) > 1 or not (days or hours):
        return None
    day, hour = next(iter(days), None), next(iter(hours), None)
    if day is None and _SOME_DAY.search(text):
        return None
    if hour is None and (_BEFORE_A_DAY.search(text) or _is_over_by_now(text, local)):
        return None
    if _BACK_THEN.search(text) and not _is_plainly_past(text):
        return None
    moment = datetime.combine(day or today, hour.clock if hour else END_OF_DAY, local.tzinfo)
    if hour and hour.may_be_afternoon:
        asleep = moment.hour < _FIRST_HOUR
        passed = moment < local and day in {None, today} and not over
        if _LATE.search(text) or ((asleep or passed) and not _EARLY.search(text)):
            moment += _HALF_DAY
    if hour and moment.hour < _LAST_OF_NIGHT and day == today:
        if not re.search(r"\btonight\b", text):
            return None if hour.clock == time(0) else moment
        moment += timedelta(days=1)
    if moment >= local:
        return None if over and day is None else moment
    if day is None and not over:
        return moment + timedelta(days=1)
    # said on a Friday after nine, Friday at nine may be over or in a week
    unclear = day == today and not over and by_weekday_alone(text, today)
    return None if unclear else moment


def _is_over_by_now(text: str, local: datetime) -> bool:
    """Whether somebody says ``this morning`` in the afternoon, and no hour."""
    return "this morning" in text and local.hour >= _NOON


def _is_plainly_past(text: str) -> bool:
    words = re.sub(r"[,;!()]", " ", text).rstrip(". ").split()
    return all(_TIME_WORD.fullmatch(word) or _PLAINLY_PAST.fullmatch(word) for word in words)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _span(found: re.Match[str]) -> tuple[timedelta | None, timedelta | None]:
    """(time from now, None) for minutes and hours, (None, days from today) for days and weeks."""
    count, unit, half, minutes = found.groups()
    number = 0.5 if count.startswith(("half", "1/2")) else float(_NUMBERS.get(count) or count)
    number += 0.5 if half else 0
    if unit in {"minute", "min"}:
        return timedelta(minutes=number), None
    if unit in {"hour", "hr", "h"}:
        return timedelta(hours=number, minutes=int(minutes or 0)), None
    return None, timedelta(days=number * (7 if unit == "week" else 1)) or None


def spoken_deadline(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """``Tuesday, November 24, 5:00 p.m.`` in ``zone``, with the year where it is not this one's.

    ``moment`` and ``now`` in UTC without zone.
    """
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    this_year = now.replace(tzinfo=UTC).astimezone(zone).year
    year = "" if local.year == this_year else f" {local.year},"
    half = "a.m." if local.hour < 12 else "p.m."
    clock = f"{local.hour % 12 or 12}:{local:%M} {half}"
    return f"{local:%A, %B} {local.day},{year} {clock}"
