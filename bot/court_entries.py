"""The entries of ``data/court.yml``, each told by file, line and name where it is of no use."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.pdfcheck.profile import Profile
from bot.retention.periods import Periods
from bot.triage.weights import Weights
from bot.yaml_file import FileEntries, YamlError, read_yaml

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_LINK = re.compile(r"https://[^\s/<>\"'()]+\.[^\s<>\"']+")
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]+\.[^\s@<>]+")
# what each section may hold; the names under links are the court's own
_SECTIONS: Mapping[str, frozenset[str] | None] = {
    "court": frozenset({"name", "short_name", "code", "time_zone", "nextgen_since"}),
    "links": None,
    "clerk": frozenset({"phones", "phones_checked_on", "email", "hours", "closures"}),
    "pacer": frozenset({"phone", "email", "hours"}),
    "help_sessions": frozenset({"hours", "capacity", "zoom_link"}),
    "triage": frozenset({"weights"}),
    "embedding": frozenset({"origins"}),
    "pdf": frozenset(field.name for field in fields(Profile)),
    "articles": frozenset({"stale_after_days"}),
    "retention": frozenset(field.name for field in fields(Periods)),
}
_WEIGHTS = frozenset(field.name for field in fields(Weights)) - {"zone"}
_SOURCES = frozenset({"release", "size_limit_mb", "forms", "hyperlinks", "dpi"})


class CourtProfileError(ValueError):
    """``data/court.yml`` cannot be used as it stands; the message names file, line and entry."""


class Entries(FileEntries):
    """What stands in the file."""

    error = CourtProfileError

    def section(self, name: str) -> Mapping[str, Any]:
        """All entries of a section; none where it is left out."""
        found = self.yaml.content.get(name)
        return found if isinstance(found, Mapping) else {}

    def need(self, section: str, key: str) -> Any:
        """The value of an entry that must be there, perhaps null."""
        found = self.section(section)
        if key not in found:
            self.fail(section, key, says="is missing.")
        return found[key]

    def text(self, section: str, key: str) -> str:
        """A text that must be there."""
        value = self.need(section, key)
        if not isinstance(value, str) or not value.strip():
            hint = "" if value is None or isinstance(value, str) else ": put it into quotes"
            self.fail(section, key, says=f"must be a text{hint}.")
        return value.strip()

    def email(self, section: str, key: str) -> str:
        """An e-mail address that must be there."""
        value = self.text(section, key)
        if not _ADDRESS.fullmatch(value):
            self.fail(section, key, says="must be an e-mail address.")
        return value

    def link(self, section: str, key: str) -> str | None:
        """A web address, or None where it is null or left out."""
        value = self.section(section).get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.startswith("https://"):
            self.fail(section, key, says="must begin with https://.")
        if not _LINK.fullmatch(value):
            self.fail(section, key, says=f"must be the address of a page, not {value!r}.")
        return value

    def hours(self, section: str) -> dict[str, str] | None:
        """Hours by weekday, or None where the court has stated none."""
        value = self.need(section, "hours")
        if value is None:
            return None
        if not isinstance(value, dict) or not value:
            says = 'looks like {mon: "09:00-16:00"}, or is null where the court has stated none.'
            self.fail(section, "hours", says=says)
        for day, span in value.items():
            if day not in DAYS:
                says = f'looks like {{mon: "09:00-16:00"}}; days are {", ".join(DAYS)}.'
                self.fail(section, "hours", str(day), says=says)
            if not isinstance(span, str) or not _HOURS.fullmatch(span):
                says = 'looks like "09:00-16:00", one span a day, with two digits for each hour.'
                self.fail(section, "hours", day, says=says)
            start, _, end = span.partition("-")
            if start >= end:
                self.fail(section, "hours", day, says="ends before it begins.")
        return value

    def day(self, value: object, *keys: str | int) -> date:
        """A day of the calendar, such as 2026-12-24."""
        try:
            if isinstance(value, datetime):
                raise ValueError
            return date.fromisoformat(str(value))
        except ValueError as error:
            self.fail(*keys, says=f"must be a day such as 2026-12-24, not {value}.", why=error)

    def time_zone(self) -> ZoneInfo:
        """The court's time zone."""
        name = self.text("court", "time_zone")
        says = f"is unknown: {name!r}. Take a name such as America/Denver or Pacific/Honolulu"
        try:
            zone = ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
            like = get_close_matches(name, available_timezones(), 1, 0.8)
            hint = f"; did you mean {like[0]}?" if like else "."
            self.fail("court", "time_zone", says=f"{says}{hint}", why=error)
        if "/" not in name or name.startswith("Etc/"):
            self.fail(
                "court",
                "time_zone",
                says=f"is {name!r}, which knows no summer time. Take a name with a place, such as "
                "America/Denver, or America/Phoenix where the clock is never changed.",
            )
        return zone

    def phones(self) -> tuple[tuple[str, str], ...]:
        """Office and number of each phone of the clerk."""
        listed = self.need("clerk", "phones")
        says = "looks like [{office: Casper, number: 307-555-0100}]"
        if listed is None or listed == []:
            self.fail("clerk", "phones", says=f"{says}; one phone of the clerk is needed.")
        if not isinstance(listed, list):
            self.fail("clerk", "phones", says=f"{says}.")
        return tuple(self._phone(number, phone) for number, phone in enumerate(listed))

    def _phone(self, number: int, phone: object) -> tuple[str, str]:
        place = ("clerk", "phones", number)
        if not isinstance(phone, Mapping):
            self.fail(*place, says="looks like {office: Casper, number: 307-555-0100}.")
        self.check_known(phone, {"office", "number"}, *place)
        for name in ("office", "number"):
            value = phone.get(name)
            if not isinstance(value, str) or not value.strip():
                hint = "in quotes " if isinstance(value, int) else ""
                self.fail(*place, name, says=f"must be a text {hint}and must not be empty.")
        if not re.search(r"\d", phone["number"]):
            self.fail(*place, "number", says="must be a phone number.")
        return phone["office"].strip(), phone["number"].strip()

    def closures(self) -> tuple[date, ...]:
        """Days on which the office is closed beyond the federal holidays."""
        listed = self.section("clerk").get("closures")
        if not isinstance(listed, list | None):
            self.fail("clerk", "closures", says='is a list of days: ["2026-12-24"], or [].')
        days = enumerate(listed or ())
        return tuple(self.day(value, "clerk", "closures", number) for number, value in days)

    def check_names(self) -> None:
        """Refuse a name that is misspelled or unknown, in every section."""
        self.check_known(self.yaml.content, _SECTIONS)
        for name, known in _SECTIONS.items():
            entries = self.yaml.content.get(name)
            if entries is not None and not isinstance(entries, Mapping):
                self.fail(name, says="holds entries of its own, each on a line, indented.")
            if known is not None:
                self.check_known(entries or {}, known, name)
        weights = self.section("triage").get("weights")
        if isinstance(weights, Mapping):
            self.check_known(weights, _WEIGHTS, "triage", "weights")
        sources = self.section("pdf").get("sources")
        if isinstance(sources, Mapping):
            self.check_known(sources, _SOURCES, "pdf", "sources")
            for key, value in sources.items():
                if isinstance(value, Mapping):
                    self.check_known(value, {"page", "checked_on"}, "pdf", "sources", key)


def read_entries(path: Path) -> Entries:
    """Read the file; nothing is known yet of what its entries hold.

    Raises:
        CourtProfileError: it is missing, is no YAML, or an entry's name is wrong or there twice.
    """
    try:
        content = read_yaml(path.read_text(encoding="utf-8-sig"), first_line=1)
    except OSError as error:
        raise CourtProfileError(
            f"{path} cannot be read: {error.strerror}. It is the court profile: put it there, or "
            "name another one as HELPDESK_COURT_FILE."
        ) from error
    except UnicodeDecodeError as error:
        raise CourtProfileError(f"{path} is not written in UTF-8: save it so.") from error
    except YamlError as error:
        raise CourtProfileError(error.in_file(path)) from error
    if not isinstance(content.content, dict):
        raise CourtProfileError(f"{path} must hold entries such as court: and links:.")
    entries = Entries(path, content)
    entries.check_names()
    return entries
