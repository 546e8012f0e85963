"""The database is locked, gone or broken: the filer is told within 5 s, with the phones."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from web_stack import Stack, stored_turns

from bot.web.health import folders_written, have_room


def database(stack: Stack) -> Path:
    return Path(stack.settings.database_url.removeprefix("sqlite:///"))


@contextmanager
def locked(stack: Stack) -> Iterator[None]:
    holder = sqlite3.connect(database(stack), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


def test_a_locked_database(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "before"})
        with locked(stack):
            started = time.monotonic()
            api = filer.post("/api/messages", json={"text": "during"})
            form = filer.post("/messages", data={"text": "by form, during"})
            assert time.monotonic() - started < 10
            # SQLite lets readers through
            assert filer.get("/").status_code == 200
        after = filer.post("/api/messages", json={"text": "after"})
    assert api.status_code == 503
    assert api.json()["outcome"] == "failed"
    assert "not kept" in api.json()["text"]
    assert stack.app.state.site.phones in api.json()["text"]
    assert form.status_code == 503
    assert "by form, during</textarea>" in form.text
    assert after.status_code == 200
    assert [row.text for row in stored_turns(stack)] == ["before", "after"]
    # Rasa has not seen what was not stored
    assert [seen["text"] for seen in stack.rasa.seen] == ["before", "after"]


def test_the_database_locks_while_rasa_works(stack: Stack) -> None:
    """The answer is there, so the filer gets it; a repeat of the message asks again."""
    stack.rasa.delay = 0.5
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "before"})
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(
                filer.post, "/api/messages", json={"text": "hello", "message_id": "m"}
            )
            time.sleep(0.25)
            with locked(stack):
                response = sending.result()
    assert response.status_code == 200
    assert response.json()["text"] == "You said: hello"
    assert stored_turns(stack)[1].reply is None


def test_a_database_without_tables(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "before"})
        with stack.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE turns RENAME TO away")
        page = filer.get("/")
        api = filer.post("/api/messages", json={"text": "hello"})
        form = filer.post("/messages", data={"text": "kept in the box"})
        with stack.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO turns")
        again = filer.get("/")
    assert page.status_code == 503
    assert "860-240-3675" in page.text
    assert api.status_code == 503
    assert form.status_code == 503
    assert "kept in the box</textarea>" in form.text
    assert again.status_code == 200
    assert "before" in again.text


def test_a_disk_without_room_is_told_to_whoever_asks_whether_we_are_ready(stack: Stack) -> None:
    folders = folders_written(stack.engine, stack.settings.var_dir)
    assert set(folders) == {stack.settings.var_dir, database(stack).parent}
    assert have_room(folders)
    # a disk of the system's own that never has room
    assert not have_room([*folders, Path("/proc")])
    assert not have_room([*folders, Path("/nowhere")])


@pytest.mark.parametrize(
    "changes", [{"keep_free_bytes": 10**18}, {"upload_space_bytes": -1}], ids=str
)
def test_without_room_for_files_we_are_ready_and_say_so(
    make_stack: Callable[..., Stack], changes: dict[str, int]
) -> None:
    """Their disk may be another one than the database's."""
    stack = make_stack(**changes)
    with stack.client() as client:
        ready = client.get("/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert (ready.json()["disk"], ready.json()["files"]) == (True, False)


def test_a_broken_database_file(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/api/messages", json={"text": "before"})
        stack.app.state.site.engine.dispose()
        stack.engine.dispose()
        file = database(stack)
        whole = file.read_bytes()
        for leftover in file.parent.glob(f"{file.name}-*"):
            leftover.unlink()
        file.write_bytes(b"this is no database, " * 1000)
        started = time.monotonic()
        responses = [
            filer.post("/api/messages", json={"text": "hello"}),
            filer.get("/api/conversation"),
            filer.post("/api/uploads", content=b"%PDF-"),
        ]
        assert time.monotonic() - started < 5
        ready = filer.get("/ready")
        file.write_bytes(whole)
        after = filer.post("/api/messages", json={"text": "after"})
    for response in responses:
        assert response.status_code == 503
        assert response.json()["outcome"] == "failed"
        assert "no database" not in response.text
    parts = {"database": False, "disk": True, "files": True, "rasa": True}
    assert ready.json() == {"ready": False, **parts}
    assert after.status_code == 200
