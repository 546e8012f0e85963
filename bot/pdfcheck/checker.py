"""Checks files through the worker process, from asyncio or from plain code."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import logging
import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Any, get_args

from bot.pdfcheck.examine import TEXT_NOT_READ, finding_of
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.profile import Profile
from bot.pdfcheck.repair.result import NO_CONSENT, Consent, Repair
from bot.pdfcheck.repair.run import mend_file
from bot.pdfcheck.report import Finding, Report, Severity, verdict_of
from bot.pdfcheck.rules import not_checked
from bot.pdfcheck.text import clean
from bot.pdfcheck.worker import Answer, Worker

_READ_BYTES = 1 << 20
_LONGEST_TEXT = 2_000
_SEVERITIES = frozenset(get_args(Severity))
# What a wrong answer of a child leads to. Our own code never sends lists in lists in lists.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)

_log = logging.getLogger(__name__)


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
        self._places = threading.BoundedSemaphore(children)
        # For callers that may not wait themselves.
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
        with self._places:
            return _check(self._worker, Path(path), profile, limits, name)

    async def check(
        self,
        path: Path | str,
        profile: Profile,
        *,
        limits: Limits = Limits(),
        name: str | None = None,
    ) -> Report:
        """As check_sync, without blocking the event loop."""
        call = functools.partial(self.check_sync, path, profile, limits=limits, name=name)
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
        with self._places:
            return _mend(
                self._worker, Path(path), copy_path, attachments_path, profile, consent, limits,
                name or copy_path.name,
            )  # fmt: skip

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
            self.mend_sync, path, copy_path, attachments_path, profile,
            consent=consent, limits=limits, name=name,
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
        sha256 = functools.cache(lambda: _sha256(file))
        answer = worker.ask(_request(profile, limits), [file], limits.wall_seconds, sha256)
        digest = sha256()
    finally:
        os.close(file)
    sent = _read(answer, profile)
    return Report(
        file=clean(name or path.name, 120),
        sha256=digest,
        bytes=facts.st_size,
        pages=sent.pages,
        verdict=verdict_of(sent.findings),
        findings=tuple(sent.findings),
        checked_in_ms=round((time.monotonic() - started) * 1_000),
        notes=tuple(sent.notes),
        not_listed=sent.not_listed,
        peak_mb=None if answer.peak_kb is None else answer.peak_kb // 1_000,
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
    # Read at given places: the child reads the same open file, and they share its position.
    digest, at = hashlib.sha256(), 0
    while part := os.pread(file, _READ_BYTES, at):
        digest.update(part)
        at += len(part)
    return digest.hexdigest()


def _request(profile: Profile, limits: Limits) -> dict[str, Any]:
    # The child weighs findings; where and when the court said so is of no use to it.
    values = {one.name: getattr(profile, one.name) for one in fields(profile)}
    values.update(rules=dict(profile.rules), sources={})
    return {"job": "check", "profile": values, "limits": asdict(limits)}


@dataclass(slots=True)
class _Sent:
    pages: int | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_listed: dict[str, int] = field(default_factory=dict)
    parts: int = 0

    def add(self, line: bytes) -> None:
        """Raises ValueError, TypeError or KeyError for anything but a part of a report."""
        sent = json.loads(line)
        findings = [_finding(values) for values in sent["findings"]]
        for finding in map(_finding, sent["evaluated"]):
            _log.info(
                "On trial: %s found something on page %s, object %s",
                finding.rule, finding.page, finding.object,
            )  # fmt: skip
        self.findings += findings
        self.notes += [_harmless(str(note)) for note in sent["notes"]]
        self.not_listed.update({str(rule): int(n) for rule, n in sent["not_listed"].items()})
        if not self.parts:
            self.pages = None if sent["pages"] is None else int(sent["pages"])
        self.parts += 1


def _finding(values: dict[str, Any]) -> Finding:
    texts = {key: value for key, value in values.items() if key != "page" and value is not None}
    if not all(isinstance(value, str) for value in texts.values()):
        raise TypeError("a finding says something that is no text")
    if values["severity"] not in _SEVERITIES or not isinstance(values.get("page") or 0, int):
        raise ValueError("a finding weighs or stands nowhere")
    return Finding(**{**values, **{key: _harmless(value) for key, value in texts.items()}})


def _harmless(text: str) -> str:
    """Our own code sends nothing else; this is for a child that a file has taken over."""
    return text if text.isprintable() else clean(text, _LONGEST_TEXT)


def _read(answer: Answer, profile: Profile) -> _Sent:
    """The parts of a report. A child that a file has taken over can at worst send a wrong
    report, so what it sends is JSON and never code."""
    sent, trouble = _Sent(), answer.trouble
    try:
        for line in answer.data.splitlines():
            sent.add(line)
    except _UNREADABLE:
        trouble = trouble or "its check gave no readable answer"
    if sent.parts == 0:
        reason = trouble or "its check gave no answer"
        hit = not_checked.stopped(reason, is_busy=answer.is_busy)
        sent.findings.append(finding_of(not_checked.RULE, hit, profile))
    elif trouble is not None:
        # All that decides was in the first part.
        _log.warning("The text of a PDF could not be read: %s", trouble)
        sent.notes.append(TEXT_NOT_READ)
    return sent
