"""What a child process may not do."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(code: str) -> str:
    """The output of code that runs in a process of its own, after the child's limits are set."""
    head = (
        "from bot.pdfcheck import child; from bot.pdfcheck.limits import Limits\n"
        "left = child.leave_network(); child.set_limits(Limits())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", head + code],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout + done.stderr.splitlines()[-1] if done.stderr else done.stdout


def test_it_writes_no_file(tmp_path: Path) -> None:
    target = tmp_path / "out"
    run(f"import signal; open({str(target)!r}, 'wb').write(b'x' * 10)")
    assert not target.exists() or target.stat().st_size == 0


def test_it_gets_no_more_memory_than_it_may() -> None:
    assert "MemoryError" in run("x = bytearray(1_200_000_000)")


def test_it_cannot_raise_its_limits() -> None:
    code = (
        "import resource\n"
        "for k in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):\n"
        "    print(resource.getrlimit(k)[1])"
    )
    assert run(code).split() == ["1000000000", "10", "0"]


def test_it_reaches_no_network_where_the_system_permits_that() -> None:
    code = (
        "import socket\n"
        "try:\n"
        "    socket.create_connection(('127.0.0.1', 9), 1)\n"
        "except OSError as error:\n"
        "    print(left, error.errno)\n"
    )
    # In an empty network namespace even the loopback address is out of reach.
    assert run(code).split()[0] == "False" or "101" in run(code)


def test_the_test_process_itself_is_not_limited() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert os.getpid()
