"""What a command says when it cannot work, and who may read what it makes."""

from pathlib import Path

import pytest

from bot.cli import main


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
