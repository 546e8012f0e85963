"""Create the database or bring it up to date, through Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.db.plain_words import in_plain_words

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_023_118  # any fixed number: one migration at a time on PostgreSQL


class DatabaseUnreachableError(RuntimeError):
    """The database cannot be used; the message says why and what to do."""


class MigrationError(DatabaseUnreachableError):
    """The database answers, but cannot be brought up to date."""


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision, whole or not at all; does nothing when it is
    there.

    Raises:
        DatabaseUnreachableError: no connection could be made, or the file is no database.
        MigrationError: the database answers, but cannot be brought up to date, or is newer.
    """
    try:
        with engine.connect():
            pass
    except DBAPIError as error:
        raise DatabaseUnreachableError(in_plain_words(engine, error)) from error
    try:
        with engine.begin() as connection, _whole(connection):
            command.upgrade(migration_config(connection), "head")
    except CommandError as error:
        raise MigrationError(
            "The database was made by a newer help desk, or by another program, and is as it was: "
            f"{error}. Run the newer one, or restore a copy of before."
        ) from error
    except DBAPIError as error:
        raise MigrationError(
            f"The database could not be brought up to date, and is as it was: {error.orig}. "
            "Free its disk or end what locks it, then start again; else restore a copy."
        ) from error


@contextmanager
def _whole(connection: Connection) -> Iterator[None]:
    """One migration at a time, and a transaction around all of it."""
    if connection.dialect.name == "postgresql":
        # another help desk's migration takes as long as it takes
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield
        return
    # Python's driver for SQLite begins no transaction before a table is made.
    driver: Any = connection.connection.dbapi_connection
    before, driver.isolation_level = driver.isolation_level, None
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.rollback()
        raise
    finally:
        driver.isolation_level = before
