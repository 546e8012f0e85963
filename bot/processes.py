"""Ending processes that we started, with all that they started themselves."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
_KILLED_SECONDS = 5.0


def signal_group(pid: int, number: int) -> None:
    """Signal a process that was started in a session of its own, and all of that session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def end_with_parent() -> None:
    """In the child, on Linux: end when the parent is killed, so that nothing stays behind."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def end_groups(processes: Sequence[asyncio.subprocess.Process], grace: float) -> None:
    """Ask processes that were started in sessions of their own to end; kill all of them when one
    has not ended after ``grace`` seconds."""
    alive = [process for process in processes if process.returncode is None]
    for process in alive:
        signal_group(process.pid, signal.SIGTERM)
    if alive:
        waits = [asyncio.create_task(process.wait()) for process in alive]
        _, late = await asyncio.wait(waits, timeout=grace)
        if late:
            for process in alive:
                signal_group(process.pid, signal.SIGKILL)
            await asyncio.wait(late, timeout=_KILLED_SECONDS)
