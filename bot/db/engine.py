"""Engines for SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from bot.private_files import make_folder

# classes of PostgreSQL's errors whose first message names tables, columns and constraints only;
# P0 is what our own triggers say
_QUOTE_NO_VALUES = frozenset(
    {"08", "0A", "23", "25", "28", "2D", "40", "42", "53", "54", "55", "57", "58", "P0", "XX"}
)
# those whose packages are there
_DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg2"})
_SYNTAX_ERROR = "42601"  # quotes what stands at the place


class DatabaseUrlError(ValueError):
    """``DATABASE_URL`` names a database that the help desk cannot use."""


def make_engine(
    url: str, *, pool_size: int = 5, busy_seconds: float = 10, survives_power_cut: bool = True
) -> Engine:
    """An engine for ``url``; nothing connects before its first use.

    ``busy_seconds`` is how long a statement waits for a locked SQLite file, for a lock of
    PostgreSQL's, or for a free connection of the pool, before it fails. Messages of errors never
    hold the values of a row, nor does the log of an error: SQLite quotes none, and of PostgreSQL's
    only what quotes none is kept.

    With ``survives_power_cut`` off, SQLite does not wait for the disk at each commit: nothing is
    lost when a process is killed, but a power cut may take the last seconds.

    Raises:
        DatabaseUrlError: not a SQLite or PostgreSQL address.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:  # ValueError: the port is no number
        raise DatabaseUrlError(
            "DATABASE_URL is no database address: use sqlite:///FILE or postgresql://HOST/NAME."
        ) from error
    if backend == "postgres":
        raise DatabaseUrlError("DATABASE_URL begins with postgres: write postgresql instead.")
    if parsed.drivername not in _DRIVERS:
        raise DatabaseUrlError(
            f"DATABASE_URL names {parsed.drivername}: use SQLite or PostgreSQL, as "
            "sqlite:///FILE or postgresql://USER@HOST/NAME."
        )
    if backend == "sqlite":
        if parsed.database and not parsed.database.startswith((":", "file:")):
            make_folder(Path(parsed.database).parent)
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
    engine = create_engine(
        parsed,
        future=True,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=busy_seconds,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5},
    )
    event.listen(engine, "connect", partial(_prepare_postgres, busy_seconds))
    event.listen(engine, "handle_error", _without_values)
    return engine


def _prepare_postgres(busy_seconds: float, connection: Any, _: object) -> None:
    # said here and not in the address: not every pooler between takes it there
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {round(busy_seconds * 1000)}")
    connection.commit()


@contextmanager
def transaction(source: Engine | Connection) -> Iterator[Connection]:
    """A transaction of its own on an engine; on a connection the caller's, who ends it."""
    if isinstance(source, Connection):
        yield source
        return
    with source.begin() as connection:
        yield connection


def _without_values(context: ExceptionContext) -> None:
    """Leave of PostgreSQL's error only what holds nothing of a row.

    It quotes values in DETAIL and HINT and shows the statement, into which the driver has put them;
    ``hide_parameters`` hides none of that, and the driver cannot ask for terse messages. So both
    errors, the driver's and SQLAlchemy's, keep the first message, the table's own names and the
    code, and nothing else.
    """
    error = context.original_exception
    code = getattr(error, "pgcode", None)
    if code is None:  # the server did not speak: there is no connection
        return
    diagnosis = error.diag
    is_harmless = code[:2] in _QUOTE_NO_VALUES and code != _SYNTAX_ERROR
    words = diagnosis.message_primary if is_harmless else type(error).__name__
    said = f"{words} (SQLSTATE {code})"
    error.args = (said,)
    if context.sqlalchemy_exception is not None:
        module = type(error).__module__
        context.sqlalchemy_exception.args = (f"({module}.{type(error).__name__}) {said}",)


def _keep_to_owner(file: Path) -> None:
    # it holds contacts and second factors; SQLite gives a new log the mode of the database
    with suppress(OSError):
        file.touch(0o600)
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            file.with_name(f"{file.name}{suffix}").chmod(0o600)


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
