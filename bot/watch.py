"""What ``helpdesk run`` tells on the terminal of what it does not start itself: of the database
while it runs, of Redis and the mail server at the start."""

import threading
from collections.abc import Callable

import httpx

from bot import supervisor
from bot.children import web_url
from bot.neighbours import problems_of_neighbours
from bot.settings import Settings

_GONE = (
    "The database does not answer any more. Filers are told so, with the court's phone number, and "
    "what they send is not kept. Start it again: the help desk then goes on by itself."
)
_BACK = "The database answers again."


def watch(settings: Settings, say: Callable[[str], None], end: threading.Event) -> None:
    """Tell of neighbours that cannot be used, then of a database that goes and comes back, once
    each, until ``end``."""
    for problem in problems_of_neighbours(settings):
        say(problem)
    answered = True
    while not end.wait(supervisor.PROBE_SECONDS):
        answers = _database_answers(settings)
        if answers is not None and answers != answered:
            say(_BACK if answers else _GONE)
            answered = answers


def _database_answers(settings: Settings) -> bool | None:
    """What web says of it; None where web says nothing."""
    try:
        answer = httpx.get(
            f"{web_url(settings)}/ready", timeout=supervisor.PROBE_SECONDS, trust_env=False
        )
        found = answer.json().get("database")
    except (httpx.HTTPError, ValueError, AttributeError):
        return None
    return found if isinstance(found, bool) else None
