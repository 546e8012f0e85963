"""A Redis of the tests' own."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.testing.private_copy import free_port


@contextmanager
def redis_server(
    folder: Path, password: str | None = None
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Its port and process; skips the test where Redis is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("There is no redis-server here: install Debian's redis-server.")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--dir", str(folder), *(["--requirepass", password] if password else [])]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        yield port, server
        server.kill()
