"""Uploads: what is taken, what is refused without a trace, and when files go."""

import asyncio
import hashlib
import os
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import reports, uploads
from bot.conversations import Conversation, start_conversation
from bot.db import tables

LIMIT = 1000
Send = Callable[..., uploads.Upload]


@pytest.fixture
def conversation(engine: Engine) -> Conversation:
    return start_conversation(engine)[0]


@pytest.fixture
def send(engine: Engine, conversation: Conversation, tmp_path: Path) -> Send:
    """Uploads chunks: ``send(b"a", b"b", name=..., expected=...)``."""

    def run(
        *chunks: bytes | Exception,
        name: str = "motion.pdf",
        expected: int | None = None,
        conversation_id: str = conversation.id,
        life_minutes: int = 60,
    ) -> uploads.Upload:
        async def stream() -> AsyncIterator[bytes]:
            for chunk in chunks:
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk

        return asyncio.run(
            uploads.receive(
                engine,
                tmp_path / "files",
                lambda: conversation_id,
                name,
                stream(),
                limit_bytes=LIMIT,
                life_minutes=life_minutes,
                expected_bytes=expected,
            )
        )

    return run


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "files").glob("*"))


def test_a_file_is_stored_as_it_came(engine: Engine, send: Send, tmp_path: Path) -> None:
    upload = send(b"%PDF", b"-1.7", expected=8)
    (path,) = files(tmp_path)
    assert path == uploads.upload_path(tmp_path / "files", upload.id)
    assert path.read_bytes() == b"%PDF-1.7"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (upload.bytes, upload.name) == (8, "motion.pdf")
    assert upload.sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert uploads.upload_of(engine, upload.id, upload.conversation_id) == upload


def test_exactly_the_limit_is_taken(send: Send) -> None:
    assert send(b"x" * LIMIT, expected=LIMIT).bytes == LIMIT
    assert send(b"x" * (LIMIT - 1), b"x").bytes == LIMIT


@pytest.mark.parametrize(
    ("chunks", "expected", "error"),
    [
        ((b"x" * (LIMIT + 1),), None, uploads.UploadTooLargeError),
        ((b"x" * LIMIT, b"x"), None, uploads.UploadTooLargeError),
        ((b"x",), LIMIT + 1, uploads.UploadTooLargeError),
        ((), None, uploads.UploadEmptyError),
        ((b"", b""), None, uploads.UploadEmptyError),
        ((), 0, uploads.UploadEmptyError),
        ((b"x" * 9,), 10, uploads.UploadCutOffError),
        ((b"x", ConnectionResetError()), None, ConnectionResetError),
    ],
)
def test_a_refused_file_leaves_nothing(
    engine: Engine,
    send: Send,
    tmp_path: Path,
    chunks: tuple[bytes, ...],
    expected: int | None,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        send(*chunks, expected=expected)
    assert files(tmp_path) == []
    with engine.connect() as connection:
        assert connection.execute(sa.select(tables.uploads)).all() == []


def test_a_file_of_no_conversation_leaves_nothing(send: Send, tmp_path: Path) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        send(b"x", conversation_id="nobody")
    assert files(tmp_path) == []


def test_words_for_the_filer_name_the_limit() -> None:
    assert "over 50 MB" in str(uploads.too_large(50_000_000))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("motion.pdf", "motion.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\motion.pdf", "motion.pdf"),
        ("", "file.pdf"),
        ("///", "file.pdf"),
        ("\0\x1b[31m.pdf", "[31m.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\nb\r.pdf", "ab.pdf"),
        ("\ud800.pdf", ".pdf"),
        ("李明 é 😀.pdf", "李明 é 😀.pdf"),
        ("<script>.pdf", "<script>.pdf"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 120),
    ],
)
def test_a_name_is_data_only(send: Send, name: str, shown: str) -> None:
    assert uploads.display_name(name) == shown
    assert send(b"x", name=name).name == shown


@pytest.mark.parametrize(
    "upload_id",
    ["", "a" * 31, "a" * 33, "../" + "a" * 29, "a" * 31 + "/", "é" * 32, "a" * 31 + "\0"],
)
def test_only_an_upload_id_names_a_file(tmp_path: Path, upload_id: str) -> None:
    with pytest.raises(ValueError, match="not an upload id"):
        uploads.upload_path(tmp_path, upload_id)


def test_a_file_belongs_to_its_conversation(engine: Engine, send: Send) -> None:
    upload = send(b"x")
    stranger, _ = start_conversation(engine)
    assert uploads.upload_of(engine, upload.id, stranger.id) is None
    assert uploads.upload_names(engine, stranger.id) == {}
    assert uploads.upload_names(engine, upload.conversation_id) == {upload.id: "motion.pdf"}


def test_reports(engine: Engine, send: Send) -> None:
    upload = send(b"x")
    of = upload.conversation_id
    assert reports.last_report_id(engine, of) is None
    first = reports.store_report(engine, upload, {"verdict": "reject", "findings": []})
    second = reports.store_report(engine, upload, {"verdict": "accept", "findings": []})
    stranger, _ = start_conversation(engine)
    assert reports.report_of(engine, first, of) == {"verdict": "reject", "findings": []}
    assert reports.report_of(engine, first, stranger.id) is None
    assert list(reports.reports_of(engine, of)) == [first, second]
    assert reports.last_report_id(engine, of) == second


def test_files_go_when_their_time_is_over(engine: Engine, send: Send, tmp_path: Path) -> None:
    over, alive = send(b"x", life_minutes=0), send(b"y", life_minutes=1)
    assert uploads.delete_files(engine, tmp_path / "files") == 1
    assert [path.stem for path in files(tmp_path)] == [alive.id]
    assert uploads.upload_of(engine, over.id, over.conversation_id) is None
    assert over.id in uploads.upload_names(engine, over.conversation_id)
    assert uploads.delete_files(engine, tmp_path / "files") == 0


def test_the_files_of_a_conversation_go_with_it(engine: Engine, send: Send, tmp_path: Path) -> None:
    mine = send(b"x")
    stranger, _ = start_conversation(engine)
    theirs = send(b"y", conversation_id=stranger.id)
    folder = tmp_path / "files"
    assert uploads.delete_files(engine, folder, conversation_id=mine.conversation_id) == 1
    assert [path.stem for path in files(tmp_path)] == [theirs.id]


def test_a_file_that_is_gone_already_does_no_harm(
    engine: Engine, send: Send, tmp_path: Path
) -> None:
    upload = send(b"x", life_minutes=0)
    uploads.upload_path(tmp_path / "files", upload.id).unlink()
    assert uploads.delete_files(engine, tmp_path / "files") == 1


def test_what_a_crash_left_goes_after_an_hour(engine: Engine, send: Send, tmp_path: Path) -> None:
    kept = send(b"x")
    fresh, old = tmp_path / "files" / f"{'a' * 32}.bin", tmp_path / "files" / f"{'b' * 32}.bin"
    for path in (fresh, old):
        path.write_bytes(b"half")
    hour_ago = fresh.stat().st_mtime - 3630
    for path in (old, uploads.upload_path(tmp_path / "files", kept.id)):
        os.utime(path, (hour_ago, hour_ago))
    uploads.delete_files(engine, tmp_path / "files")
    assert {path.stem for path in files(tmp_path)} == {kept.id, "a" * 32}


def test_no_folder_yet(engine: Engine, tmp_path: Path) -> None:
    assert uploads.delete_files(engine, tmp_path / "nowhere") == 0
