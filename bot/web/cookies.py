"""Who is asking: a conversation is known by a random cookie, and by nothing else."""

from sqlalchemy.exc import IntegrityError
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


def known_or_begun(
    site: Site, token: str | None, first_token: str | None
) -> tuple[Conversation | None, str | None]:
    """The conversation that ``token`` opens; else the one that ``first_token`` does, with that
    token: its cookie has not come back yet. Reads the database."""
    known = known_conversation(site, token)
    if known:
        return known, None
    begun = known_conversation(site, first_token)
    return begun, first_token if begun else None


def conversation_for(
    site: Site, token: str | None, first_token: str | None = None
) -> tuple[Conversation, str | None]:
    """The conversation that one of the tokens opens, or a new one, with the token that must be set
    as cookie. A wrong token is the same as none. Reads and writes the database.

    Raises:
        TooOftenError: too many were begun from the client's network.
    """
    known, new_token = known_or_begun(site, token, first_token)
    return (known, new_token) if known else begin_conversation(site, first_token)


def begin_conversation(site: Site, first_token: str | None = None) -> tuple[Conversation, str]:
    """A new conversation with its token: ``first_token``, where one is given.

    Raises:
        TooOftenError: too many were begun from the client's network.
    """
    site.limiter.conversation()
    try:
        return start_conversation(site.engine, first_token)
    except IntegrityError:
        # another server has begun it for the same form meanwhile
        known = known_conversation(site, first_token)
        if known is None or first_token is None:
            raise
        return known, first_token


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
