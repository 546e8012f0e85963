"""The worker: a process that has pikepdf loaded and forks a child for each file.

Some children are always forked ahead and wait, since a fork and what a child touches first take
longer than most files. Each works on one file only, as all do.

Started by `Worker`, which gives it a socket. On it the worker sends, with one byte each, one end of
a socket for each child that waits, and it ends when the other side closes it. It opens no PDF
itself but our own.

A request goes straight to a child: four bytes of length, then JSON, with the open files that the
job works on. The child tells the worker that it has begun and how long it may take, and sends its
findings on the same socket, one line of JSON for each part, at last a line break, "done", a
semicolon, the most memory that it had in kilobytes, and ";end". When it ended otherwise the worker
adds the line break and how: "killed by time", "starved" where the child hardly had the processor
in that time, "signal N" or "exit N", a semicolon and the memory.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from bot.pdfcheck import child
from bot.pdfcheck.landlock import read_only_our_program

LENGTH = struct.Struct("!I")
KILLED_BY_TIME = "killed by time"
STARVED = "starved"
#: Children that wait. Small files are done sooner than a child is ready; long ones make up for it.
SPARES = 4
#: The byte that comes with the socket of a child.
A_CHILD = b"c"
#: Whoever waits for an answer in the chat comes before a file that is looked at.
_NICENESS = 10
#: How often the worker looks at our own file before the first fork.
_REHEARSALS = 20
#: The most files that come with a request.
_MOST_FILES = 3
#: Seconds that a child may take, as it tells the worker when it begins.
_BEGUN = struct.Struct("!d")
#: A child that had the processor for less than this part of its time was kept waiting by others.
_STARVED_BELOW = 0.5


@dataclass(slots=True)
class _Child:
    """deadline: by time.monotonic, None while it waits for its request. seconds: how long it may
    take from its request on."""

    pid: int
    alive: int  # read end of a pipe that closes when the child ends
    reply: socket.socket  # the child's own end, to add how it ended
    deadline: float | None = None
    seconds: float = 0.0
    is_late: bool = False


def serve(control: socket.socket) -> None:
    """Keep children ready until the other side closes the socket, then end all of them."""
    children: dict[int, _Child] = {}
    try:
        for _ in range(SPARES):
            _add_spare(control, children)
        while True:
            ready = _wait(control, children)
            if control.fileno() in ready:
                return
            for running in [children[alive] for alive in ready]:
                if not _goes_on(running):
                    _finish(children.pop(running.alive))
                    # Not when it begins: a fork then keeps the child itself from the processor.
                    _add_spare(control, children)
            _kill_late(children)
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        for running in children.values():
            _kill(running)
            _finish(running)


def _wait(control: socket.socket, children: dict[int, _Child]) -> list[int]:
    deadlines = [one.deadline for one in children.values() if one.deadline and not one.is_late]
    timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
    return select.select([control.fileno(), *children], [], [], timeout)[0]


def _add_spare(control: socket.socket, children: dict[int, _Child]) -> None:
    ours, theirs = socket.socketpair()
    alive, held = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(theirs, held)
    os.close(held)
    children[alive] = _Child(pid, alive, theirs)
    with ours:
        socket.send_fds(control, [A_CHILD], [ours.fileno()])


def _goes_on(running: _Child) -> bool:
    """Read what the child says; False when it has ended."""
    said = os.read(running.alive, _BEGUN.size)
    if not said:
        return False
    if running.deadline is None:
        running.seconds = float(*_BEGUN.unpack(said))
        running.deadline = time.monotonic() + running.seconds
    else:
        # It speaks once, before it opens the file. This is no longer our program.
        _kill(running)
    return True


def _be_child(orders: socket.socket, held: int) -> NoReturn:
    # _exit in every case: nothing of the worker's own loop may run in the child.
    try:
        # Files and sockets of other checks are none of this one's business.
        keep = sorted({0, 1, 2, orders.fileno(), held})
        for low, high in zip(keep, [*keep[1:], 4_096], strict=True):
            os.closerange(low + 1, high)
        child.die_with_parent()
        child.get_ready()
        received = _receive(orders)
        if received is not None:
            request, files = received
            os.write(held, _BEGUN.pack(request["limits"]["wall_seconds"]))
            child.run(request, files, orders)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _receive(orders: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    head, files, _, _ = socket.recv_fds(orders, LENGTH.size, _MOST_FILES)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = b""
    while len(body) < length:
        part = orders.recv(length - len(body))
        if not part:
            return None
        body += part
    return json.loads(body), files


def _finish(ended: _Child) -> None:
    _, status, used = os.wait4(ended.pid, 0)
    os.close(ended.alive)
    if ended.is_late:
        worked = used.ru_utime + used.ru_stime
        how = STARVED if worked < ended.seconds * _STARVED_BELOW else KILLED_BY_TIME
    elif os.WIFSIGNALED(status):
        how = f"signal {os.WTERMSIG(status)}"
    else:
        code = os.waitstatus_to_exitcode(status)
        # Then the child has said itself that it was done.
        how = "" if code == 0 else f"exit {code}"
    with ended.reply, suppress(OSError):
        ended.reply.setblocking(False)
        if how and ended.deadline is not None:
            ended.reply.sendall(f"\n{how};{used.ru_maxrss}".encode())


def _kill_late(children: dict[int, _Child]) -> None:
    now = time.monotonic()
    for running in children.values():
        if running.deadline is not None and not running.is_late and now >= running.deadline:
            running.is_late = True
            _kill(running)


def _kill(running: _Child) -> None:
    # Our own child that has not been waited for, so the number is still its own.
    with suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGKILL)


def _let_others_first() -> None:
    os.nice(_NICENESS)
    # Where Linux groups processes by session for its scheduler, niceness counts only within one.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICENESS))


def main() -> None:
    """Serve on the socket whose descriptor is the first argument."""
    child.die_with_parent()
    child.leave_network()
    _let_others_first()
    read_only_our_program()
    # What is loaded and made here is shared with all children. Python rewrites code that has run
    # some times for the kinds of values it has met; where that is done here, no child has to.
    for _ in range(_REHEARSALS):
        child.get_ready()
    # A collection in a child would touch, and so copy, all memory that it shares with the worker.
    gc.disable()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        serve(control)
