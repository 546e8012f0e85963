"""The checker gives a report whatever happens to its processes."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from bot.pdfcheck import Checker, Limits, NotARegularFile, Profile, check, check_sync

from . import hostile_files
from .pdf_files import document

PROFILE = Profile(size_limit_mb=35)
# where others are at work, time on the clock is no measure of a check
PATIENT = Limits(wall_seconds=120.0)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.pdf"
    path.write_bytes(document())
    return path


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    path = tmp_path / "slow.pdf"
    path.write_bytes(hostile_files.no_table_and_many_objects(200_000))
    return path


def test_one_file_from_plain_code_and_from_asyncio(plain: Path) -> None:
    first = check_sync(plain, PROFILE)
    second = asyncio.run(check(str(plain), PROFILE, name="petition\n.pdf"))
    assert (first.verdict, first.file) == ("accept", "plain.pdf")
    assert (second.verdict, second.file) == ("accept", "petition .pdf")
    assert first.sha256 == second.sha256


def test_the_report_follows_the_contract(plain: Path) -> None:
    values = check_sync(plain, PROFILE).to_dict()
    assert set(values) == {
        "file", "sha256", "bytes", "pages", "verdict", "findings", "checked_in_ms"
    }  # fmt: skip
    assert values["bytes"] == plain.stat().st_size
    assert len(values["sha256"]) == 64


def test_many_files_at_the_same_time(plain: Path) -> None:
    async def run() -> list[str]:
        async with Checker(children=2) as checker:
            reports = await asyncio.gather(*(checker.check(plain, PROFILE) for _ in range(40)))
        return [report.verdict for report in reports]

    assert asyncio.run(run()) == ["accept"] * 40


def test_the_event_loop_goes_on_during_a_check(slow: Path) -> None:
    async def run() -> int:
        ticks = 0
        async with Checker() as checker:
            task = asyncio.create_task(checker.check(slow, PROFILE))
            while not task.done():
                await asyncio.sleep(0.01)
                ticks += 1
        return ticks

    assert asyncio.run(run()) > 20


def test_a_dead_worker_is_replaced(plain: Path) -> None:
    with Checker() as checker:
        checker.check_sync(plain, PROFILE)
        worker = checker.worker_pid
        assert worker is not None
        os.kill(worker, signal.SIGKILL)
        # A child that waits may still answer until the system has ended it with its worker.
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        assert checker.check_sync(plain, PROFILE).verdict == "accept"
        assert checker.worker_pid != worker


def test_a_worker_that_dies_during_a_check_is_replaced(slow: Path) -> None:
    with Checker() as checker, ThreadPoolExecutor() as threads:
        waiting = threads.submit(checker.check_sync, slow, PROFILE, limits=PATIENT)
        while checker.worker_pid is None:
            time.sleep(0.01)
        worker = checker.worker_pid
        time.sleep(0.3)
        os.kill(worker, signal.SIGKILL)
        report = waiting.result(timeout=150)
    assert "javascript" in {finding.rule for finding in report.findings}


def test_children_that_die_while_they_wait_cost_nothing_else(plain: Path, slow: Path) -> None:
    """As where the system wants memory: the worker stays, and so does a check under way."""
    with Checker(children=2) as checker, ThreadPoolExecutor(1) as pool:
        assert checker.check_sync(plain, PROFILE).verdict == "accept"
        worker = checker.worker_pid
        assert worker
        gone: set[int] = set()
        for _ in range(5):
            under_way = pool.submit(checker.check_sync, slow, PROFILE, limits=PATIENT)
            busy = busy_one_of(worker, gone)
            gone.add(busy)
            for one in children_of(worker) - {busy}:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            assert checker.check_sync(plain, PROFILE).verdict == "accept"
            assert "javascript" in {found.rule for found in under_way.result().findings}
            assert checker.worker_pid == worker


def children_of(process: int) -> set[int]:
    return set(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


def busy_one_of(worker: int, gone: set[int]) -> int:
    """The child that uses the processor; those that wait have used next to nothing. ``gone``:
    those of earlier checks, which may just be ending."""

    def ticks(process: int) -> int:
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
            return int(fields[11]) + int(fields[12])
        return 0

    while True:
        busiest = max(children_of(worker) - gone, key=ticks)
        if ticks(busiest) > 10:
            return busiest
        time.sleep(0.002)


def test_closing_ends_the_worker_and_its_children(slow: Path) -> None:
    checker = Checker()
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(checker.check_sync, slow, PROFILE)
        while checker.worker_pid is None:
            time.sleep(0.01)
        worker = checker.worker_pid
        time.sleep(0.3)
        checker.close()
        report = waiting.result(timeout=10)
    assert [finding.rule for finding in report.findings] == ["not_checked"]
    with pytest.raises(ProcessLookupError):
        os.killpg(worker, 0)


def test_closing_twice_is_fine() -> None:
    checker = Checker()
    checker.close()
    checker.close()


def test_several_threads_share_a_checker(plain: Path) -> None:
    before = set(threading.enumerate())
    with Checker(children=2) as checker, ThreadPoolExecutor(8) as threads:
        jobs = [threads.submit(checker.check_sync, plain, PROFILE) for _ in range(40)]
        assert {job.result().verdict for job in jobs} == {"accept"}
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if thread.name.startswith("pdfcheck")]


def test_the_worker_outlives_the_thread_that_asked_first(plain: Path) -> None:
    with Checker(children=2) as checker:
        first = threading.Thread(target=checker.check_sync, args=(plain, PROFILE))
        first.start()
        first.join()
        # Python calls a thread ended before the system does, which then ends its children.
        while Path(f"/proc/self/task/{first.native_id}").exists():
            time.sleep(0.01)
        worker = checker.worker_pid
        checker.check_sync(plain, PROFILE)
        assert checker.worker_pid == worker


def test_a_missing_file_and_a_folder_are_errors_of_the_caller(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with Checker() as checker:
        with pytest.raises(FileNotFoundError):
            checker.check_sync(tmp_path / "none.pdf", PROFILE)
        with pytest.raises(NotARegularFile):
            checker.check_sync(tmp_path, PROFILE)
        with pytest.raises(NotARegularFile):
            checker.check_sync(tmp_path / "pipe", PROFILE)


def test_open_files_do_not_grow(plain: Path) -> None:
    with Checker() as checker:
        checker.check_sync(plain, PROFILE)
        worker = checker.worker_pid
        counts = []
        for _ in range(2):
            for _ in range(20):
                checker.check_sync(plain, PROFILE)
            ours = len(list(Path("/proc/self/fd").iterdir()))
            counts.append((ours, len(list(Path(f"/proc/{worker}/fd").iterdir()))))
    assert counts[0][0] == counts[1][0]
    # Children on their way out still count, each with two descriptors; 20 files leave none behind.
    assert counts[1][1] - counts[0][1] <= 10


def test_no_more_files_are_open_at_once_than_asked_for_whoever_asks(plain: Path) -> None:
    async def run(checker: Checker) -> None:
        await asyncio.gather(*(checker.check(plain, PROFILE) for _ in range(20)))

    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            here = 0
            for link in Path("/proc/self/fd").iterdir():
                with suppress(FileNotFoundError):
                    here += link.readlink() == plain
            most = max(most, here)

    with Checker(children=2) as checker, ThreadPoolExecutor(9) as threads:
        watching = threads.submit(watch)
        jobs = [threads.submit(checker.check_sync, plain, PROFILE) for _ in range(40)]
        asyncio.run(run(checker))
        assert {job.result().verdict for job in jobs} == {"accept"}
        done.set()
        watching.result()
    assert most == 2


def test_a_closed_checker_checks_nothing(plain: Path) -> None:
    checker = Checker()
    checker.close()
    report = checker.check_sync(plain, PROFILE)
    assert [finding.rule for finding in report.findings] == ["not_checked"]
    assert checker.worker_pid is None
