"""The real processes of a help desk, found by what they were started with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings

_STATE, _PARENT, _STARTED = 0, 1, 19  # in /proc/PID/stat, behind the name


@dataclass(frozen=True)
class Process:
    """A process; ``started`` tells it from a later one with the same number."""

    pid: int
    parent: int
    started: str
    command: tuple[str, ...]
    variables: dict[str, str]

    def lives(self) -> bool:
        """Whether it has not ended."""
        stat = _stat(self.pid)
        return bool(stat) and stat[_STARTED] == self.started and stat[_STATE] != "Z"


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _all() -> Iterator[Process]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            command = (folder / "cmdline").read_text("utf-8", "replace").split("\0")
            lines = (folder / "environ").read_text("utf-8", "replace").split("\0")
        except OSError:
            continue
        stat = _stat(int(folder.name))
        if stat:
            variables = dict(line.partition("=")[::2] for line in lines)
            pid, parent = int(folder.name), int(stat[_PARENT])
            yield Process(pid, parent, stat[_STARTED], tuple(command), variables)


def descendants(pid: int) -> list[Process]:
    """A process with all that it started, and what those started."""
    everything = list(_all())
    found = [one for one in everything if one.pid == pid]
    for one in found:
        found += [child for child in everything if child.parent == one.pid]
    return found


def pids_of(module: str, settings: Settings) -> list[int]:
    """The processes that run ``module`` for this help desk."""
    port = str(settings.action_port)
    return [
        one.pid
        for one in _all()
        if module in one.command and one.variables.get("HELPDESK_ACTION_PORT") == port
    ]


def pid_of(module: str, settings: Settings) -> int:
    """The one process that runs ``module`` for this help desk."""
    found = pids_of(module, settings)
    assert found, f"no process {module}"
    return found[0]
