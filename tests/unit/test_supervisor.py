"""What becomes of our servers when one dies, hangs or ends: with small real processes."""

import asyncio
import os
import signal
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot import supervisor as module
from bot.children import Child, web_url, write_endpoints
from bot.run import alone_in
from bot.settings import Settings, load_settings
from bot.supervisor import StartError, Supervisor, check_ports
from bot.testing.private_copy import free_port, free_ports

SERVER = """
import http.server, signal, sys, threading, urllib.request
port, asked, note = int(sys.argv[1]), sys.argv[2], sys.argv[3]
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer)
def end(*_):
    if asked:
        import time; time.sleep(0.3)
        open(note, "w").write(str(urllib.request.urlopen(asked, timeout=2).status))
    threading.Thread(target=server.shutdown).start()
signal.signal(signal.SIGTERM, end)
server.serve_forever(0.05)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(load_settings({}), var_dir=tmp_path / "var")


@pytest.fixture
def children(tmp_path: Path) -> list[Child]:
    """Three servers; the one named web still needs Rasa while it ends."""
    urls = [f"http://127.0.0.1:{port}" for port in free_ports(3)]
    asks = ("", "", urls[0])
    return [
        Child(
            name,
            [sys.executable, "-c", SERVER, url.rsplit(":")[-1], asked, str(tmp_path / "note")],
            url,
        )
        for name, url, asked in zip(("Rasa", "actions", "web"), urls, asks, strict=True)
    ]


def supervise(
    settings: Settings, children: list[Child], then: Callable[[], Awaitable[None]]
) -> list[str]:
    said: list[str] = []

    async def play() -> None:
        is_ready = asyncio.Event()
        supervisor = Supervisor(settings, said.append, children)
        running = asyncio.create_task(supervisor.run(lambda: None, is_ready.set))
        ready = asyncio.create_task(is_ready.wait())
        await asyncio.wait({running, ready}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        assert is_ready.is_set()
        try:
            await then()
        finally:
            supervisor.end()
            await running

    asyncio.run(play())
    return said


async def answers_anew(child: Child, old: int) -> None:
    deadline = time.monotonic() + 15
    async with httpx.AsyncClient(timeout=1, trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                status = (await client.get(child.ready_url)).status_code
            except httpx.HTTPError:
                status = 0
            if status == 200 and pid_of(child) != old:
                return
            await asyncio.sleep(0.05)
    raise AssertionError(f"{child.name} does not answer")


def pid_of(child: Child) -> int:
    assert child.process
    return child.process.pid


def test_each_server_that_is_killed_answers_again(
    settings: Settings, children: list[Child]
) -> None:
    async def kill_each() -> None:
        for child in children:
            child.failures = 2000  # a night of crashes
            old = pid_of(child)
            os.kill(old, signal.SIGKILL)
            await answers_anew(child, old)

    module_pause, module._LONGEST_PAUSE = module._LONGEST_PAUSE, 0.1
    try:
        said = supervise(settings, children, kill_each)
    finally:
        module._LONGEST_PAUSE = module_pause
    assert [line.split()[0] for line in said] == ["Rasa", "actions", "web"]


def test_a_server_that_cannot_be_started_again_is_tried_until_it_can(
    settings: Settings, children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LONGEST_PAUSE", 0.1)

    async def take_the_program_away() -> None:
        child = children[1]
        command, child.command = child.command, ["/no/such/program"]
        old = pid_of(child)
        os.kill(old, signal.SIGKILL)
        for _ in range(200):
            if child.failures >= 4:
                break
            await asyncio.sleep(0.05)
        child.command = command
        await answers_anew(child, old)
        for other in (children[0], children[2]):
            assert other.process
            assert other.process.returncode is None

    said = supervise(settings, children, take_the_program_away)
    assert said[0] == "actions ended by itself (code -9); starting again."
    assert len(said) >= 4
    for line in said[1:]:
        assert line.startswith("actions cannot be started ([Errno 2] No such file")
        assert line.endswith("trying again.")


def test_a_server_that_hangs_is_started_again(
    settings: Settings, children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PROBE_SECONDS", 0.3)

    async def stop_one() -> None:
        await asyncio.sleep(1)
        old = pid_of(children[0])
        os.kill(old, signal.SIGSTOP)
        await answers_anew(children[0], old)

    said = supervise(settings, children, stop_one)
    assert said == ["Rasa did not answer any more; starting it again."]


def test_web_ends_while_the_others_still_answer(
    settings: Settings, children: list[Child], tmp_path: Path
) -> None:
    async def nothing() -> None:
        return

    supervise(settings, children, nothing)
    assert (tmp_path / "note").read_text("ascii") == "200"


def test_our_own_servers_are_not_asked_through_a_proxy(
    settings: Settings, children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def nothing() -> None:
        return

    supervise(settings, children, nothing)


def test_a_server_that_cannot_be_started_is_named(
    settings: Settings, children: list[Child]
) -> None:
    children[0].command = ["/no/such/program"]
    with pytest.raises(StartError, match="Rasa cannot be started"):
        asyncio.run(Supervisor(settings, lambda _: None, children).run(lambda: None, lambda: None))


def test_a_help_desk_that_is_ended_while_it_starts_does_not_claim_to_be_ready(
    settings: Settings, children: list[Child]
) -> None:
    children[0].command = [sys.executable, "-c", "import time; time.sleep(60)"]
    supervisor, ready = Supervisor(settings, lambda _: None, children), []

    async def play() -> None:
        asyncio.get_running_loop().call_later(1, supervisor.end)
        await supervisor.run(lambda: None, lambda: ready.append(True))

    asyncio.run(play())
    assert not ready


def test_ports_and_hosts_that_cannot_be_used_are_named(settings: Settings) -> None:
    rasa, actions = free_ports(2)
    free = replace(settings, rasa_port=rasa, action_port=actions)
    with pytest.raises(StartError, match="1 to 65535"):
        check_ports(replace(free, web_port=99999))
    with pytest.raises(StartError, match="HELPDESK_HOST"):
        check_ports(replace(free, web_host="192.0.2.1"))
    everywhere = replace(free, web_host="::", web_port=free_port())
    check_ports(everywhere)
    assert web_url(everywhere) == f"http://[::1]:{everywhere.web_port}"


@pytest.mark.parametrize(
    ("one", "other"),
    [("web_port", "rasa_port"), ("web_port", "action_port"), ("rasa_port", "action_port")],
)
def test_a_port_that_is_set_twice_is_told_before_anything_starts(
    settings: Settings, one: str, other: str
) -> None:
    web, rasa, actions = free_ports(3)
    free = replace(settings, web_port=web, rasa_port=rasa, action_port=actions)
    check_ports(free)
    with pytest.raises(StartError, match=rf"Port {web} is set for .* and for .*HELPDESK_.*PORT"):
        check_ports(replace(free, **{one: web, other: web}))


def test_a_folder_has_one_help_desk(tmp_path: Path) -> None:
    with alone_in(tmp_path / "var"):
        with (
            pytest.raises(StartError, match=r"runs in .* already.*HELPDESK_VAR"),
            alone_in(tmp_path / "var"),
        ):
            pytest.fail("the second one was let in")
        with alone_in(tmp_path / "other"):
            pass
    with alone_in(tmp_path / "var"):
        pass


TALKER = SERVER.replace(
    "server.serve_forever", "print(*range(30000), sep='\\n', flush=True); server.serve_forever"
)


def test_a_log_that_grows_is_copied_away_while_its_server_goes_on(
    settings: Settings, children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOG_SECONDS", 0.1)
    monkeypatch.setattr(module, "MOST_LOG_BYTES", 100_000)
    children[0].command[2] = TALKER
    log, old = (settings.var_dir / "log" / name for name in ("rasa.log", "rasa.log.1"))

    async def wait() -> None:
        for _ in range(200):
            if old.exists():
                return
            await asyncio.sleep(0.05)

    assert supervise(settings, children, wait) == []
    lines = old.read_text("ascii").splitlines()
    assert [line for line in lines if line.isdecimal()] == [str(n) for n in range(30000)]
    assert log.stat().st_size < 10_000


@pytest.fixture
def open_umask() -> Iterator[None]:
    """New files may be read by all, as far as the umask goes."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_only_their_owner_reads_what_the_servers_leave(
    settings: Settings, children: list[Child], tmp_path: Path
) -> None:
    log_dir = settings.var_dir / "log"
    log_dir.mkdir(parents=True)
    (log_dir / "web.log").write_text("from before\n", encoding="ascii")
    (tmp_path / "note").unlink(missing_ok=True)

    async def nothing() -> None:
        return

    write_endpoints(settings)
    with alone_in(settings.var_dir):
        supervise(settings, children, nothing)
    open_to_others = [
        path
        for path in (log_dir, *settings.var_dir.rglob("*"), tmp_path / "note")
        if path.stat().st_mode & 0o077
    ]
    assert open_to_others == []
    assert (log_dir / "web.log").read_text("ascii").startswith("from before")


def test_of_a_huge_log_only_the_end_is_read(settings: Settings, children: list[Child]) -> None:
    children[0].command = [sys.executable, "-c", "print('no \\033[2Jmodel'); raise SystemExit(1)"]
    log = settings.var_dir / "log" / "rasa.log"
    log.parent.mkdir(parents=True)
    with log.open("wb") as file:
        file.truncate(200_000_000)
        file.seek(0, os.SEEK_END)
        file.write(b"\n")
    tracemalloc.start()
    try:
        with pytest.raises(StartError, match=r"ends with: no  \[2Jmodel$"):
            asyncio.run(
                Supervisor(settings, lambda _: None, children).run(lambda: None, lambda: None)
            )
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
