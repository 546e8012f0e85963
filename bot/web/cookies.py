"""Who is asking: a conversation is known by a random cookie, and by nothing else."""

from starlette.requests import Request
from starlette.responses import Response

from bot.conversations import Conversation, conversation_by_token, start_conversation
from bot.settings import Settings
from bot.web.site import Site

_MAX_TOKEN_CHARS = 64
# sent in a frame on another site too, where the browser keeps it apart from that of our own pages;
# it wants HTTPS. What changes anything is guarded by bot.web.guard
_FOR_FRAMES = "Secure; SameSite=None; Partitioned"


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
    cookie. A wrong token is the same as none. Reads and writes the database."""
    known = known_conversation(site, token)
    return (known, None) if known else start_conversation(site.engine)


def set_cookie(site: Site, response: Response, token: str | None) -> None:
    """Hand a new conversation's token to the browser; nothing for None."""
    if token is not None:
        _send_cookie(site, response, token, kept_days(site) * 24 * 3600)


def clear_cookie(site: Site, response: Response) -> None:
    """Take the cookie back."""
    _send_cookie(site, response, "", 0)


def _send_cookie(site: Site, response: Response, value: str, seconds: int) -> None:
    # by hand: Python's own cookies know Partitioned from 3.14 on
    response.headers.append(
        "Set-Cookie",
        f"{cookie_name(site.settings)}={value}; Max-Age={seconds}; Path=/; HttpOnly; "
        + (_FOR_FRAMES if site.settings.https else "SameSite=Lax"),
    )
