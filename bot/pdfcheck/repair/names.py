"""Names of files that come from outside, made harmless. Imports nothing that reads a PDF."""

from __future__ import annotations

import os
import unicodedata
from pathlib import PurePath

_LONGEST = 100
# Most file systems take 255 bytes; what is added, such as a number, needs some of them.
_LONGEST_BYTES = 200
_LONGEST_SUFFIX = 10
# Windows takes these for devices, whatever follows the first dot.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
)


def safe_name(name: str) -> str:
    """A file name that no system takes for anything else: no folders, no control or direction
    characters, no leading dot, no name of a device, at most 100 characters and 200 bytes."""
    last = name[:4_000].replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join("_" if c in '<>:"|?*' else c for c in last if unicodedata.category(c)[0] != "C")
    kept = " ".join(kept.split()).strip(". ")
    if kept.split(".")[0].lower() in _DEVICES:
        kept = f"file {kept}"
    suffix = PurePath(kept).suffix[:_LONGEST_SUFFIX]
    if len(kept) > _LONGEST:
        kept = kept[: _LONGEST - len(suffix)] + suffix
    return shortened(kept, suffix, _LONGEST_BYTES) or "attachment"


def shortened(name: str, suffix: str, longest: int) -> str:
    """The name with at most so many bytes in UTF-8, letters whole, and still with this suffix."""
    if len(os.fsencode(name)) <= longest:
        return name
    start = os.fsencode(name.removesuffix(suffix))[: longest - len(os.fsencode(suffix))]
    return start.decode("utf-8", "ignore") + suffix


def unique_name(name: str, taken: set[str]) -> str:
    """The safe name, with a number where another attachment has it already."""
    name = safe_name(name)
    lowered = {other.lower() for other in taken}
    path, count, wanted = PurePath(name), 2, name
    while wanted.lower() in lowered:
        wanted = f"{path.stem} ({count}){path.suffix}"
        count += 1
    return wanted
