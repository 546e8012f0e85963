"""What a child that a hostile file has taken over can make this side believe."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pikepdf
import pytest

from bot.pdfcheck import Checker, Consent, Profile
from bot.pdfcheck.checker import _read
from bot.pdfcheck.repair import run
from bot.pdfcheck.repair.reasons import REASONS
from bot.pdfcheck.worker import Answer, Worker, WorkerDied, _read_answer

ROOT = Path(__file__).resolve().parents[3]
SOON = 5.0


def told(*parts: bytes, until_it_ended: bool = False, closes: bool = True) -> Answer:
    """What is read where a child sends these parts, one after the other."""
    ours, theirs = socket.socketpair()

    def send() -> None:
        for part in parts:
            theirs.sendall(part)
            time.sleep(0.05)
        if closes:
            theirs.close()

    sender = threading.Thread(target=send)
    sender.start()
    try:
        with ours:
            return _read_answer(ours, time.monotonic() + 1.0, until_it_ended)
    finally:
        sender.join()
        theirs.close()


def test_an_answer_ends_where_the_child_says_so_and_not_where_a_file_does() -> None:
    """A name in the file may look like the end, and stand at the end of what arrives at once."""
    text = json.dumps({"message": "a;end b\ndone;1;end"}).encode()
    at = text.index(b";end") + 4
    later = text.index(b";end", at) + 4
    parts = (text[:at], text[at:later], text[later:], b"\n\ndone;12", b"34;e", b"nd")
    answer = told(*parts, closes=False)
    assert answer == Answer(text + b"\n", None, 1234)


def test_a_worker_that_dies_with_each_question_is_asked_twice(tmp_path: Path) -> None:
    """A file that might take the worker with it ends no more than two of them."""
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7")
    worker, died = Worker(), []

    def kill() -> None:
        pid = worker.pid
        assert pid
        died.append(pid)
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    with file.open("rb") as stream:
        request = {"job": "check", "limits": {"wall_seconds": SOON}}
        answer = worker.ask(request, [stream.fileno()], SOON, kill)
    worker.close()
    assert answer.trouble == "the process that checks files ended unexpectedly"
    assert len(set(died)) == len(died) == 2


def test_who_may_write_is_waited_for_until_it_ended() -> None:
    """It could change a file after it was looked at."""
    said = b"{}\n\ndone;1;end"
    with pytest.raises(WorkerDied):
        told(said, until_it_ended=True, closes=False)
    assert told(said, until_it_ended=True) == Answer(b"{}\n", None, 1)
    killed = told(said, b"\nkilled by time;7", until_it_ended=True)
    assert killed.trouble is not None


def part(pages: str = "1", finding: str = "") -> bytes:
    return (
        f'{{"pages": {pages}, "findings": [{finding}], "evaluated": [], "notes": [],'
        ' "not_listed": {}}'
    ).encode()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"[" * 100_000, id="lists in lists"),
        part("Infinity"),
        part(finding='{"rule": "xfa", "severity": "none", "message": "x"}'),
        part(finding='{"rule": "xfa", "severity": "note", "message": {}}'),
    ],
)
def test_nonsense_is_no_acceptance(line: bytes) -> None:
    sent = _read(Answer(line + b"\n"), Profile())
    assert [(one.rule, one.severity) for one in sent.findings] == [("not_checked", "reject")]


def test_a_finding_cannot_write_to_a_terminal() -> None:
    line = {"pages": 1, "evaluated": [], "notes": ["a\x1b[2Jb"], "not_listed": {}}
    finding = {"rule": "xfa", "severity": "note", "message": "a\x1b[2Jb\u202e", "page": 3}
    sent = _read(Answer(json.dumps({**line, "findings": [finding]}).encode()), Profile())
    assert sent.notes == ["a [2Jb"]
    assert sent.findings[0].message == "a [2Jb"


def test_names_of_attachments_are_made_harmless_on_this_side_too() -> None:
    names = ["../../evil.sh", "..", "evil.sh", "con"]
    attachments = [{"name": name, "bytes": 1, "offset": 0} for name in names]
    answer = {"attachments": attachments, "why_not": None, "changes": [], "needs": []}
    repair = run._read(answer, 1)
    names = [attachment.name for attachment in repair.attachments]
    assert names == ["evil.sh", "attachment", "evil (2).sh", "file con"]


def form(path: Path, fields: int) -> None:
    """A form that takes a while, with an attachment that is taken out first."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(612, 792))
    page.Annots = pikepdf.Array()
    for number in range(fields):
        values = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Widget, "F": 4}
        where = [72, number % 700, 300, number % 700 + 12]
        field = pikepdf.Dictionary(
            **values, FT=pikepdf.Name.Tx, T=f"f{number}", V=f"value{number}", Rect=where
        )
        page.Annots.append(pdf.make_indirect(field))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(list(page.Annots)))
    pdf.attachments["a.csv"] = pikepdf.AttachedFileSpec(pdf, b"1,2\n", filename="a.csv")
    pdf.save(path)


