"""What holds for every address: headers, foreign sites, errors, connections that end."""

import socket
import time
from collections.abc import Callable

import pytest
from web_stack import Stack, raw_exchange

from bot.web import server

EVERYWHERE = [
    ("GET", "/"),
    ("GET", "/nothing"),
    ("GET", "/api/nothing"),
    ("GET", "/health"),
    ("GET", "/api/conversation"),
    ("GET", "/api/reports/x"),
    ("PUT", "/"),
    ("PUT", "/api/messages"),
    ("POST", "/api/messages"),
]
CHANGING = [
    ("POST", "/api/messages"),
    ("POST", "/api/uploads"),
    ("DELETE", "/api/conversation"),
    ("POST", "/api/requests/AAAAA-AAAAA/withdraw"),
    ("POST", "/messages"),
    ("POST", "/files"),
    ("POST", "/delete"),
    ("POST", "/requests"),
]


def test_only_our_own_name_is_answered_where_it_is_known(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(public_url="https://help.court.example")
    with stack.client() as client:
        assert client.get("/").status_code == 200  # by its address
        for host, status in (
            ("help.court.example", 200),
            ("Help.Court.Example:443", 200),
            ("localhost:8000", 200),
            ("[::1]:8000", 200),
            ("evil.example", 403),
            ("help.court.example.evil.example", 403),
            ("[::1", 403),
        ):
            assert client.get("/", headers={"host": host}).status_code == status, host
        refused = client.post(
            "/api/messages",
            json={"text": "hello"},
            headers={"host": "evil.example", "origin": "http://evil.example"},
        )
        assert refused.status_code == 403
        assert client.get("/health", headers={"host": "evil.example"}).status_code == 200
    assert stack.rasa.seen == []


def test_without_a_name_of_ours_any_is_answered(stack: Stack) -> None:
    with stack.client() as client:
        assert client.get("/", headers={"host": "any.example"}).status_code == 200


_UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


def test_the_protocol_stays_http_1(stack: Stack) -> None:
    """In HTTP/2 three clients that took back what they asked kept all others waiting for 11 s; and
    behind a proxy that passes the upgrade on, X-Forwarded-For would be whatever a client says."""
    asked = b"GET /health HTTP/1.1\r\nHost: x\r\n" + _UPGRADE + b"\r\n"
    assert raw_exchange(stack, asked).startswith(b"HTTP/1.1 200")
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
    assert raw_exchange(stack, preface).startswith(b"HTTP/1.1 ")


def test_nothing_follows_a_request_whose_length_is_said_in_two_ways(stack: Stack) -> None:
    head = b"Host: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    hidden = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw_exchange(stack, b"POST /api/messages HTTP/1.1\r\n" + head + hidden)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"alive" not in answer


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_security_headers_everywhere(stack: Stack, method: str, path: str) -> None:
    with stack.client() as client:
        headers = client.request(method, path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self' https://www.ctb.uscourts.gov"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(("method", "path"), CHANGING)
@pytest.mark.parametrize(
    "foreign",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://HOST"},
    ],
)
def test_requests_from_other_sites_are_refused(
    stack: Stack, method: str, path: str, foreign: dict[str, str]
) -> None:
    host = stack.url.removeprefix("http://")
    headers = {key: value.replace("HOST", host) for key, value in foreign.items()}
    with stack.client() as client:
        client.post("/api/messages", json={"text": "hello"})
        response = client.request(method, path, headers=headers)
        turns = client.get("/api/conversation").json()["turns"]
    assert response.status_code == 403
    assert "another site" in response.text
    assert len(turns) == 1


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"origin": "http://HOST"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"sec-fetch-site": "none"},
    ],
)
def test_requests_from_our_page_are_taken(stack: Stack, own: dict[str, str]) -> None:
    host = stack.url.removeprefix("http://")
    headers = {key: value.replace("HOST", host) for key, value in own.items()}
    with stack.client() as client:
        response = client.post("/api/messages", json={"text": "hello"}, headers=headers)
    assert response.status_code == 200


