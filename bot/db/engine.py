"""Engines for SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool


class DatabaseUrlError(ValueError):
    """``DATABASE_URL`` names a database that the help desk cannot use."""


def make_engine(
    url: str, *, pool_size: int = 5, busy_seconds: float = 10, survives_power_cut: bool = True
) -> Engine:
    """An engine for ``url``; nothing connects before its first use.

    ``busy_seconds`` is how long a statement waits for a locked SQLite file, or for a free
    connection of the pool, before it fails. Messages of errors never hold the values of a row.

    With ``survives_power_cut`` off, SQLite does not wait for the disk at each commit: nothing is
    lost when a process is killed, but a power cut may take the last seconds.

    Raises:
        DatabaseUrlError: not a SQLite or PostgreSQL address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUrlError(
            "DATABASE_URL is no database address: use sqlite:///FILE or postgresql://HOST/NAME."
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            if not parsed.database.startswith((":", "file:")):
                _keep_to_owner(Path(parsed.database))
        # pooled, since SQLite checkpoints and syncs its log each time the last connection closes
        engine = create_engine(
            parsed,
            future=True,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=busy_seconds,
            connect_args={"timeout": busy_seconds, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite if survives_power_cut else _prepare_quick)
        return engine
    if backend == "postgresql":
        return create_engine(
            parsed,
            future=True,
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=busy_seconds,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
        )
    raise DatabaseUrlError(f"DATABASE_URL names {backend}: use SQLite or PostgreSQL.")


@contextmanager
def transaction(source: Engine | Connection) -> Iterator[Connection]:
    """A transaction of its own on an engine; on a connection the caller's, who ends it."""
    if isinstance(source, Connection):
        yield source
        return
    with source.begin() as connection:
        yield connection


def _keep_to_owner(file: Path) -> None:
    # it holds contacts and second factors; SQLite gives its log the mode of the database
    with suppress(OSError):
        file.touch(0o600)
        file.chmod(0o600)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    _prepare(connection, "FULL")


def _prepare_quick(connection: Any, _: Any) -> None:
    _prepare(connection, "NORMAL")


def _prepare(connection: Any, synchronous: str) -> None:
    cursor = connection.cursor()
    # readers do not wait for the writer, and a kill loses nothing that was confirmed
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA synchronous={synchronous}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
