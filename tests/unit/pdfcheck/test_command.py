"""`helpdesk check-pdf` as a law firm uses it: many files, folders, mended copies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

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
