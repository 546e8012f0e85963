"""``helpdesk run`` with a model that Rasa cannot load: it is said, the page serves, and a new model
is used by itself."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.supervisor import StartError
from bot.testing.private_copy import open_copy
from bot.training import mark_trained, model_path
from tests.faults.helpdesk_run import Running, own_settings, start
from tests.faults.processes import pid_of, pids_of

QUESTION = "how do I upgrade my legacy PACER account"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A model that can be loaded."""
    return model_path(own_settings(tmp_path_factory.mktemp("var"))).read_bytes()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a folder of their own for models."""
    (tmp_path / "models").mkdir()
    return replace(own_settings(tmp_path / "var"), model_dir=tmp_path / "models")


@pytest.fixture
def run(settings: Settings) -> Iterator[Callable[[bytes], Running]]:
    """Starts a help desk with this model."""
    started: list[Running] = []

    def start_with(content: bytes) -> Running:
        _put_model(settings, content)
        started.append(start(settings))
        return started[-1]

    yield start_with
    for one in started:
        one.end()


def _put_model(settings: Settings, content: bytes) -> None:
    """As training does: another file in the place of the old one."""
    new = settings.model_dir / "new"
    new.write_bytes(content)
    new.replace(model_path(settings))
    mark_trained(settings)


def _is_another_one(settings: Settings, old: int) -> bool:
    found = pids_of("bot.assistant.server", settings)
    return bool(found) and old not in found


def _tells_filers_and_serves_the_rest(running: Running) -> None:
    begun = time.monotonic()
    reply = running.answer(QUESTION)
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
    _put_model(running.settings, model)
    running.until(lambda: running.said("Ready after") > 0)
    assert running.said("The model is another one now") == 1
    assert running.answer(QUESTION)["topic"] == "upgrade_legacy_account"


def test_a_rasa_that_comes_back_without_its_model_is_told_once(
    run: Callable[[bytes], Running], model: bytes
) -> None:
    running = run(model)
    running.until(lambda: running.said("Ready after") > 0)
    assert running.answer(QUESTION)["outcome"] == "answered"
    _put_model(running.settings, model[:-1000])
    for _ in range(2):
        old = pid_of("bot.assistant.server", running.settings)
        os.kill(old, signal.SIGKILL)
        running.until(partial(_is_another_one, running.settings, old))
        running.until(lambda: running.said("has no model") > 0)
    _tells_filers_and_serves_the_rest(running)
    assert running.said("has no model") == 1
    _put_model(running.settings, model)
    running.until(lambda: running.said("the assistant answers again") > 0)
    assert running.said("Ready after") == 1
    assert running.answer(QUESTION)["topic"] == "upgrade_legacy_account"


def test_a_private_copy_does_not_start_without_a_model(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # its logs are kept
    _put_model(settings, b"no model")
    with (
        pytest.raises(StartError, match=r"cannot be loaded.*train --force"),
        open_copy(settings),
    ):
        pytest.fail("it started")
