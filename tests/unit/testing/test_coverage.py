"""What counts as exercised, and what is named as missing."""

import json
from dataclasses import replace

import pytest

from bot.knowledge.model import Article
from bot.testing.coverage import measure, text_of
from bot.testing.flows import Flow, Flows
from bot.testing.talk import Played, Said
from bot.testing.tracker import TrackedTurn

ARTICLE = Article("mfa", "t", "c", "s", {}, (), "2026-11-23", (), ("pacer_fees",))
FLOWS = Flows(
    flows=(
        Flow("rule", "greet", "f.yml", ("intent greet", "action utter_greet")),
        Flow("story", "twice", "f.yml", ("intent greet", "intent mfa", "action action_answer")),
    ),
    responses={"utter_greet": ("Hello",), "utter_never": ("Never",)},
    forms={"request": ("name", "sent")},
    slots=frozenset(),
)
PLAIN = TrackedTurn("", "greet", 1.0, None, ("utter_greet",), None, None, None, {}, ())


def _in_form(asked: str, **changes: object) -> TrackedTurn:
    return replace(
        PLAIN,
        intent="mfa",
        loop="request",
        asked=asked,
        loop_after="request",
        actions=("request",),
        **changes,  # type: ignore[arg-type]
    )


def _exercised(*tracked: TrackedTurn, **played: object) -> set[str]:
    one = Played("f", "n", True, tracked=tracked, **played)  # type: ignore[arg-type]
    found = measure([one], FLOWS, [ARTICLE])
    return {name for (_, name), times in found.times.items() if times}


def test_a_rule_its_response_and_a_story_told_over_two_turns() -> None:
    assert _exercised(PLAIN) == {"greet", "utter_greet"}
    second = replace(PLAIN, intent="mfa", actions=("action_answer",))
    assert _exercised(PLAIN, second) == {"greet", "utter_greet", "twice"}
    assert "twice" not in _exercised(second, PLAIN)


@pytest.mark.parametrize(
    ("turn", "branch"),
    [
        (replace(PLAIN, intent="mfa", actions=(), loop_after="request"), "request: begun"),
        (_in_form("name", slots={"name": "Ann"}), "name answered"),
        (_in_form("name", slots={"name": None}), "name asked again"),
        (_in_form("name"), "name interrupted"),
        (_in_form("sent", slots={"name": None, "sent": None}), "name changed later"),
    ],
)
def test_branches_of_a_form(turn: TrackedTurn, branch: str) -> None:
    assert _exercised(turn) == {branch}


def test_the_end_of_a_form_is_a_completion_unless_it_was_cancelled() -> None:
    sent = _in_form("sent", slots={"sent": None})
    assert _exercised(replace(sent, loop_after=None)) == {"request: completed", "sent answered"}
    cancelled = replace(sent, loop_after=None, actions=("action_deactivate_loop",))
    assert _exercised(cancelled) == {"request: cancelled", "sent interrupted"}


def test_a_button_counts_by_the_article_that_it_stood_under() -> None:
    shown = {"topic": "mfa", "outcome": "answered", "choices": [{"id": "pacer_fees", "title": "$"}]}
    turns = (
        Said(1, "say 'code'", shown, None, None),
        Said(2, "choose '$'", {"topic": "x", "outcome": "answered"}, None, None),
    )
    assert _exercised(turns=turns) == {"mfa", "answered", "mfa > pacer_fees"}
    assert "mfa > pacer_fees" not in _exercised(turns=turns[:1])


def test_a_pdf_rule_counts_by_what_reports_found() -> None:
    assert _exercised(rules_broken=frozenset({"javascript", "unheard_of"})) == {"javascript"}


def test_what_is_missing_is_named_and_counted() -> None:
    found = measure([Played("f", "n", True, tracked=(PLAIN,))], FLOWS, [ARTICLE])
    text = text_of(found)
    assert "   1 of 2    responses said" in text
    assert "none: utter_never" in text
    *items, summary = [json.loads(json.dumps(line)) for line in found.to_lines()]
    assert {"kind": "response", "name": "utter_never", "times": 0} in items
    assert summary["exercised"] == 2
    assert summary["response"] == 0.5
    assert f"{2 / len(items):.1%} of {len(items)}" in text
