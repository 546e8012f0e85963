"""What a child process may not do, each tried in a process that gave up its rights as a child does.

Where the system has no such limit the test says so by being skipped: the limits are the system's.
"""

from __future__ import annotations

import os
import platform
import resource
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from bot.pdfcheck import Checker, Limits, Profile, seccomp

from . import hostile_files

ROOT = Path(__file__).resolve().parents[3]
HEAD = """
import ctypes, os, signal, socket, subprocess, sys, threading
from bot.pdfcheck import child
from bot.pdfcheck.landlock import read_only_our_program
from bot.pdfcheck.limits import Limits
from bot.pdfcheck.seccomp import give_up_rights
network = child.leave_network()
landlock = read_only_our_program()
child.set_limits(Limits())
filtered = give_up_rights()
def refused(action):
    try:
        action()
    except OSError as error:
        return error.errno
    return 0
"""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is of Linux")


def run(code: str, head: str = HEAD) -> list[str]:
    """The words that the code prints in a process of its own, after the limits are set."""
    done = subprocess.run(
        [sys.executable, "-c", head + code],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout.split() + done.stderr.splitlines()[-1:] + [f"code {done.returncode}"]


def words(code: str, head: str = HEAD) -> list[str]:
    """As run, for code that ends well."""
    *said, ending = run(code, head)
    assert ending == "code 0", said
    return said


@on_linux
def test_this_system_has_the_filter() -> None:
    assert platform.machine() in ("x86_64", "aarch64")
    assert words("print(filtered)") == ["True"]


def test_it_gets_no_more_memory_than_it_may() -> None:
    assert words(
        "x = bytearray(700_000_000)\n"
        "try: y = bytearray(500_000_000)\n"
        "except MemoryError: print('refused')"
    ) == ["refused"]


def test_the_processor_limit_ends_it() -> None:
    head = HEAD.replace("Limits()", "Limits(cpu_seconds=3)")
    ending = run("while True: pass", head)[-1]
    assert ending in (f"code {-signal.SIGXCPU}", f"code {-signal.SIGKILL}")


@on_linux
def test_it_cannot_raise_its_limits() -> None:
    code = (
        "import resource\n"
        "for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):\n"
        "    try: print('raised', resource.setrlimit(kind, (-1, -1)))\n"
        "    except (OSError, ValueError): print('refused')\n"
    )
    assert words(code) == ["refused"] * 3


@on_linux
def test_it_makes_writes_and_removes_no_file(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("as it was")
    code = (
        f"new, kept = {str(tmp_path / 'new')!r}, {str(kept)!r}\n"
        "print(refused(lambda: open(new, 'wb')), refused(lambda: open(kept, 'r+b')),\n"
        "      refused(lambda: os.remove(kept)), refused(lambda: os.rename(kept, new)),\n"
        "      refused(lambda: os.mkdir(new)), refused(lambda: os.truncate(kept, 0)))"
    )
    assert words(code) == ["1"] * 6
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert kept.read_text() == "as it was"


def test_it_writes_not_even_into_an_open_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    head = f"import os\nfile = os.open({str(path)!r}, os.O_RDWR | os.O_CREAT)\n" + HEAD
    ending = run("os.write(file, b'x')", head)[-1]
    # The size limit of a file is 0: the system ends the process, or Python is told so.
    assert ending in (f"code {-signal.SIGXFSZ}", "code 1")
    assert path.stat().st_size == 0


@on_linux
def test_it_reads_the_program_and_nothing_of_the_court(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    said = words(
        f"print(landlock, refused(lambda: open({str(secret)!r})), "
        f"refused(lambda: open({str(ROOT / 'data' / 'court.yml')!r})), "
        "refused(lambda: open('/dev/urandom', 'rb').close()), refused(lambda: open(os.__file__)))"
    )
    if said[0] == "False":
        pytest.skip("This system has no Landlock: a child may read what its user may read.")
    assert said[1:] == ["13", "13", "0", "0"]


@on_linux
def test_it_starts_no_process_thread_or_program() -> None:
    said = words(
        "print(refused(os.fork), refused(lambda: os.execv('/bin/true', ['true'])),\n"
        "      refused(lambda: subprocess.run(['/bin/true'])))\n"
        "try: threading.Thread(target=print).start()\n"
        "except RuntimeError: print('no thread')"
    )
    assert said == ["1", "1", "1", "no", "thread"]


@on_linux
def test_it_has_no_network_not_even_loopback() -> None:
    said = words(
        "print(refused(lambda: socket.socket()), refused(lambda: socket.socket(socket.AF_UNIX)),\n"
        "      refused(lambda: socket.socketpair()))"
    )
    assert said == ["1", "1", "1"]


def test_the_worker_has_no_network_where_the_system_permits_that() -> None:
    head = HEAD.replace("filtered = give_up_rights()", "")
    said = run(
        "print(network, refused(lambda: socket.create_connection(('127.0.0.1', 9), 1)))", head
    )
    # In an empty network namespace even the loopback address is out of reach (errno 101).
    assert said[0] == "False" or said[1] == "101"


@on_linux
def test_it_signals_and_traces_nobody() -> None:
    said = words(
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "print(refused(lambda: os.kill(os.getppid(), 0)),\n"
        "      libc.ptrace(16, os.getppid(), 0, 0), ctypes.get_errno())"
    )
    assert said == ["1", "-1", "1"]


@on_linux
def test_it_ends_nobody_through_the_owner_of_a_descriptors_signals() -> None:
    """The system sends such a signal itself, whatever the process may call."""
    head = "import fcntl, socket\na, b = socket.socketpair()\n" + HEAD
    said = words(
        "import struct\n"
        "owner = struct.pack('i', os.getppid())\n"
        "print(refused(lambda: fcntl.fcntl(a, fcntl.F_SETOWN, os.getppid())),\n"
        "      refused(lambda: fcntl.fcntl(a, 10, signal.SIGKILL)),\n"  # F_SETSIG
        "      refused(lambda: fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC)),\n"
        "      refused(lambda: fcntl.ioctl(a, 0x8901, owner)),\n"  # FIOSETOWN
        "      refused(lambda: os.close(os.dup(0))), refused(lambda: os.isatty(0)))",
        head,
    )
    assert said == ["1", "1", "1", "1", "0", "0"]


@on_linux
def test_its_folder_is_gone_and_it_knows_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is left behind, even where whoever asks is killed."""
    folders = tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr("tempfile.tempdir", str(folders))
    with Checker() as own:
        path = tmp_path / "a.pdf"
        path.write_bytes(b"%PDF-1.7")
        assert own.check_sync(path, Profile()).findings
        process = Path(f"/proc/{own.worker_pid}")
        assert (process / "cwd").readlink().is_relative_to(folders)
        assert list(folders.iterdir()) == []
        assert b"secret" not in (process / "environ").read_bytes()


@on_linux
def test_whoever_chats_comes_before_a_file_that_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    with Checker() as own:
        own.check_sync(path, Profile())
        assert own.worker_pid is not None
        # ours is not 0 where the tests themselves give way to others
        nice = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
        assert os.getpriority(os.PRIO_PROCESS, own.worker_pid) == nice
        group = Path(f"/proc/{own.worker_pid}/autogroup")
        # Where there are such groups niceness alone would count only among the worker's children.
        assert not group.exists() or group.read_text().split()[-1] == "10"


def test_what_only_a_mended_copy_needs_is_not_in_every_child() -> None:
    code = (
        "from bot.pdfcheck import child, forkserver\n"
        "child.get_ready()\n"
        "print(*(name in sys.modules for name in ('fontTools', 'asyncio', 'ssl', 'pypdfium2')))"
    )
    assert run(code, "import sys\n")[:4] == ["False"] * 4


def test_nobody_but_the_worker_ends_a_child_that_waits(checker: Checker, tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(hostile_files.no_table_and_many_objects())
    report = checker.check_sync(path, Profile(), limits=Limits(wall_seconds=0.2))
    assert report.verdict == "reject"
    assert report.checked_in_ms < 3_000


def test_the_test_process_itself_is_not_limited() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert os.getpid()


@on_linux
def test_the_filter_allows_what_is_listed_and_nothing_else() -> None:
    for architecture, openat, allowed in (seccomp._X86_64, seccomp._AARCH64):
        program = seccomp._program(architecture, openat, allowed)
        numbers = [*range(600), *(number | 0x40000000 for number in range(600))]
        let = {number for number in numbers if answer(program, architecture, number)}
        assert let == {*allowed.values(), openat} - {allowed["ioctl"]}
        for name, commands in {
            "fcntl": {0, 1, 2, 3, 1030},
            "ioctl": {0x5401, 0x5450, 0x5451},
        }.items():
            asked = range(0x10000)
            let = {one for one in asked if answer(program, architecture, allowed[name], 0, one)}
            assert let == commands
        assert answer(program, architecture, openat, os.O_RDONLY | os.O_CLOEXEC)
        assert not answer(program, architecture, openat, os.O_WRONLY)
        assert not answer(program, architecture, openat, os.O_RDONLY | os.O_CREAT)
        assert not answer(program, architecture ^ 1, next(iter(allowed.values())))


def answer(
    program: bytes, architecture: int, number: int, flags: int = 0, command: int = 0
) -> bool:
    """What the filter says of a system call, as the kernel would run it (BPF, linux/filter.h)."""
    facts = {0: number, 4: architecture, 24: command, 32: flags}
    steps = list(struct.iter_unpack("=HBBI", program))
    value = at = 0
    while True:
        what, yes, no, operand = steps[at]
        at += 1
        if what == 0x06:
            return bool(operand == 0x7FFF0000)
        if what == 0x20:
            value = facts[operand]
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}
            at += yes if holds[what] else no
