"""Whether this process is alive, and whether it can answer."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.db.tables import conversations
from bot.web.site import in_thread, site_of


async def health(request: Request) -> Response:
    """200 as long as the process answers."""
    return JSONResponse({"alive": True})


async def ready(request: Request) -> Response:
    """200 when the database answers and Rasa has its model; else 503, saying which is missing."""
    site = site_of(request)
    parts = {
        "database": await in_thread(_database_answers, site.engine),
        "rasa": await site.rasa.ready(),
    }
    is_ready = all(parts.values())
    return JSONResponse({"ready": is_ready, **parts}, 200 if is_ready else 503)


def _database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(sa.select(conversations.c.id).limit(1)).first()
    except SQLAlchemyError:
        return False
    return True


ROUTES = [Route("/health", health), Route("/ready", ready)]
