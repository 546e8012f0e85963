"""The real server on a free port, with a stand-in for Rasa's channel on another."""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_rasa import FakeRasa
from hypercorn.config import Config
from web_stack import Running, Stack, once

from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.settings import NO_LIMITS, load_settings
from bot.testing.private_copy import free_ports
from bot.web.app import create_app
from bot.web.server import server_config


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """One thread with one event loop for all servers of these tests."""
    running = Running()
    yield running
    running.close()


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and no rows, to be copied: making one takes half a second."""
    path = tmp_path_factory.mktemp("database") / "helpdesk.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def make_stack(
    running: Running, tmp_path: Path, new_database: Path
) -> Iterator[Callable[..., Stack]]:
    """Starts a stack; keyword arguments change settings."""
    # ends all of them in turn, also when one cannot be ended
    ends = ExitStack()

    def make(**changes: Any) -> Stack:
        web_port, rasa_port = free_ports(2)
        settings = replace(
            load_settings({"HELPDESK_VAR": str(tmp_path)}),
            **{
                "web_port": web_port,
                "rasa_port": rasa_port,
                "rasa_secret": "test-secret",
                "upload_limit_bytes": 1_000_000,
                "turn_timeout_seconds": 2.0,
                "limits": NO_LIMITS,
                **changes,
            },
        )
        shutil.copy(new_database, tmp_path / "helpdesk.db")
        engine = make_engine(settings.database_url, busy_seconds=2)
        rasa = FakeRasa()

        def start_rasa() -> Callable[[], None]:
            config = Config()
            config.bind = [f"127.0.0.1:{settings.rasa_port}"]
            config.graceful_timeout = 0.1
            # hypercorn's own would take the log of the server under test away from its test
            config.errorlog = logging.getLogger("hypercorn.error")
            end = once(running.serve(rasa.app(), config))
            ends.callback(end)
            return end

        end_rasa = start_rasa()
        app = create_app(settings)
        config = server_config(settings)
        config.graceful_timeout = 0.5
        end_web = running.serve(app, config)
        url = f"http://127.0.0.1:{settings.web_port}"
        stack = Stack(url, settings, rasa, engine, start_rasa, end_rasa, app)
        for end in (engine.dispose, end_web, stack.close_clients):
            ends.callback(end)
        return stack

    with ends:
        yield make


@pytest.fixture
def stack(make_stack: Callable[..., Stack]) -> Stack:
    """A stack with small limits."""
    return make_stack()
