"""Create the database or bring it up to date, through Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_023_118  # any fixed number: one migration at a time on PostgreSQL


class DatabaseUnreachableError(RuntimeError):
    """The database does not answer."""


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision; does nothing when it is there.

    Raises:
        DatabaseUnreachableError: no connection could be made.
    """
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            command.upgrade(migration_config(connection), "head")
    except OperationalError as error:
        raise DatabaseUnreachableError(
            "The database does not answer: start it, or correct DATABASE_URL."
        ) from error
