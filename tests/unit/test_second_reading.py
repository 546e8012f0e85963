"""The question that the actions put to Rasa, and what becomes of it when Rasa does not answer."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from actions import second_reading
from actions.base import Services, services
from actions.second_reading import Reading, read_again
from bot.assistant.reading import MOST_PASSAGES, read_question
from bot.loopback import SECRET_HEADER

GOOD = {"ranking": [{"name": "mfa", "confidence": 0.9}], "likeness": [[0.5, 0.25]]}


@contextmanager
def answering(status: int, content: bytes, seconds: float = 0.0) -> Iterator[tuple[int, list[Any]]]:
    """A server on a free port that always answers the same, and what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers[SECRET_HEADER], json.loads(body)))
            time.sleep(seconds)
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask_on(monkeypatch: pytest.MonkeyPatch, port: int) -> Reading | None:
    known = services()
    settings = replace(known.settings, rasa_port=port, rasa_secret="quiet lamp")
    monkeypatch.setattr(
        second_reading, "services", lambda: Services(settings, known.engine, known.court)
    )
    return read_again("a. b", ["b", "a. b"], ["One.", "Two."])


def test_an_answer_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200, json.dumps(GOOD).encode()) as (port, asked):
        assert ask_on(monkeypatch, port) == Reading((("mfa", 0.9),), ((0.5, 0.25),))
    body = {"text": "a. b", "alike": ["b", "a. b"], "passages": ["One.", "Two."]}
    assert asked == [("/webhooks/helpdesk/reading", "quiet lamp", body)]


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (503, b"{}"),
        (200, b""),
        (200, b"no JSON"),
        (200, b"[]"),
        (200, b'{"ranking": [{}], "likeness": []}'),
        (200, b'{"ranking": 7, "likeness": []}'),
        (200, b'{"ranking": [], "likeness": [["x"]]}'),
    ],
)
def test_no_answer_that_can_be_used(
    monkeypatch: pytest.MonkeyPatch, status: int, content: bytes
) -> None:
    with answering(status, content) as (port, _):
        assert ask_on(monkeypatch, port) is None


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200, b"{}") as (port, _):
        pass
    assert ask_on(monkeypatch, port) is None


def test_an_answer_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reading, "_SECONDS", 0.1)
    with answering(200, json.dumps(GOOD).encode(), seconds=0.5) as (port, _):
        assert ask_on(monkeypatch, port) is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"text": 7, "alike": [], "passages": []},
        {"text": "", "alike": "x", "passages": []},
        {"text": "", "alike": [], "passages": None},
        {"text": "", "alike": [7], "passages": []},
        {"text": "", "alike": [], "passages": [["x"]]},
        {"text": "", "alike": [], "passages": ["x"] * (MOST_PASSAGES + 1)},
    ],
)
def test_bad_bodies(body: Any) -> None:
    with pytest.raises(ValueError, match=r"^(no JSON object|text|alike|passages)$"):
        read_question(body)


def test_the_most_passages() -> None:
    body = {"text": "hi", "alike": ["hi"], "passages": ["x" * 5_000] * MOST_PASSAGES}
    text, alike, passages = read_question(body)
    assert (text, alike, len(passages)) == ("hi", ("hi",), MOST_PASSAGES)
    assert {len(passage) for passage in passages} == {4_000}
