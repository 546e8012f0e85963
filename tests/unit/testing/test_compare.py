"""Two runs side by side: what counts as mended, broken or less sure."""

from pathlib import Path

import pytest

from bot.settings import load_settings
from bot.testing import sides
from bot.testing.compare import (
    BROKEN,
    LESS_SURE,
    MENDED,
    OTHER,
    SURER,
    Comparison,
    compare,
    grouped,
)
from bot.testing.report.files import Sides, write_comparison
from bot.testing.sides import SideError, open_side


def _answer(predicted: str | None, sure: float = 0.9, *offered: str) -> dict[str, object]:
    outcome = "answered" if predicted else "offered"
    return {"text": "q", "expected": "mfa", "predicted": predicted, "offered": list(offered),
            "outcome": outcome, "confidence": sure}  # fmt: skip


def _compared(old: dict[str, object], new: dict[str, object]) -> Comparison:
    return compare([old], [new], [], [], 0.1)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (_answer("mfa"), _answer("pacer_fees"), BROKEN),
        (_answer("mfa"), _answer(None, 0.4, "mfa"), BROKEN),
        (_answer(None, 0.4, "mfa"), _answer(None, 0.4, "x"), BROKEN),
        (_answer("pacer_fees"), _answer("mfa"), MENDED),
        (_answer(None, 0.4, "x"), _answer(None, 0.4, "mfa"), MENDED),
        (_answer("pacer_fees"), _answer("account_type"), OTHER),
        (_answer("mfa", 0.9), _answer("mfa", 0.79), LESS_SURE),
        (_answer("mfa", 0.7), _answer("mfa", 0.81), SURER),
    ],
)
def test_what_changed(old: dict[str, object], new: dict[str, object], kind: str) -> None:
    (change,) = _compared(old, new).changes
    assert change.kind == kind


def test_a_little_less_sure_is_no_change() -> None:
    assert _compared(_answer("mfa", 0.9), _answer("mfa", 0.81)).changes == ()


def _script(passed: bool, *topics: str) -> dict[str, object]:
    turns = [
        {"deed": "say 'x'", "topic": topic, "outcome": "answered", "confidence": 0.9}
        for topic in topics
    ]
    failed = {} if passed else {"failed_at": 7, "expected": "topic mfa", "got": "topic x"}
    return {"file": "a.yml", "name": "n", "passed": passed, "turns": turns, **failed}


def test_scripts_that_broke_say_where() -> None:
    found = compare([], [], [_script(True)], [_script(False)], 0.1)
    (change,) = found.changes
    assert (change.kind, change.expected, change.new) == (BROKEN, "line 7: topic mfa", "topic x")
    assert found.broken == 1


def test_scripts_that_pass_with_another_answer_are_named() -> None:
    found = compare([], [], [_script(True, "mfa", "x")], [_script(True, "mfa", "y")], 0.1)
    assert [(c.kind, c.old, c.new) for c in found.changes] == [
        (OTHER, "x answered (0.90)", "y answered (0.90)")
    ]
    assert found.broken == 0


def test_a_script_that_the_old_side_lacks_is_not_compared() -> None:
    found = compare([], [], [], [_script(False)], 0.1)
    assert (found.scripts, found.only_new, found.broken) == (0, ("a.yml: n",), 0)


def test_chance_is_mcnemars() -> None:
    old = [{**_answer("mfa"), "text": str(n)} for n in range(6)]
    new = [{**_answer("x"), "text": str(n)} for n in range(6)]
    assert compare(old, new, [], [], 0.1).chance == pytest.approx(2 * 0.5**6)
    assert compare(old, old, [], [], 0.1).chance == 1.0


def test_the_broken_stand_first_and_words_of_filers_are_escaped(tmp_path: Path) -> None:
    old = [{**_answer("x"), "text": "<i>a"}, {**_answer("mfa"), "text": "<b>"}]
    new = [{**_answer("mfa"), "text": "<i>a"}, {**_answer("x"), "text": "<b>"}]
    found = compare(old, new, [], [], 0.1)
    assert [c.kind for c in found.changes] == [BROKEN, MENDED]
    write_comparison(tmp_path, found, Sides("old", "new", False, "today"))
    html = (tmp_path / "compare.html").read_text(encoding="utf-8")
    assert "1 broken" in html
    assert "&lt;b&gt;" in html
    assert "<i>a" not in html
    assert '"questions_broken": 1' in (tmp_path / "compare.json").read_text(encoding="utf-8")


