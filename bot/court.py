"""The court profile: ``data/court.yml``, validated, and the values that articles may name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.pdfcheck.profile import Profile, ProfileError, Stated
from bot.pdfcheck.rules import RULES
from bot.retention.periods import Periods, PeriodsError, periods_from
from bot.triage.weights import Weights, WeightsError, weights_from

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
DEFAULT_CAPACITY = 6
"""How many filers one help session takes where the court has not said."""
_MOST_PLACES = 200
# what a browser compares with a page's origin; on this machine also without HTTPS, to try it out
_ORIGIN = re.compile(
    r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?"
    r"|http://(localhost|127\.0\.0\.1)(:(\d{1,5}|\*))?"
)
_LINKS = ("website", "nextgen", "zoom_sessions")
"""The pages that the help desk itself sends filers to; articles may name more."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class CourtProfileError(ValueError):
    """``data/court.yml`` cannot be used as it stands; the message names the entry."""


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
        CourtProfileError: the file is missing, is no YAML, or an entry is missing or wrong.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourtProfileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CourtProfileError(f"{path} is not written in UTF-8.") from error
    except yaml.YAMLError as error:
        raise CourtProfileError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(raw, dict):
        raise CourtProfileError(f"{path} must hold entries such as court: and links:.")
    return _profile(raw, str(path))


