"""Starts the action server on loopback: ``python -m actions.server``."""

import logging
import warnings
from functools import partial

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import clock
from bot.loopback import SECRET_HEADER, is_secret
from bot.settings import load_settings


def main() -> None:
    """Serve until told to end."""
    warnings.filterwarnings("ignore")  # sanic 21 warns of Python's future; logged nowhere
    settings = load_settings()
    clock.follow(settings.clock_file)
    logging.basicConfig(level=settings.log_level)
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    from rasa_sdk.endpoint import create_app

    app = create_app("actions", auto_reload=False)
    app.register_middleware(partial(_refuse, settings.rasa_secret), "request")
    app.run(host="127.0.0.1", port=settings.action_port, access_log=False, workers=1)


async def _refuse(secret: str, request: Request) -> HTTPResponse | None:
    """Refuse whoever is not our Rasa: other users of this machine reach the port too."""
    if request.path == "/health" or is_secret(request.headers.get(SECRET_HEADER, ""), secret):
        return None
    return response.json({"error": "secret"}, status=403)


if __name__ == "__main__":
    main()
