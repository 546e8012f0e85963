"""Checks and mends many files at the same time, as a law firm does before it files."""

from __future__ import annotations

import itertools
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.pdfcheck.checker import Checker, NotARegularFile
from bot.pdfcheck.profile import Profile
from bot.pdfcheck.repair.names import shortened
from bot.pdfcheck.repair.offer import offer
from bot.pdfcheck.repair.result import Consent, Repair
from bot.pdfcheck.report import Report

_COPY_BYTES = 1 << 20
_UNFINISHED = ".mending-"
# With "-attachments", a number and ".pdf" it stays below the 255 bytes of most file systems.
_LONGEST_STEM_BYTES = 220


@dataclass(frozen=True, slots=True)
class Source:
    """A file to check. folder: where below the folder of copies its copy belongs."""

    path: Path
    folder: Path = Path()


@dataclass(frozen=True, slots=True)
class Mending:
    """Where mended copies go, and what was confirmed for all files of the batch."""

    folder: Path
    consent: Consent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file. error: why it could not be read or its copy not be written.

    repair, copy_path, attachment_paths: only where a copy was asked for.
    """

    path: Path
    report: Report | None = None
    error: str | None = None
    repair: Repair | None = None
    copy_path: Path | None = None
    attachment_paths: tuple[Path, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: the contract of `helpdesk check-pdf` in design.md."""
        if self.report is None:
            return {"file": str(self.path), "error": self.error}
        values = {**self.report.to_dict(), "file": str(self.path)}
        if self.error:
            values["error"] = self.error
        if self.repair is not None:
            fixed = self.repair.to_dict()
            if self.copy_path:
                fixed = {"path": str(self.copy_path), **fixed}
            paths = zip(fixed.get("attachments", ()), self.attachment_paths, strict=False)
            for attachment, path in paths:
                attachment["path"] = str(path)
            values["fixed"] = fixed
        return values


def find_files(paths: Iterable[Path], leave_out: Path | None = None) -> list[Source]:
    """The named files, and all PDFs in the named folders and below; each once.

    leave_out: a folder that is not looked into where it lies below a named one, so that copies
    are not checked as originals. Folders that cannot be read are among the sources, and fail.
    """
    found: dict[str, Source] = {}
    left_out = os.path.realpath(leave_out) if leave_out else None
    for path in paths:
        sources = _below(path, left_out) if path.is_dir() else iter([Source(path)])
        for source in sources:
            found.setdefault(os.path.realpath(source.path), source)
    return list(found.values())


def _below(root: Path, left_out: str | None) -> Iterator[Source]:
    unread: list[Path] = []
    for folder, names, files in os.walk(root, onerror=lambda e: unread.append(Path(e.filename))):
        here = Path(folder)
        names[:] = [
            name for name in sorted(names)
            if not name.startswith(_UNFINISHED) and os.path.realpath(here / name) != left_out
        ]  # fmt: skip
        for name in sorted(files):
            if name.lower().endswith(".pdf") and _is_readable_or_unknown(here / name):
                yield Source(here / name, here.relative_to(root))
    yield from map(Source, unread)


def _is_readable_or_unknown(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        # Whoever asked has to hear that it was not checked.
        return True


def check_all(
    sources: Sequence[Source], profile: Profile, mending: Mending | None, *, at_once: int
) -> Iterator[Outcome]:
    """Check the files, and mend those that have something to mend; in their order."""
    with Checker(children=at_once) as checker, ThreadPoolExecutor(at_once) as threads:
        # No more files are begun than are soon told, so that an early end loses no work.
        waiting: list[Future[Outcome]] = []
        left = iter(sources)
        try:
            while True:
                while len(waiting) < at_once * 4 and (source := next(left, None)):
                    waiting.append(threads.submit(_one, checker, source, profile, mending))
                if not waiting:
                    return
                yield waiting.pop(0).result()
        finally:
            threads.shutdown(wait=True, cancel_futures=True)


def _one(checker: Checker, source: Source, profile: Profile, mending: Mending | None) -> Outcome:
    try:
        report = checker.check_sync(source.path, profile)
    except NotARegularFile:
        return Outcome(source.path, error="It is not a file, but a folder, a pipe or a device.")
    except OSError as error:
        return Outcome(source.path, error=f"It cannot be read: {error.strerror}")
    if mending is None:
        return Outcome(source.path, report)
    reason = offer(report).reason
    if reason is not None:
        refused = Repair(None, why_not=reason.why_not, by_hand=reason.by_hand)
        return Outcome(source.path, report, repair=refused)
    try:
        return _mend(checker, source, profile, mending, report)
    except OSError as error:
        why = f"The copy cannot be written: {error.strerror}"
        return Outcome(source.path, report, error=why)


def _mend(
    checker: Checker, source: Source, profile: Profile, mending: Mending, report: Report
) -> Outcome:
    folder = mending.folder / source.folder
    folder.mkdir(parents=True, exist_ok=True)
    stem = shortened(source.path.stem, "", _LONGEST_STEM_BYTES)
    copy_path: Path | None = None
    paths: tuple[Path, ...] = ()
    why: str | None = None
    # Nothing stands under its final name before it was checked.
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as unfinished:
        made, attached = Path(unfinished) / "copy.pdf", Path(unfinished) / "attachments"
        repair = checker.mend_sync(
            source.path, made, attached, profile, consent=mending.consent, name=source.path.name
        )
        if repair.copy:
            copy_path = _place(made, folder, f"{stem}-mended.pdf")
        try:
            paths = _write_attachments(repair, attached, folder, f"{stem}-attachments")
        except OSError as error:
            why = f"The attachments cannot be written: {error.strerror}"
    return Outcome(source.path, report, why, repair, copy_path, paths)


def _place(made: Path, folder: Path, name: str) -> Path:
    """Move a finished file to its name, or to the next free one; nothing is overwritten."""
    target = _reserve_file(folder, name)
    try:
        made.chmod(target.stat().st_mode)
        made.replace(target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return target


def _reserve_file(folder: Path, name: str) -> Path:
    for target in _free_names(folder, name):
        with suppress(FileExistsError):
            target.open("xb").close()
            break
    return target


def _reserve_folder(folder: Path, name: str) -> Path:
    # Another client's file may have the same name: its attachments do not come among these.
    for target in _free_names(folder, name):
        with suppress(FileExistsError):
            target.mkdir()
            break
    return target


def _free_names(folder: Path, name: str) -> Iterator[Path]:
    wanted = Path(name)
    yield folder / name
    for number in itertools.count(2):
        yield folder / f"{wanted.stem}-{number}{wanted.suffix}"


def _write_attachments(repair: Repair, attached: Path, parent: Path, name: str) -> tuple[Path, ...]:
    if not repair.attachments:
        return ()
    folder = _reserve_folder(parent, name)
    paths: list[Path] = []
    with attached.open("rb") as source:
        for attachment in repair.attachments:
            target = _reserve_file(folder, attachment.name)
            source.seek(attachment.offset)
            left = attachment.bytes
            with target.open("wb") as file:
                while left and (part := source.read(min(left, _COPY_BYTES))):
                    file.write(part)
                    left -= len(part)
            paths.append(target)
    return tuple(paths)
