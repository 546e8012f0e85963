"""Runs the application behind hypercorn until the process is told to end."""

import asyncio
import logging
import signal
import socket
import sys

from h11 import Request
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from hypercorn.protocol.h11 import H11Protocol

from bot.settings import Settings
from bot.web.app import create_app

KEEP_ALIVE_SECONDS = 15
"""Longer than the 5 s for which many clients keep a connection, so that they seldom send on one
that we are just closing."""

GRACEFUL_SECONDS = 10
"""How long requests that are under way have when the server is told to end. Hypercorn then cuts
them off without a word, so who still sends or waits for an answer is told before."""
_LAST_WORDS_SECONDS = 2

STUCK_SECONDS = 60
"""How long a client may take nothing of what we send. Without an end, whoever reads no answer keeps
the connection for ever, and a thousand of them all that the process may open."""


def server_config(settings: Settings) -> Config:
    """Hypercorn's settings.

    ``keep_alive_timeout`` also ends a connection whose headers do not come. Bodies have limits of
    their own (``bot.web.bodies``). ``read_timeout`` also ends a connection on which we are still
    working for the client, so it must be longer than the longest turn.
    """
    config = Config()
    config.bind = [f"{settings.web_host}:{settings.web_port}"]
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.read_timeout = int(settings.turn_timeout_seconds) + 30
    config.graceful_timeout = GRACEFUL_SECONDS
    config.include_server_header = False
    # what goes wrong when the answer has begun is known to nobody else
    config.errorlog = logging.getLogger("hypercorn.error")
    # hypercorn has no setting for it
    H11Protocol._check_protocol = _stay_with_http_1  # type: ignore[method-assign]
    return config


async def _stay_with_http_1(self: H11Protocol, event: Request) -> None:
    """Never change to HTTP/2, which browsers and proxies speak over TLS only, and that ends before
    us. Requests that are taken back as soon as they are sent keep the server from everybody else's,
    and whoever changes the protocol behind a proxy speaks to us in the proxy's name."""


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket on the address, not yet listening.

    Raises:
        OSError: the port is taken, or the host is none of this machine.
    """
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if sys.platform == "linux":  # the connections have it from here
            milliseconds = STUCK_SECONDS * 1000
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests that are under way are finished.

    Raises:
        OSError: the port is taken.
        CourtProfileError, DatabaseUrlError: see :func:`bot.web.app.create_app`.
    """
    app, config = create_app(settings), server_config(settings)
    # bound by us, since hypercorn finds out only after it has started the application
    bound = bound_socket(settings.web_host, settings.web_port)
    config.bind = [f"fd://{bound.detach()}"]
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)

    async def end() -> None:
        await told.wait()
        app.state.site.ending.begin(GRACEFUL_SECONDS - _LAST_WORDS_SECONDS)

    await hypercorn_serve(app, config, shutdown_trigger=end)  # type: ignore[arg-type]