def test_unknown_addresses(stack: Stack) -> None:
    with stack.client() as client:
        page, api = client.get("/nothing"), client.get("/api/nothing")
        method = client.put("/api/messages")
    assert page.status_code == 404
    assert "<h1>" in page.text
    assert "860-240-3675" in page.text
    assert api.status_code == 404
    assert api.json()["outcome"] == "failed"
    assert method.status_code == 405
    assert method.json()["outcome"] == "failed"
    assert "POST" in method.headers["allow"]


def test_an_unexpected_error_has_a_number_and_no_detail(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_: object, **__: object) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr("bot.web.turns.mask", burst)
    with stack.client() as client:
        api = client.post("/api/messages", json={"text": "hello"})
        page = client.get("/")
    assert api.status_code == 500
    assert api.json()["outcome"] == "failed"
    assert "inner detail" not in api.text
    number = api.json()["text"].rsplit(" ", 1)[1].rstrip(".")
    assert any(number in record.getMessage() for record in caplog.records)
    assert page.status_code == 200


def test_a_body_that_nobody_reads_does_not_hold_the_connection(stack: Stack) -> None:
    """Hypercorn would wait for ever when its queue of unread pieces is full."""
    for path in (b"/nothing", b"/delete", b"/api/messages", b"/"):
        head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"
        started = time.monotonic()
        answer = raw_exchange(stack, head + b"x" * 3_000_000)
        assert answer.startswith(b"HTTP/1.1 "), path
        assert time.monotonic() - started < 3
    assert stack.client().get("/health").json() == {"alive": True}


def test_headers_that_do_not_come_are_not_waited_for(
    make_stack: Callable[..., Stack], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.KEEP_ALIVE_SECONDS <= 20
    monkeypatch.setattr(server, "KEEP_ALIVE_SECONDS", 1)
    stack = make_stack()
    with socket.create_connection(("127.0.0.1", stack.settings.web_port)) as client:
        client.settimeout(9)
        client.sendall(b"POST /api/messages HTTP/1.1\r\nHost: x\r\nX-Slow:")
        started = time.monotonic()
        while client.recv(4096):
            pass
    assert time.monotonic() - started < 3


def test_a_long_turn_is_waited_for(stack: Stack) -> None:
    """Hypercorn's read_timeout also runs while we work: one of 10 s would cut a turn of 11 s."""
    timeout = server.server_config(stack.settings).read_timeout
    assert timeout is not None
    assert timeout > stack.settings.turn_timeout_seconds


@pytest.mark.parametrize(
    "request_line",
    [b"GET / HTTP/9.9", b"\x00\x01\x02", b"GET", b"PRI * HTTP/2.0", b"GET http://evil/ HTTP/1.1"],
)
def test_broken_http_does_not_end_the_server(stack: Stack, request_line: bytes) -> None:
    raw_exchange(stack, request_line + b"\r\nHost: x\r\n\r\n", seconds=7)
    assert stack.client().get("/health").status_code == 200


def test_ready_when_both_answer(stack: Stack) -> None:
    with stack.client() as client:
        assert client.get("/ready").json() == {
            "ready": True,
            "database": True,
            "disk": True,
            "files": True,
            "rasa": True,
        }
        stack.rasa.mode = "error"
        assert client.get("/ready").status_code == 503


def test_an_origin_that_is_no_address_is_a_foreign_one(stack: Stack) -> None:
    with stack.client() as client:
        response = client.post("/api/messages", json={"text": "x"}, headers={"origin": "http://["})
    assert response.status_code == 403


@pytest.mark.parametrize("number", ["9" * 10, "9" * 30, "9" * 5000], ids=len)
def test_a_number_in_an_address_that_no_row_can_have(stack: Stack, number: str) -> None:
    with stack.client() as client:
        response = client.get(f"/files/x/attachments/{number}")
    assert response.status_code == 404
