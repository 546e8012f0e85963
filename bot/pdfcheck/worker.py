"""This side of the worker process: start it, ask it, start it anew when it died."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.pdfcheck.child import DONE, END
from bot.pdfcheck.forkserver import A_CHILD, KILLED_BY_TIME, LENGTH, SPARES, STARVED

#: The folder that holds the package `bot`.
_ROOT = Path(__file__).resolve().parents[2]
# A report of 100 findings per rule has about one megabyte.
_LARGEST_ANSWER = 8_000_000
# How much later than the worker this side gives up: the worker has to notice and to kill.
_GRACE_SECONDS = 5.0
_ATTEMPTS = 2
# A busy machine takes some seconds until a worker has loaded what it needs.
_START_SECONDS = 60.0
# The last line of a whole answer. Within the others JSON has no line break.
_WHOLE = re.compile(rb"\n%s;\d+%s\Z" % (DONE.encode(), END))
_LONGEST_LAST_LINE = 64
_DIGITS = 20
_START = "from bot.pdfcheck.forkserver import main; main()"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child sent, and in `trouble` why it could not send all, in plain words.

    peak_kb: the most memory that the child had, shared pages included
    is_busy: whether it could not because other work kept the processor from it
    """

    data: bytes
    trouble: str | None = None
    peak_kb: int | None = None
    is_busy: bool = False


class WorkerDied(Exception):
    """The worker ended before the child was done. The file need not be the cause."""


class ChildDied(WorkerDied):
    """A child ended before it began on its file: by a system that wants memory, or with its
    worker. While the worker runs, its other children are not touched by that."""


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    control: socket.socket


class Worker:
    """A worker process, started on the first question. Safe for use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The system ends the worker with the thread that started it, so that one has to stay.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdfcheck-starter")
        self._running: _Running | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The worker's process number while it runs."""
        running = self._running
        return None if running is None else running.process.pid

    def ask(
        self,
        request: dict[str, Any],
        files: Sequence[int],
        wall_seconds: float,
        meanwhile: Callable[[], object] = lambda: None,
        *,
        until_it_ended: bool = False,
    ) -> Answer:
        """Have a child work on the open files and wait for its answer. Never raises for them.

        request: names the job, see `child.JOBS`, which says which files it wants.
        meanwhile: what to do in this process while the child works; it may be called several
            times, and must not move the files' positions
        until_it_ended: do not take the answer before the child is gone. For files that it may
            write: it could change them after they were looked at
        """
        left = _ATTEMPTS
        died = 0
        while left:
            running: _Running | None = None
            try:
                child, running = self._take_child()
                with child:
                    _send(child, request, files)
                    meanwhile()
                    deadline = time.monotonic() + wall_seconds + _GRACE_SECONDS
                    return _read_answer(child, deadline, until_it_ended)
            except (WorkerDied, OSError) as error:
                # An answer is empty as well when the worker is gone, and that is an attempt.
                is_alone = running is not None and running.process.poll() is None
                if isinstance(error, ChildDied) and is_alone and died < SPARES:
                    _log.warning("%s Another one is asked.", error)
                    died += 1
                    continue
                left -= 1
                if self._is_closed:
                    break
                # The filer learns only that the check failed; the administrator needs the cause.
                _log.error("The process that checks PDFs failed: %s", error)
                self._stop(running)
        return Answer(b"", "the process that checks files ended unexpectedly")

    def close(self) -> None:
        """End the worker and with it all children."""
        with self._lock:
            self._is_closed = True
            if self._running is not None:
                self._forget(self._running)
        self._starter.shutdown(wait=True)

    def _take_child(self) -> tuple[socket.socket, _Running]:
        """The socket of a child that waits for a request, and the worker that it belongs to."""
        with self._lock:
            running = self._start_if_needed()
            try:
                _, descriptors, _, _ = socket.recv_fds(running.control, len(A_CHILD), 1)
                if not descriptors:
                    raise WorkerDied("The worker ended.")
            except (OSError, WorkerDied):
                # It has just died, which poll does not always know yet.
                self._forget(running)
                raise
        return socket.socket(fileno=descriptors[0]), running

    def _start_if_needed(self) -> _Running:
        if self._is_closed:
            raise WorkerDied("The checker is closed.")
        if self._running is not None:
            if self._running.process.poll() is None:
                return self._running
            self._forget(self._running)
        self._running = self._starter.submit(_start).result()
        return self._running

    def _stop(self, running: _Running | None) -> None:
        with self._lock:
            # Another thread may have replaced it already.
            if running is not None and running is self._running:
                self._forget(running)

    def _forget(self, running: _Running) -> None:
        self._running = None
        _end(running)


def _start() -> _Running:
    ours, theirs = socket.socketpair()
    ours.settimeout(_START_SECONDS)
    # An empty folder, gone as soon as the worker is in it: nothing can be made there, and
    # nothing is left behind when this process is killed.
    with theirs, tempfile.TemporaryDirectory(prefix="pdfcheck-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # None of our environment: it holds the court's secrets.
            cwd=folder,
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    return _Running(process, ours)


def _send(child: socket.socket, request: dict[str, Any], files: Sequence[int]) -> None:
    body = json.dumps(request).encode()
    message = LENGTH.pack(len(body)) + body
    try:
        sent = socket.send_fds(child, [message], files)
        child.sendall(message[sent:])
    except (BrokenPipeError, ConnectionResetError):
        raise ChildDied("A child ended while it waited.") from None


def _end(running: _Running) -> None:
    # The worker then ends its children and itself, and leaves no dead process behind.
    running.control.close()
    try:
        running.process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        # The worker's own session: itself and its children, and nobody else.
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


def _read_answer(reply: socket.socket, deadline: float, until_it_ended: bool = False) -> Answer:
    parts: list[bytes] = []
    size = 0
    last_line = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise WorkerDied("The worker does not answer.")
        reply.settimeout(left)
        try:
            part = reply.recv(1 << 16)
        except TimeoutError:
            raise WorkerDied("The worker does not answer.") from None
        except ConnectionResetError:
            part = b""
        if not part:
            break
        size += len(part)
        if size > _LARGEST_ANSWER:
            return Answer(b"", "its findings are too many to send")
        parts.append(part)
        last_line = (last_line + part[-_LONGEST_LAST_LINE:])[-_LONGEST_LAST_LINE:]
        if not until_it_ended and part.endswith(END[-1:]) and _WHOLE.search(last_line):
            break
    if not parts:
        # A child that has begun says how it went, or the worker does.
        raise ChildDied("A child ended before it began.")
    data, _, how = b"".join(parts).rpartition(b"\n")
    ending, _, peak = how.removesuffix(END).decode("ascii", "replace").partition(";")
    peak_kb = int(peak) if peak.isdecimal() and len(peak) <= _DIGITS else None
    if ending == DONE:
        return Answer(data, None, peak_kb)
    if ending == STARVED:
        return Answer(data, "the computer that checks was too busy", peak_kb, is_busy=True)
    if ending == KILLED_BY_TIME:
        return Answer(data, "looking at it took too long", peak_kb)
    if ending in (f"signal {int(signal.SIGXCPU)}", f"signal {int(signal.SIGKILL)}"):
        return Answer(data, "looking at it took too much time or memory", peak_kb)
    if ending.startswith(("signal", "exit")):
        return Answer(data, f"the program that reads it gave up ({ending})", peak_kb)
    raise WorkerDied("The worker ended.")
