"""The coming help sessions and who has a place in them, the most urgent first."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import utc_now
from bot.knowledge.store import choices_by_topic
from bot.triage.queue import queue
from bot.triage.requests import STATES, WITHDRAWN
from bot.triage.sessions import as_sentence, coming_sessions, spoken_session
from bot.web.desk.filters import session_word
from bot.web.desk.queue import Row, row_of
from bot.web.desk.shell import desk_page
from bot.web.site import Site, in_thread, site_of

_MOST = 8


@dataclass(frozen=True)
class SessionView:
    """One session and its requests; ``word`` is its start as it stands in an address."""

    word: str
    spoken: str
    runs: bool
    booked: int
    rows: list[Row]


async def show_sessions(request: Request) -> Response:
    """All that are near."""
    site = site_of(request)
    return desk_page(
        request,
        "sessions.html",
        sessions=await in_thread(_sessions, site),
        capacity=site.court.session_capacity,
        zoom_link=site.court.zoom_link,
    )


def _sessions(site: Site) -> list[SessionView]:
    now, topics = utc_now(), choices_by_topic(site.engine)
    states = [state for state in STATES if state != WITHDRAWN]
    views = []
    for session in coming_sessions(site.engine, site.court, now, most=_MOST):
        found = queue(
            site.engine,
            now=now,
            weights=site.court.triage,
            states=states,
            session=session.start,
            per_page=200,
        )
        views.append(
            SessionView(
                word=session_word(session.start),
                spoken=as_sentence(spoken_session(site.court, session.start, session.end, now)),
                runs=session.start <= now,
                booked=site.court.session_capacity - session.free,
                rows=[row_of(site, entry, topics) for entry in found.entries],
            )
        )
    return views
