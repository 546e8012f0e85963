"""The browser that tests, benchmark and pictures drive."""

import shutil

from bot.settings import Settings

HOW_TO_GET_IT = (
    "No Chromium: install it (on Debian: apt-get install chromium), or set CHROMIUM to its path."
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""It asks nobody for anything by itself, and starts for root too."""

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium(settings: Settings) -> str | None:
    """The path of the program, or None."""
    return settings.chromium or next(filter(None, map(shutil.which, _NAMES)), None)
