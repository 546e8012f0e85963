"""What a command says when it cannot work, and who may read what it makes."""

from pathlib import Path

import pytest

from bot.cli import main
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
