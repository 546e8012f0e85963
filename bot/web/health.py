"""Whether this process is alive, and whether it can answer."""

import shutil
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.db.tables import conversations
from bot.room import require_room
from bot.settings import Settings
from bot.web.site import in_thread, site_of

LEAST_FREE_BYTES = 5_000_000
"""What a message, its answer and the logs may need; files want far more, which is looked at when
they come."""


async def health(request: Request) -> Response:
    """200 as long as the process answers."""
    return JSONResponse({"alive": True})


async def ready(request: Request) -> Response:
    """200 when the database answers, its disk has room and Rasa has its model; else 503, saying
    which is missing. Whether files have room is said beside, since questions are answered without:
    several servers share the files' disk, and all would be taken out of service for it."""
    site = site_of(request)
    parts = {
        "database": await in_thread(_database_answers, site.engine),
        "disk": await in_thread(have_room, folders_written(site.engine, site.settings.var_dir)),
        "rasa": await site.rasa.ready(),
    }
    is_ready = all(parts.values())
    answer = {"ready": is_ready, **parts, "files": await in_thread(_takes_files, site.settings)}
    return JSONResponse(answer, 200 if is_ready else 503)


def _takes_files(settings: Settings) -> bool:
    try:
        require_room(
            settings.upload_dir,
            0,
            space_bytes=settings.upload_space_bytes,
            keep_free_bytes=settings.keep_free_bytes,
        )
    except OSError:
        return False
    return True


def _database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(sa.select(conversations.c.id).limit(1)).first()
    except SQLAlchemyError:
        return False
    return True


def folders_written(engine: Engine, var_dir: Path) -> list[Path]:
    """Where logs go, and the database where it is a file."""
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return [var_dir, Path(file).parent] if file else [var_dir]


def have_room(folders: list[Path]) -> bool:
    """Whether each of these disks still takes a few messages."""
    try:
        return all(shutil.disk_usage(folder).free >= LEAST_FREE_BYTES for folder in folders)
    except OSError:
        return False


ROUTES = [Route("/health", health), Route("/ready", ready)]
