"""The end of the server: until when what is under way may still be waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Ending:
    """Knows what the server waits for, and until when it may once it is told to end."""

    def __init__(self) -> None:
        self._waits: set[asyncio.Timeout] = set()
        self._end: float | None = None

    def begin(self, seconds: float) -> None:
        """The server ends: what it waits for, or begins to wait for, has so long."""
        self._end = asyncio.get_running_loop().time() + seconds
        for wait in self._waits:
            wait.reschedule(self._at_most(wait.when()))

    @property
    def is_over(self) -> bool:
        """Whether nothing is waited for any more."""
        return self._end is not None and asyncio.get_running_loop().time() >= self._end

    @asynccontextmanager
    async def wait_until(self, due: float | None = None) -> AsyncIterator[None]:
        """Wait for something; ``due`` is a time of the loop's clock.

        Raises:
            TimeoutError: it did not come until ``due`` or the end.
        """
        async with asyncio.timeout_at(self._at_most(due)) as wait:
            self._waits.add(wait)
            try:
                yield
            finally:
                self._waits.discard(wait)

    def _at_most(self, due: float | None) -> float | None:
        if self._end is None:
            return due
        return self._end if due is None else min(due, self._end)
