"""`helpdesk check-pdf` as a law firm uses it: many files, folders, mended copies."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from bot.cli import main
from bot.pdfcheck.batch import find_files

FILES = Path(__file__).resolve().parents[2] / "conversations" / "files"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A client's folder with a good file, a form in a subfolder, a locked file and a note."""
    client = tmp_path / "client"
    (client / "exhibits").mkdir(parents=True)
    shutil.copy(FILES / "motion.pdf", client / "motion.pdf")
    shutil.copy(FILES / "form_with_script.pdf", client / "exhibits" / "form.PDF")
    shutil.copy(FILES / "locked_against_changes.pdf", client / "locked.pdf")
    (client / "notes.txt").write_text("not for filing")
    return client


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = main(["check-pdf", *map(str, arguments)])
    return code, capsys.readouterr().out


def lines(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    code, out = run(capsys, "--json", *arguments)
    return code, {Path(row["file"]).name: row for row in map(json.loads, out.splitlines())}


def test_a_folder_is_looked_through(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, rows = lines(capsys, folder)
    assert code == 1
    verdicts = {name: row["verdict"] for name, row in rows.items()}
    assert verdicts == {"motion.pdf": "accept", "form.PDF": "reject", "locked.pdf": "reject"}
    assert all("fixed" not in row for row in rows.values())


def test_a_good_file_ends_with_0(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out = run(capsys, folder / "motion.pdf")
    assert code == 0
    assert "CM/ECF should accept this file" in out
    # Not on a terminal: no colours, no bar.
    assert "\x1b" not in out


def test_copies_keep_their_subfolder_and_their_report(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    before = (folder / "exhibits" / "form.PDF").read_bytes()
    code, rows = lines(capsys, folder, "--fix", tmp_path / "out")
    assert code == 1
    fixed = rows["form.PDF"]["fixed"]
    assert Path(fixed["path"]) == tmp_path / "out" / "exhibits" / "form-mended.pdf"
    assert fixed["report"]["verdict"] == "accept"
    assert "1 script was taken out." in fixed["changes"]
    assert "right to take it off" in rows["locked.pdf"]["fixed"]["why_not"]
    assert rows["locked.pdf"]["fixed"]["needs"] == ["rights"]
    assert "nothing" in rows["motion.pdf"]["fixed"]["why_not"]
    assert (folder / "exhibits" / "form.PDF").read_bytes() == before
    code, _ = run(capsys, fixed["path"])
    assert code == 0


def test_restrictions_go_only_with_the_flag(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    locked = folder / "locked.pdf"
    _, rows = lines(capsys, locked, "--fix", tmp_path / "out", "--confirm-rights")
    assert rows["locked.pdf"]["fixed"]["report"]["verdict"] == "accept"
    assert "The restrictions of the file were taken off." in rows["locked.pdf"]["fixed"]["changes"]


def test_nothing_is_overwritten(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "form-mended.pdf").write_text("somebody's own")
    for wanted in ("form-mended-2.pdf", "form-mended-3.pdf"):
        _, rows = lines(capsys, folder / "exhibits" / "form.PDF", "--fix", out)
        assert Path(rows["form.PDF"]["fixed"]["path"]).name == wanted
    assert (out / "form-mended.pdf").read_text() == "somebody's own"


def test_copies_beside_the_originals_are_not_taken_for_originals(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    for _ in range(2):
        _, rows = lines(capsys, folder, "--fix", folder / "mended")
        assert set(rows) == {"motion.pdf", "form.PDF", "locked.pdf"}


def test_attachments_are_written_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    _, rows = lines(capsys, FILES / "motion_with_attachment.pdf", "--fix", out)
    (attachment,) = rows["motion_with_attachment.pdf"]["fixed"]["attachments"]
    assert attachment["name"] == "creditors.csv"
    assert Path(attachment["path"]).read_bytes() == b"name,amount\nAcme,100\n"
    assert not list(out.rglob(".mending*"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.pdf",),
        ("{folder}", "--confirm-rights"),
        ("{folder}", "--fix", "{folder}/motion.pdf"),
        ("{folder}", "--jobs", "0"),
    ],
)
def test_wrong_use_ends_with_2(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: tuple[str, ...]
) -> None:
    filled = [argument.format(folder=folder) for argument in arguments]
    assert run(capsys, *filled) == (2, "")


def test_an_empty_folder_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check-pdf", str(tmp_path)]) == 2
    assert "no PDF" in capsys.readouterr().err


def test_names_of_files_are_no_markup(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    odd = folder / "[red]motion\x1b[31m.pdf"
    shutil.copy(FILES / "motion.pdf", odd)
    code, out = run(capsys, odd)
    assert code == 0
    assert "[red]motion" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("fix", ["{folder}", "{folder}/.."])
def test_copies_may_go_beside_the_originals(
    capsys: pytest.CaptureFixture[str], folder: Path, fix: str
) -> None:
    _, rows = lines(capsys, folder, "--fix", fix.format(folder=folder))
    assert set(rows) == {"motion.pdf", "form.PDF", "locked.pdf"}
    assert rows["form.PDF"]["fixed"]["report"]["verdict"] == "accept"
    assert (folder / "exhibits" / "form.PDF").read_bytes() == (
        FILES / "form_with_script.pdf"
    ).read_bytes()


def test_files_of_one_name_keep_their_attachments_apart(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for client in ("smith", "jones"):
        (tmp_path / client).mkdir()
        shutil.copy(FILES / "motion_with_attachment.pdf", tmp_path / client / "motion.pdf")
    files = [tmp_path / client / "motion.pdf" for client in ("smith", "jones")]
    code, out = run(capsys, "--json", *files, "--fix", tmp_path / "out")
    fixed = [json.loads(line)["fixed"] for line in out.splitlines()]
    assert code == 1
    assert len({one["path"] for one in fixed}) == 2
    folders = {Path(one["attachments"][0]["path"]).parent.name for one in fixed}
    assert folders == {"motion-attachments", "motion-attachments-2"}


def test_long_names_are_shortened(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    letters = "é" * 125
    path = tmp_path / f"{letters}.pdf"
    with pikepdf.open(FILES / "form_with_script.pdf") as pdf:
        pdf.attachments["a"] = pikepdf.AttachedFileSpec(pdf, b"1,2", filename="漢" * 100 + ".csv")
        pdf.save(path)
    code, rows = lines(capsys, path, "--fix", tmp_path / "out")
    assert code == 1
    fixed = rows[path.name]["fixed"]
    assert Path(fixed["path"]).name == "é" * 110 + "-mended.pdf"
    (attachment,) = fixed["attachments"]
    assert attachment["name"].endswith("漢.csv")
    assert Path(attachment["path"]).read_bytes() == b"1,2"


def test_a_copy_is_told_though_its_attachments_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("bot.pdfcheck.batch._reserve_folder", no_room)
    code, rows = lines(capsys, FILES / "motion_with_attachment.pdf", "--fix", tmp_path)
    row = rows["motion_with_attachment.pdf"]
    assert code == 2
    assert row["error"] == "The attachments cannot be written: No space left on device"
    assert Path(row["fixed"]["path"]).exists()


def test_what_is_no_file_is_said_without_its_control_characters(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pipe = tmp_path / "fi\x1b[31mfo\nx.pdf"
    os.mkfifo(pipe)
    code, out = run(capsys, pipe, "/dev/null")
    assert code == 2
    assert "\x1b" not in out
    assert out.count("It is not a file, but a folder, a pipe or a device.") == 2


def test_a_name_that_is_no_text_is_told_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff.pdf")
    shutil.copy(FILES / "motion.pdf", path)
    code, rows = lines(capsys, path)
    assert code == 0
    assert set(rows) == {path.name}
    assert run(capsys, path)[0] == 0


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_old_terminal_and_a_full_disk_get_no_trace(options: list[str]) -> None:
    code = "import sys; from bot.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "check-pdf", *options, str(FILES / "empty.pdf")]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command, env=ascii_only, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    assert done.returncode == 2
    assert "The results cannot be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_the_system_refuses_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-pdf", "x" * 5_000]) == 2
    assert "cannot be read: File name too long" in capsys.readouterr().err


def test_a_link_to_nowhere_in_a_folder_is_said(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "gone.pdf").symlink_to(folder / "nowhere.pdf")
    (folder / "loop.pdf").symlink_to(folder / "loop.pdf")
    code, rows = lines(capsys, folder)
    assert code == 2
    assert rows["gone.pdf"]["error"] == "It cannot be read: No such file or directory"
    assert "cannot be read" in rows["loop.pdf"]["error"]


def test_a_folder_that_cannot_be_read_is_said(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    locked = folder / "locked"
    locked.mkdir(mode=0)
    for above in (folder, *folder.parents):
        if above.stat().st_uid == os.geteuid() and not above.stat().st_mode & 1:
            above.chmod(0o755)
    ourselves = os.geteuid()
    if ourselves == 0:  # root may read whatever its mode
        os.seteuid(65_534)
    try:
        found = {source.path for source in find_files([folder])}
    finally:
        os.seteuid(ourselves)
        locked.chmod(0o700)
    assert locked in found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_early_end_leaves_nothing_unfinished(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "many").mkdir()
    for count in range(400):
        shutil.copy(FILES / "form_with_script.pdf", tmp_path / "many" / f"{count}.pdf")
    # what a shell starts in the background ignores Ctrl+C, and so would all that the tests start
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code += "from bot.cli import main; sys.exit(main())"
    out = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", code, "check-pdf", str(tmp_path / "many"), "--fix", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        while not list(out.glob("*.pdf")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Stopped after" in said
    assert not list(out.glob(".mending*"))
    assert not list(tmp_path.glob("pdfcheck-*"))
    assert all(path.stat().st_size for path in out.glob("*.pdf"))
