"""How the programs of testers reach a help desk where the environment names a proxy."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.addresses import is_this_machine
from bot.testing.client import Filer, HelpDeskUnreachableError, check_reachable

REPLY = b'{"text": "Hello.", "outcome": "answered"}'


class _HelpDesk(http.server.BaseHTTPRequestHandler):
    status, reply = 200, REPLY

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.reply)))
        self.end_headers()
        self.wfile.write(self.reply)

    def do_POST(self) -> None:
        self.do_GET()

    def do_CONNECT(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


class _Proxy(_HelpDesk):
    status, reply = 503, b"no way out"


@pytest.fixture
def port() -> Iterator[int]:
    """Of a small help desk that answers everything."""
    yield from _served(_HelpDesk)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The environment's proxy, which answers 503 to everything."""
    for port in _served(_Proxy):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        yield port


def _served(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        yield server.server_address[1]
        server.shutdown()
        serving.join()


@pytest.mark.usefixtures("proxy")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]"])
def test_a_help_desk_on_this_machine_is_reached_without_the_proxy(host: str, port: int) -> None:
    url = f"http://{host}:{port}"
    check_reachable(url)
    with Filer(url) as filer:
        assert filer.say("hello")["text"] == "Hello."


@pytest.mark.usefixtures("proxy")
def test_a_help_desk_elsewhere_is_reached_through_the_proxy() -> None:
    with pytest.raises(HelpDeskUnreachableError, match="cannot serve now"):
        check_reachable("http://desk.example")


def test_an_address_that_is_none_is_named() -> None:
    for url in ("http://[::1", "desk", "http://"):
        with pytest.raises(HelpDeskUnreachableError, match="No help desk answers"):
            check_reachable(url)


class _OtherSite(_HelpDesk):
    status, reply = 200, b"<!DOCTYPE html><title>Welcome</title>"


class _Moved(_HelpDesk):
    status, reply = 301, b""

    def end_headers(self) -> None:
        self.send_header("Location", "https://desk.example/")
        super().end_headers()


@pytest.mark.parametrize(
    ("handler", "why"), [(_OtherSite, "status 200"), (_Moved, "status 301, to https://desk.exam")]
)
def test_an_answer_that_no_help_desk_gives_is_named(
    handler: type[_HelpDesk], why: str, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").touch()
    for port in _served(handler):
        url = f"http://127.0.0.1:{port}"
        with pytest.raises(HelpDeskUnreachableError, match=rf"{url}/health is no .*\({why}"):
            check_reachable(url)
        with Filer(url) as filer:
            with pytest.raises(HelpDeskUnreachableError, match="is no help desk"):
                filer.say("hello")
            with pytest.raises(HelpDeskUnreachableError, match="is no help desk"):
                filer.upload(tmp_path / "a.pdf")


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("localhost.", True),
        ("128.0.0.1", False),
        ("192.0.2.1", False),
        ("::2", False),
        ("127.0.0.1.desk.example", False),
        ("localhost.desk.example", False),
        ("", False),
    ],
)
def test_which_hosts_are_this_machine(host: str, is_here: bool) -> None:
    assert is_this_machine(host) == is_here
