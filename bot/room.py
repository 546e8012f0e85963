"""Room for files that filers send: within what the administrator gives them, and never so much that
the database and the logs have none."""

import contextlib
import errno
import os
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.private_files import own_folder

# what this process is about to write; so much is kept for it
_being_written: Counter[Path] = Counter()
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
    if shutil.disk_usage(folder).free - more_bytes < keep_free_bytes:
        raise NoRoomError(
            f"less than {keep_free_bytes // 1_000_000} MB are free on the disk of {folder}"
        )
    if _stored_bytes(folder) + more_bytes > space_bytes:
        raise NoRoomError(
            f"the files in {folder} have {space_bytes // 1_000_000} MB, which "
            "HELPDESK_UPLOAD_SPACE_MB allows"
        )


@contextlib.contextmanager
def room_for(
    folder: Path, more_bytes: int, *, space_bytes: int, keep_free_bytes: int
) -> Iterator[None]:
    """While ``more_bytes`` are written: many files that begin to arrive at one moment, each with
    room enough, have none together.

    Raises:
        NoRoomError, OSError: see :func:`require_room`.
    """
    with _lock:
        wanted = more_bytes + _being_written[folder]
        require_room(folder, wanted, space_bytes=space_bytes, keep_free_bytes=keep_free_bytes)
        _being_written[folder] += more_bytes
    try:
        yield
    finally:
        with _lock:
            _being_written[folder] -= more_bytes


def _stored_bytes(folder: Path) -> int:
    total = 0
    for entry in os.scandir(folder):
        # one that is just deleted counts nothing
        with contextlib.suppress(FileNotFoundError):
            total += entry.stat(follow_symlinks=False).st_size
    return total
