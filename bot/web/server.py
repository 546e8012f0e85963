"""Runs the application behind hypercorn until the process is told to end."""

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from bot.settings import Settings
from bot.web.app import create_app


def server_config(settings: Settings) -> Config:
    """Hypercorn's settings.

    ``keep_alive_timeout`` also ends a connection whose headers do not come. Bodies have limits of
    their own (``bot.web.bodies``). ``read_timeout`` also ends a connection on which we are still
    working for the client, so it must be longer than the longest turn.
    """
    config = Config()
    config.bind = [f"{settings.web_host}:{settings.web_port}"]
    config.keep_alive_timeout = 5
    config.read_timeout = int(settings.turn_timeout_seconds) + 30
    config.graceful_timeout = 10
    config.include_server_header = False
    config.errorlog = None
    return config


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests that are under way are finished.

    Raises:
        OSError: the port is taken.
        CourtProfileError, DatabaseUrlError: see :func:`bot.web.app.create_app`.
    """
    await hypercorn_serve(create_app(settings), server_config(settings))  # type: ignore[arg-type]
