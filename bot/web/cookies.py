"""Who is asking: a conversation is known by a random cookie, and by nothing else."""

from starlette.requests import Request
from starlette.responses import Response

from bot.conversations import Conversation, conversation_by_token, start_conversation
from bot.settings import Settings
from bot.web.site import Site

_MAX_TOKEN_CHARS = 64


def kept_days(site: Site) -> int:
    """How long a conversation can be gone back to; the page says so."""
    return site.court.retention.transcripts


def cookie_name(settings: Settings) -> str:
    """The ``__Host-`` prefix binds the cookie to this host and to HTTPS."""
    return "__Host-helpdesk" if settings.https else "helpdesk"


def token_of(site: Site, request: Request) -> str | None:
    """The token that this request's cookie holds; it may open no conversation."""
    token = request.cookies.get(cookie_name(site.settings))
    return token if token and len(token) <= _MAX_TOKEN_CHARS else None


def known_conversation(site: Site, token: str | None) -> Conversation | None:
    """The conversation that a token opens, or None. Reads the database."""
    return conversation_by_token(site.engine, token) if token else None


def conversation_for(site: Site, token: str | None) -> tuple[Conversation, str | None]:
    """The conversation that a token opens, or a new one with its token, which must be set as
    cookie. A wrong token is the same as none. Reads and writes the database.

    Raises:
        TooOftenError: too many were begun from the client's network.
    """
    known = known_conversation(site, token)
    return (known, None) if known else begin_conversation(site)


def begin_conversation(site: Site) -> tuple[Conversation, str]:
    """A new conversation with its token.

    Raises:
        TooOftenError: too many were begun from the client's network.
    """
    site.limiter.conversation()
    return start_conversation(site.engine)


def cookie_attributes(site: Site) -> str:
    """What all cookies of the filer's pages have. See docs/decisions on cookies in frames."""
    if not site.settings.https:
        return "Path=/; HttpOnly; SameSite=Lax"
    # sent in a frame on another site too, where the browser keeps it apart from all others; what
    # changes anything is guarded by bot.web.guard and bot.web.form_tokens
    return "Path=/; HttpOnly; Secure; SameSite=None; Partitioned"


def set_cookie(site: Site, response: Response, token: str | None) -> None:
    """Hand a new conversation's token to the browser; nothing for None."""
    if token is not None:
        _set(site, response, token, kept_days(site) * 24 * 3600)


def clear_cookie(site: Site, response: Response) -> None:
    """Take the cookie back."""
    _set(site, response, "", 0)


def _set(site: Site, response: Response, value: str, seconds: int) -> None:
    # not by response.set_cookie, which knows no "Partitioned" before Python 3.14
    name = cookie_name(site.settings)
    cookie = f"{name}={value}; Max-Age={seconds}; {cookie_attributes(site)}"
    response.headers.append("Set-Cookie", cookie)
