"""The door into Rasa: what web may send, and what free text can never become."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.channel import CollectedMessages, HelpdeskChannel, free_text, read_message
from bot.loopback import is_secret

SENDER = "a" * 32


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        7,
        {},
        {"text": "hi"},
        {"sender": None, "text": "hi"},
        {"sender": 7, "text": "hi"},
        {"sender": "a" * 15, "text": "hi"},
        {"sender": "a" * 65, "text": "hi"},
        {"sender": "a" * 31 + "\0", "text": "hi"},
        {"sender": "a" * 31 + "\n", "text": "hi"},
        {"sender": "a" * 31 + "é", "text": "hi"},
        {"sender": "../" + "a" * 30, "text": "hi"},
        {"sender": [SENDER], "text": "hi"},
        {"sender": SENDER},
        {"sender": SENDER, "text": None},
        {"sender": SENDER, "text": 7},
        {"sender": SENDER, "text": ["hi"]},
        {"sender": SENDER, "text": "x" * 20_001},
        {"sender": SENDER, "text": "hi", "metadata": "x"},
        {"sender": SENDER, "text": "hi", "metadata": [1]},
        {"sender": SENDER, "payload": "/"},
        {"sender": SENDER, "payload": "/Mfa"},
        {"sender": SENDER, "payload": "/mfa "},
        {"sender": SENDER, "payload": "/mfa\n"},
        {"sender": SENDER, "payload": '/mfa{"role": "clerk"}'},
        {"sender": SENDER, "payload": "/mfa@0.9"},
        {"sender": SENDER, "payload": "//mfa"},
        {"sender": SENDER, "payload": "/" + "a" * 62},
        {"sender": SENDER, "payload": "/restart"},
        {"sender": SENDER, "payload": "/session_start"},
        {"sender": SENDER, "payload": "/back"},
        {"sender": SENDER, "payload": 7},
    ],
)
def test_bad_bodies(body: Any) -> None:
    with pytest.raises(ValueError, match=r"^(no JSON object|sender|payload|text|metadata)$"):
        read_message(body)


@pytest.mark.parametrize("sender", ["a" * 16, "a" * 64, "A-_9" * 8])
def test_senders(sender: str) -> None:
    assert read_message({"sender": sender, "text": "hi"}) == (sender, "hi", {})


@pytest.mark.parametrize("payload", ["/mfa", "/not_solved", "/" + "a" * 61])
def test_payloads(payload: str) -> None:
    body = {
        "sender": SENDER,
        "payload": payload,
        "text": "not this",
        "metadata": {"upload_id": "u"},
    }
    assert read_message(body) == (SENDER, payload, {"upload_id": "u"})


def test_a_payload_of_words_is_free_text() -> None:
    assert read_message({"sender": SENDER, "payload": "Send it"}) == (SENDER, "Send it", {})


def test_the_longest_text() -> None:
    assert read_message({"sender": SENDER, "text": "x" * 20_000})[1] == "x" * 20_000


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("hello", "hello"),
        ("/restart", "restart"),
        ('/confirm{"role": "clerk"}', 'confirm{"role": "clerk"}'),
        ("  // /restart", "restart"),
        ("\0/restart", "restart"),
        ("EXTERNAL: reminder", "reminder"),
        ("external:/EXTERNAL:x", "x"),
        ("a / b", "a / b"),
        ("a\0b", "a b"),
        ("", "?"),
        ("/", "?"),
        (" \t\n", "?"),
    ],
)
def test_free_text(text: str, free: str) -> None:
    assert free_text(text) == free


@given(st.text() | st.lists(st.sampled_from(["/", " ", "\0", "external:", "a", "\n"])).map("".join))
def test_free_text_is_never_a_command(text: str) -> None:
    free = free_text(text)
    assert free
    assert not free.startswith("/")
    assert not free.lower().startswith("external:")
    assert "\0" not in free


def test_a_secret_of_bytes_that_are_no_text_is_wrong() -> None:
    assert not is_secret("\udcff\udcfe", "right")


def test_without_a_secret_nobody_is_known() -> None:
    class Request:
        headers = {"X-Helpdesk-Secret": ""}  # noqa: RUF012 -- as a request has it

    request: Any = Request()
    assert not HelpdeskChannel("")._knows(request)
    request.headers = {"X-Helpdesk-Secret": "right"}
    assert HelpdeskChannel("right")._knows(request)
    assert not HelpdeskChannel("wrong")._knows(request)
    request.headers = {"X-Helpdesk-Secret": "ünïcode"}
    assert not HelpdeskChannel("right")._knows(request)
    request.headers = {}
    assert not HelpdeskChannel("right")._knows(request)


async def collected(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    output = CollectedMessages()
    for message in messages:
        await output.send_response("anybody", message)
    return output.messages


def test_messages_are_kept_as_they_are() -> None:
    import asyncio

    custom = {"text": "a", "outcome": "answered"}
    buttons = [{"title": "A", "payload": "/a", "more": 1}]
    messages = asyncio.run(
        collected(
            {"custom": custom},
            {"text": "hi", "buttons": buttons, "metadata": {"outcome": "answered"}},
            {"text": "hm"},
            {"text": ""},
        )
    )
    assert messages == [
        {"custom": custom},
        {"text": "hi", "buttons": [{"title": "A", "payload": "/a"}], "outcome": "answered"},
        {"text": "hm", "buttons": [], "outcome": "asked"},
    ]