def _profile(raw: Mapping[str, Any], where: str) -> CourtProfile:
    def need(section: str, key: str) -> Any:
        try:
            return raw[section][key]
        except (KeyError, TypeError):
            raise CourtProfileError(f"{where}: {section}: {key} is missing.") from None

    def text(section: str, key: str) -> str:
        value = need(section, key)
        if not isinstance(value, str) or not value.strip():
            raise CourtProfileError(f"{where}: {section}: {key} must be a text.")
        return value.strip()

    def hours(section: str) -> dict[str, str] | None:
        value = need(section, "hours")
        if value is None:
            return None
        if not isinstance(value, dict) or not all(
            day in DAYS and isinstance(span, str) and _HOURS.fullmatch(span)
            for day, span in value.items()
        ):
            raise CourtProfileError(f'{where}: {section}: hours looks like {{mon: "09:00-16:00"}}.')
        for day, span in value.items():
            start, _, end = span.partition("-")
            if start >= end:
                raise CourtProfileError(
                    f"{where}: {section}: hours end before they begin on {day}."
                )
        return value

    def link(section: str, key: str) -> str | None:
        value = raw[section].get(key)
        if value is None:
            return None
        if not str(value).startswith("https://"):
            raise CourtProfileError(f"{where}: {section}: {key} must begin with https://.")
        return str(value)

    zone_name = text("court", "time_zone")
    try:
        zone = ZoneInfo(zone_name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise CourtProfileError(f"{where}: court: time_zone is unknown.") from error
    if not isinstance(raw.get("links"), dict):
        raise CourtProfileError(f"{where}: links: each entry looks like website: https://….")
    links = {str(k): str(v) for k, v in raw["links"].items()}
    for key, url in links.items():
        if not url.startswith("https://"):
            raise CourtProfileError(f"{where}: links: {key} must begin with https://.")
    listed = need("clerk", "phones")
    try:
        phones = tuple((str(p["office"]), str(p["number"])) for p in listed)
        closures = tuple(date.fromisoformat(str(d)) for d in raw["clerk"].get("closures") or ())
    except (KeyError, TypeError, ValueError) as error:
        raise CourtProfileError(f"{where}: clerk: phones or closures cannot be read.") from error
    if not phones:
        raise CourtProfileError(f"{where}: clerk: phones: one phone of the clerk is needed.")
    for key in _LINKS:
        if key not in links:
            raise CourtProfileError(
                f"{where}: links: {key} is missing. Where the court has no such page, take the "
                "address of its website."
            )
    email = raw["clerk"].get("email")
    if email is not None and not isinstance(email, str):
        raise CourtProfileError(f"{where}: clerk: email must be a text or null.")
    stale_after_days = need("articles", "stale_after_days")
    if type(stale_after_days) is not int or stale_after_days < 1:
        raise CourtProfileError(f"{where}: articles: stale_after_days must be a number of days.")
    return CourtProfile(
        name=text("court", "name"),
        short_name=text("court", "short_name"),
        code=text("court", "code"),
        time_zone=zone,
        nextgen_since=text("court", "nextgen_since"),
        links=links,
        clerk_phones=phones,
        clerk_email=email,
        clerk_hours=hours("clerk"),
        closures=closures,
        pacer_phone=text("pacer", "phone"),
        pacer_email=text("pacer", "email"),
        pacer_hours=text("pacer", "hours"),
        help_session_hours=hours("help_sessions"),
        session_capacity=_capacity(raw["help_sessions"], where),
        zoom_link=link("help_sessions", "zoom_link"),
        embedded_on=_origins(raw, where),
        pdf=_pdf_profile(need, where),
        stale_after_days=stale_after_days,
        triage=_weights(raw, zone, where),
        retention=_periods(raw, where),
    )


def _capacity(section: Mapping[str, Any], where: str) -> int:
    value = section.get("capacity", DEFAULT_CAPACITY)
    if type(value) is not int or not 1 <= value <= _MOST_PLACES:
        raise CourtProfileError(
            f"{where}: help_sessions: capacity must be a number of filers from 1 to {_MOST_PLACES}."
        )
    return value


def _origins(raw: Mapping[str, Any], where: str) -> tuple[str, ...]:
    section = raw.get("embedding")
    if section is None:
        return ()
    listed = section.get("origins") if isinstance(section, Mapping) else None
    if not isinstance(listed, list) or not all(_ORIGIN.fullmatch(str(one)) for one in listed):
        raise CourtProfileError(
            f"{where}: embedding: origins is a list of addresses without a path, for example "
            "https://www.example.uscourts.gov."
        )
    return tuple(str(one) for one in listed)


def _weights(raw: Mapping[str, Any], zone: ZoneInfo, where: str) -> Weights:
    section = raw.get("triage")
    if section is not None and not isinstance(section, Mapping):
        raise CourtProfileError(f"{where}: triage: looks like {{weights: {{locked_out: 40}}}}.")
    try:
        return weights_from((section or {}).get("weights"), zone)
    except WeightsError as error:
        raise CourtProfileError(f"{where}: triage: weights: {error}") from error


def _pdf_profile(need: Callable[[str, str], Any], where: str) -> Profile:
    limit, dpi = need("pdf", "size_limit_mb"), need("pdf", "dpi")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
        raise CourtProfileError(f"{where}: pdf: size_limit_mb must be a number or null.")
    if dpi is not None and type(dpi) is not int:
        raise CourtProfileError(f"{where}: pdf: dpi must be a whole number or null.")
    rules, sources = need("pdf", "rules"), need("pdf", "sources")
    if not isinstance(rules, dict) or not isinstance(sources, dict):
        raise CourtProfileError(f"{where}: pdf: rules and sources hold entries, or are {{}}.")
    unknown = sorted(set(map(str, rules)) - set(RULES))
    if unknown:
        raise CourtProfileError(f"{where}: pdf: rules: there is no rule {unknown[0]}.")
    stated = {str(key): _stated(str(key), value, where) for key, value in sources.items()}
    for key in ("release", "size_limit_mb", "forms", "hyperlinks", "dpi"):
        if need("pdf", key) is not None and key not in stated:
            raise CourtProfileError(
                f"{where}: pdf: sources: {key} is missing: where does the court say so, and when "
                "was that read? A value that the court has not stated is null."
            )
    try:
        return Profile(
            release=str(need("pdf", "release")),
            size_limit_mb=None if limit is None else float(limit),
            forms=need("pdf", "forms"),
            hyperlinks=need("pdf", "hyperlinks"),
            dpi=dpi,
            rules=rules,
            sources=stated,
        )
    except ProfileError as error:
        raise CourtProfileError(f"{where}: pdf: {error}") from error


def _periods(raw: Mapping[str, Any], where: str) -> Periods:
    try:
        return periods_from(raw.get("retention"))
    except PeriodsError as error:
        raise CourtProfileError(f"{where}: retention: {error}") from error


def _stated(key: str, value: Any, where: str) -> Stated:
    try:
        page, checked_on = str(value["page"]), date.fromisoformat(str(value["checked_on"]))
    except (KeyError, TypeError, ValueError) as error:
        raise CourtProfileError(
            f"{where}: pdf: sources: {key} looks like {{page: https://…, checked_on: 2026-11-23}}."
        ) from error
    if not page.startswith("https://"):
        raise CourtProfileError(f"{where}: pdf: sources: {key}: page must begin with https://.")
    return Stated(page, checked_on)
