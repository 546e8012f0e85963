"""Starts the Rasa server with our channel: ``python -m bot.assistant.server ENDPOINTS_FILE``.

The same as ``rasa run`` with our settings, without importing what only ``rasa train`` needs.
"""

import logging
import sys
import warnings

from bot.settings import ROOT, load_settings
from bot.training import model_path


def main(endpoints_file: str) -> None:
    """Serve until told to end."""
    warnings.filterwarnings(
        "ignore"
    )  # Rasa's dependencies warn of their own future; logged nowhere
    settings = load_settings()
    logging.basicConfig(level=settings.log_level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog

    from bot.assistant.action_endpoint import ActionEndpoint

    configure_structlog(logging.getLevelName(settings.log_level))

    endpoints = AvailableEndpoints.read_endpoints(endpoints_file)
    endpoints.action = ActionEndpoint(
        endpoints.action, seconds=settings.turn_timeout_seconds, secret=settings.rasa_secret
    )
    rasa.core.run.serve_application(
        model_path=str(model_path(settings)),
        channel=None,
        interface="127.0.0.1",
        port=settings.rasa_port,
        credentials=str(ROOT / "credentials.yml"),
        endpoints=endpoints,
        enable_api=False,
        request_timeout=int(settings.turn_timeout_seconds) + 5,
        response_timeout=int(settings.turn_timeout_seconds) + 5,
    )


if __name__ == "__main__":
    main(sys.argv[1])
