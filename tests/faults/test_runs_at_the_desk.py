"""A run that a tester began at the desk does not outlive the help desk, however that ends."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.children import web_url
from bot.db.engine import make_engine
from bot.staff import sessions
from bot.staff.accounts import add_account
from bot.testing.runs import STOPPED, Run, last_runs
from tests.faults.helpdesk_run import Running, own_settings, start
from tests.faults.processes import Process, descendants, pid_of

AT_ONCE = 2.0
# of what is not waited for: the parent was killed
SOON = 20.0


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A help desk that serves."""
    one = start(own_settings(tmp_path / "var"))
    try:
        one.until(lambda: one.said("Ready after") > 0)
        yield one
    finally:
        one.process.kill()
        one.process.wait()


def _begin_run(running: Running) -> None:
    """Start a run of questions as a tester, and wait until its private copy answers."""
    engine = make_engine(running.settings.database_url)
    account = add_account(engine, "tess", "tester", by="test")
    with httpx.Client(base_url=web_url(running.settings), trust_env=False) as browser:
        browser.cookies.set("desk", sessions.begin(engine, account))
        form = re.search(r'name="form_token" value="([0-9a-f]+)"', browser.get("/desk/tests").text)
        assert form
        fields = {"form_token": form.group(1), "what": "questions"}
        assert browser.post("/desk/tests", data=fields).status_code == 303
    running.until(lambda: last_runs(engine)[0].done > 0)
    engine.dispose()


def _the_run(running: Running) -> Run:
    engine = make_engine(running.settings.database_url)
    run = last_runs(engine)[0]
    engine.dispose()
    return run


def _folders(processes: list[Process]) -> set[Path]:
    return {Path(p.variables["HELPDESK_VAR"]) for p in processes if "HELPDESK_VAR" in p.variables}


def _all_gone(processes: list[Process], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(one.lives() for one in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("way", ["the help desk ends", "it is killed", "web is killed"])
def test_a_run_ends_with_the_help_desk(running: Running, way: str) -> None:
    _begin_run(running)
    begun = pid_of("bot.testing.run_for_desk", running.settings)
    of_run = descendants(begun)
    assert {"bot.assistant.server", "actions.server", "bot.web"} <= {
        word for one in of_run for word in one.command
    }
    everything = descendants(running.process.pid)
    try:
        _end_and_look(running, way, of_run, everything)
    finally:
        for one in everything:
            if one.lives():
                os.kill(one.pid, signal.SIGKILL)


def _end_and_look(
    running: Running, way: str, of_run: list[Process], everything: list[Process]
) -> None:
    if way == "the help desk ends":
        running.end()
        assert _all_gone(everything, AT_ONCE)
    elif way == "it is killed":
        running.process.kill()
        running.process.wait()
        assert _all_gone(everything, SOON)
    else:
        os.kill(pid_of("bot.web", running.settings), signal.SIGKILL)
        assert _all_gone(of_run, SOON)
    own = _folders(of_run) - {running.settings.var_dir}
    assert len(own) == 1
    assert not any(folder.exists() for folder in own)
    assert _the_run(running).state == STOPPED
    assert "was ended meanwhile" in _the_run(running).message
