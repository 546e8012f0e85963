"""Logs that are kept short, and their last words."""

import os
import resource
from pathlib import Path

import pytest

from bot import log_files
from bot.log_files import KEPT, keep_short, last_line, open_log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "web.log"


def test_a_server_writes_on_at_the_beginning_of_the_same_file(log: Path) -> None:
    with open_log(log) as server:
        for number in range(KEPT + 3):
            server.write(b"%d\n" % number * 10)
            server.flush()
            assert keep_short(log, most_bytes=10)
        server.write(b"last\n")
    assert log.read_bytes() == b"last\n"
    newest = KEPT + 2
    old = {path.name: path.read_text("ascii") for path in log.parent.glob("web.log.*")}
    assert old == {f"web.log.{n + 1}": f"{newest - n}\n" * 10 for n in range(KEPT)}


def test_only_the_owner_reads_old_logs(log: Path) -> None:
    before = os.umask(0)
    try:
        log.write_bytes(b"x" * 20)
        keep_short(log, most_bytes=10)
    finally:
        os.umask(before)
    assert (log.parent / "web.log.1").stat().st_mode & 0o777 == 0o600


def test_a_short_log_and_one_that_is_not_there_stay(log: Path) -> None:
    assert not keep_short(log)
    log.write_bytes(b"short\n")
    assert not keep_short(log)
    assert [path.name for path in log.parent.iterdir()] == ["web.log"]


def test_a_log_that_cannot_be_copied_stays_and_the_oldest_makes_room(log: Path) -> None:
    log.write_bytes(b"x" * 20)
    for number in (1, 2):
        log.with_name(f"web.log.{number}").write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))  # as on a disk that is full
    try:
        with pytest.raises(OSError, match="large"):
            keep_short(log, most_bytes=10)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert log.stat().st_size == 20
    assert not log.with_name("web.log.2").exists()
    assert log.with_name("web.log.1").exists()
    assert not log.with_name("web.log.new").exists()


def test_of_what_grew_too_fast_the_end_is_kept(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "_MOST_COPIED", 6)
    log.write_bytes(b"first\nlast\n")
    keep_short(log, most_bytes=10)
    assert log.with_name("web.log.1").read_bytes() == b"\nlast\n"


def test_the_last_line_whatever_the_log_holds(log: Path) -> None:
    for content, last in (
        (b"", ""),
        (b"\n\n", ""),
        (b"one\ntwo\n\n", "two"),
        (b"x" * 100_000 + b"\n\xff\x1b[31mred\n", "\ufffdred"),
    ):
        log.write_bytes(content)
        assert last_line(log) == last
