"""Disk that the whole environment takes."""

from pathlib import Path

from bench.measure import Measured, Row, Say
from bench.places import BARE_VENV, OUR_VENV, BenchError


def folder_bytes(folder: Path, pattern: str = "*") -> int:
    """Apparent size of all files in a folder; one with several names counts once.

    Raises:
        BenchError: there is no such folder.
    """
    if not folder.is_dir():
        raise BenchError(f"{folder} is not there.")
    sizes: dict[tuple[int, int], int] = {}
    for path in folder.rglob(pattern):
        if path.is_file() or path.is_symlink():
            found = path.lstat()
            sizes[found.st_dev, found.st_ino] = found.st_size
    return sum(sizes.values())


def measure(rounds: int, say: Say) -> Measured:
    """Once: it is the same each time."""
    ours, bare = folder_bytes(OUR_VENV) / 1e6, folder_bytes(BARE_VENV) / 1e6
    our_bytecode = folder_bytes(OUR_VENV, "*.pyc") / 1e6
    bare_bytecode = folder_bytes(BARE_VENV, "*.pyc") / 1e6
    note = (
        "apparent size, counted once; compiled bytecode included: "
        f"{our_bytecode:.0f} MB of ours, {bare_bytecode:.0f} MB of the bare one"
    )
    return Measured((ours,), (bare,), note)


ROW = Row(
    name="disk",
    title="disk of the whole environment / an environment with plain `pip install rasa`",
    unit="MB",
    limit=0.55,
    measure=measure,
)
