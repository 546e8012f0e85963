"""Whether the page that is being made is shown in a frame on another page (``embed.js``)."""

from contextvars import ContextVar

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

_framed: ContextVar[bool] = ContextVar("framed", default=False)


def is_framed() -> bool:
    """Whether it is."""
    return _framed.get()


class Frames:
    """ASGI middleware: ``embedded=1`` says so for the first page, and most browsers say it for
    those that follow in the frame too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        framed = request.headers.get("sec-fetch-dest") == "iframe"
        reset = _framed.set(framed or request.query_params.get("embedded") == "1")
        try:
            await self._app(scope, receive, send)
        finally:
            _framed.reset(reset)
