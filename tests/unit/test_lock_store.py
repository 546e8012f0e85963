"""Rasa's locks of conversations, in a real Redis and without one."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant.lock_store import HelpdeskLockStore
from tests.redis_server import redis_server


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    with redis_server(tmp_path, password="secret") as (port, server):
        # an address with port and password, which Rasa's own store cannot read
        monkeypatch.setenv("LOCK_STORE", f"redis://:secret@127.0.0.1:{port}/0")
        yield server


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