def test_scripts_that_changed_alike_are_one_row_and_the_worst_stands_first(tmp_path: Path) -> None:
    def script(name: str, sure: float) -> dict[str, object]:
        turn = {"deed": "say 'help'", "topic": "x", "outcome": "asked", "confidence": sure}
        return {"file": "a.yml", "name": name, "passed": True, "turns": [turn]}

    old = [script(name, 0.3) for name in "abc"]
    new = [script(name, 0.6) for name in "abc"]
    ((change, more),) = grouped(compare([], [], old, new, 0.1), SURER)
    assert (change.what, more) == ("a.yml: a", 2)
    was = [{**_answer("mfa"), "text": text} for text in ("mild", "bad")]
    now = [
        {**_answer(None, 0.4, "mfa"), "text": "mild"},
        {**_answer("pacer_fees"), "text": "bad"},
    ]
    found = compare(was, now, [], [], 0.1)
    assert [(c.what, c.lost) for c in found.changes] == [("bad", True), ("mild", False)]
    assert any("2 (1 led astray or nowhere, 1 asked back" in one for one in found.against)


def test_what_is_neither_model_nor_commit(tmp_path: Path) -> None:
    with (
        pytest.raises(SideError, match="neither a model"),
        open_side("no-such-thing", load_settings(), tmp_path / "a", print),
    ):
        pass


def test_what_one_side_lacks_is_named_on_both_sides() -> None:
    lost = {**_script(False), "name": "lost"}
    found = compare([_answer("mfa")], [], [lost, _script(True)], [_script(True)], 0.1)
    assert found.only_old == ("a.yml: lost", "q")
    assert (found.only_new, found.broken, found.failing) == ((), 0, ())


def test_a_code_that_is_drawn_anew_makes_nothing_surer() -> None:
    def script(sure: float) -> dict[str, object]:
        turn = {"deed": "say 'reschedule {request_code}'", "topic": "x", "outcome": "asked"}
        return {"file": "a", "name": "n", "passed": True, "turns": [{**turn, "confidence": sure}]}

    assert compare([], [], [script(0.36)], [script(0.64)], 0.1).changes == ()


def test_the_new_side_is_judged_by_the_limits_too(tmp_path: Path) -> None:
    bad = [{**_answer("x"), "text": str(n)} for n in range(4)]
    found = compare(bad, bad, [_script(False)], [_script(False)], 0.1)
    assert found.broken == 0
    against = " ".join(found.against)
    assert "right: 0.0%, at least 88% is wanted" in against
    assert "scripts that fail with the new one: 1" in against
    write_comparison(tmp_path, found, Sides("a", "b", True, "today"))
    html = (tmp_path / "compare.html").read_text(encoding="utf-8")
    assert "Both use the same model" in html
    assert "Not yet" in html
    good = [{**_answer("mfa"), "text": str(n)} for n in range(4)]
    assert compare(good, good, [], [], 0.1).against == ()


def test_a_commit_makes_its_encoder_with_its_own_code(tmp_path: Path) -> None:
    """Where locks or encoder differ from ours, its own set-up runs and nothing of ours is found."""
    tree = tmp_path / "tree"
    (tree / "scripts").mkdir(parents=True)
    (tree / "scripts" / "setup.sh").write_text(
        'mkdir -p .venv/bin && touch .venv/bin/python && echo "$PYTHONPATH" > .tools/made_by\n'
    )
    said: list[str] = []
    python = sides._set_up("old", tree, load_settings(), said.append)
    assert python == str(tree / ".venv" / "bin" / "python")
    assert (tree / ".tools" / "made_by").read_text().strip() == str(tree)
    assert not (tree / ".tools").is_symlink()
    assert "set up by itself" in said[0]


def test_a_commit_that_cannot_be_set_up_says_why(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "scripts").mkdir(parents=True)
    (tree / "scripts" / "setup.sh").write_text("echo no packages >&2; exit 1\n")
    with pytest.raises(SideError, match="old could not be set up: no packages"):
        sides._set_up("old", tree, load_settings(), print)


def test_the_present_commit_needs_no_set_up(tmp_path: Path) -> None:
    with open_side("HEAD", load_settings(), tmp_path / "a", print) as side:
        assert (side.root / ".tools").is_symlink()
        assert side.label.startswith("HEAD (commit ")
        assert side.fingerprint()
    assert not side.root.exists()
