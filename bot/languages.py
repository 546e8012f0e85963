"""The languages that filers read: English, and one for each catalogue in ``bot/web/locale``."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from bot.triage.hours import ENGLISH as SPOKEN_ENGLISH
from bot.triage.hours import Spoken

LOCALE = Path(__file__).parent / "web" / "locale"


@dataclass(frozen=True)
class Language:
    """One language of the page; ``name`` is its own name for itself."""

    code: str
    name: str
    translations: NullTranslations = field(default_factory=NullTranslations)
    spoken: Spoken = SPOKEN_ENGLISH

    def day(self, day: date) -> str:
        """A date with its year: ``November 1, 2026``."""
        if self.code == "en":
            return f"{day:%B} {day.day}, {day.year}"
        return str(format_date(day, "long", locale=self.code))


ENGLISH = Language("en", "English")


@lru_cache(maxsize=1)
def languages() -> Mapping[str, Language]:
    """English and every catalogue, by code, read once."""
    found = {ENGLISH.code: ENGLISH}
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/messages.po")):
        code = file.parent.parent.name
        translations = read_translations(file)
        name = str(Locale.parse(code).get_display_name(code)).capitalize()
        found[code] = Language(code, name, translations, _spoken(code, translations.gettext))
    return found


def language_of(code: str | None) -> Language:
    """The language with this code; English for None and for one that there is no catalogue of."""
    return languages().get(code or "", ENGLISH)


def other_than_english(code: str | None) -> str | None:
    """The English name of the language with this code, for the court's staff; None for English."""
    language = language_of(code)
    if language is ENGLISH:
        return None
    return str(Locale.parse(language.code).get_display_name("en"))


def read_translations(file: Path) -> Translations:
    """A catalogue, made ready in memory."""
    with file.open("rb") as source:
        catalog = read_po(source, locale=file.parent.parent.name)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def _spoken(code: str, translate: Callable[[str], str]) -> Spoken:
    def day(value: date) -> str:
        locale = Locale.parse(code)
        month_and_day = locale.datetime_skeletons["MMMMd"].pattern
        return str(format_date(value, f"EEEE, {month_and_day}", locale=code))

    def clock(value: time) -> str:
        return str(format_time(value, "h:mm a", locale=f"{code}_US"))

    return Spoken(translate, day, clock, f"{code}_US")
