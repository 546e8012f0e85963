"""The hours that a filer's words name: 5 p.m., 17:00, at five, noon, close of business."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59)
_WORDS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve".split(),
        range(1, 13),
        strict=True,
    )
)
_IN_WORDS = re.compile(
    rf"\b(?P<before>(?:at|by|before|until) )?(?P<word>{'|'.join(_WORDS)})\b"
    r"(?P<after>\s*(?:[ap]\.?\s?m\b|o'?\s?clock))?(?!\s+(?:\w+ )?(?:min|hour|hr|day|week))"
)
_NAMED = (
    (re.compile(r"\bmidnight\b|\bend of (?:the )?(?:business )?day\b|\beod\b"), END_OF_DAY),
    (re.compile(r"\bnoon\b|\bmidday\b"), time(12)),
    (
        re.compile(r"\b(?:close|end) of business\b(?! day)|\b(?:by|at|before) close\b|\bcob\b"),
        time(17),
    ),
)
_CLOCK = re.compile(r"\b(\d{1,2})(?::([0-5]\d)(?::[0-5]\d)?)?(?:\s*([ap])\.?\s?m\b|([ap])\b)")
# without a.m. or p.m.: 17:30 and 05:30 are clear, 5:30 and "at 5" may be either half of the day
_CLOCK_24 = re.compile(r"(?<![\d:/])(0\d|1[3-9]|2[0-3]):([0-5]\d)\b")
_CLOCK_12 = re.compile(
    r"(?<![\d:/])(?:(1[0-2]|[1-9]):([0-5]\d)\b"
    r"|(?:\b(?:at|by|before|until|around)|@)\s*(1[0-2]|[1-9])\b"
    r"(?!\s*(?:[/:.-]\s*\d|\d|min|hour|hr|(?:\w+ )?days?\b|week))"
    r"|\b(1[0-2]|[1-9])\s*(?:o'?\s?clock|-?ish"
    r"|(?:in the|this|tomorrow) (?:morning|afternoon|evening))\b"
    r"|(?:day|morrow|tonight),?\s+(1[0-2]|[1-9])\W*$)"
)
_BETWEEN = re.compile(r"\b(?:half past|quarter (?:to|past|of|after)|\w+ (?:minutes )?to \d)\b")
_ZONE = re.compile(
    r"(?:[ap]\.?\s?m\.?|\d|noon)\s*\(?(?P<zone>eastern|central|mountain|pacific|[ecmp][sd]t|et|pt"
    r"|hst|utc|gmt)\b"
)
_ZONES = {
    "e": "America/New_York",
    "c": "America/Chicago",
    "m": "America/Denver",
    "p": "America/Los_Angeles",
    "h": "Pacific/Honolulu",
    "u": "UTC",
    "g": "UTC",
}


@dataclass(frozen=True)
class Hour:
    """An hour of the clock, and whether it may be meant twelve hours later."""

    clock: time
    may_be_afternoon: bool = False


def named_hours(text: str) -> set[Hour]:
    """All hours that the words in lower case name."""
    text = _IN_WORDS.sub(_in_digits, text)
    hours = {Hour(clock) for pattern, clock in _NAMED if pattern.search(text)}
    rest = _CLOCK.sub(" ", text)
    for found in _CLOCK.finditer(text):
        hour = int(found[1])
        if 1 <= hour <= 12:
            late = (found[3] or found[4]) == "p"
            hours.add(Hour(time(hour % 12 + (12 if late else 0), int(found[2] or 0))))
    for found in _CLOCK_24.finditer(rest):
        hours.add(Hour(time(int(found[1]), int(found[2]))))
    for found in _CLOCK_12.finditer(rest):
        hour = int(found[1] or found[3] or found[4] or found[5])
        clock = time(hour, int(found[2] or 0))
        at_midnight = clock == time(12) and "tonight" in text
        hours.add(Hour(END_OF_DAY) if at_midnight else Hour(clock, hour < 12))
    return hours


def names_an_odd_hour(text: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether an hour is named in a way that is not read here: ``half past four``, or in the time
    of another zone than the court's."""
    if _BETWEEN.search(text):
        return True
    found = _ZONE.search(text)
    if not found:
        return False
    other = ZoneInfo(_ZONES[found["zone"][0]])
    return now.astimezone(other).utcoffset() != now.astimezone(zone).utcoffset()


def _in_digits(found: re.Match[str]) -> str:
    if not found["before"] and not found["after"]:
        return found.group()
    return f"{found['before'] or ''}{_WORDS[found['word']]}{found['after'] or ''}"
