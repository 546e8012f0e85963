"""Rasa's locks of conversations, in a real Redis and without one."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant.lock_store import HelpdeskLockStore
from bot.testing.private_copy import free_ports


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("There is no redis-server here: install Debian's redis-server.")
    (port,) = free_ports(1)
    # an address with port and password, which Rasa's own store cannot read
    monkeypatch.setenv("LOCK_STORE", f"redis://:secret@127.0.0.1:{port}/0")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--requirepass", "secret", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        yield server
        server.kill()


async def hold(store: HelpdeskLockStore, name: str, log: list[str]) -> None:
    async with store.lock("a conversation", wait_time_in_seconds=0.05):
        log.append(f"{name} begins")
        await asyncio.sleep(0.2)
        log.append(f"{name} ends")


async def two_at_once(one: HelpdeskLockStore, other: HelpdeskLockStore) -> list[str]:
    log: list[str] = []
    first = asyncio.create_task(hold(one, "first", log))
    await asyncio.sleep(0.05)
    await asyncio.gather(first, hold(other, "second", log))
    return log


IN_ORDER = ["first begins", "first ends", "second begins", "second ends"]


def test_two_servers_wait_for_each_other(redis: subprocess.Popen[bytes]) -> None:
    assert asyncio.run(two_at_once(HelpdeskLockStore(), HelpdeskLockStore())) == IN_ORDER


def test_one_server_goes_on_by_itself_without_redis(redis: subprocess.Popen[bytes]) -> None:
    store = HelpdeskLockStore()
    assert asyncio.run(two_at_once(store, store)) == IN_ORDER
    redis.kill()
    redis.wait()
    assert asyncio.run(two_at_once(store, store)) == IN_ORDER
