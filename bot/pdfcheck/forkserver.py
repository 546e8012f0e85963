"""The worker: a process that has pikepdf loaded and forks a child for each file.

Some children are always forked ahead and wait, since a fork and what a child touches first take
longer than most files. Each works on one file only, as all do.

Started by `Worker`, which gives it a socket. It takes requests from there and ends when the other
side closes it. It opens no PDF itself but our own.

A request is four bytes of length, then JSON, with file descriptors: the socket for the reply, then
the open files that the job works on. On that socket the child sends its findings, one line of JSON
for each part, at last a line break, "done", a semicolon, the most memory that it had in kilobytes,
and ";end". When it ended otherwise the worker adds the line break and how: "killed by time",
"signal N" or "exit N", a semicolon and the memory.
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
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.pdfcheck import child
from bot.pdfcheck.landlock import read_only_our_program

LENGTH = struct.Struct("!I")
KILLED_BY_TIME = "killed by time"
#: Children that wait. Small files are done sooner than a child is ready; long ones make up for it.
SPARES = 3
#: Whoever waits for an answer in the chat comes before a file that is looked at.
_NICENESS = 10
#: The most file descriptors that come with a request: the socket, and three files.
_DESCRIPTORS = 4


@dataclass(slots=True)
class _Child:
    pid: int
    alive: int  # read end of a pipe that closes when the child ends
    reply: socket.socket
    deadline: float
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class _Spare:
    """A child that waits for its request on the other end of `orders`."""

    pid: int
    alive: int
    orders: socket.socket


def serve(control: socket.socket) -> None:
    """Take requests until the other side closes the socket, then end all children."""
    children: dict[int, _Child] = {}
    spares = deque(_fork(control) for _ in range(SPARES))
    try:
        while True:
            ready = _wait(control, children)
            if control.fileno() in ready:
                received = _receive(control)
                if received is None:
                    return
                started = _start(*received, spares.popleft())
                spares.append(_fork(control))
                children[started.alive] = started
            for alive in [alive for alive in ready if alive in children]:
                _finish(children.pop(alive))
            _kill_late(children)
    finally:
        # They end by themselves when nobody can give them a request any more.
        for spare in spares:
            spare.orders.close()
        for spare in spares:
            os.waitpid(spare.pid, 0)
        for running in children.values():
            _kill(running)
            _finish(running)


def _wait(control: socket.socket, children: dict[int, _Child]) -> list[int]:
    deadlines = [running.deadline for running in children.values() if not running.is_late]
    timeout = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
    return select.select([control.fileno(), *children], [], [], timeout)[0]


def _receive(control: socket.socket) -> tuple[dict[str, Any], int, list[int]] | None:
    head, descriptors, _, _ = socket.recv_fds(control, LENGTH.size, _DESCRIPTORS)
    if len(head) < LENGTH.size or len(descriptors) < 2:
        return None
    (length,) = LENGTH.unpack(head)
    body = b""
    while len(body) < length:
        part = control.recv(length - len(body))
        if not part:
            return None
        body += part
    return json.loads(body), descriptors[0], descriptors[1:]


def _fork(control: socket.socket) -> _Spare:
    ours, theirs = socket.socketpair()
    alive, held = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(theirs, ours, control, held)
    theirs.close()
    os.close(held)
    return _Spare(pid, alive, ours)


def _start(request: dict[str, Any], reply_fd: int, files: list[int], spare: _Spare) -> _Child:
    """Hand the request to the child that waits. One that has died is found dead by `_finish`."""
    reply = socket.socket(fileno=reply_fd)
    body = json.dumps(request).encode()
    with spare.orders, suppress(OSError):
        socket.send_fds(spare.orders, [LENGTH.pack(len(body))], [reply_fd, *files])
        spare.orders.sendall(body)
    for file in files:
        os.close(file)
    deadline = time.monotonic() + float(request["limits"]["wall_seconds"])
    return _Child(spare.pid, spare.alive, reply, deadline)


def _be_child(
    orders: socket.socket, theirs: socket.socket, control: socket.socket, held: int
) -> NoReturn:
    # _exit in every case: nothing of the worker's own loop may run in the child.
    try:
        control.close()
        theirs.close()
        # Files and sockets of other checks are none of this one's business.
        keep = sorted({0, 1, 2, orders.fileno(), held})
        for low, high in zip(keep, [*keep[1:], 4_096], strict=True):
            os.closerange(low + 1, high)
        child.die_with_parent()
        child.get_ready()
        received = _receive(orders)
        orders.close()
        if received is not None:
            request, reply, files = received
            child.run(request, files, socket.socket(fileno=reply))
    except BaseException:
        os._exit(1)
    os._exit(0)


def _finish(ended: _Child) -> None:
    _, status, used = os.wait4(ended.pid, 0)
    os.close(ended.alive)
    if ended.is_late:
        how = KILLED_BY_TIME
    elif os.WIFSIGNALED(status):
        how = f"signal {os.WTERMSIG(status)}"
    else:
        code = os.waitstatus_to_exitcode(status)
        # Then the child has said itself that it was done.
        how = "" if code == 0 else f"exit {code}"
    with suppress(OSError):
        ended.reply.setblocking(False)
        if how:
            ended.reply.sendall(f"\n{how};{used.ru_maxrss}".encode())
    ended.reply.close()


def _kill_late(children: dict[int, _Child]) -> None:
    now = time.monotonic()
    for running in children.values():
        if not running.is_late and now >= running.deadline:
            running.is_late = True
            _kill(running)


def _kill(running: _Child) -> None:
    # Our own child that has not been waited for, so the number is still its own.
    with suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGKILL)


def main() -> None:
    """Serve on the socket whose descriptor is the first argument."""
    child.die_with_parent()
    child.leave_network()
    read_only_our_program()
    os.nice(_NICENESS)
    # What is loaded and made here is shared with all children.
    child.get_ready()
    # A collection in a child would touch, and so copy, all memory that it shares with the worker.
    gc.disable()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        serve(control)
