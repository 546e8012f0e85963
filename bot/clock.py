"""The one clock: whoever needs the present moment asks here, so that a test can set it.

A private copy of the testers is started with a clock file, which holds by how many seconds its
clock is ahead; ``helpdesk talk`` writes it for scripts that name a moment. No message of a filer
leads there, and a help desk without such a file pays one comparison.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_file: Path | None = None


def follow(file: Path | None) -> None:
    """Let this process's clock go by ``file`` from now on; None: by the machine's clock."""
    global _file
    _file = file


def set_clock(file: Path, moment: datetime | None) -> None:
    """Make all clocks that follow ``file`` show ``moment`` (UTC, without zone) and run on from
    there; None: the present."""
    ahead = (moment - _machine_time()).total_seconds() if moment else 0.0
    new = file.with_suffix(".new")
    new.write_text(repr(ahead), encoding="ascii")
    new.replace(file)


def utc_now() -> datetime:
    """Now in UTC, without a zone: the form in which every row holds its times."""
    if _file is None:
        return _machine_time()
    return _machine_time() + timedelta(seconds=float(_file.read_text(encoding="ascii")))


def _machine_time() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
