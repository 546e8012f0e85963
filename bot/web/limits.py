"""How often a filer may do what costs something: messages, files, new conversations, look-ups.

Counts are in Redis where ``LOCK_STORE`` names one, so that several web servers share them, else in
this process. A Redis that does not answer stops nobody: this process counts alone meanwhile.
"""

import logging
import time
from collections.abc import Sequence
from contextvars import ContextVar
from ipaddress import ip_address

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.addresses import one_client
from bot.settings import Limits
from bot.web.proxies import neighbourhood

log = logging.getLogger(__name__)
_client: ContextVar[str] = ContextVar("client", default="unknown")
_BY_A_PROXY = frozenset({b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via"})
_is_here: ContextVar[bool] = ContextVar("is_here", default=False)


class TooOftenError(Exception):
    """Something was done too often. ``what`` names the limit; ``seconds`` until it is free."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(f"{what}: wait {seconds} s")
        self.what = what
        self.seconds = seconds


class Limiter:
    """Counts, and refuses. Redis is asked over the network: call in a thread."""

    def __init__(self, limits: Limits, redis: str | None = None) -> None:
        self._limits = {
            "messages": parse_many(limits.messages) if limits.messages else [],
            "uploads": parse_many(limits.uploads) if limits.uploads else [],
            "conversations": parse_many(limits.conversations) if limits.conversations else [],
            "lookups": parse_many(limits.lookups) if limits.lookups else [],
        }
        self._limits_this_machine = limits.this_machine
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(redis)) if redis else None

    def message(self, conversation_id: str) -> None:
        """One more message.

        Raises:
            TooOftenError
        """
        self._count("messages", conversation_id)

    def upload(self, conversation_id: str) -> None:
        """One more file.

        Raises:
            TooOftenError
        """
        self._count("uploads", conversation_id)

    def conversation(self) -> None:
        """One more conversation from the client's network.

        Raises:
            TooOftenError
        """
        self._count("conversations", neighbourhood(_client.get()))

    def lookup(self) -> None:
        """One more look-up by code from the client.

        Raises:
            TooOftenError
        """
        self._count("lookups", one_client(_client.get()))

    def _count(self, what: str, whose: str) -> None:
        limits = self._limits[what]
        if not limits or (_is_here.get() and not self._limits_this_machine):
            return
        if self._shared is not None:
            try:
                hit(self._shared, limits, what, whose)
            except (StorageError, OSError) as error:
                log.error("Redis does not count, so this process does alone: %s", error)
            else:
                return
        hit(self._here, limits, what, whose)


def hit(
    limiter: MovingWindowRateLimiter, limits: Sequence[RateLimitItem], what: str, whose: str
) -> None:
    """Count one, if all limits let it pass.

    Raises:
        TooOftenError
    """
    for limit in limits:
        if not limiter.test(limit, what, whose):
            # by the clock that the library counts by
            free_at = limiter.get_window_stats(limit, what, whose).reset_time
            raise TooOftenError(what, max(1, round(free_at - time.time())))
    for limit in limits:
        limiter.hit(limit, what, whose)


def _redis(host: str) -> RedisStorage:
    address = host if "://" in host else f"redis://{host}"
    return RedisStorage(address, wrap_exceptions=True, socket_timeout=1)


class Clients:
    """ASGI middleware: remembers whose request is being answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        client = scope.get("client")
        address = client[0] if client else "unknown"
        of_client = _client.set(address)
        of_place = _is_here.set(_at_this_machine(address, scope))
        try:
            await self._app(scope, receive, send)
        finally:
            _client.reset(of_client)
            _is_here.reset(of_place)


def _at_this_machine(address: str, scope: Scope) -> bool:
    """Whether a browser on this machine asks, and not a proxy on it for somebody else."""
    if scope["type"] != "http":
        return False
    try:
        local = ip_address(address).is_loopback
    except ValueError:
        return False
    return local and not any(name.lower() in _BY_A_PROXY for name, _ in scope["headers"])
