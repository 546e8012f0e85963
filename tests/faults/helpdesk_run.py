"""A real ``helpdesk run`` in a process of its own, with quick looks at its servers."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from bot.children import web_url
from bot.run import train_if_needed
from bot.settings import ROOT, Settings, child_environment, load_settings
from bot.testing.client import Filer
from bot.testing.private_copy import private_settings
from bot.training import is_trained, model_path

LONGEST = 120.0
_RUN = """
import bot.supervisor
from bot.cli import main
bot.supervisor.PROBE_SECONDS = 0.5
raise SystemExit(main(["run"]))
"""


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

    def answer(self, question: str) -> dict[str, object]:
        """To a new filer's question."""
        with Filer(web_url(self.settings)) as filer:
            return filer.say(question)

    def status(self, path: str) -> int:
        """Of a page."""
        return httpx.get(web_url(self.settings) + path, trust_env=False).status_code

    def end(self) -> None:
        """As Ctrl-C does."""
        self.process.terminate()
        assert self.process.wait(30) == 0


def own_settings(folder: Path) -> Settings:
    """Settings of a help desk of one's own in ``folder``, with a trained model."""
    settings = private_settings(load_settings(), folder)
    if model_path(settings).exists() and not is_trained(settings):
        settings = replace(settings, model_dir=settings.model_dir / "tests")
    train_if_needed(settings, lambda _: None)
    return settings


def start(settings: Settings) -> Running:
    """Start one."""
    settings.var_dir.mkdir(exist_ok=True)
    terminal = settings.var_dir / "terminal"
    with terminal.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN],
            cwd=ROOT,
            env=child_environment(settings),
            stdout=output,
            stderr=output,
        )
    return Running(settings, process, terminal)
