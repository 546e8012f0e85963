"""``helpdesk run`` with a model that Rasa cannot load: it is said, the page serves, and a new model
is used by itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from bot.children import web_url
from bot.run import train_if_needed
from bot.settings import ROOT, Settings, child_environment, load_settings
from bot.supervisor import StartError
from bot.testing.client import Filer
from bot.testing.private_copy import open_copy, private_settings
from bot.training import is_trained, mark_trained, model_path
from tests.faults.processes import pid_of, pids_of

LONGEST = 60.0
RUN = """
import bot.supervisor
from bot.cli import main
bot.supervisor.PROBE_SECONDS = 0.5
raise SystemExit(main(["run"]))
"""
QUESTION = "how do I upgrade my legacy PACER account"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A model that can be loaded."""
    settings = replace(load_settings(), var_dir=tmp_path_factory.mktemp("training"))
    if model_path(settings).exists() and not is_trained(settings):
        settings = replace(settings, model_dir=settings.model_dir / "tests")
    train_if_needed(settings, lambda _: None)
    return model_path(settings).read_bytes()


@dataclass
class Running:
    """A ``helpdesk run`` and what its terminal shows."""

    settings: Settings
    process: subprocess.Popen[bytes]
    terminal: Path

    def said(self, words: str) -> int:
        """How often it said something so far."""
        return self.terminal.read_text("utf-8").count(words)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something; fails when it does not come about, or the help desk ends."""
        deadline = time.monotonic() + LONGEST
        while not holds():
            assert self.process.poll() is None, self.terminal.read_text("utf-8")
            assert time.monotonic() < deadline, self.terminal.read_text("utf-8")
            time.sleep(0.1)

    def put_model(self, content: bytes) -> None:
        """As training does: another file in the place of the old one."""
        new = self.settings.model_dir / "new"
        new.write_bytes(content)
        new.replace(model_path(self.settings))
        mark_trained(self.settings)

    def answer(self) -> dict[str, object]:
        """To a filer's question."""
        with Filer(web_url(self.settings)) as filer:
            return filer.say(QUESTION)

    def status(self, path: str) -> int:
        """Of a page."""
        return httpx.get(web_url(self.settings) + path, trust_env=False).status_code


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "models").mkdir()
    own = private_settings(load_settings(), tmp_path / "var")
    return replace(own, model_dir=tmp_path / "models")


@pytest.fixture
def run(settings: Settings, tmp_path: Path) -> Iterator[Callable[[bytes], Running]]:
    """Starts a help desk with this model."""
    started: list[Running] = []

    def start(content: bytes) -> Running:
        model_path(settings).write_bytes(content)
        mark_trained(settings)
        terminal = tmp_path / "terminal"
        with terminal.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN],
                cwd=ROOT,
                env=child_environment(settings),
                stdout=output,
                stderr=output,
            )
        started.append(Running(settings, process, terminal))
        return started[-1]

    yield start
    for one in started:
        one.process.terminate()
        assert one.process.wait(30) == 0


def _is_another_one(settings: Settings, old: int) -> bool:
    found = pids_of("bot.assistant.server", settings)
    return bool(found) and old not in found


def _tells_filers_and_serves_the_rest(running: Running) -> None:
    begun = time.monotonic()
    reply = running.answer()
    assert time.monotonic() - begun < 5
    assert reply["outcome"] == "failed"
    assert "860-240-3675" in str(reply["text"])
    assert [running.status(path) for path in ("/", "/health", "/desk/sign-in")] == [200] * 3
    assert running.status("/ready") == 503


def test_a_start_without_a_model_claims_nothing_and_ends_with_the_next_training(
    run: Callable[[bytes], Running], model: bytes
) -> None:
    running = run(model[: len(model) // 2])
    running.until(lambda: running.said("has no model") > 0)
    assert running.said(f"{model_path(running.settings)} cannot be loaded") == 1
    assert running.said("helpdesk train --force") == 1
    log = running.settings.var_dir / "log" / "rasa.log"
    assert "helpdesk train --force" in log.read_text("utf-8")
    _tells_filers_and_serves_the_rest(running)
    time.sleep(2)  # some more looks at Rasa
    assert running.said("has no model") == 1
    assert running.said("Ready") == 0
    running.put_model(model)
    running.until(lambda: running.said("Ready after") > 0)
    assert running.said("The model is another one now") == 1
    assert running.answer()["topic"] == "upgrade_legacy_account"


def test_a_rasa_that_comes_back_without_its_model_is_told_once(
    run: Callable[[bytes], Running], model: bytes
) -> None:
    running = run(model)
    running.until(lambda: running.said("Ready after") > 0)
    assert running.answer()["outcome"] == "answered"
    running.put_model(model[:-1000])
    for _ in range(2):
        old = pid_of("bot.assistant.server", running.settings)
        os.kill(old, signal.SIGKILL)
        running.until(partial(_is_another_one, running.settings, old))
        running.until(lambda: running.said("has no model") > 0)
    _tells_filers_and_serves_the_rest(running)
    assert running.said("has no model") == 1
    running.put_model(model)
    running.until(lambda: running.said("the assistant answers again") > 0)
    assert running.said("Ready after") == 1
    assert running.answer()["topic"] == "upgrade_legacy_account"


def test_a_private_copy_does_not_start_without_a_model(settings: Settings) -> None:
    model_path(settings).write_bytes(b"no model")
    mark_trained(settings)
    with (
        pytest.raises(StartError, match=r"cannot be loaded.*train --force"),
        open_copy(settings),
    ):
        pytest.fail("it started")
