"""Starting, watching, weighing and ending the processes that are measured. Linux only (/proc)."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.places import LOGS, BenchError

_END_SECONDS = 30.0


@dataclass(frozen=True)
class Started:
    """A process that we started, the leader of a process group, and its log."""

    process: subprocess.Popen[bytes]
    log: Path
    at: float
    """When it was started, on :func:`time.perf_counter`."""


def clean_environment(more: Mapping[str, str]) -> dict[str, str]:
    """Only what a program needs, so that nobody's own settings decide the result."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": "127.0.0.1",
        **more,
    }


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def start(name: str, command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Started:
    """Start a program in a process group of its own, its output in a log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("wb") as output:
        at = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Started(process, log, at)


def run_to_end(
    name: str, command: Sequence[str], cwd: Path, environment: Mapping[str, str]
) -> float:
    """Run a program to its end; returns the seconds that it took.

    Raises:
        BenchError: it failed.
    """
    started = start(name, command, cwd, environment)
    try:
        code = started.process.wait()
    except BaseException:
        end(started)
        raise
    seconds = time.perf_counter() - started.at
    if code:
        raise BenchError(f"{' '.join(command)} ended with code {code}. {last_words(started.log)}")
    return seconds


def wait_until(check: Callable[[], bool], started: Started, at_most: float = 300.0) -> float:
    """Ask ``check`` again and again; returns the seconds since the program was started.

    Raises:
        BenchError: the program ended, or time is over.
    """
    while True:
        if check():
            return time.perf_counter() - started.at
        if started.process.poll() is not None:
            raise BenchError(
                f"A program ended (code {started.process.returncode}) before it answered. "
                f"{last_words(started.log)}"
            )
        if time.perf_counter() - started.at > at_most:
            raise BenchError(f"No answer within {at_most:.0f} s. {last_words(started.log)}")
        time.sleep(0.02)


def last_words(log: Path) -> str:
    """Where a log lies, and how it ends."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    ending = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"Its log {log} ends with: {ending[-300:]}"


def listens(port: int) -> bool:
    """Whether somebody takes connections on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(started: Started) -> None:
    """Ask the program to end, and kill what is left of it and its children."""
    # known by id and start time: an id alone may be given to somebody else meanwhile
    family = {pid: _started_at(pid) for pid in tree(started.process.pid)}
    started.process.terminate()  # nothing happens where it has ended: its id may be another's now
    give_up = time.perf_counter() + _END_SECONDS
    while (left := _still_there(family)) and time.perf_counter() < give_up:
        time.sleep(0.05)
        started.process.poll()  # takes leave of it when it has ended
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    started.process.wait()


def _still_there(family: Mapping[int, str | None]) -> list[int]:
    return [pid for pid, born in family.items() if born is not None and _started_at(pid) == born]


def tree(root: int) -> list[int]:
    """``root`` and all its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields is not None:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def memory_mb(root: int) -> float:
    """What ``root`` and its descendants hold: PSS (shared pages by share) and swap, in MB."""
    return sum(_pss_kib(pid) for pid in tree(root)) * 1024 / 1e6


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has just ended
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Pss:", "SwapPss:")))


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name: state, parent's id, group, session, ..."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def _started_at(pid: int) -> str | None:
    fields = _stat(pid)
    return None if fields is None or fields[0] == "Z" else fields[19]
