"""Room for files that filers send: within what the administrator gives them, and never so much that
the database and the logs have none."""

import contextlib
import errno
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from bot.private_files import own_folder

# the bytes that files will have once this process has written what it is about to write
_growing: dict[Path, int] = {}
_lock = threading.Lock()


class NoRoomError(OSError):
    """There is no room for another file; the message is for the administrator."""

    def __init__(self, what: str) -> None:
        super().__init__(errno.ENOSPC, what)


def require_room(folder: Path, more_bytes: int, *, space_bytes: int, keep_free_bytes: int) -> None:
    """Do nothing when ``more_bytes`` may still be stored: all files together, with those that are
    arriving and the copies, stay within ``space_bytes``, and ``keep_free_bytes`` of the disk are
    left for the database and the logs.

    Raises:
        NoRoomError: they may not.
        OSError: the folder cannot be made or read.
    """
    own_folder(folder)
    files_bytes, still_to_come = _bytes_of_files(folder)
    if shutil.disk_usage(folder).free - still_to_come - more_bytes < keep_free_bytes:
        raise NoRoomError(
            f"less than {keep_free_bytes // 1_000_000} MB are free on the disk of {folder}"
        )
    if files_bytes + more_bytes > space_bytes:
        raise NoRoomError(
            f"the files in {folder} have {space_bytes // 1_000_000} MB, which "
            "HELPDESK_UPLOAD_SPACE_MB allows"
        )


@contextlib.contextmanager
def room_to_grow(
    file: Path, more_bytes: int, *, space_bytes: int, keep_free_bytes: int
) -> Iterator[None]:
    """While ``more_bytes`` are written to the end of ``file``, which one at a time does: many files
    that begin to arrive at one moment, each with room enough, have none together.

    Raises:
        NoRoomError, OSError: see :func:`require_room`.
    """
    with _lock:
        require_room(
            file.parent, more_bytes, space_bytes=space_bytes, keep_free_bytes=keep_free_bytes
        )
        _growing[file] = file.stat().st_size + more_bytes
    try:
        yield
    finally:
        with _lock:
            del _growing[file]


def _bytes_of_files(folder: Path) -> tuple[int, int]:
    """What the files in a folder will have, and how much of it does not lie there yet."""
    total = to_come = 0
    growing = dict(_growing)
    for entry in os.scandir(folder):
        # one that is just deleted counts nothing
        with contextlib.suppress(FileNotFoundError):
            now = entry.stat(follow_symlinks=False).st_size
            then = max(now, growing.get(folder / entry.name, 0))
            total += then
            to_come += then - now
    return total, to_come
