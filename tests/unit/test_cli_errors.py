"""What a command says when it cannot work, and who may read what it makes."""

import asyncio
import resource
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE

import pytest

from bot.cli import main
from bot.neighbours import problems_of_neighbours
from bot.run import alone_in, run
from bot.settings import ROOT, child_environment, load_settings
from bot.supervisor import StartError
from bot.testing.private_copy import free_ports


def test_a_database_that_cannot_be_used_is_named_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://nobody@127.0.0.1/x")
    assert main(["articles"]) == 1
    assert "use SQLite or PostgreSQL" in "".join(capsys.readouterr())


def test_only_its_owner_reads_the_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'helpdesk.db'}")
    assert main(["articles"]) == 0
    modes = [file.stat().st_mode & 0o077 for file in tmp_path.iterdir()]
    assert modes
    assert not any(modes)


def test_what_there_is_none_of_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'helpdesk.db'}")
    assert main(["questions"]) == 0
    assert main(["articles", "pacer_fee"]) == 2
    assert main(["articles", "xyz"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "No question waits for an answer.",
        "'pacer_fee' is no topic; did you mean pacer_fees?",
        "'xyz' is no topic; helpdesk articles lists all.",
    ]


@pytest.mark.parametrize("port", ["0", "-1", "65536", "http", "8²"])
def test_a_port_that_no_browser_can_be_told_is_refused(
    port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--port", port])
    assert ended.value.code == 2
    assert f"{port!r} is no port: choose one from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("variable", ["HELPDESK_VAR", "HELPDESK_UPLOADS", "HELPDESK_MODELS"])
@pytest.mark.parametrize("place", ["/proc/helpdesk", "file", "file/below"])
def test_a_folder_that_cannot_be_written_to_is_named_before_anything_starts(
    variable: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    ports = dict(zip(("PORT", "RASA_PORT", "ACTION_PORT"), free_ports(3), strict=True))
    for name, port in ports.items():
        monkeypatch.setenv(f"HELPDESK_{name}", str(port))
    monkeypatch.setenv("HELPDESK_VAR", str(tmp_path / "var"))
    monkeypatch.setenv(variable, str(tmp_path / place))
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert f"The folder {tmp_path / place} cannot be written to: " in said
    assert variable in said
    assert "Starting" not in said


def test_a_file_that_another_command_cannot_make_is_named_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'file' / 'below' / 'helpdesk.db'}")
    assert main(["articles"]) == 1
    assert "cannot be used: Not a directory" in capsys.readouterr().err


@pytest.mark.parametrize("room", [0, 20_000, 70_000, 140_000])
def test_a_disk_without_room_is_told_without_a_trace(room: int, tmp_path: Path) -> None:
    """The limit of a file's size stands in for the disk: SQLite learns of both as it writes."""
    command = [sys.executable, "-m", "bot.cli"]
    environment = child_environment(
        load_settings({"HELPDESK_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/h.db"})
    )
    subprocess.run([*command, "articles"], cwd=ROOT, env=environment, check=True, stdout=PIPE)
    ended = subprocess.run(
        [*command, "retention"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "h.db cannot be used. Its disk" in ended.stderr


def test_a_second_start_in_a_folder_is_told_of_the_first_and_not_of_its_port(
    tmp_path: Path,
) -> None:
    web, rasa, actions = free_ports(3)
    settings = replace(
        load_settings({"HELPDESK_VAR": str(tmp_path)}),
        web_port=web,
        rasa_port=rasa,
        action_port=actions,
    )
    with (
        socket.create_server(("127.0.0.1", web)),
        alone_in(tmp_path),
        pytest.raises(StartError, match=r"A help desk runs in .* already"),
    ):
        asyncio.run(run(settings, lambda _: None))


def test_a_redis_and_a_mail_server_that_cannot_be_used_are_told_at_the_start() -> None:
    redis, mail = free_ports(2)
    settings = load_settings(
        {
            "LOCK_STORE": f"redis://court:hidden-7@127.0.0.1:{redis}/0",
            "SMTP_URL": f"smtp://court:hidden-7@127.0.0.1:{mail}",
            "SMTP_FROM": "help@example.gov",
        }
    )
    of_redis, of_mail = problems_of_neighbours(settings)
    assert of_redis.startswith(f"LOCK_STORE: Redis at 127.0.0.1:{redis} cannot be used (")
    assert "correct LOCK_STORE" in of_redis
    assert of_mail.startswith(f"SMTP_URL: the mail server at 127.0.0.1:{mail} cannot be used (")
    assert "correct SMTP_URL" in of_mail
    assert "hidden-7" not in of_redis + of_mail
    assert problems_of_neighbours(load_settings({})) == []
