"""Databases for tests: a SQLite file, or a fresh database on a PostgreSQL server that is there."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, create_engine
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import OperationalError

from bot.settings import Settings
from bot.testing.private_copy import free_port

LOOPBACK = "postgresql://postgres@127.0.0.1:5432/postgres"
HOW_TO_GET_IT = (
    "No PostgreSQL: set TEST_DATABASE_URL, start a server on 127.0.0.1:5432 that trusts user "
    "postgres, or install its binaries and run the tests as another user than root."
)


@contextmanager
def postgres_server(settings: Settings) -> Iterator[URL]:
    """The server that ``TEST_DATABASE_URL`` names, else one on loopback, else one of our own.

    Skips the test where none is possible, and fails it in CI.
    """
    with _server_of(settings) as url:
        if url is None:
            if settings.ci:
                pytest.fail(HOW_TO_GET_IT)
            pytest.skip(HOW_TO_GET_IT)
        yield url


def _server_of(settings: Settings) -> AbstractContextManager[URL | None]:
    if settings.postgres_test_url:
        return nullcontext(make_url(settings.postgres_test_url))
    if _answers(LOOPBACK):
        return nullcontext(make_url(LOOPBACK))
    return _own_server()


def _answers(url: str) -> bool:
    engine = create_engine(url, future=True, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def pg_ctl() -> str | None:
    """Where PostgreSQL's ``pg_ctl`` lies; Debian keeps it off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return shutil.which("pg_ctl") or (str(installed[-1]) if installed else None)


@contextmanager
def _own_server() -> Iterator[URL | None]:
    executable = pg_ctl()
    if executable is None:
        yield None
        return
    try:
        # its psycopg wants PostgreSQL's client library, which not every machine has
        from pytest_postgresql.executors import PostgreSQLExecutor
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="helpdesk-pg-") as folder:
        server = PostgreSQLExecutor(
            executable=executable,
            host="127.0.0.1",
            port=free_port(),
            datadir=f"{folder}/data",
            unixsocketdir=folder,
            logfile=f"{folder}/log",
            startparams="-w",
            dbname="postgres",
            user="postgres",
        )
        url: URL | None = None
        with suppress(Exception):  # initdb refuses root, among others
            server.start()
            url = make_url(f"postgresql://postgres@127.0.0.1:{server.port}/postgres")
        try:
            yield url
        finally:
            if url:
                server.stop()


@contextmanager
def fresh_postgres(server: URL) -> Iterator[str]:
    """A new, empty database on ``server``, dropped afterwards."""
    name = f"helpdesk_test_{secrets.token_hex(6)}"
    admin = create_engine(server, future=True, isolation_level="AUTOCOMMIT")
    try:
        _execute(admin, f'CREATE DATABASE "{name}"')
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            _execute(admin, f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        admin.dispose()


def _execute(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


def fresh_database(
    kind: str, folder: Path, server: Callable[[], URL]
) -> AbstractContextManager[str]:
    """The address of a new, empty database of ``kind``: ``sqlite`` or ``postgresql``."""
    if kind == "sqlite":
        return nullcontext(f"sqlite:///{folder / 'helpdesk.db'}")
    return fresh_postgres(server())


def emptied(engine: Engine, tables: sa.MetaData) -> None:
    """Delete all rows, children first."""
    with engine.begin() as connection:
        # the log of the desk lets go only what is over time
        connection.execute(tables.tables["audit_ends"].insert().values(before=datetime(9999, 1, 1)))
        for table in reversed(tables.sorted_tables):
            connection.execute(table.delete())
