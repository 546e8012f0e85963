"""Starts web, Rasa and action server, waits until each is ready, keeps them alive."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.children import NO_FILE, Child, children_of, lacks_model, mark_of, web_url
from bot.log_files import MOST_BYTES as MOST_LOG_BYTES
from bot.log_files import keep_short, last_line, open_log
from bot.private_files import own_folder
from bot.processes import end_groups, end_with_parent, signal_group
from bot.settings import ROOT, Settings, child_environment

READY_TIMEOUT = 120.0
PROBE_SECONDS = 10.0
"""How often a child that serves is asked whether it still does, and how long it may take."""
LOG_SECONDS = 60.0
"""How often the size of the logs is looked at."""
_MISSES = 3
_RETRAIN = "If it cannot load its model: helpdesk train --force. "
_WEB_GRACE = 12.0  # longer than web gives the requests that are under way
_GRACE = 8.0
_LONGEST_PAUSE = 30.0
Say = Callable[[str], None]


class StartError(RuntimeError):
    """The help desk cannot start; the message says what to do."""


def check_ports(settings: Settings) -> None:
    """Raise StartError when a port is taken, or wanted twice."""
    wanted = (
        ("the page", settings.web_host, settings.web_port, "HELPDESK_PORT"),
        ("Rasa", "127.0.0.1", settings.rasa_port, "HELPDESK_RASA_PORT"),
        ("the actions", "127.0.0.1", settings.action_port, "HELPDESK_ACTION_PORT"),
    )
    for index, (what, _, port, variable) in enumerate(wanted):
        for other, _, other_port, other_variable in wanted[:index]:
            if port == other_port:
                raise StartError(
                    f"Port {port} is set for {other} and for {what}: choose another with "
                    f"{other_variable} or {variable}."
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


def _begin_child() -> None:
    """In the child: end with the supervisor, and let only its owner read what it writes. An
    argument ``umask`` would do the second, but not every event loop knows it."""
    end_with_parent()
    os.umask(0o077)


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
        self._ready: Callable[[], None] | None = None  # not called yet, for want of a model

    async def start(self, child: Child) -> None:
        """Start one child with its output going to its own log file.

        Raises:
            OSError: it cannot be started.
        """
        own_folder(self._log_dir)
        child.read = mark_of(child.model)
        with open_log(self._log_of(child)) as log:
            child.process = await asyncio.create_subprocess_exec(
                *child.command,
                cwd=ROOT,
                env=child_environment(self.settings) | child.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_begin_child,
            )
        child.started = time.monotonic()

    async def run(
        self,
        prepare: Callable[[], None],
        ready: Callable[[], None],
        *,
        without_model: bool = False,
    ) -> None:
        """Start all, call ``ready`` when all serve, keep them alive until :meth:`end`.

        ``prepare`` (database and articles) runs beside the slow start of Rasa. With
        ``without_model``, a model that cannot be loaded is only told, and ``ready`` is called when
        there is one that can: the page and the desk serve meanwhile.

        Raises:
            StartError: a child does not become ready.
        """
        rasa, actions, web = self._children
        try:
            await self._start_first(rasa)
            await self._start_first(actions)
            await asyncio.to_thread(prepare)
            await self._start_first(web)
            serving = await asyncio.gather(*(self._wait_ready(c) for c in self._children))
            if all(serving):
                if not self._ending.is_set():
                    ready()
            elif without_model:
                self._tell_without_model(rasa)
                self._ready = ready
            else:
                raise StartError(self._without_model(rasa))
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
        if not await self._wait_ready(child):
            raise StartError(self._without_model(child))

    def end(self) -> None:
        """Ask :meth:`run` to end."""
        self._ending.set()

    async def _wait_ready(self, child: Child) -> bool:
        """Whether it can serve; False: it never will with the model that it has.

        Raises:
            StartError: it ended, or says nothing for too long.
        """
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
                        return True
                    if lacks_model(child, answer):
                        return False
                if time.monotonic() > deadline:
                    raise StartError(
                        f"{child.name} is not ready after {READY_TIMEOUT:.0f} s. "
                        + (_RETRAIN if child.name == "Rasa" else "")
                        + f"{self._last_words(child)}"
                    )
                await asyncio.sleep(0.05)
        return True

    async def _keep_alive(self, child: Child) -> None:
        while not self._ending.is_set():
            assert child.process is not None
            died = asyncio.create_task(child.process.wait())
            ending = asyncio.create_task(self._ending.wait())
            useless = asyncio.create_task(self._useless(child))
            await asyncio.wait({died, ending, useless}, return_when=asyncio.FIRST_COMPLETED)
            why = useless.result() if useless.done() and not died.done() else None
            ending.cancel()
            useless.cancel()
            if self._ending.is_set():
                died.cancel()
                return
            if why:
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
            ended = f"{child.name} ended by itself (code {child.process.returncode})"
            self._say(why or f"{ended}; starting again.")
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

    async def _useless(self, child: Child) -> str:
        """Returns why, when a child should be ended and started again: it gave no answer at all
        several times in a row, after it had served or the time of a start was over; or the model
        that it could not load is another one by now. Any other answer is one: a server that is
        started again while it has much to do has more to do."""
        misses, served = 0, False
        async with httpx.AsyncClient(timeout=PROBE_SECONDS, trust_env=False) as client:
            while misses < _MISSES:
                await asyncio.sleep(PROBE_SECONDS)
                try:
                    answer = await client.get(child.ready_url, headers=child.headers)
                except httpx.HTTPError:
                    if served or time.monotonic() - child.started > READY_TIMEOUT:
                        misses += 1
                    continue
                misses, served = 0, True
                if answer.status_code == 200:
                    self._tell_loaded(child)
                elif lacks_model(child, answer):
                    self._tell_without_model(child)
                    if mark_of(child.model) != child.read:
                        return f"The model is another one now; starting {child.name} with it."
        return f"{child.name} did not answer any more; starting it again."

    def _tell_without_model(self, child: Child) -> None:
        """Once for each model that cannot be loaded, however often the child is started with it."""
        if child.refused == child.read:
            return
        child.refused = child.read
        text = (
            f"{self._without_model(child)} It is then used by itself, without a new start. "
            f"Until then the assistant answers nobody. The page, {web_url(self.settings)}, says so "
            "to filers and gives the court's phone number; the clerks' desk works."
        )
        self._say(text)
        with contextlib.suppress(OSError), open_log(self._log_of(child)) as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} helpdesk: {text}\n".encode())

    def _tell_loaded(self, child: Child) -> None:
        if child.refused is None:
            return
        child.refused = None
        self._say(f"{child.name} has loaded its model: the assistant answers again.")
        if self._ready:
            self._ready()
            self._ready = None

    def _without_model(self, child: Child) -> str:
        problem = f"cannot be loaded; {self._log_of(child)} says why"
        if mark_of(child.model) == NO_FILE:
            problem = "is not there"
        return (
            f"{child.name} has no model: {child.model} {problem}. "
            "Make it anew: helpdesk train --force."
        )

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

    async def _end_all(self) -> None:
        self._ending.set()
        # web first: the requests that are under way still need the others
        await self._end([c for c in self._children if c.name == "web"], _WEB_GRACE)
        await self._end([c for c in self._children if c.name != "web"], _GRACE)

    async def _end(self, children: Sequence[Child], grace: float) -> None:
        await end_groups([child.process for child in children if child.process], grace)

    def _log_of(self, child: Child) -> Path:
        return self._log_dir / f"{child.name.lower()}.log"

    def _last_words(self, child: Child) -> str:
        path = self._log_of(child)
        with contextlib.suppress(OSError):
            if last := last_line(path):
                return f"Its log {path} ends with: {last[:300]}"
        return f"See its log: {path}"
