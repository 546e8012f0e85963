"""``helpdesk requests``: what a clerk without a browser can do, on SQLite and PostgreSQL."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.engine import Engine

from bot.cli import main
from bot.staff.audit import entries
from bot.triage.lifecycle import history
from bot.triage.requests import find

from .requests_made import Make, maker


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def make(engine: Engine) -> Make:
    return maker(engine)


@pytest.fixture
def run(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs ``helpdesk requests`` as bea."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def call(*arguments: str) -> Done:
        capsys.readouterr()
        status = main(["requests", *arguments, "--who", "bea"])
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return call


def test_who_reads_another_language(run: Run, make: Make) -> None:
    reader, other = make(language="es"), make(language="en")
    assert "Attorney, reads Spanish, topic pdf_fix" in run(reader.code).out
    assert "Attorney, topic pdf_fix" in run(other.code).out


def test_the_line(run: Run, make: Make) -> None:
    assert run().out.strip() == "No open help requests."
    slow, urgent = make(contact="a@example.com"), make(topic="mfa", contact="b@example.com")
    done = run()
    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines()] == [urgent.code, slow.code]
    first, second = map(json.loads, run("--json").out.splitlines())
    assert (first["code"], first["priority"]) == (urgent.code, 40)
    assert first["reasons"] == ["cannot file until helped (+40)"]
    assert second["code"] == slow.code


def test_a_clerks_round(engine: Engine, run: Run, make: Make) -> None:
    request = make()
    claimed = run("next")
    assert claimed.status == 0
    assert "claimed by bea" in claimed.out
    assert run("note", request.code, "called", "back").status == 0
    assert run("resolve", request.code, "linked", "by", "phone").status == 0
    shown = run(request.code.lower())
    assert "called back" in shown.out
    assert "resolved, bea: linked by phone" in shown.out
    assert [change.who for change in history(engine, request.code)] == ["filer", "bea", "bea"]
    whole = json.loads(run(request.code, "--json").out)
    assert [change["state"] for change in whole["history"]] == ["waiting", "claimed", "resolved"]
    assert whole["notes"][0]["text"] == "called back"
    nobody = run("next")
    assert (nobody.status, nobody.out) == (1, "")
    assert "Nobody waits" in nobody.err


def test_what_was_resolved_by_mistake_comes_back(engine: Engine, run: Run, make: Make) -> None:
    code = make().code
    run("claim", code)
    run("resolve", code, "linked")
    assert run("back", code, "the", "wrong", "one").status == 0
    found = find(engine, code)
    assert found
    assert found.state == "waiting"


def test_what_another_has_is_refused_in_words(engine: Engine, run: Run, make: Make) -> None:
    request = make()
    main(["requests", "claim", request.code, "--who", "carl"])
    refused = run("claim", request.code)
    assert refused.status == 1
    assert "carl has claimed this request already" in refused.err
    assert run("back", request.code, "wrong one").status == 0
    assert run("claim", request.code).status == 0
    found = find(engine, request.code)
    assert found
    assert found.claimed_by == "bea"


@pytest.mark.parametrize(
    "arguments", [["K7QRT-3MX9B"], ["claim", "K7QRT-3MX9B"], ["note", "K7QRT-3MX9B", "x"]]
)
def test_a_code_that_nobody_has(run: Run, engine: Engine, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (1, "")
    assert "No help request has this code" in done.err


@pytest.mark.parametrize(
    "arguments", [["claim"], ["resolve", "K7QRT-3MX9B"], ["note"], ["lose", "K7QRT-3MX9B"]]
)
def test_wrong_use(run: Run, engine: Engine, arguments: list[str]) -> None:
    assert run(*arguments).status == 2


def test_what_the_command_does_stands_in_the_log(engine: Engine, run: Run, make: Make) -> None:
    code = make().code
    run("claim", code)
    run("back", code, "wrong", "one")
    run("next")
    run("note", code.lower(), "called")
    run("resolve", code, "linked")
    found = list(reversed(entries(engine)[0]))
    assert [(e.who, e.action, e.subject) for e in found] == [
        ("bea", "claimed a request", code),
        ("bea", "moved a request", code),
        ("bea", "claimed the next request", code),
        ("bea", "kept a note", code),
        ("bea", "moved a request", code),
    ]
    assert all("command line of " in e.detail for e in found)
    assert found[-1].detail.startswith("resolved, ")
