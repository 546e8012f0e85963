"""Files and folders that only their owner may read, whatever the umask."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(path: Path) -> None:
    """Make a folder with mode 0700, and so those above it that are missing. One that is there
    stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    if path.is_dir():
        return
    if path.parent != path:
        make_folder(path.parent)
    # another process may make it at the same time
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        path.chmod(0o700)


def own_folder(path: Path) -> None:
    """The same for a folder that nobody but the help desk uses: one that is there and open to
    others is closed to them. One that is everybody's, such as /tmp, stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    make_folder(path)
    status = path.stat()
    is_ours = status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX
    if is_ours and status.st_mode & _OTHERS:
        path.chmod(0o700)


def open_own(path: str | Path, flags: int) -> int:
    """An ``opener`` for :func:`open`: a file that it makes, or that is there and ours, has mode
    0600."""
    file = os.open(path, flags | os.O_CLOEXEC, 0o600)
    with suppress(OSError):  # somebody else's
        os.fchmod(file, 0o600)
    return file
