"""Files over a real socket: taken whole or not at all, and never seen by another filer."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from web_stack import FORM_TOKEN, Stack, raw_exchange

from bot.clock import utc_now
from bot.conversations import conversation_by_token
from bot.db.tables import uploads
from bot.reports import store_report
from bot.uploads import delete_files, upload_of
from bot.web import bodies
from bot.web.lines import LineFullError

PDF = b"%PDF-1.7\n" + b"x" * 300_000
LIMIT = 1_000_000


def files(stack: Stack) -> list[Path]:
    folder = stack.settings.upload_dir
    return sorted(folder.iterdir()) if folder.is_dir() else []


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def assert_refused(stack: Stack, response: httpx.Response, status: int, word: str) -> None:
    assert response.status_code == status
    assert response.json()["outcome"] == "failed"
    assert word in response.json()["text"]
    assert files(stack) == []
    with stack.engine.connect() as connection:
        assert connection.execute(uploads.select()).all() == []


def test_a_file_is_stored_and_handed_in(stack: Stack) -> None:
    with stack.client() as filer:
        sent = filer.post("/api/uploads", params={"name": "Motion.pdf"}, content=PDF)
        answer = filer.post("/api/messages", json={"upload_id": sent.json()["upload_id"]})
        turns = filer.get("/api/conversation").json()["turns"]
    assert sent.status_code == 201
    assert (sent.json()["name"], sent.json()["bytes"]) == ("Motion.pdf", len(PDF))
    assert sent.json()["deleted_at"].endswith("Z")
    assert "helpdesk" in sent.headers["set-cookie"]
    assert answer.status_code == 200
    assert stack.rasa.seen == [
        {
            "sender": stack.rasa.seen[0]["sender"],
            "payload": "/file_sent",
            "metadata": {"upload_id": sent.json()["upload_id"], "language": "en"},
        }
    ]
    assert turns[0]["upload_name"] == "Motion.pdf"
    (file,) = files(stack)
    assert file.read_bytes() == PDF
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Motion" not in file.name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\brief.pdf", "brief.pdf"),
        ("\0", "file.pdf"),
        ("", "file.pdf"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil: 1.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        ("x" * 4000 + ".pdf", "x" * 120),
        ("<b>.pdf", "<b>.pdf"),
        ("ssn 123-45-6789.pdf", "ssn [Social Security number removed].pdf"),
        ("Tiger7!x.pdf", "[password removed].pdf"),
        ("\U0001f600.pdf", "\U0001f600.pdf"),
    ],
)
def test_a_name_is_only_data(stack: Stack, name: str, shown: str) -> None:
    with stack.client() as filer:
        sent = filer.post("/api/uploads", params={"name": name}, content=PDF)
        filer.post("/api/messages", json={"upload_id": sent.json()["upload_id"]})
        page = filer.get("/").text
    assert sent.json()["name"] == shown
    assert "<b>" not in page
    assert len(files(stack)) == 1


def test_an_empty_file(stack: Stack) -> None:
    with stack.client() as filer:
        assert_refused(stack, filer.post("/api/uploads", content=b""), 422, "empty")


def test_twice_the_limit_with_true_length(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post("/api/uploads", content=b"x" * (2 * LIMIT))
    assert_refused(stack, response, 413, "1 MB")


def test_twice_the_limit_without_length(stack: Stack) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * (LIMIT // 10)

    with stack.client() as filer:
        response = filer.post("/api/uploads", content=pieces())
    assert_refused(stack, response, 413, "1 MB")


def test_twice_the_limit_with_a_length_that_is_too_small(stack: Stack) -> None:
    """HTTP ends the body where the length says; what follows is no part of the file."""
    head = b"POST /api/uploads?name=a.pdf HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    answer = raw_exchange(stack, head + b"x" * (2 * LIMIT))
    assert answer.startswith(b"HTTP/1.1 201")
    (file,) = files(stack)
    assert file.stat().st_size == 1000


def test_twice_the_limit_with_a_length_that_is_too_large(stack: Stack) -> None:
    head = b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n"
    answer = raw_exchange(stack, head + b"x" * (2 * LIMIT))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"1 MB" in answer
    assert files(stack) == []


@pytest.mark.parametrize("length", [b"-5", b"abc", b"1e3", b"5, 6"])
def test_a_length_that_is_no_number(stack: Stack, length: bytes) -> None:
    head = b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n"
    assert raw_exchange(stack, head + b"x" * 10).startswith(b"HTTP/1.1 400")
    assert files(stack) == []


@pytest.mark.parametrize("path", [b"/api/uploads", b"/files"])
def test_a_half_sent_file_leaves_nothing(stack: Stack, path: bytes) -> None:
    token = FORM_TOKEN.encode()
    kind = b"Content-Type: multipart/form-data; boundary=bb\r\nCookie: helpdesk-form=" + token
    kind += b"\r\n"
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + kind + b"Content-Length: 500000\r\n\r\n"
    part = b'--bb\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + token + b"\r\n"
    part += b'--bb\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    with socket.create_connection(("127.0.0.1", stack.settings.web_port)) as client:
        client.sendall(head + part + b"x" * 200_000)
        assert wait_for(lambda: len(files(stack)) == 1)
    assert wait_for(lambda: files(stack) == [])
    with stack.engine.connect() as connection:
        assert connection.execute(uploads.select()).all() == []
    assert stack.client().get("/health").status_code == 200


@pytest.mark.parametrize("drip", [b"", b"x"])
def test_a_stalled_or_dripping_file_is_cut(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    monkeypatch.setattr(bodies, "STALL_SECONDS", 0.5)
    head = b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", stack.settings.web_port)) as client:
        client.settimeout(0.1)
        client.sendall(head + b"x" * 100)
        answer, end = b"", time.monotonic() + 3
        while not answer and time.monotonic() < end:
            if drip:
                client.sendall(drip)
            try:
                answer = client.recv(65536)
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"Nothing more arrived" in answer or b"408" in answer
    assert wait_for(lambda: files(stack) == [])


def test_a_file_that_trickles_for_ever_is_cut(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Just fast enough not to count as stalled, 50 MB held a connection for 35 hours."""
    monkeypatch.setattr(bodies, "LONGEST_SECONDS", 1.0, raising=False)
    head = b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", stack.settings.web_port)) as client:
        client.settimeout(0.05)
        client.sendall(head)
        answer, end = b"", time.monotonic() + 4
        while not answer and time.monotonic() < end:
            client.sendall(b"x" * 9_000)
            with suppress(TimeoutError):
                answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408")
    assert wait_for(lambda: files(stack) == [])


