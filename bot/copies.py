"""Mended copies, and the attachments taken out of a file. They lie beside the upload that they were
made from and go when it goes."""

import errno
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.tables import copies, uploads

_PIECE_BYTES = 1 << 16
_SUFFIXES = (".copy", ".attached")


@dataclass(frozen=True)
class StoredAttachment:
    """A file from inside an upload: ``bytes`` of it lie from ``offset`` on in the file of all."""

    name: str
    bytes: int
    offset: int


@dataclass(frozen=True)
class StoredCopy:
    """What came of mending an upload. ``bytes`` is None where only attachments were taken out;
    ``delete_at`` in UTC, None once the files are gone."""

    id: str
    report_id: str
    upload_id: str
    name: str
    bytes: int | None
    changes: tuple[str, ...]
    attachments: tuple[StoredAttachment, ...]
    delete_at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """The part ``copy`` of a report in the JSON API."""
        base = f"/files/{self.report_id}"
        shape: dict[str, Any] = {"name": self.name, "changes": list(self.changes)}
        if self.delete_at is None:
            return {**shape, "gone": True}
        shape["deleted_at"] = f"{self.delete_at.isoformat(timespec='seconds')}Z"
        if self.bytes is not None:
            shape |= {"bytes": self.bytes, "url": f"{base}/copy"}
        shape["attachments"] = [
            {"name": a.name, "bytes": a.bytes, "url": f"{base}/attachments/{number}"}
            for number, a in enumerate(self.attachments, 1)
        ]
        return shape


def copy_name(name: str) -> str:
    """What the copy of a file of this name is called."""
    return f"{PurePath(name).stem[:100]}-mended.pdf"


def new_paths(folder: Path) -> tuple[str, Path, Path]:
    """A new copy's id, and where the copy and the attachments lie."""
    copy_id = secrets.token_hex(16)
    return copy_id, *_paths(folder, copy_id)


def _paths(folder: Path, copy_id: str) -> tuple[Path, Path]:
    if len(copy_id) != 32 or not copy_id.isalnum() or not copy_id.isascii():
        raise ValueError("not the id of a copy")
    copy, attached = (folder / f"{copy_id}{suffix}" for suffix in _SUFFIXES)
    return copy, attached


def path_of_copy(folder: Path, copy: StoredCopy) -> Path:
    """Where a copy lies."""
    return _paths(folder, copy.id)[0]


def attachment_pieces(folder: Path, copy: StoredCopy, number: int) -> Iterator[bytes]:
    """The bytes of an attachment, counted from 1.

    Raises:
        OSError: they are gone, or not all there.
    """
    attachment = copy.attachments[number - 1]
    left = attachment.bytes
    with _paths(folder, copy.id)[1].open("rb") as file:
        file.seek(attachment.offset)
        while left:
            piece = file.read(min(left, _PIECE_BYTES))
            if not piece:
                raise OSError(errno.EIO, "the file of the attachments ended early")
            left -= len(piece)
            yield piece


def store_copy(
    engine: Engine,
    copy_id: str,
    *,
    report_id: str,
    upload_id: str,
    conversation_id: str,
    name: str,
    size: int | None,
    changes: Iterable[str],
    attachments: Iterable[StoredAttachment],
) -> None:
    """Keep what was made. ``report_id``: the report whose card offers it."""
    listed = [{"name": a.name, "bytes": a.bytes, "offset": a.offset} for a in attachments]
    with engine.begin() as connection:
        connection.execute(
            copies.insert().values(
                id=copy_id,
                report_id=report_id,
                upload_id=upload_id,
                conversation_id=conversation_id,
                name=name,
                bytes=size,
                changes=list(changes),
                attachments=listed,
                created_at=utc_now(),
            )
        )


def copies_of(engine: Engine, conversation_id: str) -> dict[str, StoredCopy]:
    """All copies of a conversation by the report that offers them, also those gone since."""
    query = (
        sa.select(copies, uploads.c.delete_at, uploads.c.deleted_at)
        .join(uploads, uploads.c.id == copies.c.upload_id)
        .where(copies.c.conversation_id == conversation_id)
    )
    with engine.connect() as connection:
        return {row.report_id: _copy(row) for row in connection.execute(query)}


def copy_of(engine: Engine, report_id: str, conversation_id: str) -> StoredCopy | None:
    """The copy that a report offers, if it belongs to this conversation."""
    return copies_of(engine, conversation_id).get(report_id)


def _copy(row: Any) -> StoredCopy:
    return StoredCopy(
        id=row.id,
        report_id=row.report_id,
        upload_id=row.upload_id,
        name=row.name,
        bytes=row.bytes,
        changes=tuple(row.changes),
        attachments=tuple(StoredAttachment(**a) for a in row.attachments),
        delete_at=row.delete_at if row.deleted_at is None else None,
    )


def keep_longer(engine: Engine, upload_id: str, life_minutes: int) -> None:
    """Count the time of an upload and its copies from now on: somebody uses them."""
    with engine.begin() as connection:
        connection.execute(
            uploads.update()
            .where(uploads.c.id == upload_id, uploads.c.deleted_at.is_(None))
            .values(delete_at=utc_now() + timedelta(minutes=life_minutes))
        )


def delete_copies(connection: Connection, folder: Path, upload_ids: Iterable[str]) -> None:
    """Delete the files made from these uploads. The rows stay, to say that there was a copy."""
    query = sa.select(copies.c.id).where(copies.c.upload_id.in_(list(upload_ids)))
    for copy_id in connection.execute(query).scalars():
        for path in _paths(folder, copy_id):
            path.unlink(missing_ok=True)


def forget_copies(connection: Connection, report_ids: Sequence[str]) -> None:
    """Delete the rows of copies that these reports offer: the reports go."""
    connection.execute(copies.delete().where(copies.c.report_id.in_(report_ids)))


def delete_orphans(engine: Engine, folder: Path, before: float) -> list[OSError]:
    """Delete files last written before a moment (seconds of the epoch) that no row names: the
    work of a process that ended in the middle. Returns why some could not be deleted."""
    old = [path for suffix in _SUFFIXES for path in files_before(folder, f"*{suffix}", before)]
    if not old:
        return []
    alive = (
        sa.select(copies.c.id)
        .join(uploads, uploads.c.id == copies.c.upload_id)
        .where(copies.c.id.in_([path.stem for path in old]), uploads.c.deleted_at.is_(None))
    )
    with engine.connect() as connection:
        kept = set(connection.execute(alive).scalars())
    return unlink_all(path for path in old if path.stem not in kept)


def files_before(folder: Path, pattern: str, moment: float) -> list[Path]:
    """The files last written before a moment (seconds of the epoch)."""
    old = []
    for path in folder.glob(pattern):
        # another process may delete them at the same time
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < moment:
                old.append(path)
    return old


def unlink_all(paths: Iterable[Path]) -> list[OSError]:
    """Delete files, each on its own; returns why some could not be deleted."""
    problems: list[OSError] = []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            problems.append(error)
    return problems
