"""Two benchmarks at once would measure each other."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from bench.places import CACHE, BenchError


@contextmanager
def alone() -> Iterator[None]:
    """Hold the benchmark's lock while the block lasts; it also falls when the process dies.

    Raises:
        BenchError: another benchmark of this checkout runs.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BenchError(
                "Another benchmark of this checkout is running: wait for its end."
            ) from None
        yield
