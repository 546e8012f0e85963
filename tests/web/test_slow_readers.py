"""Clients that take nothing of what they asked for."""

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from web_stack import Stack

from bot.web import server


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no such limit")
def test_who_reads_no_answer_does_not_keep_the_connection(
    monkeypatch: pytest.MonkeyPatch, make_stack: Callable[..., Stack]
) -> None:
    monkeypatch.setattr(server, "STUCK_SECONDS", 2)
    stack = make_stack()
    # more than the system takes off the server's hands
    wanted = b"GET /assets/x/chat.js HTTP/1.1\r\nHost: x\r\n\r\n" * 1500
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.connect(("127.0.0.1", stack.settings.web_port))
        client.sendall(wanted)
        ours = client.getsockname()
        assert _comes(lambda: _has_end_of(ours))
        assert _comes(lambda: not _has_end_of(ours))


def _comes(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 90
    while not true() and time.monotonic() < until:
        time.sleep(0.2)
    return true()


def _has_end_of(client: tuple[str, int]) -> bool:
    """Whether this process still has the server's end of a connection open."""
    for number in Path("/proc/self/fd").iterdir():
        try:
            found = socket.socket(fileno=os.dup(int(number.name)))
        except (OSError, ValueError):
            continue
        with found:
            try:
                if found.getpeername() == client:
                    return True
            except OSError:
                continue
    return False
