"""The real processes of a help desk, found by what they were started with."""

from pathlib import Path

from bot.settings import Settings


def pids_of(module: str, settings: Settings) -> list[int]:
    """The processes that run ``module`` for this help desk."""
    mark = f"HELPDESK_ACTION_PORT={settings.action_port}".encode()
    found = []
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            if module.encode() in command:
                variables = (process / "environ").read_bytes().split(b"\0")
                if mark in variables:
                    found.append(int(process.name))
        except (OSError, ValueError):
            continue
    return found


def pid_of(module: str, settings: Settings) -> int:
    """The one process that runs ``module`` for this help desk."""
    found = pids_of(module, settings)
    assert found, f"no process {module}"
    return found[0]
