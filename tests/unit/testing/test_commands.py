"""What the testers' commands say when something is wrong, and what they keep then."""

import http.server
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from subprocess import PIPE

import pytest

from bot.cli import main
from bot.settings import ROOT
from bot.testing.evaluate import QuestionsError, read_questions

SCRIPTS = str(ROOT / "tests" / "conversations" / "privacy")


class _HelpDesk(http.server.BaseHTTPRequestHandler):
    """Answers until somebody says bye, which breaks the connection off."""

    def do_GET(self) -> None:
        said = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if b"bye" in said:
            self.close_connection = True
            return
        reply = b'{"text": "Hello.", "outcome": "answered"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    """Of a small help desk."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _HelpDesk) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        serving.join()


@pytest.mark.parametrize("command", ["talk", "coverage", "evaluate"])
@pytest.mark.parametrize("workers", ["0", "-1", "65", "many"])
def test_how_many_at_once_is_a_number(
    command: str, workers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, SCRIPTS, f"--workers={workers}"])
    assert ended.value.code == 2
    assert f"{workers!r}: choose a number from 1 to 64" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('  - "not closed', "topic.yml, line 2: this does not belong here"),
        ("rules:\n- rule: r", "topic.yml: an entry has not the shape that Rasa needs"),
    ],
)
def test_a_broken_file_below_data_is_named_before_scripts_are_played(
    line: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    data = copytree(ROOT / "data", tmp_path / "data")
    (data / "topics" / "mfa" / "topic.yml").write_text(f'version: "3.1"\n{line}\n', "utf-8")
    monkeypatch.setenv("HELPDESK_DATA", str(data))
    assert main(["talk", SCRIPTS]) == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert re.search(told, said)


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate", str(ROOT / "tests" / "follow_ups.tsv"), "--report"],
        ["compare", ".", ".", "--report"],
        ["talk", SCRIPTS, "--junit"],
        ["talk", "--record"],
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_before_the_work(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main([*command, str(tmp_path / "file" / "below" / "x.yml")]) in {1, 2}
    said = capsys.readouterr()
    assert said.out == ""
    assert str(tmp_path / "file") in said.err
    assert "cannot be" in said.err
    assert "private copy" not in said.err


def test_questions_as_a_spreadsheet_saves_them(tmp_path: Path) -> None:
    file = tmp_path / "questions.tsv"
    file.write_text("text\ttopic\nwhat is mfa\tmfa\n", encoding="utf-8-sig")
    assert [one.topic for one in read_questions(file, ["mfa"])] == ["mfa"]


def test_a_question_without_words_is_told_as_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "questions.tsv"
    file.write_text("text\ttopic\n \tmfa\n", encoding="utf-8")
    with pytest.raises(QuestionsError, match="line 2: the column text is empty"):
        read_questions(file, ["mfa"])


def test_a_file_that_cannot_be_sent_does_not_end_the_chat(url: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pdf"
    typed = f"/file\n/file {missing}\n/file {tmp_path}\n/file ~nobody-at-all/a.pdf\nhello\n"
    chat = subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat", "--url", url],
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Name the file: /file PATH" in chat.stdout
    assert f"{missing} cannot be sent: No such file or directory." in chat.stdout
    assert f"{tmp_path} cannot be sent: Is a directory." in chat.stdout
    assert "~nobody-at-all/a.pdf cannot be sent" in chat.stdout
    assert "Hello." in chat.stdout


def _recording(url: str, file: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot.cli", "talk", "--record", str(file), "--url", url]
    return subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)


def test_a_recorded_chat_is_kept_where_the_help_desk_goes_away(url: str, tmp_path: Path) -> None:
    file = tmp_path / "script.yml"
    with _recording(url, file) as chat:
        _, told = chat.communicate("hello\nbye\n", timeout=30)
    assert chat.returncode == 1
    assert "does not answer" in told
    assert '- user: "hello"' in file.read_text(encoding="utf-8")


def test_a_recorded_chat_that_ctrl_c_ends_is_kept(url: str, tmp_path: Path) -> None:
    file = tmp_path / "script.yml"
    with _recording(url, file) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write("hello\n")
        chat.stdin.flush()
        while "Hello." not in chat.stdout.readline():
            pass
        chat.send_signal(signal.SIGINT)
        _, told = chat.communicate(timeout=30)
    assert chat.returncode == 0
    assert f"Written to {file}" in told
    assert '- user: "hello"' in file.read_text(encoding="utf-8")
