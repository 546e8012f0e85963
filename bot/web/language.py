"""The language of the page that is being made.

A request's language is its ``lang=``, else what its cookie says, else what the browser prefers.
"""

from collections.abc import Mapping
from contextvars import ContextVar

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.languages import ENGLISH, Language

COOKIE = "helpdesk_language"
_YEAR_SECONDS = 365 * 24 * 3600

_language: ContextVar[Language] = ContextVar("language", default=ENGLISH)


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
