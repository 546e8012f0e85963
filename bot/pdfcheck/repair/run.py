"""Has a copy made, checks it as any other file, compares it, and only then hands it out."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bot.pdfcheck.limits import Limits
from bot.pdfcheck.repair.names import unique_name
from bot.pdfcheck.repair.reasons import REASONS
from bot.pdfcheck.repair.result import Attachment, Consent, MendedCopy, Need, Repair
from bot.pdfcheck.report import Report
from bot.pdfcheck.text import clean
from bot.pdfcheck.worker import Worker

_ROOM_BYTES = 50_000_000
_NAMED_WORDS = 3
_LARGEST_LIST = 200
_log = logging.getLogger(__name__)
CheckCopy = Callable[[Path], Report]


class _NoAnswerError(Exception):
    """The child gave no answer. is_busy: other work kept the processor from it."""

    def __init__(self, *, is_busy: bool = False) -> None:
        super().__init__()
        self.is_busy = is_busy


def mend_file(
    worker: Worker,
    source: int,
    copy_path: Path,
    attachments_path: Path,
    consent: Consent,
    limits: Limits,
    check_copy: CheckCopy,
) -> Repair:
    """Make a copy of the open file at `copy_path`, and a file of its attachments beside it.

    Both paths must be free; what is not handed out is deleted again. check_copy: checks a file
    with the rules that refused the original.

    Raises OSError, FileExistsError among them.
    """
    started = time.monotonic()
    size = os.fstat(source).st_size
    limits = replace(limits, written_bytes=2 * size + _ROOM_BYTES)
    files = [source]
    try:
        files.append(_create(copy_path))
        files.append(_create(attachments_path))
        repair = _mend(worker, files, copy_path, consent, limits, check_copy)
    except BaseException:
        for path, _ in zip((copy_path, attachments_path), files[1:], strict=False):
            path.unlink(missing_ok=True)
        raise
    finally:
        for file in files[1:]:
            os.close(file)
    if repair.copy is None:
        copy_path.unlink(missing_ok=True)
    if not repair.attachments:
        attachments_path.unlink(missing_ok=True)
    return replace(repair, mended_in_ms=round((time.monotonic() - started) * 1_000))


def _create(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def _mend(
    worker: Worker,
    files: list[int],
    copy_path: Path,
    consent: Consent,
    limits: Limits,
    check_copy: CheckCopy,
) -> Repair:
    request = {"job": "mend", "consent": asdict(consent), "limits": asdict(limits)}
    # A child that could still write could change the copy after it was checked.
    try:
        answer = _ask(worker, request, files, limits, until_it_ended=True)
    except _NoAnswerError as error:
        return _refused("busy" if error.is_busy else "limit")
    try:
        repair = _read(answer, os.fstat(files[2]).st_size)
    except (ValueError, TypeError, KeyError, OverflowError):
        return _refused("limit")
    if repair.why_not is not None:
        return repair
    report = check_copy(copy_path)
    left = [finding for finding in report.findings if finding.severity == "reject"]
    if left:
        refused = _refused("refused", left[0].message)
        by_hand = left[0].fix or refused.by_hand
        return replace(refused, by_hand=by_hand, attachments=repair.attachments)
    if any(finding.rule == "needs_repair" for finding in report.findings):
        return replace(_refused("not_saved"), attachments=repair.attachments)
    compared = _compare(worker, files[0], copy_path, limits)
    trouble = compared.get("trouble", "not_compared")
    if trouble is not None:
        lost = _quoted(compared.get("words"))
        return replace(_refused(str(trouble), lost), attachments=repair.attachments)
    copy = MendedCopy(report.sha256, report.bytes, report.pages or 0, report)
    return replace(repair, copy=copy)


def _compare(worker: Worker, source: int, copy_path: Path, limits: Limits) -> dict[str, Any]:
    request = {"job": "compare", "limits": asdict(replace(limits, written_bytes=0))}
    # To read only: the copy may have been made to take over the program that looks at it.
    copy = os.open(copy_path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _ask(worker, request, [source, copy], limits)
    except _NoAnswerError as error:
        return {"trouble": "busy" if error.is_busy else "not_compared"}
    finally:
        os.close(copy)


def _ask(
    worker: Worker,
    request: dict[str, Any],
    files: list[int],
    limits: Limits,
    *,
    until_it_ended: bool = False,
) -> dict[str, Any]:
    answer = worker.ask(request, files, limits.wall_seconds, until_it_ended=until_it_ended)
    if answer.trouble is not None:
        raise _NoAnswerError(is_busy=answer.is_busy)
    # RecursionError: lists in lists in lists, which our own code never sends.
    with suppress(ValueError, RecursionError):
        sent = json.loads(answer.data)
        if isinstance(sent, dict):
            return sent
    raise _NoAnswerError


def _read(answer: dict[str, Any], attached_bytes: int) -> Repair:
    """What the child says, which may be a lie of the file that took it over: the copy is checked
    all the same, and no attachment reaches beyond the file that it wrote."""
    attachments: list[Attachment] = []
    for sent in answer["attachments"][:_LARGEST_LIST]:
        name = unique_name(str(sent["name"]), {a.name for a in attachments})
        attachments.append(Attachment(name, int(sent["bytes"]), int(sent["offset"])))
    for attachment in attachments:
        if min(attachment.bytes, attachment.offset) < 0:
            raise ValueError("an attachment begins before the file")
        if attachment.offset + attachment.bytes > attached_bytes:
            raise ValueError("an attachment ends behind the file")
    why_not = answer["why_not"]
    changes = tuple(clean(change, 300) for change in answer["changes"][:_LARGEST_LIST])
    all_needs: tuple[Need, ...] = ("rights", "even_signed")
    needs = tuple(need for need in all_needs if need in answer["needs"])
    if why_not is None:
        return Repair(None, changes, tuple(attachments))
    if why_not == "no_room":
        _log.error("There is no room on the disk for a mended copy.")
    return replace(_refused(str(why_not)), attachments=tuple(attachments), needs=needs)


def _refused(reason: str, detail: str = "") -> Repair:
    known = REASONS.get(reason, REASONS["limit"])
    why_not = f"{known.why_not} {detail}".strip()
    return Repair(None, why_not=why_not, by_hand=known.by_hand)


def _quoted(words: Any) -> str:
    if not isinstance(words, list) or not words:
        return ""
    named = ", ".join(f"“{clean(word, 40)}”" for word in words[:_NAMED_WORDS])
    return f"Among them: {named}."
