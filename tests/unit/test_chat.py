"""Replies in a terminal: nothing that comes from a file or a filer may steer it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import plain, shown


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
def test_letters_stay(text: str) -> None:
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    assert shown({"text": text}) == kept


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        (r"form\_with\_script.pdf is **refused**", "form_with_script.pdf is refused"),
        ("[PACER](https://pacer.uscourts.gov/a_b)", "PACER (https://pacer.uscourts.gov/a_b)"),
        ("call [860-240-3675](tel:860-240-3675)", "call 860-240-3675"),
        ("1. Sign in.\n2. Choose *Link*.", "1. Sign in.\n2. Choose *Link*."),
        (r"C:\\files \[draft\]", r"C:\files [draft]"),
        ("**" * 5_000 + "[" * 5_000, "**" * 5_000 + "[" * 5_000),
    ],
)
def test_markdown_is_read_in_a_terminal(markdown: str, read: str) -> None:
    assert plain(markdown) == read
