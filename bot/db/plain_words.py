"""Why a database cannot be used, in plain words; never its address, which may hold a password."""

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

# what PostgreSQL, its driver and SQLite say, in the order in which it is looked for
_POSTGRESQL: tuple[tuple[str, str], ...] = (
    ("password authentication failed", "it refuses user or password: correct DATABASE_URL"),
    ("no password supplied", "it wants a password: name it in DATABASE_URL"),
    ("pg_hba.conf", "it lets nobody in from here: correct pg_hba.conf there, or DATABASE_URL"),
    ("role", "it knows no such user: make one there, or correct DATABASE_URL"),
    ("database", "it has no database of that name: make one there, or correct DATABASE_URL"),
    ("translate host name", "no host has its name: correct DATABASE_URL"),
    ("starting up", "it is about to start: wait a little, and start again"),
    ("shutting down", "it is about to end: start it, then start again"),
    ("too many clients", "all its connections are taken: free some, or let it have more"),
    ("connection slots", "all its connections are taken: free some, or let it have more"),
    ("certificate", "its certificate is not trusted: correct it, or DATABASE_URL"),
    ("permission denied", "its user may not do that: give rights there, or correct DATABASE_URL"),
)
_SILENT = "it does not answer: start it, or correct DATABASE_URL"
_SQLITE: tuple[tuple[str, str], ...] = (
    (
        "not a database",
        "the file is damaged, or no SQLite database: put it aside, restore a copy",
    ),
    ("malformed", "the file is damaged: put it aside, restore a copy"),
    ("readonly", "the file cannot be written: give it to the user who runs the help desk"),
    ("full", "its disk is full: free some of it"),
    ("locked", "another program holds it: end that one"),
    (
        "unable to open",
        "the file cannot be opened or made: see that its folder is there and may be written to",
    ),
    ("disk I/O", "its disk cannot be read or written: see whether it is full or broken"),
)


def in_plain_words(engine: Engine, error: DBAPIError) -> str:
    """Two sentences that say what happened and what to do."""
    said = str(error.orig)
    if engine.dialect.name == "sqlite":
        which, known = f"The database {engine.url.database}", _SQLITE
        otherwise = f"the file cannot be used ({_first_line(said)})"
    else:
        which, known = "The database", _POSTGRESQL
        has_spoken = "FATAL" in said or getattr(error.orig, "pgcode", None)
        otherwise = f"it says: {_first_line(said)}" if has_spoken else _SILENT
    words = next((words for part, words in known if _says(said, part)), otherwise)
    return f"{which} cannot be used. {words[0].upper()}{words[1:]}."


def _says(said: str, part: str) -> bool:
    if part in ("role", "database"):
        return f'{part} "' in said and "does not exist" in said
    return part in said


def _first_line(said: str) -> str:
    return next(iter(said.strip().splitlines()), "nothing").removesuffix(".")
