"""Checks files through the worker process, from asyncio or from plain code."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.pdfcheck.examine import finding_of
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.profile import Profile
from bot.pdfcheck.repair.result import NO_CONSENT, Consent, Repair
from bot.pdfcheck.repair.run import mend_file
from bot.pdfcheck.report import Finding, Report, verdict_of
from bot.pdfcheck.rules import not_checked
from bot.pdfcheck.text import clean
from bot.pdfcheck.worker import Answer, Worker

_READ_BYTES = 1 << 20


class NotARegularFile(OSError):
    """The path leads to a folder, a pipe or a device. Such a thing is not checked."""


class Checker:
    """Checks many files with one worker process, which is started anew when it dies.

    children: how many files are open at the same time; further checks wait.
    Use it as a context manager, `with` or `async with`, or call `close`. Safe for use from
    several threads. What a file does, crash or endless loop, ends in its report.
    """

    def __init__(self, *, children: int = 2) -> None:
        self._worker = Worker()
        self._threads = ThreadPoolExecutor(max_workers=children, thread_name_prefix="pdfcheck")

    def check_sync(
        self,
        path: Path | str,
        profile: Profile,
        *,
        limits: Limits = Limits(),
        name: str | None = None,
    ) -> Report:
        """The report on the file at `path`. name: the name to show instead of the path's own.

        Raises OSError where the path cannot be read, NotARegularFile among them.
        """
        call = functools.partial(_check, self._worker, Path(path), profile, limits, name)
        return self._threads.submit(call).result()

    async def check(
        self,
        path: Path | str,
        profile: Profile,
        *,
        limits: Limits = Limits(),
        name: str | None = None,
    ) -> Report:
        """As check_sync, without blocking the event loop."""
        call = functools.partial(_check, self._worker, Path(path), profile, limits, name)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def mend_sync(
        self,
        path: Path | str,
        copy_path: Path,
        attachments_path: Path,
        profile: Profile,
        *,
        consent: Consent = NO_CONSENT,
        limits: Limits = Limits(),
        name: str | None = None,
    ) -> Repair:
        """A mended copy of the file at `path`, or why there is none. The original stays as it is.

        copy_path, attachments_path: where they are written; both must be free, and what is not
        handed out is deleted. name: the copy's own name in its report.

        Raises OSError where a path cannot be read or written, FileExistsError among them.
        """
        call = functools.partial(
            _mend, self._worker, Path(path), copy_path, attachments_path, profile, consent, limits,
            name or copy_path.name,
        )  # fmt: skip
        return self._threads.submit(call).result()

    async def mend(
        self,
        path: Path | str,
        copy_path: Path,
        attachments_path: Path,
        profile: Profile,
        *,
        consent: Consent = NO_CONSENT,
        limits: Limits = Limits(),
        name: str | None = None,
    ) -> Repair:
        """As mend_sync, without blocking the event loop."""
        call = functools.partial(
            _mend, self._worker, Path(path), copy_path, attachments_path, profile, consent, limits,
            name or copy_path.name,
        )  # fmt: skip
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    @property
    def worker_pid(self) -> int | None:
        """The process number of the worker, or None before the first check."""
        return self._worker.pid

    def close(self) -> None:
        """End the worker. Checks under way give a `not_checked` report."""
        self._worker.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Checker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Checker:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)


async def check(
    path: Path | str, profile: Profile, *, limits: Limits = Limits(), name: str | None = None
) -> Report:
    """The report on one file, with a worker of its own. For many files use Checker.

    Raises OSError where the path cannot be read.
    """
    async with Checker(children=1) as checker:
        return await checker.check(path, profile, limits=limits, name=name)


def check_sync(
    path: Path | str, profile: Profile, *, limits: Limits = Limits(), name: str | None = None
) -> Report:
    """As check, for code without asyncio."""
    with Checker(children=1) as checker:
        return checker.check_sync(path, profile, limits=limits, name=name)


def _check(
    worker: Worker, path: Path, profile: Profile, limits: Limits, name: str | None
) -> Report:
    started = time.monotonic()
    file = _open(path)
    try:
        facts = os.fstat(file)
        digest = _sha256(file)
        answer = worker.ask(_request(profile, limits), [file], limits.wall_seconds)
    finally:
        os.close(file)
    pages, findings, notes, not_listed = _read(answer, profile)
    return Report(
        file=clean(name or path.name, 120),
        sha256=digest,
        bytes=facts.st_size,
        pages=pages,
        verdict=verdict_of(findings),
        findings=findings,
        checked_in_ms=round((time.monotonic() - started) * 1_000),
        notes=notes,
        not_listed=not_listed,
    )


def _mend(
    worker: Worker,
    path: Path,
    copy_path: Path,
    attachments_path: Path,
    profile: Profile,
    consent: Consent,
    limits: Limits,
    name: str,
) -> Repair:
    file = _open(path)
    try:
        check_copy = functools.partial(_check, worker, profile=profile, limits=limits, name=name)
        return mend_file(worker, file, copy_path, attachments_path, consent, limits, check_copy)
    finally:
        os.close(file)


def _open(path: Path) -> int:
    # O_NONBLOCK: opening a pipe must not wait for a writer.
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise NotARegularFile(f"{path} is not a file that can be checked.")
    return file


def _sha256(file: int) -> str:
    digest = hashlib.sha256()
    with open(file, "rb", closefd=False) as stream:
        while part := stream.read(_READ_BYTES):
            digest.update(part)
    return digest.hexdigest()


def _request(profile: Profile, limits: Limits) -> dict[str, Any]:
    values = asdict(profile)
    # The child weighs findings; where and when the court said so is of no use to it.
    del values["source"], values["checked_on"]
    return {"job": "check", "profile": values, "limits": asdict(limits)}


def _read(
    answer: Answer, profile: Profile
) -> tuple[int | None, tuple[Finding, ...], tuple[str, ...], dict[str, int]]:
    """The parts of a report. A child that a file has taken over can at worst send a wrong
    report, so what it sends is JSON and never code."""
    if answer.trouble is None:
        try:
            sent = json.loads(answer.data)
            findings = tuple(Finding(**values) for values in sent["findings"])
            return sent["pages"], findings, tuple(sent["notes"]), sent["not_listed"]
        except (ValueError, TypeError, KeyError):
            answer = Answer(b"", "its check gave no readable answer")
    hit = not_checked.stopped(answer.trouble or "")
    return None, (finding_of("not_checked", hit, profile),), (), {}
