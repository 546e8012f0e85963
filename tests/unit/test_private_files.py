"""Only their owner reads what filers sent and what is kept of them, whatever the umask."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import room, uploads
from bot.conversations import start_conversation
from bot.copies import new_paths
from bot.db.engine import make_engine
from bot.pdfcheck import Checker, Profile
from bot.private_files import make_folder, own_folder
from bot.settings import ROOT


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """New files may be read by all, as far as the umask goes."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def send(engine: Engine, folder: Path) -> None:
    own = start_conversation(engine)[0].id

    async def stream() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7"

    asyncio.run(
        uploads.receive(
            engine, folder, lambda: own, "a.pdf", stream(), limit_bytes=100, life_minutes=1
        )
    )


def test_files_of_filers_and_each_folder_made_for_them(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "uploads"
    send(engine, folder)
    made = [folder.parent, folder, *folder.iterdir()]
    assert [mode(path) for path in made] == [0o700, 0o700, 0o600]


@pytest.mark.parametrize("first", ["receive", "require_room"])
def test_a_folder_that_was_open_to_others_is_closed(
    engine: Engine, tmp_path: Path, first: str
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    assert mode(folder) == 0o777
    if first == "receive":
        send(engine, folder)
    else:
        room.require_room(folder, 1, space_bytes=100, keep_free_bytes=0)
    assert mode(folder) == 0o700


def test_a_folder_that_is_everybodys_stays_so(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    own_folder(shared)
    assert mode(shared) == 0o1777


def test_a_folder_above_that_was_there_before_stays_as_it_is(tmp_path: Path) -> None:
    above = tmp_path / "srv"
    above.mkdir(mode=0o755)
    make_folder(above / "helpdesk" / "var")
    assert [mode(above / name) for name in (".", "helpdesk", "helpdesk/var")] == [
        0o755,
        0o700,
        0o700,
    ]


def test_a_database_file_with_its_log(tmp_path: Path) -> None:
    file = tmp_path / "var" / "helpdesk.db"
    file.parent.mkdir()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").touch(0o644)
    engine = make_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x int)"))
        files = sorted(file.parent.iterdir())
        assert [(path.name, mode(path)) for path in files] == [
            ("helpdesk.db", 0o600),
            ("helpdesk.db-shm", 0o600),
            ("helpdesk.db-wal", 0o600),
        ]
    engine.dispose()


def test_the_folder_of_a_database(tmp_path: Path) -> None:
    make_engine(f"sqlite:///{tmp_path}/var/helpdesk.db").dispose()
    assert mode(tmp_path / "var") == 0o700


def test_mended_copies_and_what_was_inside_of_files(tmp_path: Path) -> None:
    source = ROOT / "tests" / "conversations" / "files" / "motion_with_attachment.pdf"
    _, copy_path, attachments_path = new_paths(tmp_path)
    with Checker(children=1) as checker:
        repair = checker.mend_sync(source, copy_path, attachments_path, Profile())
    assert repair.copy
    assert repair.attachments
    assert [mode(copy_path), mode(attachments_path)] == [0o600, 0o600]
