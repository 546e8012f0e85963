"""What a filer's words mean when an answer was offered before the request."""

from typing import Any

import pytest

from actions.request_offer import DECLINED, GO_ON, SOLVED, THAT_SOLVES_IT, adds_to_problem, read
from bot.pdfcheck.repair.offer import can_be_mended


@pytest.mark.parametrize(
    "text",
    [
        THAT_SOLVES_IT,
        "that solves it",
        "yes, that worked",
        "oh great, that helped",
        "it works",
        "Thanks, that was it",
        "problem solved",
    ],
)
def test_it_helped(text: str) -> None:
    assert read(text) == SOLVED


@pytest.mark.parametrize(
    "text",
    [
        GO_ON,
        "no",
        "yes",
        "go on",
        "that did not help",
        "that doesn\u2019t work",
        "already tried that",
        "it works for my colleague but not for me",
        "I need a person",
        "still the same",
        "please send",
    ],
)
def test_anything_else_goes_on(text: str) -> None:
    assert read(text) == DECLINED


@pytest.mark.parametrize(
    ("text", "adds"),
    [
        (GO_ON, False),
        (THAT_SOLVES_IT, False),
        ("no", False),
        ("no thank you", False),
        ("I tried it twice", True),
        ("the menu is gone since Monday", True),
    ],
)
def test_words_about_the_problem_are_kept(text: str, adds: bool) -> None:
    assert adds_to_problem(text) is adds


def report(verdict: str, *rules: str, detail: str | None = None) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "findings": [{"rule": rule, "severity": "reject", "detail": detail} for rule in rules],
    }


@pytest.mark.parametrize(
    ("shape", "mendable"),
    [
        (report("reject", "form_fields"), True),
        (report("reject", "javascript", "embedded_files"), True),
        (report("reject", "too_large"), False),
        (report("accept", "old_revision"), False),
        (report("unreadable", "malformed"), False),
        (report("unreadable", "not_pdf"), False),
        (report("reject", "encrypted", detail="needs a password to open"), False),
        ({}, False),
    ],
)
def test_which_reports_can_be_mended_at_once(shape: dict[str, Any], mendable: bool) -> None:
    assert can_be_mended(shape) is mendable
