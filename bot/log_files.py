"""Log files of our servers: what stands last in one, and that none grows without end.

A server holds its log open for appending, so the file itself must stay: what it holds is copied
away, and then it is emptied. What a server writes between the last look at the file and the
emptying, some microseconds, is lost; all else is kept, in files numbered from the newest.
"""

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from bot.private_files import open_own

MOST_BYTES = 10_000_000
"""How large a log becomes before it is copied away and emptied."""
KEPT = 4
"""How many old ones are kept beside it."""
# of a log that grew faster than anybody looked, the last part is kept
_MOST_COPIED = 5 * MOST_BYTES
_TAIL_BYTES = 16_384
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def open_log(log: Path) -> BinaryIO:
    """Open a log for appending; only its owner may read it.

    Raises:
        OSError: it cannot be opened.
    """
    return open(log, "ab", opener=open_own)


def keep_short(log: Path, *, most_bytes: int = MOST_BYTES) -> bool:
    """Empty a log that is larger than ``most_bytes``; what it held lies in ``NAME.1`` then, older
    ones in ``NAME.2`` and so on. Returns whether it did.

    Raises:
        OSError: it could not be copied; then the log stays as it is, and the oldest copy is deleted
            so that the next try has more room.
    """
    try:
        if log.stat().st_size <= most_bytes:
            return False
    except FileNotFoundError:
        return False
    unfinished = log.with_name(f"{log.name}.new")
    try:
        with log.open("r+b") as source, open(unfinished, "wb", opener=open_own) as target:
            source.seek(max(0, source.seek(0, os.SEEK_END) - _MOST_COPIED))
            # the second time what came while the first was written
            for _ in range(2):
                shutil.copyfileobj(source, target)
                target.flush()
            source.truncate(0)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        _delete_oldest(log)
        raise
    for number in range(KEPT, 1, -1):
        with suppress(FileNotFoundError):
            _old(log, number - 1).replace(_old(log, number))
    unfinished.replace(_old(log, 1))
    return True


def last_line(log: Path) -> str:
    """The last line of a log that is not empty, without colours and signs that move a terminal's
    cursor; "" where there is none. However large the log is, only its end is read.

    Raises:
        OSError: it cannot be read.
    """
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        text = file.read(_TAIL_BYTES).decode("utf-8", "replace")
    last = _COLOUR.sub("", text).strip().splitlines()[-1:]
    return "".join(c if c.isprintable() else " " for c in "".join(last)).strip()


def _old(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")


def _delete_oldest(log: Path) -> None:
    for number in range(KEPT, 0, -1):
        if _old(log, number).exists():
            _old(log, number).unlink()
            return
