"""The days that a filer's words name: tomorrow, Friday, November 30, 11/30, in two weeks."""

import re
from datetime import date, timedelta

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>20\d{2}))?"
_NAMED = (
    re.compile(rf"\b(?P<month>{MONTH})\s+{_DATE}\b(?!\s*(?::|[ap]\.?m)){_YEAR}"),
    re.compile(rf"\b{_DATE}\s+(?:of\s+)?(?P<month>{MONTH})(?!\w){_YEAR}"),
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_US = re.compile(
    r"(?<![\d/])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])"
    r"(?:/(?P<year>\d{4}|\d{2}))?(?![\d/])"
)
_US_HYPHENS = re.compile(
    r"(?<![\d-])(?P<month>1[0-2]|0?[1-9])-(?P<day>3[01]|[12]\d|0?[1-9])-(?P<year>\d{4}|\d{2})(?![\d-])"
)
_TODAY = re.compile(r"\b(?<!from )(?:today|tonight|this (?:evening|afternoon|morning))\b")
_DAY_AFTER = re.compile(r"\bday after tom+or+ow\b")
_TOMORROW = re.compile(r"\b(?:tom+or+ow|2morrow|tmrw|tmw|tmr)\b")
_YESTERDAY = re.compile(r"\b(?:yesterday|last night)\b")
_WEEKDAY = re.compile(
    r"\b(?P<how>next week,? (?:on )?|next |last |this past |past )?"
    rf"(?P<name>{'|'.join(f'{d}|{d[:3]}|{d[:4]}|{d[:5]}' for d in WEEKDAYS)}|weds)\b"
    r"(?P<then>,? (?:of )?next week\b)?"
)
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
# a day of this year that is over by less is meant as it is said: it has passed
_BACK = timedelta(days=60)
# what lies further ahead may as well be months ago
_AHEAD = timedelta(days=270)


class UnclearError(ValueError):
    """A day that may be one or another."""


def named_days(text: str, today: date, *, over: bool) -> set[date]:
    """All days that the words in lower case name. ``over``: the words say that it has passed.

    Raises:
        UnclearError: a day that is named may be one or another.
        ValueError: there is no such day.
        OverflowError: it is too far away.
    """
    days = set(_dates(text, today, over=over))
    if _TODAY.search(text):
        days.add(today)
    if _DAY_AFTER.search(text):
        days.add(today + timedelta(days=2))
    elif _TOMORROW.search(text):
        days.add(today + timedelta(days=1))
    if _YESTERDAY.search(text):
        days.add(today - timedelta(days=1))
    weekdays = list(_WEEKDAY.finditer(text))
    if days:
        if not {_number(found) for found in weekdays} <= {day.weekday() for day in days}:
            raise UnclearError
        return days
    days.update(_weekday(found, today, over=over) for found in weekdays)
    ordinals = {int(number) for number in _ORDINAL.findall(text)}
    if ordinals and days and ordinals != {day.day for day in days}:
        raise UnclearError
    return days


def by_weekday_alone(text: str, today: date) -> bool:
    """Whether the words in lower case name a weekday, and no day besides."""
    return not named_days(_WEEKDAY.sub(" ", text), today, over=False)


def _dates(text: str, today: date, *, over: bool) -> list[date]:
    days = [date(*map(int, found.groups())) for found in _ISO.finditer(text)]
    for pattern in (_US, _US_HYPHENS, *_NAMED):
        for found in pattern.finditer(text):
            name = found["month"]
            month = int(name) if name.isdecimal() else _MONTHS.index(name[:3]) + 1
            days.append(_with_year(month, int(found["day"]), found["year"], today, over=over))
    return days


def _with_year(month: int, day: int, year: str | None, today: date, *, over: bool) -> date:
    """The day in the year that is named; else the one that lies near, past or to come."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = [
        found
        for number in (today.year - 1, today.year, today.year + 1)
        if (found := _day_or_none(number, month, day))
        and -_BACK <= found - today <= (timedelta() if over else _AHEAD)
    ]
    if near:
        return near[0]
    found = _day_or_none(today.year, month, day)
    if over and found:
        return found
    raise UnclearError


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(found: re.Match[str]) -> int:
    return next(n for n, name in enumerate(WEEKDAYS) if name.startswith(found["name"][:3]))


def _weekday(found: re.Match[str], today: date, *, over: bool) -> date:
    number = _number(found)
    how = (found["how"] or "").strip(" ,")
    ahead = timedelta(days=(number - today.weekday()) % 7)
    next_monday = today + timedelta(days=7 - today.weekday())
    if found["then"] or how.startswith("next week"):
        return next_monday + timedelta(days=number)
    if how == "next":
        # said on a Tuesday, next Friday may be in three days or in ten
        coming = today + (ahead or timedelta(days=7))
        if coming < next_monday:
            raise UnclearError
        return coming
    if how:
        return today - timedelta(days=(today.weekday() - number) % 7 or 7)
    return today - timedelta(days=(today.weekday() - number) % 7) if over else today + ahead
