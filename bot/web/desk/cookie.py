"""The desk's own cookie, and what is derived from it: the token in every form, and a notice that
is shown once."""

import base64
import hashlib
import hmac
import secrets
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from bot.web.site import Site

_MAX_TOKEN_CHARS = 64
_MOST_SAID = 600
_PAGE_BYTES = 12
_BEFORE, _MOST_BEFORE = "desk-before", 4
# never sent along when another site leads here; see access.py on how a link arrives all the same
_SAME_SITE: Literal["strict"] = "strict"


def cookie_name(https: bool, kind: str = "desk") -> str:
    """The ``__Host-`` prefix binds the cookie to this host and to HTTPS."""
    return f"__Host-{kind}" if https else kind


def desk_token(site: Site, request: Request) -> str | None:
    """The token in this request's cookie; it may open no session."""
    token = request.cookies.get(cookie_name(site.settings.https))
    return token if token and len(token) <= _MAX_TOKEN_CHARS else None


def tokens_before(site: Site, request: Request) -> list[str]:
    """The tokens that this browser had before its last sign-ins. Their sessions are over, so they
    open nothing; a form that was made for one of them was still ours."""
    given = request.cookies.get(cookie_name(site.settings.https, _BEFORE), "")
    return [
        token for token in given.split(".")[:_MOST_BEFORE] if 0 < len(token) <= _MAX_TOKEN_CHARS
    ]


def keep_token_before(site: Site, request: Request, response: Response) -> None:
    """Remember the token that this browser has now, before it gets another one or none."""
    token = desk_token(site, request)
    if token is not None:
        known = [one for one in tokens_before(site, request) if one != token]
        _set(site, response, _BEFORE, ".".join([token, *known][:_MOST_BEFORE]))


def new_token() -> str:
    """For the form of somebody who has no session yet. It opens nothing."""
    return secrets.token_urlsafe(32)


def set_desk_cookie(site: Site, response: Response, token: str) -> None:
    """Hand a token to the browser, until the browser is closed."""
    _set(site, response, "desk", token)


def clear_desk_cookie(site: Site, response: Response) -> None:
    """Take it back."""
    _clear(site, response, "desk")


def form_token(token: str) -> str:
    """What the forms of one page of this session carry: the proof that they are ours, and behind
    it some signs of this page alone, so that a form that is sent twice is noticed."""
    return _form_proof(token) + secrets.token_hex(_PAGE_BYTES)


def is_form_token(token: str, given: str) -> bool:
    """Whether a form was made for this session."""
    proof = _form_proof(token)
    return hmac.compare_digest(proof.encode(), given[: len(proof)].encode("utf-8", "replace"))


def _form_proof(token: str) -> str:
    return hashlib.sha256(f"form\0{token}".encode()).hexdigest()


def set_said(site: Site, response: Response, token: str, text: str) -> None:
    """Have ``text`` shown on the next page of this session, once."""
    packed = base64.urlsafe_b64encode(text.encode()[:_MOST_SAID]).decode()
    _set(site, response, "desk-said", f"{packed}.{_said_proof(token, packed)}")


def take_said(site: Site, request: Request, token: str) -> str | None:
    """The text to show once; None where there is none or the server did not write it."""
    given = request.cookies.get(cookie_name(site.settings.https, "desk-said"), "")
    packed, _, proof = given.partition(".")
    if not packed or not hmac.compare_digest(_said_proof(token, packed).encode(), proof.encode()):
        return None
    return base64.urlsafe_b64decode(packed).decode("utf-8", "ignore")


def clear_said(site: Site, response: Response) -> None:
    """It was shown."""
    _clear(site, response, "desk-said")


def _said_proof(token: str, packed: str) -> str:
    return hashlib.sha256(f"said\0{token}\0{packed}".encode("utf-8", "replace")).hexdigest()


def _set(site: Site, response: Response, kind: str, value: str) -> None:
    response.set_cookie(
        cookie_name(site.settings.https, kind),
        value,
        path="/",
        secure=site.settings.https,
        httponly=True,
        samesite=_SAME_SITE,
    )


def _clear(site: Site, response: Response, kind: str) -> None:
    response.delete_cookie(
        cookie_name(site.settings.https, kind),
        path="/",
        secure=site.settings.https,
        httponly=True,
        samesite=_SAME_SITE,
    )
