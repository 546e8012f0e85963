"""The Redis that several servers share, as ``LOCK_STORE`` names it."""

import time
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

CONNECT_SECONDS = 0.3
ANSWER_SECONDS = 1.0
_PAUSE_SECONDS = 30.0
_SCHEMES = {"redis", "rediss"}


class LockStoreError(ValueError):
    """``LOCK_STORE`` cannot be used; the message says why."""


@dataclass(frozen=True)
class LockStore:
    """Where Redis answers."""

    host: str
    port: int = 6379
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False

    @property
    def url(self) -> str:
        """The same as an address, which :func:`lock_store_of` reads again."""
        user, password = quote(self.username or "", ""), quote(self.password or "", "")
        who = f"{user}:{password}@" if user or password else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "rediss" if self.tls else "redis"
        return f"{scheme}://{who}{host}:{self.port}/{self.database}"


def lock_store_of(text: str) -> LockStore:
    """The Redis of ``host``, ``host:port``, or ``redis://user:password@host:port/database``, with
    ``rediss://`` for TLS.

    Raises:
        LockStoreError: it names no host, or a port or database that is no number.
    """
    try:
        parts = urlsplit(text if "://" in text else f"redis://{text}")
        port = parts.port or 6379
        database = int(parts.path.strip("/") or 0)
    except ValueError as error:
        raise LockStoreError("LOCK_STORE has a port or a database that is no number.") from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise LockStoreError(
            "LOCK_STORE must be a host such as redis.example or an address such as "
            "rediss://user:password@redis.example:6380/0."
        )
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return LockStore(parts.hostname, port, database, user, password, parts.scheme == "rediss")


class Pause:
    """After a failure Redis is left alone for a while: each try may cost its whole time-out."""

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def lasts(self) -> bool:
        """Whether it is not to be asked yet."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        """It has just failed."""
        self._until = time.monotonic() + _PAUSE_SECONDS
