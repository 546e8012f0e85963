"""Bad input in a message: a clear text and status, nothing lost, nothing let through to Rasa."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from web_stack import Stack, stored_turns

from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.settings import load_settings
from tests.unit.databases import fresh_postgres, postgres_server


def assert_clear(response: httpx.Response, status: int) -> str:
    """The reply says in words what is wrong; returns them."""
    assert response.status_code == status
    body = response.json()
    assert body["outcome"] == "failed"
    assert len(body["text"]) > 20
    assert "!" not in body["text"]
    assert "Traceback" not in body["text"]
    return str(body["text"])


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\0", "/", " / /", "EXTERNAL:", "\u2028"])
def test_empty_text(stack: Stack, text: str) -> None:
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": text})
    assert "empty" in assert_clear(response, 422)
    assert stored_turns(stack) == []
    assert stack.rasa.seen == []


def test_ten_thousand_characters(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": "x" * 10_000})
        page = filer.post("/messages", data={"text": "q w " * 2_500})
    text = assert_clear(response, 413)
    assert "10,000" in text
    assert "4,000" in text
    assert page.status_code == 413
    assert "4,000" in page.text
    assert ("q w " * 2_500).strip() in page.text
    assert stored_turns(stack) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("how do\0 I link", "how do  I link"),
        ("a \x1b[31mred\x1b[0m b", "a  [31mred [0m b"),
        ("lone \ud800 one", "lone \ufffd one"),
        ("pair \ude00\ud83d end", "pair \ufffd\ufffd end"),
        ("line one\r\nline\ttwo", "line one\nline\ttwo"),
        ("\U0001f600\U0001f602", "\U0001f600\U0001f602"),
        ("tag \U000e0041 \u202e sign", "tag \U000e0041  sign"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("'; DROP TABLE turns; --", "'; DROP TABLE turns; --"),
    ],
)
def test_odd_characters_are_cleaned_and_answered(stack: Stack, text: str, kept: str) -> None:
    body = b'{"text": ' + ascii_json(text) + b"}"
    with stack.client() as filer:
        response = filer.post("/api/messages", content=body)
        page = filer.get("/")
    assert response.status_code == 200
    assert [row.text for row in stored_turns(stack)] == [kept]
    assert stack.rasa.seen[0]["text"] == kept
    assert page.status_code == 200
    assert "<img src=x" not in page.text


def ascii_json(text: str) -> bytes:
    """JSON with escapes, also for lone surrogates, which httpx would refuse to encode."""
    return json.dumps(text).encode("ascii")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/restart", "restart"),
        ('/anything{"slot":"x"}', 'anything{"slot":"x"}'),
        ("  //session_start", "session_start"),
        ("EXTERNAL: restart", "restart"),
        ("external:/EXTERNAL: /restart", "restart"),
        ("\0/restart", "restart"),
        ("\u3000/restart", "restart"),
    ],
)
def test_text_never_becomes_a_command(stack: Stack, text: str, seen: str) -> None:
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": text})
    assert response.status_code == 200
    assert stack.rasa.seen[0]["text"] == seen
    assert "payload" not in stack.rasa.seen[0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"null",
        b'{"text": 1e999999999',
        b"[" * 60_000,
    ],
)
def test_a_body_that_is_no_json_object(stack: Stack, body: bytes) -> None:
    with stack.client() as filer:
        response = filer.post("/api/messages", content=body)
    assert "JSON" in assert_clear(response, 400)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": 5},
        {"text": None},
        {"text": ["a"]},
        {"text": "a", "choice": "b"},
        {"choice": {}},
        {"upload_id": 1},
        {"text": "a", "message_id": 7},
        {"text": "a", "message_id": "x" * 65},
        {"text": "a", "message_id": "a b"},
        {"text": "a", "message_id": "\ud800"},
    ],
)
def test_a_body_of_the_wrong_shape(stack: Stack, body: dict[str, object]) -> None:
    with stack.client() as filer:
        response = filer.post("/api/messages", content=json.dumps(body))
    assert_clear(response, 422)
    assert stored_turns(stack) == []


@pytest.mark.parametrize(
    "choice", ["nothing", "", "../../etc", "\0", pytest.param("x" * 5000, id="long")]
)
def test_an_unknown_choice(stack: Stack, choice: str) -> None:
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "hello"})
        response = filer.post("/api/messages", json={"choice": choice})
    assert_clear(response, 404)
    assert len(stored_turns(stack)) == 1


@pytest.mark.parametrize("upload_id", ["nothing", "0" * 32, "../../etc/passwd", "\0"])
def test_an_unknown_upload(stack: Stack, upload_id: str) -> None:
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "hello"})
        response = filer.post("/api/messages", json={"upload_id": upload_id})
    assert_clear(response, 404)


@pytest.mark.parametrize("field", ["choice", "upload_id"])
def test_half_a_character_as_an_id(stack: Stack, field: str) -> None:
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "hello"})
        response = filer.post("/api/messages", content=json.dumps({field: "\ud800"}))
    assert_clear(response, 404)


def test_a_nul_in_an_id_on_postgresql(postgresql: str, make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(database_url=postgresql)
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "hello"})
        answers = [
            filer.post("/api/messages", json={"upload_id": "a\0b"}),
            filer.get("/api/reports/a%00b"),
            filer.post("/ratings", data={"turn": "a\0b", "helped": "yes"}),
        ]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.fixture
def postgresql() -> Iterator[str]:
    """A PostgreSQL database with all tables."""
    with postgres_server(load_settings()) as server, fresh_postgres(server) as url:
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


def test_a_large_json_body_is_refused_while_it_arrives(stack: Stack) -> None:
    def endless() -> object:
        for _ in range(200):
            yield b'{"text": "' + b"x" * 10_000

    with stack.client() as filer:
        declared = filer.post("/api/messages", content=b"x" * 2_000_000)
        chunked = filer.post("/api/messages", content=endless())  # type: ignore[arg-type]
    assert_clear(declared, 413)
    assert_clear(chunked, 413)


@pytest.mark.parametrize("mode", ["error", "garbage", "wrong shape", "empty"])
def test_rasa_fails_in_its_answer(stack: Stack, mode: str) -> None:
    stack.rasa.mode = mode
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": "hello"})
    assert_says_failure(stack, response)


@pytest.mark.parametrize(
    "messages",
    [
        [{}],
        [{"text": ""}],
        [{"custom": {"text": "no outcome"}}],
        [{"custom": {"outcome": "answered"}}],
        [{"custom": {"text": "a", "outcome": "invented"}}],
        [{"custom": "text"}],
        ["text"],
        [{"text": "a", "buttons": [{"title": "no payload"}]}],
        [{"custom": {"text": "a", "outcome": "answered", "sources": [{"title": "t"}]}}],
    ],
)
def test_rasa_answers_in_another_shape(stack: Stack, messages: list[dict[str, object]]) -> None:
    stack.rasa.messages = messages
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": "hello"})
    assert_says_failure(stack, response)


def test_rasa_is_gone_and_comes_back(stack: Stack) -> None:
    with stack.client() as filer:
        assert filer.post("/api/messages", json={"text": "before"}).status_code == 200
        stack.end_rasa()
        started = time.monotonic()
        response = filer.post("/api/messages", json={"text": "hello"})
        assert time.monotonic() - started < 1.0
        page = filer.post("/messages", data={"text": "by form"})
        ready = filer.get("/ready")
        stack.start_rasa()
        assert filer.post("/api/messages", json={"text": "after"}).status_code == 200
    text = assert_clear(response, 503)
    assert stack.app.state.site.phones in text
    assert page.status_code == 503
    assert "by form</textarea>" in page.text
    assert [row.text for row in stored_turns(stack)] == ["before", "hello", "by form", "after"]
    assert ready.status_code == 503
    parts = {"database": True, "disk": True, "files": True, "rasa": False}
    assert ready.json() == {"ready": False, **parts}


def test_rasa_restarts_between_two_messages(stack: Stack) -> None:
    """The connection that was kept open is dead, and a new one is made without a word."""
    with stack.client() as filer:
        for number in range(3):
            assert filer.post("/api/messages", json={"text": f"{number}"}).status_code == 200
            stack.end_rasa()
            stack.end_rasa = stack.start_rasa()


def test_rasa_dies_in_mid_message(stack: Stack) -> None:
    stack.rasa.delay = 1.5
    with stack.client() as filer, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(filer.post, "/api/messages", json={"text": "hello"})
        time.sleep(0.3)
        started = time.monotonic()
        stack.end_rasa()
        response = sending.result()
    assert time.monotonic() - started < 1.9
    assert_says_failure(stack, response)


def test_rasa_hangs(stack: Stack) -> None:
    stack.rasa.delay = 60
    started = time.monotonic()
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": "hello"})
    assert 1.5 < time.monotonic() - started < 5
    assert_says_failure(stack, response)


def test_rasa_does_not_know_our_secret(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(rasa_secret="another")
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"text": "hello"})
    assert_says_failure(stack, response)


def assert_says_failure(stack: Stack, response: httpx.Response) -> None:
    text = assert_clear(response, 503)
    assert stack.app.state.site.phones in text
    assert "was kept" in text
    (row,) = stored_turns(stack)
    assert row.text == "hello"
    assert row.reply["outcome"] == "failed"
