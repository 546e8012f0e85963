"""The court profile: ``data/court.yml``, validated, and the values that articles may name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from bot.court_entries import DAYS, CourtProfileError, Entries, read_entries
from bot.pdfcheck.profile import Profile, ProfileError, Stated
from bot.pdfcheck.rules import RULES
from bot.retention.periods import Periods, PeriodsError, periods_from
from bot.triage.weights import Weights, WeightsError, weights_from
from bot.yaml_file import did_you_mean

__all__ = [
    "DAYS",
    "DEFAULT_CAPACITY",
    "CourtProfile",
    "CourtProfileError",
    "load_court",
    "spoken_hours",
    "spoken_time",
]

DEFAULT_CAPACITY = 6
"""How many filers one help session takes where the court has not said."""
_MOST_PLACES = 200
NOT_STATED = "a date that is not stated here"
_DAY_NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
# what a browser compares with a page's origin; on this machine also without HTTPS, to try it out
_ORIGIN = re.compile(
    r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?"
    r"|http://(localhost|127\.0\.0\.1)(:(\d{1,5}|\*))?"
)
_LINKS = ("website", "nextgen", "zoom_sessions")
"""The pages that the help desk itself sends filers to; articles may name more."""
_LINK_NAME = re.compile("[a-z_]+")
_FIRST_NAME = re.compile(r"(?:pdf\.)?(?:rules: )?(\w+)")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class CourtProfile:
    """One court. ``hours`` by weekday (``"09:00-16:00"``), None when the court has not said;
    ``embedded_on`` names the origins whose pages may show the help desk in a frame."""

    name: str
    short_name: str
    code: str
    time_zone: ZoneInfo
    nextgen_since: str
    links: Mapping[str, str]
    clerk_phones: tuple[tuple[str, str], ...]
    clerk_email: str | None
    clerk_hours: Mapping[str, str] | None
    closures: tuple[date, ...]
    pacer_phone: str
    pacer_email: str
    pacer_hours: str
    help_session_hours: Mapping[str, str] | None
    session_capacity: int
    zoom_link: str | None
    embedded_on: tuple[str, ...]
    pdf: Profile
    stale_after_days: int
    triage: Weights
    retention: Periods

    @cached_property
    def values(self) -> dict[str, str]:
        """What the placeholders in articles become."""
        return {
            **self.links,
            "court": self.name,
            "court_short": self.short_name,
            "clerk_phones": self.phones_text,
            "clerk_offices": ", ".join(office for office, _ in self.clerk_phones),
            "clerk_hours": spoken_hours(self.clerk_hours)
            or f"not stated here, see {self.links['website']}",
            "pacer_phone": self.pacer_phone,
            "pacer_email": self.pacer_email,
            "pacer_hours": self.pacer_hours,
            "size_limit": f"{self.pdf.size_limit_mb:g} MB"
            if self.pdf.size_limit_mb
            else "not set here: see Court Information in CM/ECF",
            "nextgen_since": self.nextgen_since,
            "help_session_hours": spoken_hours(self.help_session_hours)
            or f"see the court's NextGen page, {self.links['nextgen']}",
        }

    @property
    def phones_text(self) -> str:
        """All offices with their numbers, in one line."""
        return ", ".join(f"{office} {number}" for office, number in self.clerk_phones)

    def fill(self, text: str) -> str:
        """Replace ``{placeholder}`` by this court's value; unknown ones stay as they are."""
        return _PLACEHOLDER.sub(lambda m: self.values.get(m.group(1), m.group(0)), text)

    def unknown_placeholders(self, text: str) -> set[str]:
        """Names in braces that this profile has no value for."""
        return set(_PLACEHOLDER.findall(text)) - set(self.values)


def spoken_hours(hours: Mapping[str, str] | None) -> str:
    """Weekday hours in words: ``Monday to Friday, 9:00 a.m. to 4:00 p.m.``; empty for None."""
    if not hours:
        return ""
    parts: list[str] = []
    days = [d for d in DAYS if d in hours]
    while days:
        run = [days.pop(0)]
        while days and hours[days[0]] == hours[run[0]] and _follows(run[-1], days[0]):
            run.append(days.pop(0))
        span = _DAY_NAMES[run[0]] + (f" to {_DAY_NAMES[run[-1]]}" if len(run) > 1 else "")
        start, end = hours[run[0]].split("-")
        parts.append(f"{span}, {spoken_time(start)} to {spoken_time(end)}")
    return "; ".join(parts)


def _follows(day: str, next_day: str) -> bool:
    return DAYS.index(next_day) == DAYS.index(day) + 1


def spoken_time(clock: str) -> str:
    """``16:00`` as ``4:00 p.m.``"""
    moment = time.fromisoformat(clock)
    return f"{moment.hour % 12 or 12}:{moment:%M} {'a.m.' if moment.hour < 12 else 'p.m.'}"