def test_a_full_disk(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with stack.client() as filer:
        response = filer.post("/api/uploads", content=PDF)
        monkeypatch.undo()
        assert_refused(stack, response, 507, stack.app.state.site.phones)
        assert filer.post("/api/uploads", content=PDF).status_code == 201


@pytest.mark.parametrize(
    "changes", [{"upload_space_bytes": 2 * LIMIT}, {"keep_free_bytes": 10**18}], ids=str
)
def test_no_file_is_taken_where_room_is_short_and_questions_are(
    make_stack: Callable[..., Stack], changes: dict[str, int]
) -> None:
    stack = make_stack(**changes)
    folder = stack.settings.upload_dir
    folder.mkdir()
    (folder / "0.copy").write_bytes(b"x" * 1_700_000)
    with stack.client() as filer:
        refused = filer.post("/api/uploads", content=PDF[:300_001])
        form = filer.post("/files", files={"file": ("a.pdf", PDF)})
        answer = filer.post("/api/messages", json={"text": "hello"})
        assert (refused.status_code, form.status_code, answer.status_code) == (507, 507, 200)
        assert "no room for files" in form.text
        assert stack.app.state.site.phones in refused.json()["text"]
        if "upload_space_bytes" in changes:
            assert filer.post("/api/uploads", content=PDF[:300_000]).status_code == 201


def test_files_that_arrive_together_stay_within_the_room(make_stack: Callable[..., Stack]) -> None:
    """Each finds room enough when it begins, since nothing of the others is there yet."""
    stack = make_stack(upload_space_bytes=2 * LIMIT)
    head = b"POST /api/uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    with ExitStack() as ends:
        clients = [
            ends.enter_context(socket.create_connection(("127.0.0.1", stack.settings.web_port)))
            for _ in range(6)
        ]
        for client in clients:
            client.settimeout(10)
            client.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        assert wait_for(lambda: len(files(stack)) == 6)
        rest = b"%x\r\n" % 900_000 + b"x" * 900_000 + b"\r\n0\r\n\r\n"
        for client in clients:
            client.sendall(rest)
        answers = [client.recv(65536) for client in clients]
    statuses = sorted(answer.split()[1] for answer in answers)
    assert statuses == [b"201"] * 2 + [b"507"] * 4
    assert sum(file.stat().st_size for file in files(stack)) <= 2 * LIMIT


def test_the_conversation_of_a_file_whose_check_could_not_begin_is_kept(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise LineFullError

    monkeypatch.setattr(stack.app.state.site.lines, "join", busy)
    with stack.client() as filer:
        refused = filer.post("/files", files={"file": ("a.pdf", PDF)})
        assert refused.status_code == 429
        conversation = conversation_by_token(stack.engine, filer.cookies["helpdesk"])
    assert conversation is not None


def test_a_file_of_another_conversation_is_unknown(stack: Stack) -> None:
    with stack.client() as filer, stack.client() as stranger:
        upload_id = filer.post("/api/uploads", content=PDF).json()["upload_id"]
        stranger.post("/api/messages", json={"text": "hello"})
        response = stranger.post("/api/messages", json={"upload_id": upload_id})
    assert response.status_code == 404
    assert len(stack.rasa.seen) == 1


def test_reports_belong_to_their_conversation(stack: Stack) -> None:
    with stack.client() as filer, stack.client() as stranger:
        upload_id = filer.post("/api/uploads", content=PDF).json()["upload_id"]
        conversation = conversation_by_token(stack.engine, filer.cookies["helpdesk"])
        assert conversation is not None
        upload = upload_of(stack.engine, upload_id, conversation.id)
        assert upload is not None
        report = {"file": upload.name, "verdict": "reject", "findings": []}
        report_id = store_report(stack.engine, upload, report)
        stranger.post("/api/messages", json={"text": "hello"})
        assert filer.get(f"/api/reports/{report_id}").json() == report
        for path in (report_id, "nothing", "..%2f..", "%00"):
            response = stranger.get(f"/api/reports/{path}")
            assert response.status_code == 404
            assert response.json()["outcome"] == "failed"


def test_files_are_deleted_when_their_time_is_over(stack: Stack) -> None:
    with stack.client() as filer:
        upload_id = filer.post("/api/uploads", content=PDF).json()["upload_id"]
        with stack.engine.begin() as connection:
            connection.execute(uploads.update().values(delete_at=utc_now() - timedelta(minutes=1)))
        assert delete_files(stack.engine, stack.settings.upload_dir) == 1
        assert files(stack) == []
        response = filer.post("/api/messages", json={"upload_id": upload_id})
    assert response.status_code == 404
    assert "no longer here" in response.json()["text"]


def test_the_form_takes_a_file_without_javascript(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post(
            "/files",
            data={"form_id": "f1"},
            files={"file": ("Brief é.pdf", PDF, "application/pdf")},
        )
        page = filer.get("/")
    assert response.status_code == 303
    assert response.headers["location"] == "/#latest"
    (file,) = files(stack)
    assert file.read_bytes() == PDF
    assert stack.rasa.seen[0]["payload"] == "/file_sent"
    assert "Brief é.pdf" in page.text


def test_the_form_without_a_file(stack: Stack) -> None:
    with stack.client() as filer:
        unchosen = filer.post("/files", files={"file": ("", b"")})
        missing = filer.post("/files", files={"other": (None, b"x")})
        empty = filer.post("/files", files={"file": ("a.pdf", b"")})
        large = filer.post("/files", files={"file": ("a.pdf", b"x" * (2 * LIMIT))})
    for response, status, word in (
        (unchosen, 422, "No file was chosen"),
        (missing, 422, "No file was chosen"),
        (empty, 422, "empty"),
        (large, 413, "1 MB"),
    ):
        assert response.status_code == status
        assert word in response.text
        assert "Your question" in response.text
    assert files(stack) == []
    assert stack.rasa.seen == []


_TOKEN = FORM_TOKEN.encode()
_FILE = (
    b'--bb\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + _TOKEN + b"\r\n"
    b'--bb\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-\r\n'
)
_PART = b'--bb\r\nContent-Disposition: form-data; name="a"\r\n\r\n'


@pytest.mark.parametrize(
    ("start", "again", "status", "word"),
    [
        (b"", _PART + b"x\r\n", 400, "could not be read"),
        (_FILE, _PART + b"x\r\n", 400, "could not be read"),
        (_FILE + _PART, b"x" * 60_000, 413, "too large"),
    ],
    ids=["fields of one name", "fields after the file", "a second file without end"],
)
def test_a_form_without_end_is_refused(
    stack: Stack, start: bytes, again: bytes, status: int, word: str
) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield start
        while sent < 3 * LIMIT:
            sent += len(again)
            yield again

    with stack.client() as filer:
        response = filer.post(
            "/files",
            content=endless(),
            headers={"content-type": "multipart/form-data; boundary=bb"},
        )
    assert response.status_code == status
    assert word in response.text
    assert files(stack) == []
    assert stack.rasa.seen == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"hello"),
        ("multipart/form-data", b"hello"),
        ("multipart/form-data; boundary=", b"hello"),
        ("multipart/form-data; boundary=bb", b"hello"),
        (
            "multipart/form-data; boundary=bb",
            b'--bb\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"x" * 5000,
        ),
        ("multipart/form-data; boundary=bb", b"--bb\r\n" + b"X-A: b\r\n" * 500),
        ("multipart/form-data; boundary=bb", b"--bb\r\nX-A: " + b"b" * 100_000),
    ],
)
def test_a_broken_form(stack: Stack, kind: str, body: bytes) -> None:
    with stack.client() as filer:
        response = filer.post("/files", content=body, headers={"content-type": kind})
    assert response.status_code in {400, 422}
    assert "!" not in response.text.replace("<!doctype", "")
    assert files(stack) == []
