"""How often a filer may do what costs something: messages, files, new conversations, look-ups.

Counts are in Redis where ``LOCK_STORE`` names one, so that several web servers share them, else in
this process. A Redis that does not answer stops nobody: this process counts alone meanwhile.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.addresses import one_client
from bot.lock_store import ANSWER_SECONDS, CONNECT_SECONDS, LockStore, Pause
from bot.settings import Limits
from bot.web.proxies import neighbourhood

log = logging.getLogger(__name__)
_client: ContextVar[str] = ContextVar("client", default="unknown")
_BY_A_PROXY = frozenset({b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via"})
_FIRST_FILES = 6  # of one network that may arrive at a time
# two for each sign-in, and all clerks of an office may have one address
_COURT_SIGN_INS = "60/minute"
_is_here: ContextVar[bool] = ContextVar("is_here", default=False)


class TooOftenError(Exception):
    """Something was done too often. ``what`` names the limit; ``seconds`` until it is free."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(f"{what}: wait {seconds} s")
        self.what = what
        self.seconds = seconds


class Limiter:
    """Counts, and refuses. Redis is asked over the network: call in a thread, but for
    :meth:`first_file`."""

    def __init__(self, limits: Limits, redis: LockStore | None = None) -> None:
        self._limits = {
            "messages": parse_many(limits.messages) if limits.messages else [],
            "uploads": parse_many(limits.uploads) if limits.uploads else [],
            "conversations": parse_many(limits.conversations) if limits.conversations else [],
            "lookups": parse_many(limits.lookups) if limits.lookups else [],
            "court sign-ins": parse_many(_COURT_SIGN_INS),
        }
        self._limits_this_machine = limits.this_machine
        self._arriving: Counter[str] = Counter()
        self._here = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(redis)) if redis else None
        self._pause = Pause()

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

    def may_begin_conversation(self) -> None:
        """Whether the client's network may begin one more, which is not counted yet.

        Raises:
            TooOftenError
        """
        self._count("conversations", neighbourhood(_client.get()), look=True)

    @contextmanager
    def first_file(self) -> Iterator[None]:
        """While a file arrives that will begin a conversation; asks nobody. The conversation is
        counted when the file is here, by :meth:`conversation`: on a bad line many tries are needed.

        Raises:
            TooOftenError: too many such files of the network are just arriving.
        """
        network = neighbourhood(_client.get())
        if self._arriving[network] >= _FIRST_FILES and not self._is_free():
            raise TooOftenError("uploads", 60)
        self._arriving[network] += 1
        try:
            yield
        finally:
            self._arriving[network] -= 1
            if not self._arriving[network]:
                del self._arriving[network]

    def lookup(self) -> None:
        """One more look-up by code from the client.

        Raises:
            TooOftenError
        """
        self._count("lookups", one_client(_client.get()))

    def court_sign_in(self) -> None:
        """One more time that the court's own sign-in is asked for the client.

        Raises:
            TooOftenError
        """
        self._count("court sign-ins", one_client(_client.get()))

    def _is_free(self) -> bool:
        return _is_here.get() and not self._limits_this_machine

    def _count(self, what: str, whose: str, *, look: bool = False) -> None:
        limits = self._limits[what]
        if not limits or self._is_free():
            return
        count = require_free if look else hit
        if self._shared is not None and not self._pause.lasts:
            try:
                count(self._shared, limits, what, whose)
            except (StorageError, OSError) as error:
                self._pause.begin()
                log.error("Redis does not count, so this process does alone for a while: %s", error)
            else:
                return
        count(self._here, limits, what, whose)


def hit(
    limiter: MovingWindowRateLimiter, limits: Sequence[RateLimitItem], what: str, whose: str
) -> None:
    """Count one, if all limits let it pass.

    Raises:
        TooOftenError
    """
    require_free(limiter, limits, what, whose)
    for limit in limits:
        limiter.hit(limit, what, whose)


def require_free(
    limiter: MovingWindowRateLimiter, limits: Sequence[RateLimitItem], what: str, whose: str
) -> None:
    """Do nothing when all limits would let one more pass.

    Raises:
        TooOftenError
    """
    for limit in limits:
        if not limiter.test(limit, what, whose):
            # by the clock that the library counts by
            free_at = limiter.get_window_stats(limit, what, whose).reset_time
            raise TooOftenError(what, max(1, round(free_at - time.time())))


def _redis(store: LockStore) -> RedisStorage:
    return RedisStorage(
        store.url,
        wrap_exceptions=True,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
    )


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
