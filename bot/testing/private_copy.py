"""A help desk of one's own on free ports, with an empty database, ended afterwards."""

import asyncio
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.run import prepare_database, train_if_needed
from bot.settings import Settings
from bot.supervisor import StartError, Supervisor, web_url, with_secret


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


def private_settings(settings: Settings, var: Path, database_url: str | None = None) -> Settings:
    """``settings`` with free ports, a folder of its own and no limits on messages."""
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
        )
    )


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
    var = Path(tempfile.mkdtemp(prefix="helpdesk-"))
    own = private_settings(settings, var, database_url)
    try:
        train_if_needed(own, say)
        with _running(own, say):
            yield own
    finally:
        shutil.rmtree(var, ignore_errors=True)


@contextmanager
def _running(settings: Settings, say: Callable[[str], None]) -> Iterator[None]:
    ready, problem = threading.Event(), []
    loop = asyncio.new_event_loop()
    supervisor = Supervisor(settings, say)

    def serve() -> None:
        try:
            loop.run_until_complete(supervisor.run(lambda: _prepare(settings), ready.set))
        except Exception as error:
            problem.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    ready.wait()
    try:
        if problem:
            raise problem[0] if isinstance(problem[0], StartError) else StartError(str(problem[0]))
        yield
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(supervisor.end)
        thread.join(20)


def _prepare(settings: Settings) -> None:
    prepare_database(settings)


def url_of(settings: Settings) -> str:
    """The address of a private copy's web server."""
    return web_url(settings)
