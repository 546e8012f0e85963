"""What happens in the child process: give up rights, look at the file, send the findings."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from bot.pdfcheck import seccomp
from bot.pdfcheck.examine import Examination, examine
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.profile import Profile

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
DONE = "done"
#: The last bytes of an answer that is whole.
END = b";end"
#: What was looked at. It is given back with the process: object by object takes time, and somebody
#: waits.
_LOOKED_AT: list[Examination] = []
#: A page with words under a box, a link, a field with a script, and an update: most files pass
#: through the code that this needs.
_OWN_FILE = (
    b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>> endobj\n"
    b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
    b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Annots[6 0 R 7 0 R]"
    b"/Resources<</Font<</F 5 0 R>>>>>> endobj\n"
    b"4 0 obj <</Length 55>> stream\nBT /F 12 Tf 9 9 Td (ready) Tj ET 0 g 8 8 40 14 re f     \n"
    b"endstream endobj\n"
    b"5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n"
    b"6 0 obj <</Subtype/Widget/Rect[1.5 2 30 40]/FT/Tx/T(a)/V(b)/AA<</K 8 0 R>>>> endobj\n"
    b"7 0 obj <</Subtype/Link/Rect[1 2 3 4]/A<</S/URI/URI(https://example.org)>>>> endobj\n"
    b"8 0 obj <</S/JavaScript/JS(x)>> endobj\n"
    b"trailer <</Root 1 0 R>>\n%%EOF\n"
)


def leave_network() -> bool:
    """Move this process, and children to come, to an empty network namespace (Linux).

    Returns False where the system does not permit it: then only our own code, which opens no
    socket, keeps a file away from the network.
    """
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        # Root may do it at once; others need a user namespace of their own for it.
        ways = (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
        return any(int(libc.unshare(way)) == 0 for way in ways)
    except (OSError, AttributeError):
        return False


def die_with_parent() -> None:
    """Have the system end this process when its parent ends, and forbid it new rights (Linux)."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    except (OSError, AttributeError):
        return


def set_limits(limits: Limits) -> None:
    """Set the limits of this process. They cannot be raised again."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, limits.written_bytes)
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    # Without effect for root; the others can start no process or thread from here on.
    _limit(resource.RLIMIT_NPROC, 0)


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def get_ready() -> None:
    """Do what takes time and needs no request: look at a file of our own. In the worker it loads
    what children then share; in a child it makes a copy of the memory that looking writes to."""
    seccomp.prepare()
    if not hasattr(os, "memfd_create"):
        return
    with suppress(OSError), os.fdopen(os.memfd_create("own"), "w+b") as stream:
        stream.write(_OWN_FILE)
        stream.flush()
        for part in examine(stream, len(_OWN_FILE), Profile(), Limits()):
            json.dumps(part.to_dict())


def run(request: dict[str, Any], files: list[int], reply: socket.socket) -> None:
    """Do the job that the request names and send what came out as JSON. Only ever called in a
    child."""
    limits = Limits(**request["limits"])
    set_limits(limits)
    seccomp.give_up_rights()
    # Each part goes out before the next is begun: what is known stays known when that one fails.
    for part in JOBS[request["job"]](request, files, limits):
        reply.sendall(json.dumps(part).encode() + b"\n")
    # Who asked need not wait until this process has given all its memory back.
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reply.sendall(f"\n{DONE};{used}".encode() + END)


def _check(request: dict[str, Any], files: list[int], limits: Limits) -> Iterator[dict[str, Any]]:
    profile = Profile(**request["profile"])
    with os.fdopen(files[0], "rb") as stream:
        for part in examine(stream, os.fstat(files[0]).st_size, profile, limits):
            _LOOKED_AT.append(part)
            yield part.to_dict()


def _compare(request: dict[str, Any], files: list[int], limits: Limits) -> Iterator[dict[str, Any]]:
    from bot.pdfcheck.repair.words import compare

    yield compare(request, files, limits)


def _mend(request: dict[str, Any], files: list[int], limits: Limits) -> Iterator[dict[str, Any]]:
    from bot.pdfcheck.repair.work import mend

    yield mend(request, files, limits)


#: Takes the request and the open files; yields the parts of the answer.
Job = Callable[[dict[str, Any], list[int], Limits], Iterable[dict[str, Any]]]
#: What a child can be asked for, by name. "check" wants one open file; "mend" the original and two
#: to write; "compare" the original and its copy.
JOBS: dict[str, Job] = {"check": _check, "compare": _compare, "mend": _mend}