def load_court(path: Path) -> CourtProfile:
    """Read and validate the court profile.

    Raises:
        CourtProfileError: the file is missing, is no YAML, or an entry is missing, wrong or
            misspelled.
    """
    file = read_entries(path)
    zone = file.time_zone()
    stale_after_days = file.need("articles", "stale_after_days")
    if type(stale_after_days) is not int or stale_after_days < 1:
        file.fail("articles", "stale_after_days", says="must be a number of days.")
    checked = file.section("clerk").get("phones_checked_on")
    if checked is not None:
        file.day(checked, "clerk", "phones_checked_on")
    is_dated = file.need("court", "nextgen_since") is not None
    profile = CourtProfile(
        name=file.text("court", "name"),
        short_name=file.text("court", "short_name"),
        code=file.text("court", "code"),
        time_zone=zone,
        nextgen_since=file.text("court", "nextgen_since") if is_dated else NOT_STATED,
        links=_links(file),
        clerk_phones=file.phones(),
        clerk_email=file.email("clerk", "email") if file.section("clerk").get("email") else None,
        clerk_hours=file.hours("clerk"),
        closures=file.closures(),
        pacer_phone=file.text("pacer", "phone"),
        pacer_email=file.email("pacer", "email"),
        pacer_hours=file.text("pacer", "hours"),
        help_session_hours=file.hours("help_sessions"),
        session_capacity=_capacity(file),
        zoom_link=file.link("help_sessions", "zoom_link"),
        embedded_on=_origins(file),
        pdf=_pdf_profile(file),
        stale_after_days=stale_after_days,
        triage=_weights(file, zone),
        retention=_periods(file),
    )
    for name in profile.links:
        if profile.values[name] != profile.links[name]:
            file.fail("links", name, says="is the name of another value already. Take another.")
    return profile


def _links(file: Entries) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in file.section("links"):
        if not _LINK_NAME.fullmatch(str(name)):
            says = "must have small letters and _ only: articles name it in braces."
            file.fail("links", str(name), says=says)
        url = file.link("links", name)
        if url:
            found[name] = url
    for name in _LINKS:
        if name not in found:
            says = "is missing. Where the court has no such page, take the address of its website."
            file.fail("links", name, says=says)
    return found


def _capacity(file: Entries) -> int:
    value = file.section("help_sessions").get("capacity", DEFAULT_CAPACITY)
    if type(value) is not int or not 1 <= value <= _MOST_PLACES:
        says = f"must be a number of filers from 1 to {_MOST_PLACES}."
        file.fail("help_sessions", "capacity", says=says)
    return value


def _origins(file: Entries) -> tuple[str, ...]:
    if file.yaml.content.get("embedding") is None:
        return ()
    listed = file.section("embedding").get("origins")
    says = "is a list of addresses without a path, for example https://www.example.uscourts.gov."
    if not isinstance(listed, list):
        file.fail("embedding", "origins", says=says)
    for number, one in enumerate(listed):
        if not _ORIGIN.fullmatch(str(one)):
            file.fail("embedding", "origins", number, says=f"{says} {one!r} is none.")
    return tuple(str(one) for one in listed)


def _weights(file: Entries, zone: ZoneInfo) -> Weights:
    try:
        return weights_from(file.section("triage").get("weights"), zone)
    except WeightsError as error:
        _fail_by_name(file, "triage", "weights", error=error)


def _periods(file: Entries) -> Periods:
    try:
        return periods_from(file.yaml.content.get("retention"))
    except PeriodsError as error:
        _fail_by_name(file, "retention", error=error)


def _fail_by_name(file: Entries, *around: str, error: ValueError) -> NoReturn:
    """Refuse the entry that the error's words begin with, by its line."""
    named = _FIRST_NAME.match(str(error))
    name, rest = (named[1], str(error)[named.end() :]) if named else ("", "")
    if file.yaml.line_of(*around, name) == file.yaml.line_of(*around):
        file.fail(*around, says=str(error), why=error)
    file.fail(*around, name, says=rest.strip(), why=error)


def _pdf_profile(file: Entries) -> Profile:
    limit, dpi = file.need("pdf", "size_limit_mb"), file.need("pdf", "dpi")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
        file.fail("pdf", "size_limit_mb", says="must be a number or null.")
    if dpi is not None and type(dpi) is not int:
        file.fail("pdf", "dpi", says="must be a whole number or null.")
    release = file.text("pdf", "release")
    if not re.match(r"\d", release):
        file.fail("pdf", "release", says='must begin with a number, in quotes: "1.8".')
    rules, sources = file.need("pdf", "rules"), file.need("pdf", "sources")
    for name, value in (("rules", rules), ("sources", sources)):
        if not isinstance(value, dict):
            file.fail("pdf", name, says="must hold entries, or be {}.")
    for rule, weight in rules.items():
        if rule not in RULES:
            hint = did_you_mean(str(rule), sorted(RULES))
            file.fail("pdf", "rules", str(rule), says=f"is no rule; {hint}")
        if isinstance(weight, bool):
            file.fail("pdf", "rules", rule, says='must be in quotes: "off".')
    stated = {key: _stated(file, key, value) for key, value in sources.items()}
    for key in ("release", "size_limit_mb", "forms", "hyperlinks", "dpi"):
        if file.need("pdf", key) is not None and key not in stated:
            file.fail(
                "pdf",
                "sources",
                key,
                says="is missing: where does the court say so, and when was that read? A value "
                "that the court has not stated is null.",
            )
    try:
        return Profile(
            release=release,
            size_limit_mb=None if limit is None else float(limit),
            forms=file.need("pdf", "forms"),
            hyperlinks=file.need("pdf", "hyperlinks"),
            dpi=dpi,
            rules=rules,
            sources=stated,
        )
    except ProfileError as error:
        around = ("pdf", "rules") if str(error).startswith("pdf.rules") else ("pdf",)
        _fail_by_name(file, *around, error=error)


def _stated(file: Entries, key: str, value: Any) -> Stated:
    place = ("pdf", "sources", key)
    if not isinstance(value, dict) or set(value) != {"page", "checked_on"}:
        file.fail(*place, says="looks like {page: https://…, checked_on: 2026-11-23}.")
    page = value["page"]
    if not isinstance(page, str) or not page.startswith("https://"):
        file.fail(*place, "page", says="must begin with https://.")
    return Stated(page, file.day(value["checked_on"], *place, "checked_on"))
