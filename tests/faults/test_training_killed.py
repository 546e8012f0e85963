"""A trainer killed with SIGKILL: no half model is used, and what it left goes with the next one."""

import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.run import train_if_needed
from bot.settings import ROOT, Settings, child_environment, load_settings
from bot.supervisor import StartError
from bot.training import is_trained, mark_trained, model_path
from tests.faults.processes import descendants

OLD = b"the old model"
LONGEST = 240.0


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a folder of their own, in which an old model lies."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    own = replace(load_settings(), model_dir=tmp_path / "models", var_dir=tmp_path / "var")
    own.model_dir.mkdir()
    model_path(own).write_bytes(OLD)
    mark_trained(own)
    return own


def _until(found: Callable[[], object], trainer: Callable[[], bool] = lambda: True) -> None:
    deadline = time.monotonic() + LONGEST
    while not found():
        assert trainer(), "the trainer ended"
        assert time.monotonic() < deadline
        time.sleep(0.002)


def _unfinished(settings: Settings) -> list[Path]:
    return list(settings.model_dir.glob(".training-*"))


def _is_whole(model: Path) -> bool:
    try:
        with tarfile.open(model) as tar:
            return "metadata.json" in {Path(member.name).name for member in tar}
    except (tarfile.TarError, EOFError, OSError):
        return False


def test_a_trainer_that_is_killed_while_it_writes_the_model_leaves_the_old_one(
    settings: Settings,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot.trainer", "--force"],
        cwd=ROOT,
        env=child_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as trainer:
        try:
            _until(
                lambda: list(settings.model_dir.glob(".training-*/*.tar.gz")),
                lambda: trainer.poll() is None,
            )
        finally:
            trainer.kill()
    if model_path(settings).read_bytes() == OLD:
        assert is_trained(settings)
        assert _unfinished(settings)
    else:  # killed an instant too late: then it is all there
        assert _is_whole(model_path(settings))


def test_what_a_killed_trainer_left_goes_with_the_next(settings: Settings) -> None:
    (settings.model_dir / "helpdesk.hash").unlink()
    left = settings.model_dir / ".training-left"
    left.mkdir()
    (left / "helpdesk.tar.gz").write_bytes(b"half a mod")
    said: list[str] = []

    def train() -> None:
        try:
            train_if_needed(settings, said.append)
        except StartError as error:
            said.append(str(error))

    training = threading.Thread(target=train)
    training.start()
    try:
        _until(lambda: not left.exists() and _unfinished(settings), training.is_alive)
    finally:
        for one in descendants(os.getpid()):
            if "bot.trainer" in one.command:
                os.kill(one.pid, signal.SIGKILL)
        training.join(20)
    assert said[-1].startswith("Training was ended from outside (signal 9)")
    assert model_path(settings).read_bytes() == OLD
    assert not is_trained(settings)
