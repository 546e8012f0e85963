"""Files that filers send. A file lies under a random name, mode 0600,
until its time is over; its own name is data only."""

import asyncio
import hashlib
import os
import secrets
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedWriter
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.copies import delete_copies, delete_orphans, files_before, unlink_all
from bot.db.tables import uploads
from bot.private_files import own_folder

_WRITE_BYTES = 1_000_000  # of a file that arrives, at a time


class UploadError(ValueError):
    """A file could not be taken; the message is for the filer."""


class UploadTooLargeError(UploadError):
    """The file is over the help desk's own limit (not the court's)."""


class UploadEmptyError(UploadError):
    """The file holds nothing."""


class UploadCutOffError(UploadError):
    """The connection ended before the file did."""


def too_large(limit_bytes: int) -> UploadTooLargeError:
    """The error for a file over ``limit_bytes``."""
    return UploadTooLargeError(
        f"This file is over {limit_bytes // 1_000_000} MB, more than this help desk can take. "
        "Split it or make it smaller, and send it again."
    )


@dataclass(frozen=True)
class Upload:
    """A stored file. ``bytes`` is its size; times in UTC."""

    id: str
    conversation_id: str
    name: str
    bytes: int
    sha256: str
    delete_at: datetime


def display_name(name: str) -> str:
    """A file name as data: no path, no control or direction characters, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    return kept[:120] or "file.pdf"


def upload_path(folder: Path, upload_id: str) -> Path:
    """Where a file lies. The id must be one that :func:`receive` made."""
    if len(upload_id) != 32 or not upload_id.isalnum() or not upload_id.isascii():
        raise ValueError("not an upload id")
    return folder / f"{upload_id}.bin"


async def receive(
    engine: Engine,
    folder: Path,
    whose: Callable[[], str],
    name: str,
    chunks: AsyncIterator[bytes],
    *,
    limit_bytes: int,
    life_minutes: int,
    expected_bytes: int | None = None,
    room: Callable[[Path, int], AbstractContextManager[None]] = lambda *_: nullcontext(),
) -> Upload:
    """Stream a file to disk, counting; nothing is left behind when it is refused.

    ``whose`` gives the id of its conversation, and is called in a thread once all has arrived.
    ``room`` is entered in a thread for a file and so many bytes more, as long as they are written.

    Raises:
        UploadEmptyError, UploadTooLargeError, UploadCutOffError, and what ``whose`` and ``room``
            raise.
        OSError: the disk is full or cannot be written.
    """
    if expected_bytes is not None and expected_bytes > limit_bytes:
        raise too_large(limit_bytes)
    await asyncio.to_thread(own_folder, folder)
    upload_id = secrets.token_hex(16)
    path = upload_path(folder, upload_id)
    digest, size = hashlib.sha256(), 0

    def write(file: BufferedWriter, pieces: list[bytes]) -> None:
        with room(path, sum(map(len, pieces))):
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            file.flush()

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            waiting: list[bytes] = []
            waiting_bytes = 0
            async for chunk in chunks:
                size += len(chunk)
                if size > limit_bytes:
                    raise too_large(limit_bytes)
                waiting.append(chunk)
                waiting_bytes += len(chunk)
                if waiting_bytes >= _WRITE_BYTES:
                    # a disk that is slow makes nobody else wait
                    await asyncio.to_thread(write, file, waiting)
                    waiting, waiting_bytes = [], 0
            await asyncio.to_thread(write, file, waiting)
        if size == 0:
            raise UploadEmptyError("This file is empty. Choose the PDF again and send it.")
        if expected_bytes is not None and size < expected_bytes:
            raise UploadCutOffError("Only a part of the file arrived. Send it again.")
        upload = Upload(
            upload_id,
            await asyncio.to_thread(whose),
            display_name(name),
            size,
            digest.hexdigest(),
            utc_now() + timedelta(minutes=life_minutes),
        )
        await asyncio.to_thread(_store, engine, upload)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return upload


def _store(engine: Engine, upload: Upload) -> None:
    with engine.begin() as connection:
        connection.execute(
            uploads.insert().values(
                id=upload.id,
                conversation_id=upload.conversation_id,
                name=upload.name,
                bytes=upload.bytes,
                sha256=upload.sha256,
                created_at=utc_now(),
                delete_at=upload.delete_at,
            )
        )


def upload_of(engine: Engine, upload_id: str, conversation_id: str) -> Upload | None:
    """The file with this id, if it belongs to this conversation and still lies here."""
    query = sa.select(uploads).where(
        uploads.c.id == upload_id,
        uploads.c.conversation_id == conversation_id,
        uploads.c.deleted_at.is_(None),
    )
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Upload(row.id, row.conversation_id, row.name, row.bytes, row.sha256, row.delete_at)


def upload_names(engine: Engine, conversation_id: str) -> dict[str, str]:
    """Names of all files of a conversation by id, also of those deleted since."""
    query = sa.select(uploads.c.id, uploads.c.name).where(
        uploads.c.conversation_id == conversation_id
    )
    with engine.connect() as connection:
        return {row.id: row.name for row in connection.execute(query)}


@dataclass(frozen=True)
class FileLife:
    """When a file is deleted, and since when it is gone. UTC."""

    delete_at: datetime
    deleted_at: datetime | None


def file_lives(engine: Engine, conversation_id: str) -> dict[str, FileLife]:
    """The lives of all files of a conversation by id."""
    query = sa.select(uploads.c.id, uploads.c.delete_at, uploads.c.deleted_at).where(
        uploads.c.conversation_id == conversation_id
    )
    with engine.connect() as connection:
        return {
            row.id: FileLife(row.delete_at, row.deleted_at) for row in connection.execute(query)
        }


class FilesLeftError(OSError):
    """Some files could not be deleted. ``deleted``: how many were."""

    def __init__(self, problems: list[OSError], deleted: int) -> None:
        first = problems[0].strerror or type(problems[0]).__name__
        files = "1 file" if len(problems) == 1 else f"{len(problems)} files"
        super().__init__(f"{files} could not be deleted ({first})")
        self.deleted = deleted


def files_due(engine: Engine) -> int:
    """How many files :func:`delete_files` would delete because their time is over."""
    due = uploads.c.deleted_at.is_(None) & (uploads.c.delete_at <= utc_now())
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).where(due)).scalar_one())


def delete_files(engine: Engine, folder: Path, *, conversation_id: str | None = None) -> int:
    """Delete the files of one conversation, or all whose time is over; returns how many.

    Files that no row names any more (a crash in mid-upload) go once they are an hour old.

    Raises:
        FilesLeftError: some could not be deleted; all others are, and the next time they are tried
            again.
    """
    now = utc_now()
    due = uploads.c.deleted_at.is_(None)
    if conversation_id is None:
        due = due & (uploads.c.delete_at <= now)
    else:
        due = due & (uploads.c.conversation_id == conversation_id)
    gone: list[str] = []
    problems: list[OSError] = []
    with engine.begin() as connection:
        for upload_id in connection.execute(sa.select(uploads.c.id).where(due)).scalars().all():
            try:
                upload_path(folder, upload_id).unlink(missing_ok=True)
                delete_copies(connection, folder, [upload_id])
                gone.append(upload_id)
            except OSError as error:
                problems.append(error)
        if gone:
            with_them = uploads.c.id.in_(gone)
            connection.execute(uploads.update().where(with_them).values(deleted_at=now))
    if conversation_id is None:
        problems += _delete_orphans(engine, folder)
    if problems:
        raise FilesLeftError(problems, len(gone))
    return len(gone)


def _delete_orphans(engine: Engine, folder: Path) -> list[OSError]:
    if not folder.is_dir():
        return []
    hour_ago = time.time() - 3600
    problems = delete_orphans(engine, folder, hour_ago)
    old = {path.stem: path for path in files_before(folder, "*.bin", hour_ago)}
    if not old:
        return problems
    alive = sa.select(uploads.c.id).where(
        uploads.c.id.in_(list(old)), uploads.c.deleted_at.is_(None)
    )
    with engine.connect() as connection:
        kept = set(connection.execute(alive).scalars())
    return problems + unlink_all(old[upload_id] for upload_id in set(old) - kept)
