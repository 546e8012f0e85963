"""The server as a process of its own: it starts, ends in good order, and says why it cannot."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from web_stack import FORM_TOKEN, Stack, stored_turns

from bot.settings import Settings, child_environment
from bot.testing.private_copy import free_port


@contextmanager
def started(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot.web"],
        env=child_environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def answers(port: int) -> bool:
    for _ in range(400):
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return True
    return False


@pytest.fixture
def process(stack: Stack) -> Iterator[tuple[subprocess.Popen[str], str]]:
    settings = replace(stack.settings, web_port=free_port())
    with started(settings) as running:
        assert answers(settings.web_port)
        yield running, f"http://127.0.0.1:{settings.web_port}"


def test_a_turn_under_way_is_finished_before_the_end(
    stack: Stack, process: tuple[subprocess.Popen[str], str]
) -> None:
    running, url = process
    stack.rasa.delay = 1.0
    replies: list[httpx.Response] = []
    asking = threading.Thread(
        target=lambda: replies.append(
            httpx.post(f"{url}/api/messages", json={"text": "hello"}, trust_env=False)
        )
    )
    asking.start()
    time.sleep(0.4)
    running.send_signal(signal.SIGTERM)
    asking.join(10)
    assert running.wait(10) == 0
    assert replies[0].status_code == 200
    assert stored_turns(stack)[0].reply is not None


def test_a_turn_that_outlasts_the_end_is_told_and_kept(stack: Stack) -> None:
    settings = replace(stack.settings, web_port=free_port(), turn_timeout_seconds=60)
    url = f"http://127.0.0.1:{settings.web_port}"
    replies: list[httpx.Response] = []

    def say(text: str) -> None:
        with httpx.Client(base_url=url, cookies=cookies, trust_env=False, timeout=60) as filer:
            replies.append(filer.post("/api/messages", json={"text": text}))

    with started(settings) as running:
        assert answers(settings.web_port)
        cookies = httpx.post(f"{url}/api/messages", json={"text": "hello"}, trust_env=False).cookies
        stack.rasa.delay = 14.0  # longer than a server that ends may take
        asking = [threading.Thread(target=say, args=(f"message {n}",)) for n in range(2)]
        for thread in asking:
            thread.start()
        while len(stored_turns(stack)) < 3:
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        for thread in asking:
            thread.join(60)
        assert running.wait(30) == 0
    assert [reply.status_code for reply in replies] == [503, 503]
    for reply in replies:
        assert "Your message was kept. Send it again in a minute" in reply.json()["text"]
    # also the one that stood in line is told, and none reads as unanswered afterwards
    assert [row.outcome for row in stored_turns(stack)] == ["answered", "failed", "failed"]


@pytest.mark.parametrize("path", ["/api/uploads", "/files"])
def test_who_still_sends_a_file_at_the_end_is_told(
    stack: Stack, process: tuple[subprocess.Popen[str], str], path: str
) -> None:
    running, url = process
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n"
    head += f"Cookie: helpdesk-form={FORM_TOKEN}\r\n"
    head += "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    part = f'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{FORM_TOKEN}\r\n'
    part += '--b\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n\r\n%PDF'
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as client:
        client.settimeout(20)
        client.sendall(head.encode() + part.encode())
        while not list(stack.settings.upload_dir.glob("*.bin")):
            time.sleep(0.01)
        running.send_signal(signal.SIGTERM)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"started anew" in answer
    assert running.wait(15) == 0
    assert list(stack.settings.upload_dir.glob("*.bin")) == []


def test_a_kill_loses_no_message(stack: Stack, process: tuple[subprocess.Popen[str], str]) -> None:
    running, url = process
    with httpx.Client(base_url=url, trust_env=False) as filer:
        for number in range(5):
            filer.post("/api/messages", json={"text": f"message {number}"})
    running.kill()
    running.wait(10)
    rows = stored_turns(stack)
    assert [row.text for row in rows] == [f"message {number}" for number in range(5)]
    assert all(row.reply for row in rows)


def test_old_files_are_deleted_at_the_start(stack: Stack) -> None:
    folder = stack.settings.upload_dir
    folder.mkdir(parents=True)
    orphan = folder / f"{'a' * 32}.bin"
    orphan.write_bytes(b"left by a crash")
    long_ago = time.time() - 7200
    os.utime(orphan, (long_ago, long_ago))
    settings = replace(stack.settings, web_port=free_port())
    with started(settings):
        assert answers(settings.web_port)
        for _ in range(50):
            if not orphan.exists():
                break
            time.sleep(0.05)
        assert not orphan.exists()


def test_a_taken_port_is_one_clear_sentence(stack: Stack) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        started(replace(stack.settings, web_port=taken.getsockname()[1])) as running,
    ):
        _, said = running.communicate(timeout=20)
    assert running.returncode == 1
    assert "HELPDESK_PORT" in said
    assert "Traceback" not in said


def test_a_missing_court_profile_is_one_clear_sentence(stack: Stack, tmp_path: Path) -> None:
    with started(
        replace(stack.settings, web_port=free_port(), court_file=tmp_path / "court.yml")
    ) as running:
        _, said = running.communicate(timeout=20)
    assert running.returncode == 1
    assert "court.yml" in said
    assert "Traceback" not in said
