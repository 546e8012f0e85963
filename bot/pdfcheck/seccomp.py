"""Takes rights away from the process itself: a filter on system calls (Linux, seccomp(2)).

After it the process can work with the memory and the files that it already has, open files to read
them (landlock.py says which), and can do nothing else: no socket, no new process or thread, no
program, no file made, written, renamed or removed, no signal to others. What is not listed fails
with EPERM, as if the system forbade it.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import struct
import sys
from typing import Any

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_FILTER_MODE = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_KILL_PROCESS = 0x80000000

# Classic BPF (linux/filter.h): load a word, jump when equal, jump when greater or equal, return.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Where they lie in struct seccomp_data; both processors put the low half of an argument first.
_NUMBER, _ARCHITECTURE, _COMMAND, _FLAGS = 0, 4, 24, 32
_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
# What fcntl and ioctl may be asked for (asm-generic/fcntl.h, ioctls.h): to copy a descriptor, to
# read and set whether programs inherit it, and whether it is a terminal. Not to own the signals of
# one, by which a process can end others of its user.
_COMMANDS = {
    "fcntl": (0, 1, 2, 3, 1030),  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
    "ioctl": (0x5401, 0x5450, 0x5451, 0x802C542A),  # TCGETS, FIONCLEX, FIOCLEX, TCGETS2
}
# A jump to the last step, which allows.
_TO_END = -1
_FEW = 4

#: The audit number of the architecture, openat, and what is allowed (asm/unistd.h).
_X86_64 = (
    0xC000003E,
    257,
    {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9,
        "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
        "rt_sigreturn": 15, "ioctl": 16, "pread64": 17, "pwrite64": 18, "readv": 19, "writev": 20,
        "sched_yield": 24, "mremap": 25, "msync": 26, "madvise": 28, "dup": 32, "nanosleep": 35,
        "getpid": 39, "sendto": 44, "exit": 60, "fcntl": 72, "fsync": 74, "fdatasync": 75,
        "getcwd": 79,
        "ftruncate": 77, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99,
        "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108,
        "sigaltstack": 131, "gettid": 186, "futex": 202, "sched_getaffinity": 204,
        "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231,
        "newfstatat": 262, "getdents64": 217, "readlink": 89, "set_robust_list": 273,
        "fallocate": 285, "getrandom": 318, "membarrier": 324, "statx": 332, "rseq": 334,
    },
)  # fmt: skip
_AARCH64 = (
    0xC00000B7,
    56,
    {
        "getcwd": 17, "dup": 23, "fcntl": 25, "ioctl": 29, "getdents64": 61, "readlinkat": 78,
        "ftruncate": 46, "fallocate": 47, "close": 57,
        "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67,
        "pwrite64": 68, "ppoll": 73, "newfstatat": 79, "fstat": 80, "fsync": 82, "fdatasync": 83,
        "exit": 93, "exit_group": 94, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
        "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115,
        "sched_getaffinity": 123, "sched_yield": 124, "sigaltstack": 132, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "times": 153, "getrlimit": 163,
        "getrusage": 165, "gettimeofday": 169, "getpid": 172, "getuid": 174, "geteuid": 175,
        "getgid": 176, "getegid": 177, "gettid": 178, "sysinfo": 179, "sendto": 206, "brk": 214,
        "munmap": 215, "mremap": 216, "mmap": 222, "mprotect": 226, "msync": 227, "madvise": 233,
        "getrandom": 278, "membarrier": 283, "statx": 291, "rseq": 293,
    },
)  # fmt: skip
_TABLES = {"x86_64": _X86_64, "aarch64": _AARCH64}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def prepare() -> None:
    """Do ahead what :func:`give_up_rights` needs and what is the same for all children."""
    _program_here()
    _prctl()


def give_up_rights() -> bool:
    """Install the filter for this process, for good. Returns False where the system has no such
    thing (another system or processor, or a kernel without it); then only the other limits hold."""
    code, prctl = _program_here(), _prctl()
    if code is None or prctl is None:
        return False
    program = _Program(len(code) // 8, code)
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return int(prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)) == 0


@functools.cache
def _prctl() -> Any:
    try:
        return ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None


@functools.cache
def _program_here() -> bytes | None:
    """The filter for this processor; made once in the worker, for all children."""
    table = _TABLES.get(platform.machine()) if sys.platform == "linux" else None
    return None if table is None else _program(*table)


def _program(architecture: int, openat: int, allowed: dict[str, int]) -> bytes:
    # The two figures after the name say how many lines to jump, when it holds and when not.
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_EQUAL, 0, 3, openat),
        (_LOAD, 0, 0, _FLAGS),
        (_IF_ANY_BIT, 0, _TO_END, _WRITING),
        (_RETURN, 0, 0, _REFUSE),
        *_only_with(allowed["fcntl"], _COMMANDS["fcntl"]),
        *_only_with(allowed["ioctl"], _COMMANDS["ioctl"]),
        *_any_of(sorted(allowed.values())),
        (_RETURN, 0, 0, _ALLOW),
    ]
    last = len(steps) - 1
    return b"".join(
        struct.pack("=HBBI", what, *(last - at - 1 if to == _TO_END else to for to in jumps), value)
        for at, (what, *jumps, value) in enumerate(steps)
    )


def _only_with(number: int, commands: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Steps that decide about one call by its second argument, and pass over all other calls."""
    steps = [
        (_LOAD, 0, 0, _COMMAND),
        *((_IF_EQUAL, _TO_END, 0, command) for command in commands),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return [(_IF_EQUAL, 0, len(steps), number), *steps]


def _any_of(numbers: list[int]) -> list[tuple[int, int, int, int]]:
    """Steps that refuse all but these numbers. They halve the list, since the kernel puts a filter
    that it is given through every system call that there is."""
    if len(numbers) <= _FEW:
        return [*((_IF_EQUAL, _TO_END, 0, one) for one in numbers), (_RETURN, 0, 0, _REFUSE)]
    middle = len(numbers) // 2
    lower = _any_of(numbers[:middle])
    return [(_IF_AT_LEAST, len(lower), 0, numbers[middle]), *lower, *_any_of(numbers[middle:])]
