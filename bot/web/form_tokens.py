"""The token in every form of a filer's page: it must match a cookie that only our pages set.

It is a second lock behind :mod:`bot.web.guard`, for browsers whose headers cannot be trusted.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import words
from bot.web.refused import RefusedError

FIELD = "form_token"
_CHARS = 32


@dataclass
class _Token:
    value: str
    is_new: bool
    is_used: bool = False


_token: ContextVar[_Token | None] = ContextVar("form token", default=None)


def cookie_name(*, https: bool) -> str:
    """The ``__Host-`` prefix keeps sites beside ours from setting it."""
    return "__Host-helpdesk-form" if https else "helpdesk-form"


def form_token() -> str:
    """The token for the forms of the page that is being made."""
    token = _token.get()
    if token is None:
        return ""
    token.is_used = True
    return token.value


def check_form(fields: Mapping[str, str]) -> None:
    """
    Raises:
        RefusedError: the form was not made for this browser.
    """
    token = _token.get()
    if token is None or token.is_new:
        raise RefusedError(403, words.NO_COOKIE)
    if not hmac.compare_digest(token.value.encode(), fields.get(FIELD, "").encode()):
        raise RefusedError(403, words.OLD_FORM)


def first_token(form_id: str | None) -> str | None:
    """What opens the conversation that this form begins: the same each time the form is sent, so
    that a double click begins one conversation. Only the browser that got the form can tell it:
    both parts are random, and one is a cookie."""
    token = _token.get()
    if token is None or not form_id:
        return None
    return hashlib.sha256(f"{token.value}\0{form_id}".encode("utf-8", "replace")).hexdigest()


class FormTokens:
    """ASGI middleware: knows the browser's token, and hands one out with the first form."""

    def __init__(self, app: ASGIApp, *, https: bool, attributes: str) -> None:
        self._app = app
        self._name = cookie_name(https=https)
        self._attributes = attributes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Request(scope).cookies.get(self._name, "")
        is_ours = len(given) == _CHARS and given.isascii() and given.isalnum()
        token = _Token(given if is_ours else secrets.token_hex(_CHARS // 2), not is_ours)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and token.is_new and token.is_used:
                headers = MutableHeaders(scope=message)
                headers.append("Set-Cookie", f"{self._name}={token.value}; {self._attributes}")
            await send(message)

        reset = _token.set(token)
        try:
            await self._app(scope, receive, sending)
        finally:
            _token.reset(reset)
