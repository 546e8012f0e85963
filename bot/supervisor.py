"""Starts web, Rasa and action server, waits until each is ready, keeps them alive."""

import asyncio
import contextlib
import ctypes
import errno
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from bot.log_files import MOST_BYTES as MOST_LOG_BYTES
from bot.log_files import keep_short, last_line, open_log
from bot.loopback import SECRET_HEADER
from bot.private_files import make_folder, open_own, own_folder
from bot.settings import ROOT, Settings, child_environment

READY_TIMEOUT = 120.0
PROBE_SECONDS = 10.0
"""How often a child that serves is asked whether it still does, and how long it may take."""
LOG_SECONDS = 60.0
"""How often the size of the logs is looked at."""
_MISSES = 3
_RETRAIN = "If it cannot load its model: helpdesk train --force. "
_WEB_GRACE = 12.0  # longer than web gives the requests that are under way
_PR_SET_PDEATHSIG = 1
_LONGEST_PAUSE = 30.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- compared with, not bound
Say = Callable[[str], None]


class StartError(RuntimeError):
    """The help desk cannot start; the message says what to do."""


@dataclass
class Child:
    """One server process. ``ready_url`` answers 200 when it can serve; ``environment`` goes over
    what all children share."""

    name: str
    command: list[str]
    ready_url: str
    headers: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    replaced: asyncio.Future[None] | None = None
    process: asyncio.subprocess.Process | None = None
    started: float = 0.0
    failures: int = 0


def with_secret(settings: Settings) -> Settings:
    """The settings with a secret that our servers share, new for each start unless set."""
    return (
        settings if settings.rasa_secret else replace(settings, rasa_secret=secrets.token_hex(24))
    )


def check_ports(settings: Settings) -> None:
    """Raise StartError when a port is taken."""
    wanted = (
        ("the page", settings.web_host, settings.web_port, "HELPDESK_PORT"),
        ("Rasa", "127.0.0.1", settings.rasa_port, "HELPDESK_RASA_PORT"),
        ("the actions", "127.0.0.1", settings.action_port, "HELPDESK_ACTION_PORT"),
    )
    for what, host, port, variable in wanted:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OverflowError as error:
                raise StartError(
                    f"{port} for {what} is no port: choose one from 1 to 65535."
                ) from error
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    problem = "is taken: end the program that uses it, or choose another with"
                    raise StartError(f"Port {port} for {what} {problem} {variable}.") from error
                raise StartError(
                    f"{what} cannot listen on {host}, port {port}: {error.strerror}. "
                    f"Correct HELPDESK_HOST or {variable}."
                ) from error


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
            "Rasa", [sys.executable, *rasa], f"{settings.rasa_url}/webhooks/helpdesk/ready", secret
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


