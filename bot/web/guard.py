"""What holds for every request: security headers, no requests from other sites, errors as text,
and connections that end well when a body was not read."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import words

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors"
)
HEADERS = {
    "Content-Security-Policy": f"{_POLICY} 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""What every answer says; only the filer's pages may be shown in a frame."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LINGER_SECONDS = 30.0
log = logging.getLogger(__name__)


class ForeignError(Exception):
    """A browser says that another site sent the request."""


ErrorAnswer = Callable[[Request, Exception], Awaitable[Response]]


def from_other_site(headers: Headers) -> bool:
    """Whether a browser says that another site sent this request.

    Programs that are no browsers send neither header; they carry no filer's cookie by themselves.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return False
    # without the scheme: behind a proxy that ends TLS we do not see it
    try:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        answer: ErrorAnswer,
        https: bool,
        embedded_on: Sequence[str] = (),
        public_url: str | None = None,
    ) -> None:
        self._host = host_name(urlsplit(public_url).netloc) if public_url else None
        self._app = app
        self._answer = answer
        framed = " ".join([_POLICY, "'self'", *embedded_on])
        self._headers = {**HEADERS, "Content-Security-Policy": framed}
        if https:
            # browsers heed these two over HTTPS only
            self._headers["Strict-Transport-Security"] = "max-age=31536000"
            self._headers["Cross-Origin-Opener-Policy"] = "same-origin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, Headers(scope=scope))
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if not body.ended or body.has_two_lengths:
                    headers["Connection"] = "close"
            elif not message.get("more_body") and not body.ended:
                await body.linger(send, message)
                return
            await send(message)

        request = Request(scope, body.receive)
        try:
            if self._is_foreign(request):
                response = await self._answer(request, ForeignError())
                await response(scope, body.receive, guarded_send)
            else:
                await self._app(scope, body.receive, guarded_send)
        except Exception as error:
            if started:
                # nobody can be told any more, so the log is all there is
                words.problem_number(log, "an answer broke off", error)
                raise
            response = await self._answer(request, error)
            await response(scope, body.receive, guarded_send)

    def _is_foreign(self, request: Request) -> bool:
        name = host_name(request.headers.get("host", ""))
        # a load balancer may ask for our health by any name
        is_checked = self._host is not None and request.url.path != "/health"
        if is_checked and name not in {self._host, "localhost", None}:
            # a name of somebody else's that leads here (DNS rebinding), or a proxy before us that
            # does not pass the name on
            log.warning(
                "refused: the Host %r is not that of HELPDESK_PUBLIC_URL, %s", name, self._host
            )
            return True
        return request.method not in _SAFE and from_other_site(request.headers)


def host_name(host: str) -> str | None:
    """The name in a Host header; None for an address, which nobody can have lead elsewhere."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return ""
    try:
        ip_address(name or "127.0.0.1")
    except ValueError:
        return name
    return None


class _Body:
    """Knows whether a request's body has been read to its end."""

    def __init__(self, receive: Receive, headers: Headers) -> None:
        self._receive = receive
        # a proxy may count otherwise than we do, and take for one request's body what we should
        # take for the next request (RFC 9112, 6.1): so there is none on this connection
        self.has_two_lengths = "content-length" in headers and "transfer-encoding" in headers
        self.ended = headers.get("content-length", "0") == "0" and (
            "transfer-encoding" not in headers
        )

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            self.ended = True
        return message

    async def linger(self, send: Send, last: Message) -> None:
        """Send the last piece, then read and forget the rest of the body for a while.

        A server that closes while a client still sends resets the connection, and the client
        never sees what it was told.
        """
        await send({**last, "more_body": True})
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while not self.ended:
                    await self.receive()
        except TimeoutError:
            pass
        # hypercorn reports the end to us through the queue that a flood of pieces may have filled
        emptying = asyncio.create_task(self._empty())
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if self.ended:
            emptying.cancel()

    async def _empty(self) -> None:
        while not self.ended:
            await self.receive()
