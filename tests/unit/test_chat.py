"""Replies in a terminal: nothing that comes from a file or a filer may steer it."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import shown
from bot.outcomes import plain


def test_a_whole_reply() -> None:
    reply = {
        "text": "Reset it.\n\n1. Open the page.",
        "sources": [{"title": "PACER", "url": "https://x.example", "checked_on": "2026-11-23"}],
        "choices": [{"id": "a", "title": "Yes"}, {"id": "b", "title": "No"}],
    }
    assert shown(reply).splitlines() == [
        "Reset it.",
        "",
        "1. Open the page.",
        "  source: PACER, https://x.example (checked 2026-11-23)",
        "  [1] Yes",
        "  [2] No",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2Jgone",
        "\x1b]0;title\x07",
        "\x9b31m",
        "a\rb",
        "a\x08b",
        "\0",
        "\u202egpj.exe",
        "\u200b",
        "\ud800",
    ],
)
def test_control_characters_are_taken_out(text: str) -> None:
    for reply in (
        {"text": text},
        {"text": "", "choices": [{"title": text}]},
        {"text": "", "sources": [{"title": text, "url": text, "checked_on": text}]},
    ):
        printed = shown(reply)
        assert not [c for c in printed if c != "\n" and unicodedata.category(c)[0] == "C"]
        printed.encode("utf-8")


@given(st.text())
def test_what_a_filer_wrote_stays_letter_by_letter(text: str) -> None:
    text = re.sub(r"[\n\r\v\f\x85\u2028\u2029]+", " ", text)
    kept = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    assert shown({"text": plain(text)}) == kept
