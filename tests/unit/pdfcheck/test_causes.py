"""An error text without a file: what it may stand for, in order of likelihood."""

from __future__ import annotations

import pytest

from bot.pdfcheck.causes import causes_of, causes_text
from bot.pdfcheck.court_errors import M1, M2, M3, M4, M5
from bot.pdfcheck.rules import RULES


@pytest.mark.parametrize(
    ("text", "expected"), [(M1, "M1"), (M2, "M2"), (M3, "M3"), (M4, "M4"), (M5, "M5")]
)
def test_each_text_of_the_courts_is_known(text: str, expected: str) -> None:
    for said in (text, f"I get this: {text.upper()} What now?", text.replace(" ", "\n")):
        causes = causes_of(said)
        assert causes is not None
        assert causes.id == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fillable forms must be flattend first came up", "M1"),
        ("it says Document is malformd or contains code", "M2"),
        ("mal formed document it says", "M2"),
        ("may cause an externl action", "M3"),
        ("error not well-formed", "M4"),
        ("it has access restrictions, the court says", "M5"),
        ("scurity, no: security mesures in effect", None),
        ("why was my PDF refused", None),
        ("how do I flatten a PDF", None),
        ("This PDF document cannot be accepted.", None),
        ("", None),
    ],
)
def test_parts_of_them_are_known_and_other_words_are_not(text: str, expected: str | None) -> None:
    causes = causes_of(text)
    assert (causes.id if causes else None) == expected


def test_the_likeliest_comes_first_and_the_file_is_asked_for() -> None:
    causes = causes_of(M2)
    assert causes is not None
    text = causes_text(causes)
    assert text.index("a script") < text.index("a link") < text.index("a file inside")
    assert text.index("a script") < text.index("damage") < text.index("sound or video")
    assert text.rstrip().endswith("and where.")
    assert "Attach the file" in text


def test_each_text_stands_behind_a_rule() -> None:
    texts = {rule.court_error for rule in RULES.values()}
    texts |= {rule.court_error_before_1_8 for rule in RULES.values()}
    assert {M1, M2, M3, M4, M5} <= texts
