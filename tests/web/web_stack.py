"""Runs the real server and the stand-in for Rasa in a thread, and clients against them."""

import asyncio
import contextlib
import io
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvloop
from fake_rasa import FakeRasa
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from sqlalchemy.engine import Engine

from bot.db.tables import turns
from bot.settings import Settings
from bot.web.server import bound_socket


class Running:
    """ASGI applications served by hypercorn in a thread of their own."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def call(self, coroutine: Awaitable[Any]) -> Any:
        """Run a coroutine there and wait for it."""

        async def run() -> Any:
            return await coroutine

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(20)

    def serve(self, app: Any, config: Config) -> Callable[[], None]:
        """Start serving; returns what ends it.

        The port is taken here, since hypercorn takes it when the application has begun, and then
        leaves the application running when it cannot have it.

        Raises:
            OSError: somebody else has the port.
            TimeoutError: the server does not begin within 30 s.
        """
        host, port = config.bind[0].rsplit(":", 1)
        bound = bound_socket(host, int(port))
        config.bind = [f"fd://{bound.detach()}"]
        config.accesslog = None
        ended = asyncio.Event()
        serving = asyncio.run_coroutine_threadsafe(
            hypercorn_serve(app, config, shutdown_trigger=ended.wait), self._loop
        )

        def end() -> None:
            self._loop.call_soon_threadsafe(ended.set)
            try:
                serving.result(30)
            except TimeoutError:
                raise TimeoutError(f"the server does not end; {self._waiting()}") from None

        until = time.monotonic() + 30
        while time.monotonic() < until:
            if serving.done():
                serving.result()
            with contextlib.suppress(OSError):
                socket.create_connection((host, int(port)), timeout=1).close()
                return end
            time.sleep(0.01)
        raise TimeoutError(f"the server on port {port} does not begin; {self._waiting()}")

    def _waiting(self) -> str:
        """Where the tasks of the loop are, for whoever must find out why nothing moves."""
        out = io.StringIO()
        for task in asyncio.all_tasks(self._loop):
            task.print_stack(limit=3, file=out)
        return out.getvalue()

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


FORM_TOKEN = "0123456789abcdef0123456789abcdef"


class Browser(httpx.Client):
    """Keeps cookies, and fills the hidden token into each form as our pages do."""

    def request(self, *args: Any, **kwargs: Any) -> httpx.Response:
        """Send a request; ``data`` and ``files`` are a form, and so is nothing, outside the API."""
        is_form = kwargs.get("content") is None and kwargs.get("json") is None
        if args[0] == "POST" and is_form and not str(args[1]).startswith("/api/"):
            kwargs["data"] = {"form_token": FORM_TOKEN, **(kwargs.get("data") or {})}
        return super().request(*args, **kwargs)


@dataclass
class Stack:
    """The server under test, and what stands behind it."""

    url: str
    settings: Settings
    rasa: FakeRasa
    engine: Engine
    start_rasa: Callable[[], Callable[[], None]]
    end_rasa: Callable[[], None]
    app: Any
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self, **kwargs: Any) -> httpx.Client:
        """A browser of its own: keeps its own cookies."""
        client = Browser(base_url=self.url, timeout=15, trust_env=False, **kwargs)
        client.cookies.set("helpdesk-form", FORM_TOKEN)
        self.clients.append(client)
        return client

    def close_clients(self) -> None:
        """Close the connections of all of them."""
        for client in self.clients:
            client.close()


def once(function: Callable[[], None]) -> Callable[[], None]:
    """The same function, which does nothing from the second call on."""
    done = False

    def call() -> None:
        nonlocal done
        if not done:
            done = True
            function()

    return call


def stored_turns(stack: Stack) -> list[Any]:
    """All stored turns, in order."""
    with stack.engine.connect() as connection:
        return list(connection.execute(turns.select().order_by(turns.c.id)).all())


def raw_exchange(stack: Stack, data: bytes, seconds: float = 10) -> bytes:
    """Send bytes as they are over a socket of its own, and read what comes until it is quiet."""
    with socket.create_connection(("127.0.0.1", stack.settings.web_port)) as client:
        client.settimeout(seconds)
        client.sendall(data)
        answer = client.recv(65536)
        client.settimeout(0.3)
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                answer += piece
    return answer
