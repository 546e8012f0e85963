"""Starts the action server on loopback: ``python -m actions.server``."""

import logging
import warnings

from bot import clock
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
    app.run(host="127.0.0.1", port=settings.action_port, access_log=False, workers=1)


if __name__ == "__main__":
    main()
