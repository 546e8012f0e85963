"""Runs of scripts and questions at the desk: one at a time, watched, kept, set side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from desk_people import signed_in
from sqlalchemy.engine import Engine
from web_stack import Stack

from bot.clock import utc_now
from bot.db.tables import test_runs as table
from bot.testing import runs
from bot.testing.runs import FINISHED, QUESTIONS, SCRIPTS
from bot.web.desk import testing


@contextmanager
def _carried_out_by(program: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program in the place of the one that takes a minute."""
    real = testing.asyncio.create_subprocess_exec

    async def start(*_: str, **options: object) -> object:
        return await real(testing.sys.executable, "-c", program, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(testing.asyncio, "create_subprocess_exec", start)
        yield


def _question(text: str, predicted: str) -> dict[str, object]:
    return {"text": text, "expected": "mfa", "predicted": predicted, "offered": [],
            "outcome": "answered", "confidence": 0.9}  # fmt: skip


def _asked(engine: Engine, *predicted: str, report: str = "") -> int:
    number = runs.begin_run(engine, QUESTIONS, "", "tess")
    lines = [_question(f"<b>question {n}</b>", topic) for n, topic in enumerate(predicted)]
    right = predicted.count("mfa") / len(predicted)
    summary = {"right": right, "wrong": 1 - right, "right_or_offered": right, "declined_right": 1,
               "model": "0bac14484d10"}  # fmt: skip
    runs.end_run(engine, number, FINISHED, summary=summary, results=lines, report=report or None)
    return number


def _until_ended(engine: Engine, number: int) -> runs.Run:
    for _ in range(200):
        run = runs.run_of(engine, number)
        assert run is not None
        if not run.is_on:
            return run
        testing.asyncio.run(testing.asyncio.sleep(0.05))
    raise AssertionError("the run has no end")


def test_a_run_whose_program_dies_has_an_end(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    tester = signed_in(stack, "tester")
    with _carried_out_by("raise SystemExit(3)", monkeypatch):
        answer = tester.post("/desk/tests", what="scripts")
    assert answer.status_code == 303
    run = _until_ended(stack.engine, runs.last_runs(stack.engine)[0].id)
    assert (run.state, run.started_by) == ("failed", "some.tester")
    assert "ended before its time" in tester.get(f"/desk/tests/{run.id}").text


def test_only_one_runs_and_it_can_be_stopped(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    number = runs.begin_run(stack.engine, SCRIPTS, "hours", "somebody")
    assert runs.note_progress(stack.engine, number, total=11, done=4, wrong=1)
    page = tester.get("/desk/tests").text
    assert "Running: scripts on hours" in page
    assert "4 of 11, 1 failed" in page
    assert "every 2s" in tester.get("/desk/tests/runs").text
    tester.post("/desk/tests", what="scripts")
    assert "Another run is going on" in tester.get("/desk/tests").text
    tester.post(f"/desk/tests/{number}/stop")
    assert not runs.note_progress(stack.engine, number, total=11, done=5, wrong=1)
    runs.end_run(stack.engine, number, "stopped", "It was stopped before its end.")
    assert "every 2s" not in tester.get("/desk/tests/runs").text


def test_what_is_not_on_the_list_is_not_run(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    for fields in ({"what": "shell"}, {"what": "scripts/../../etc"}, {}):
        tester.post("/desk/tests", **fields)
        assert "Choose what to run" in tester.get("/desk/tests").text
    assert runs.last_runs(stack.engine) == []


def test_a_run_that_fell_silent_makes_room(stack: Stack) -> None:
    silent = runs.begin_run(stack.engine, SCRIPTS, "", "a")
    with pytest.raises(runs.AlreadyRunningError):
        runs.begin_run(stack.engine, SCRIPTS, "", "b")
    with stack.engine.begin() as connection:
        long_ago = utc_now() - timedelta(minutes=4)
        connection.execute(table.update().values(updated_at=long_ago))
    runs.begin_run(stack.engine, SCRIPTS, "", "b")
    found = runs.run_of(stack.engine, silent)
    assert found is not None
    assert found.state == "failed"


def test_the_oldest_runs_go(stack: Stack) -> None:
    first = _asked(stack.engine, "mfa")
    for _ in range(runs.KEPT):
        _asked(stack.engine, "mfa")
    assert runs.run_of(stack.engine, first) is None
    assert len(runs.last_runs(stack.engine, 100)) == runs.KEPT


def test_a_report_is_shown_and_can_do_nothing(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    number = _asked(stack.engine, "mfa", report="<h1>How right</h1><script>alert(1)</script>")
    page = tester.get(f"/desk/tests/{number}").text
    assert f"/desk/tests/{number}/report" in page
    answer = tester.get(f"/desk/tests/{number}/report")
    assert "How right" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert tester.get(f"/desk/tests/{_asked(stack.engine, 'mfa')}/report").status_code == 404
    assert tester.get("/desk/tests/999").status_code == 404


def test_failed_scripts_say_where_and_why(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    number = runs.begin_run(stack.engine, SCRIPTS, "", "tess")
    failed = {"file": "tests/a.yml", "name": "a <i>name</i>", "passed": False, "failed_at": 7,
              "expected": "topic mfa", "got": "topic x", "deed": "say 'code'", "why": "intent x",
              "turns": []}  # fmt: skip
    summary = {"passed": 0, "failed": 1, "coverage": 0.97}
    runs.end_run(stack.engine, number, FINISHED, summary=summary, results=[failed])
    page = tester.get(f"/desk/tests/{number}").text
    for part in ("tests/a.yml, line 7", "intent x", "0 passed, 1 failed, 97.0% exercised"):
        assert part in page
    assert "<i>name" not in page


def test_two_runs_side_by_side(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    old = _asked(stack.engine, "mfa", "pacer_fees")
    new = _asked(stack.engine, "pacer_fees", "mfa")
    page = tester.get(f"/desk/tests/compared?old={old}&new={new}").text
    assert "1 broken" in page
    assert "Mended: 1" in page
    assert "&lt;b&gt;question 0" in page
    number = runs.begin_run(stack.engine, SCRIPTS, "", "tess")
    runs.end_run(stack.engine, number, FINISHED, summary={"passed": 0, "failed": 0})
    answer = tester.client.get(f"/desk/tests/compared?old={old}&new={number}")
    assert answer.status_code == 303
    assert tester.get("/desk/tests/compared?old=x&new=-1").status_code == 404


def test_a_run_says_how_it_ended_with_which_model_and_whether_it_is_enough(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    number = _asked(stack.engine, "mfa", "pacer_fees")
    home = tester.get("/desk/tests").text
    assert "Ended: questions. 50.0% right, 50.0% wrong" in home
    assert "Old side" not in home, "one run cannot be set beside another"
    page = tester.get(f"/desk/tests/{number}").text
    assert "Model 0bac14484d10." in page
    assert "right: 50.0%, at least 88% is wanted" in page.replace("Right:", "right:")
    good = tester.get(f"/desk/tests/{_asked(stack.engine, 'mfa')}").text
    assert "All limits for going live are reached." in good
    assert "Old side" in tester.get("/desk/tests").text


def test_side_by_side_names_what_only_one_run_has(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    old, new = _asked(stack.engine, "mfa", "mfa"), _asked(stack.engine, "mfa")
    page = tester.get(f"/desk/tests/compared?old={old}&new={new}").text
    assert "Only in the old run" in page
    assert "question 1" in page
    assert "Both runs had the same model" in page


def test_the_run_before_of_the_same_kind_is_offered_for_comparison(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    first = _asked(stack.engine, "mfa")
    for place in ("hours", "privacy"):
        number = runs.begin_run(stack.engine, SCRIPTS, place, "tess")
        one = {"file": f"{place}.yml", "name": place, "passed": True}
        summary = {"passed": 1, "failed": 0}
        runs.end_run(stack.engine, number, FINISHED, summary=summary, results=[one])
    assert f'Old side: run {first}, questions" checked' not in tester.get("/desk/tests").text
    page = tester.get(f"/desk/tests/compared?old={number - 1}&new={number}").text
    assert "Nothing can be compared." in page
    assert "Nothing broken" not in page
    _asked(stack.engine, "mfa")
    assert f'Old side: run {first}, questions" checked' in tester.get("/desk/tests").text


def test_while_the_report_is_drawn_the_page_says_so(stack: Stack) -> None:
    tester = signed_in(stack, "tester")
    number = runs.begin_run(stack.engine, QUESTIONS, "", "tess")
    runs.note_progress(stack.engine, number, total=9, done=9, wrong=1)
    assert "The report is drawn" in tester.get("/desk/tests/runs").text


def test_a_testers_first_page_is_this_one(stack: Stack) -> None:
    answer = signed_in(stack, "tester").client.get("/desk")
    assert answer.headers["location"] == "/desk/tests"
