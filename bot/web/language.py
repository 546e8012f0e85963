"""The language of the page that is being made: English, or one of the catalogues in ``locale/``.

A request's language is its ``lang=``, else what its cookie says, else what the browser prefers.
"""

import io
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.triage.hours import ENGLISH as SPOKEN_ENGLISH
from bot.triage.hours import Spoken

LOCALE = Path(__file__).parent / "locale"
COOKIE = "helpdesk_language"
_YEAR_SECONDS = 365 * 24 * 3600


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
_language: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def load_languages(folder: Path = LOCALE) -> Mapping[str, Language]:
    """English, and every catalogue in ``folder``, by code."""
    found = {ENGLISH.code: ENGLISH}
    for file in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        code = file.parent.parent.name
        translations = read_translations(file)
        name = str(Locale.parse(code).get_display_name(code)).capitalize()
        found[code] = Language(code, name, translations, _spoken(code, translations.gettext))
    return found


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


def current_language() -> Language:
    """The language of the request that is being answered."""
    return _language.get()


def gettext(text: str) -> str:
    """``text`` in the language of the page."""
    return str(_language.get().translations.gettext(text)) if text else text


def ngettext(one: str, many: str, count: int) -> str:
    """``one`` or ``many``, as ``count`` wants it in the language of the page."""
    return str(_language.get().translations.ngettext(one, many, count))


def N_(text: str) -> str:  # noqa: N802  gettext's own name for it
    """Marks a text for the catalogues that is translated only when it is shown."""
    return text


def choose(request: Request, languages: Mapping[str, Language]) -> Language:
    """The language that a request asks for; the clerks' desk speaks English only."""
    if request.url.path.startswith("/desk"):
        return ENGLISH
    wishes = [request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")]
    accepted = request.headers.get("accept-language", "")[:200]
    wishes += [part.split(";")[0].split("-")[0].strip().lower() for part in accepted.split(",")]
    return next((languages[wish] for wish in wishes if wish in languages), ENGLISH)


class Languages:
    """ASGI middleware: sets each request's language, and keeps one that was asked for."""

    def __init__(self, app: ASGIApp, *, languages: Mapping[str, Language], attributes: str) -> None:
        self._app = app
        self._languages = languages
        self._attributes = f"Max-Age={_YEAR_SECONDS}; {attributes}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        language = choose(request, self._languages)
        asked = request.query_params.get("lang") == language.code

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Language", language.code)
                if asked:
                    headers.append("Set-Cookie", f"{COOKIE}={language.code}; {self._attributes}")
            await send(message)

        token = _language.set(language)
        try:
            await self._app(scope, receive, sending)
        finally:
            _language.reset(token)