def test_a_copy_is_begun_anew_where_the_worker_died_in_the_middle(tmp_path: Path) -> None:
    path, attached = tmp_path / "form.pdf", tmp_path / "attached"
    form(path, 1_500)
    with Checker() as checker:
        checker.check_sync(path, Profile())

        def end_worker() -> None:
            while not (attached.exists() and attached.stat().st_size):
                time.sleep(0.001)
            assert checker.worker_pid is not None
            os.kill(checker.worker_pid, signal.SIGKILL)

        ender = threading.Thread(target=end_worker)
        ender.start()
        repair = checker.mend_sync(path, tmp_path / "copy.pdf", attached, Profile())
        ender.join()
    assert repair.copy is not None, repair.why_not
    assert attached.read_bytes() == b"1,2\n"
    assert (tmp_path / "copy.pdf").read_bytes().startswith(b"%PDF-")


def why_not(path: Path, copy: str, written_bytes: int | None = None) -> str:
    """The reason that the child gives, in a process of its own as it sets limits for itself."""
    code = (
        "import os, resource, sys\n"
        "from dataclasses import asdict\n"
        "from bot.pdfcheck.limits import Limits\n"
        "from bot.pdfcheck.repair.work import mend\n"
        "files = [os.open(sys.argv[1], os.O_RDONLY)]\n"
        "files += [os.open(name, os.O_RDWR | os.O_CREAT) for name in sys.argv[2:4]]\n"
        "if len(sys.argv) > 4:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))\n"
        "request = {'consent': {'rights': True, 'even_signed': True}}\n"
        "print(mend(request, files, Limits(written_bytes=1_000_000))['why_not'])\n"
    )
    limit = [] if written_bytes is None else [str(written_bytes)]
    names = [str(path), copy, str(path.with_name("attached")), *limit]
    done = subprocess.run(
        [sys.executable, "-c", code, *names],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_full_disk_is_not_the_fault_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    form(path, 300)
    assert why_not(path, "/dev/full") == "no_room"
    assert "no room on the disk" in REASONS["no_room"].why_not
    assert why_not(path, str(tmp_path / "copy.pdf"), 2_000) == "limit"
    assert why_not(path, str(tmp_path / "other.pdf")) == "None"


def test_a_copy_over_the_limit_says_how_to_make_it_smaller(
    checker: Checker, tmp_path: Path
) -> None:
    path = tmp_path / "form.pdf"
    form(path, 3)
    repair = checker.mend_sync(
        path, tmp_path / "copy.pdf", tmp_path / "attached", Profile(size_limit_mb=0.0005),
        consent=Consent(),
    )  # fmt: skip
    assert repair.copy is None
    assert "still be refused" in str(repair.why_not)
    assert "smaller" in str(repair.by_hand).lower()


def test_nothing_is_left_open_after_many_files(checker: Checker, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    form(path, 1)

    def mend() -> None:
        for name in ("copy.pdf", "attached"):
            (tmp_path / name).unlink(missing_ok=True)
        checker.mend_sync(path, tmp_path / "copy.pdf", tmp_path / "attached", Profile())

    mend()
    ours, theirs = Path("/proc/self/fd"), Path(f"/proc/{checker.worker_pid}/fd")

    def are_open() -> tuple[int, int]:
        return len(list(ours.iterdir())), len(list(theirs.iterdir()))

    before = are_open()
    for _ in range(20):
        mend()
    deadline = time.monotonic() + SOON
    # Children that wait have a socket on each side, and there may be one more or less of them.
    while max(a - b for a, b in zip(are_open(), before, strict=True)) > 4:
        assert time.monotonic() < deadline, (before, are_open())
        time.sleep(0.01)
