"""Our three servers as the supervisor's children: how each is started and where it answers."""

import asyncio
import contextlib
import secrets
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from bot.loopback import SECRET_HEADER
from bot.private_files import make_folder, open_own
from bot.settings import Settings
from bot.training import model_path

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- compared with, not bound
FileMark = tuple[int, int, int]
"""Another one for another file: its number, size and time. Zeros: there is no file."""
NO_FILE: FileMark = (0, 0, 0)


@dataclass
class Child:
    """One server process. ``ready_url`` answers 200 when it can serve; ``environment`` goes over
    what all children share. ``model`` is the file that it reads at its start and never again; where
    it could not, ``ready_url`` answers 503 and ``{"ready": false}`` from then on. ``read`` is the
    file as it was at the start, ``refused`` the one of which was said that it is of no use."""

    name: str
    command: list[str]
    ready_url: str
    headers: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    model: Path | None = None
    read: FileMark | None = None
    refused: FileMark | None = None
    replaced: asyncio.Future[None] | None = None
    process: asyncio.subprocess.Process | None = None
    started: float = 0.0
    failures: int = 0


def with_secret(settings: Settings) -> Settings:
    """The settings with a secret that our servers share, new for each start unless set."""
    return (
        settings if settings.rasa_secret else replace(settings, rasa_secret=secrets.token_hex(24))
    )


def write_endpoints(settings: Settings) -> Path:
    """Rasa's endpoints file with the ports of this start."""
    make_folder(settings.var_dir)
    path = settings.var_dir / "endpoints.yml"
    lock = (
        "lock_store:\n  type: bot.assistant.lock_store.HelpdeskLockStore\n"
        if settings.lock_store
        else ""
    )
    with open(path, "w", encoding="utf-8", opener=open_own) as file:
        file.write(
            f'action_endpoint:\n  url: "{settings.action_url}"\n  enable_selective_domain: true\n'
            "tracker_store:\n  type: bot.assistant.tracker_store.HelpdeskTrackerStore\n" + lock
        )
    return path


def children_of(settings: Settings) -> list[Child]:
    """The three servers, the slowest to start first."""
    secret = {SECRET_HEADER: settings.rasa_secret}
    action = ["-m", "actions.server"]
    rasa = ["-m", "bot.assistant.server", str(write_endpoints(settings))]
    return [
        Child(
            "Rasa",
            [sys.executable, *rasa],
            f"{settings.rasa_url}/webhooks/helpdesk/ready",
            secret,
            model=model_path(settings),
        ),
        Child(
            "actions",
            [sys.executable, *action],
            settings.action_url.replace("/webhook", "/health"),
        ),
        Child("web", [sys.executable, "-m", "bot.web"], f"{web_url(settings)}/health"),
    ]


def web_url(settings: Settings) -> str:
    """Where a browser on this machine finds the page."""
    host = _EVERYWHERE.get(settings.web_host, settings.web_host)
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{settings.web_port}"


def mark_of(file: Path | None) -> FileMark:
    """The mark of a file as it is now."""
    try:
        found = file.stat() if file else None
    except OSError:
        found = None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found else NO_FILE


def lacks_model(child: Child, answer: httpx.Response) -> bool:
    """Whether a child says that it could not load its model. A bare 503 may also be that of a
    server with too much to do."""
    if child.model is None or answer.status_code != 503:
        return False
    with contextlib.suppress(ValueError):
        return bool(answer.json() == {"ready": False})
    return False
