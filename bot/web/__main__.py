"""``python -m bot.web``: the public server as a process of its own."""

import contextlib
import logging
import resource
import sys

import uvloop

from bot import clock
from bot.court import CourtProfileError
from bot.db.engine import DatabaseUrlError
from bot.settings import SettingsError, load_settings
from bot.web.server import serve


def _open_many() -> None:
    """Let this process open as many files and connections as the system allows it to: the usual
    1024 are soon held by clients that send or read nothing."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> int:
    """Serve until told to end; 0 then, 1 when the start failed."""
    try:
        settings = load_settings()
        clock.follow(settings.clock_file)
        logging.basicConfig(
            level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        _open_many()
        uvloop.run(serve(settings))
    except (SettingsError, CourtProfileError, DatabaseUrlError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"The web server cannot use its address: {error.strerror}. "
            "Set HELPDESK_HOST and HELPDESK_PORT to a free one.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
