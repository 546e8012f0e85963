"""A help desk of one's own on free ports, with an empty database, ended afterwards."""

import asyncio
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot import clock
from bot.children import Child, children_of, web_url, with_secret, write_endpoints
from bot.court import load_court
from bot.run import prepare_database, train_if_needed
from bot.settings import NO_LIMITS, Settings
from bot.supervisor import READY_TIMEOUT, StartError, Supervisor
from bot.testing.gate import Gate
from bot.training import is_trained, model_path

FAULTS: Mapping[str, str] = {
    "action_server_down": "the action server cannot be reached",
    "assistant_down": "the Rasa server cannot be reached",
}
"""What a script can ask to be broken for one turn."""

# longer than a server may take to start
_LONGEST_WAIT = READY_TIMEOUT + 10


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def free_port() -> int:
    """One port that nobody listens on now."""
    return free_ports(1)[0]


def private_settings(settings: Settings, var: Path, database_url: str | None = None) -> Settings:
    """``settings`` with free ports, a folder of its own, no limits and no e-mail."""
    web, rasa, action = free_ports(3)
    return with_secret(
        replace(
            settings,
            var_dir=var,
            upload_dir=var / "uploads",
            database_url=database_url or f"sqlite:///{var / 'helpdesk.db'}",
            web_host="127.0.0.1",
            web_port=web,
            rasa_port=rasa,
            action_port=action,
            rasa_secret="",
            https=False,
            limits=NO_LIMITS,
            # what is played there shall reach nobody outside
            smtp_url=None,
            smtp_from=None,
            oidc_issuer=None,
            lock_store=None,
        )
    )


@dataclass
class PrivateCopy:
    """A running private help desk, whose clock, court and health its owner sets."""

    settings: Settings
    _supervisor: Supervisor
    _children: Mapping[str, Child]
    _gates: Mapping[str, Gate]
    _loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        """Where its web server answers."""
        return web_url(self.settings)

    def set_clock(self, moment: datetime | None) -> None:
        """Let its servers think that it is ``moment`` (UTC, no zone), running on; None: now."""
        assert self.settings.clock_file is not None
        clock.set_clock(self.settings.clock_file, moment)

    def use_court(self, file: Path) -> None:
        """Start web and action server anew with another court profile.

        Raises:
            StartError: they do not start with it.
        """
        changed = {"HELPDESK_COURT_FILE": str(file)}
        for name in ("actions", "web"):
            child = self._children[name]
            self._do(self._supervisor.replace(child, child.environment | changed))

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        """One of :data:`FAULTS` while the block lasts; needs ``faults=True`` at the start."""
        gate = self._gates[name]
        self._do(gate.shut())
        try:
            yield
        finally:
            self._do(gate.reopen())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_LONGEST_WAIT)


def write_court(base: Path, changes: Mapping[str, Any], file: Path) -> None:
    """Write the court profile ``base`` with ``changes`` put over it, section by section. Sources
    are added: a court that states more than the changes know of still needs those of its own.

    Raises:
        CourtProfileError: the result is no court profile.
    """
    content = yaml.safe_load(base.read_text(encoding="utf-8"))
    for section, entries in changes.items():
        old = content.get(section)
        if not (isinstance(old, dict) and isinstance(entries, Mapping)):
            content[section] = entries
            continue
        content[section] = {**old, **entries}
        if "sources" in old and "sources" in entries:
            content[section]["sources"] = {**old["sources"], **entries["sources"]}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    load_court(file)


@contextmanager
def private_copy(
    settings: Settings,
    say: Callable[[str], None] = lambda _: None,
    database_url: str | None = None,
) -> Iterator[Settings]:
    """Run a private help desk while the block lasts; yields its settings.

    Raises:
        StartError: it does not start.
    """
    with open_copy(settings, say, database_url) as copy:
        yield copy.settings


@contextmanager
def open_copy(
    settings: Settings,
    say: Callable[[str], None] = lambda _: None,
    database_url: str | None = None,
    *,
    faults: bool = False,
) -> Iterator[PrivateCopy]:
    """The same, for an owner who sets its clock and court and, with ``faults``, breaks it.

    Raises:
        StartError: it does not start.
    """
    var = Path(tempfile.mkdtemp(prefix="helpdesk-"))
    own = replace(private_settings(settings, var, database_url), clock_file=var / "clock")
    if model_path(own).exists() and not is_trained(own):
        # the model that the live help desk loads at its next start is not for tests to replace
        own = replace(own, model_dir=own.model_dir / "tests")
    try:
        train_if_needed(own, say)
        clock.set_clock(var / "clock", None)
        with _running(own, say, faults) as copy:
            yield copy
    except StartError:
        _keep_only_logs(var)  # the message names one of them
        raise
    except BaseException:
        shutil.rmtree(var, ignore_errors=True)
        raise
    shutil.rmtree(var, ignore_errors=True)


def _keep_only_logs(var: Path) -> None:
    for part in var.iterdir():
        if part.name != "log":
            shutil.rmtree(part) if part.is_dir() else part.unlink()


@contextmanager
def _running(settings: Settings, say: Callable[[str], None], faults: bool) -> Iterator[PrivateCopy]:
    ready, problem = threading.Event(), []
    loop = asyncio.new_event_loop()
    children = children_of(settings)
    gates = _gates(settings, children) if faults else {}
    supervisor = Supervisor(settings, say, children)

    async def serve_all() -> None:
        for gate in gates.values():
            await gate.start()
        try:
            await supervisor.run(lambda: _prepare(settings), ready.set)
        finally:
            await asyncio.gather(*(gate.end() for gate in gates.values()))

    def serve() -> None:
        try:
            loop.run_until_complete(serve_all())
        except Exception as error:
            problem.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        ready.wait()
        if problem:
            raise problem[0] if isinstance(problem[0], StartError) else StartError(str(problem[0]))
        by_name = {child.name: child for child in children}
        yield PrivateCopy(settings, supervisor, by_name, gates, loop)
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(supervisor.end)
        thread.join(20)


def _gates(settings: Settings, children: list[Child]) -> dict[str, Gate]:
    """Gates between web, Rasa and the action server; the children are told of their ports."""
    to_actions, to_rasa = free_ports(2)
    write_endpoints(replace(settings, action_port=to_actions))
    for child in children:
        if child.name == "web":
            child.environment["HELPDESK_RASA_PORT"] = str(to_rasa)
    return {
        "action_server_down": Gate(to_actions, settings.action_port),
        "assistant_down": Gate(to_rasa, settings.rasa_port),
    }


def _prepare(settings: Settings) -> None:
    prepare_database(settings)