class Supervisor:
    """Starts the children, restarts one that died, ends all of them."""

    def __init__(
        self, settings: Settings, say: Say, children: Sequence[Child] | None = None
    ) -> None:
        self.settings = settings
        self._say = say
        self._children = children or children_of(settings)
        self._ending = asyncio.Event()
        self._log_dir = settings.var_dir / "log"

    async def start(self, child: Child) -> None:
        """Start one child with its output going to its own log file."""
        own_folder(self._log_dir)
        with open_log(self._log_of(child)) as log:
            child.process = await asyncio.create_subprocess_exec(
                *child.command,
                cwd=ROOT,
                env=child_environment(self.settings) | child.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
                umask=0o077,
            )
        child.started = time.monotonic()

    async def run(self, prepare: Callable[[], None], ready: Callable[[], None]) -> None:
        """Start all, call ``ready`` when all serve, keep them alive until :meth:`end`.

        ``prepare`` (database and articles) runs beside the slow start of Rasa.

        Raises:
            StartError: a child does not become ready.
        """
        rasa, actions, web = self._children
        try:
            await self._start_first(rasa)
            await self._start_first(actions)
            await asyncio.to_thread(prepare)
            await self._start_first(web)
            await asyncio.gather(*(self._wait_ready(child) for child in self._children))
            ready()
            await asyncio.gather(
                self._keep_logs_short(), *(self._keep_alive(child) for child in self._children)
            )
        finally:
            await self._end_all()

    async def _start_first(self, child: Child) -> None:
        try:
            await self.start(child)
        except OSError as error:
            raise StartError(f"{child.name} cannot be started: {error}.") from error

    async def replace(self, child: Child, environment: dict[str, str]) -> None:
        """End a child at once and start it anew with another environment; returns when it serves.

        Raises:
            StartError: it does not become ready.
        """
        before = child.process
        assert before is not None
        child.environment = environment
        child.replaced = started = asyncio.get_running_loop().create_future()
        signal_group(before.pid, signal.SIGKILL)
        await started
        await self._wait_ready(child)

    def end(self) -> None:
        """Ask :meth:`run` to end."""
        self._ending.set()

    async def _wait_ready(self, child: Child) -> None:
        deadline = time.monotonic() + READY_TIMEOUT
        # our own servers, with our secret: never through the proxy of the environment
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            while not self._ending.is_set():
                assert child.process is not None
                if child.process.returncode is not None:
                    raise StartError(
                        f"{child.name} ended while starting. {self._last_words(child)}"
                    )
                with contextlib.suppress(httpx.HTTPError):
                    answer = await client.get(child.ready_url, headers=child.headers)
                    if answer.status_code == 200:
                        return
                if time.monotonic() > deadline:
                    raise StartError(
                        f"{child.name} is not ready after {READY_TIMEOUT:.0f} s. "
                        + (_RETRAIN if child.name == "Rasa" else "")
                        + f"{self._last_words(child)}"
                    )
                await asyncio.sleep(0.05)

    async def _keep_alive(self, child: Child) -> None:
        while not self._ending.is_set():
            assert child.process is not None
            died = asyncio.create_task(child.process.wait())
            ending = asyncio.create_task(self._ending.wait())
            hangs = asyncio.create_task(self._hangs(child))
            await asyncio.wait({died, ending, hangs}, return_when=asyncio.FIRST_COMPLETED)
            hung = hangs.done() and not died.done()
            ending.cancel()
            hangs.cancel()
            if self._ending.is_set():
                died.cancel()
                return
            if hung:
                signal_group(child.process.pid, signal.SIGKILL)
                await died
            if child.replaced:
                replaced, child.replaced = child.replaced, None
                try:
                    await self._start_first(child)
                    replaced.set_result(None)
                except StartError as error:
                    replaced.set_exception(error)
                continue
            self._say(
                f"{child.name} did not answer any more; starting it again."
                if hung
                else f"{child.name} ended by itself (code {child.process.returncode}); "
                "starting again."
            )
            await self._start_again(child)

    async def _start_again(self, child: Child) -> None:
        """After a pause that grows with each life that was short, however often it takes."""
        lived = time.monotonic() - child.started
        child.failures = child.failures + 1 if lived < 60 else 0
        while not self._ending.is_set():
            pause = min(_LONGEST_PAUSE, 2.0 ** min(child.failures, 5) - 1)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)
            if self._ending.is_set():
                return
            try:
                await self.start(child)
                return
            except OSError as error:
                child.failures += 1
                self._say(f"{child.name} cannot be started ({error}); trying again.")

    async def _hangs(self, child: Child) -> None:
        """Returns when a child that served gives no answer at all, several times in a row; one
        that does not begin to serve within the time of a start counts as well."""
        misses, served = 0, False
        async with httpx.AsyncClient(timeout=PROBE_SECONDS, trust_env=False) as client:
            while misses < _MISSES:
                await asyncio.sleep(PROBE_SECONDS)
                try:
                    await client.get(child.ready_url, headers=child.headers)
                    misses, served = 0, True
                except httpx.HTTPError:
                    if served or time.monotonic() - child.started > READY_TIMEOUT:
                        misses += 1

    async def _keep_logs_short(self) -> None:
        """Copy logs that have grown away and empty them, until the end."""
        told: set[str] = set()
        while not self._ending.is_set():
            for child in self._children:
                try:
                    await asyncio.to_thread(
                        keep_short, self._log_of(child), most_bytes=MOST_LOG_BYTES
                    )
                except OSError as error:
                    problem = f"The log of {child.name} cannot be kept short: {error.strerror}."
                    if problem not in told:
                        self._say(problem)
                        told.add(problem)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ending.wait(), LOG_SECONDS)

    def _log_of(self, child: Child) -> Path:
        return self._log_dir / f"{child.name.lower()}.log"

    async def _end_all(self) -> None:
        self._ending.set()
        # web first: the requests that are under way still need the others
        await _end([c for c in self._children if c.name == "web"], _WEB_GRACE)
        await _end([c for c in self._children if c.name != "web"], 8)

    def _last_words(self, child: Child) -> str:
        path = self._log_of(child)
        with contextlib.suppress(OSError):
            if last := last_line(path):
                return f"Its log {path} ends with: {last[:300]}"
        return f"See its log: {path}"


async def _end(children: Sequence[Child], grace: float) -> None:
    alive = [c.process for c in children if c.process and c.process.returncode is None]
    for process in alive:
        signal_group(process.pid, signal.SIGTERM)
    if alive:
        waits = [asyncio.create_task(process.wait()) for process in alive]
        _, late = await asyncio.wait(waits, timeout=grace)
        if late:
            for process in alive:
                signal_group(process.pid, signal.SIGKILL)
            await asyncio.wait(late, timeout=5)


def signal_group(pid: int, number: int) -> None:
    """Signal a process that was started in a session of its own, and all of that session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def end_with_parent() -> None:
    """In the child, on Linux: end when the supervisor is killed, so that nothing stays behind."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
