"""Narrows which files a process can open (Linux 5.13 and later, landlock(7)).

The worker does this once, for itself and its children: they read the Python that they run and the
random numbers that qpdf wants, and nothing of the court's: no setting, no database, no upload but
the open file that they are handed.
"""

from __future__ import annotations

import ctypes
import os
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# The same on all processors (asm-generic/unistd.h).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PR_SET_NO_NEW_PRIVS = 38
_PATH_BENEATH = 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
#: All rights of the first version: run, read, write, make, rename and remove.
_ALL_RIGHTS = (1 << 13) - 1


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def read_only_our_program() -> bool:
    """Let this process and its children open only what the program itself needs, to read it.

    Returns False where the system has no Landlock: then they may read what their user may read.
    """
    if sys.platform != "linux":
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return _restrict(libc, _needed())
    except (OSError, AttributeError):
        return False


def _needed() -> Iterable[Path]:
    package = Path(__file__).resolve().parents[1]
    folders = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
    return [package, *map(Path, sorted(folders)), Path("/dev/urandom")]


def _restrict(libc: ctypes.CDLL, paths: Iterable[Path]) -> bool:
    wanted = _Ruleset(_ALL_RIGHTS)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(wanted), ctypes.sizeof(wanted), 0)
    if ruleset < 0:
        return False
    try:
        for path in paths:
            with suppress(FileNotFoundError):
                _allow(libc, ruleset, path)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return int(libc.syscall(_RESTRICT_SELF, ruleset, 0)) == 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_FOLDER if path.is_dir() else _READ_FILE
        beneath = _Beneath(rights, folder)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0)
    finally:
        os.close(folder)
