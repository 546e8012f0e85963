"""One message of a conversation at a time: those behind it stand in line."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

MAX_IN_LINE = 8


class LineFullError(RuntimeError):
    """Too many messages of one conversation wait already."""


class Lines:
    """A lock for each key, kept only while somebody stands in its line."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @contextmanager
    def join(self, key: str) -> Iterator[asyncio.Lock]:
        """Stand in the line of ``key``; it is one's turn while one holds the lock.

        Raises:
            LineFullError: :data:`MAX_IN_LINE` are in line.
        """
        lock, users = self._locks.get(key) or (asyncio.Lock(), 0)
        if users >= MAX_IN_LINE:
            raise LineFullError
        self._locks[key] = (lock, users + 1)
        try:
            yield lock
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)
