"""``helpdesk switches``: off and on without the desk, on SQLite and PostgreSQL."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy.engine import Engine

from bot.cli import main
from bot.staff.audit import entries
from bot.switches import UPLOADS, USUAL_NOTICES, switched_off

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)

    def call(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        status = main(["switches", *arguments, "--who", "bea"])
        return status, capsys.readouterr().out

    return call


def test_off_with_the_usual_notice_and_on_again(run: Run, engine: Engine) -> None:
    assert run()[1].split() == ["chat", "on", "uploads", "on", "requests", "on"]
    status, out = run("uploads", "off")
    assert status == 0
    assert "by bea" in out
    (off,) = switched_off(engine)
    assert (off.name, off.notice) == (UPLOADS, USUAL_NOTICES[UPLOADS])
    assert run("uploads", "on")[0] == 0
    assert switched_off(engine) == ()
    assert [(entry.who, entry.action) for entry in entries(engine)[0]] == [
        ("bea", "turned uploads on"),
        ("bea", "turned uploads off"),
    ]


def test_a_notice_of_ones_own(run: Run) -> None:
    run("chat", "off", "We are moving.", "Back at noon.")
    chat, uploads, _ = map(json.loads, run("--json")[1].splitlines())
    assert (chat["on"], chat["notice"]) == (False, "We are moving. Back at noon.")
    assert uploads == {"name": "uploads", "on": True, "off_since": None}


def test_wrong_use(run: Run, engine: Engine) -> None:
    assert run("chat")[0] == 2
    assert run("chat", "off", "x" * 401)[0] == 2
    assert switched_off(engine) == ()
    with pytest.raises(SystemExit):
        run("printer", "off")
