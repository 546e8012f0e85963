"""The coming help sessions and who has a place in them, the most urgent first; and what becomes of
those whose session the court does not hold any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import utc_now
from bot.knowledge.store import choices_by_topic
from bot.staff.audit import record
from bot.triage.lifecycle import add_note
from bot.triage.notices import NOT_HELD, tell_filer
from bot.triage.queue import queue
from bot.triage.requests import OPEN, STATES, WITHDRAWN, HelpRequest
from bot.triage.sessions import (
    as_sentence,
    booked_in,
    give_up,
    is_held,
    sessions_at_desk,
    spoken_session,
)
from bot.web.desk.filters import session_moment, session_word
from bot.web.desk.queue import Row, row_of
from bot.web.desk.shell import account_of, desk_page, form_of, go_to
from bot.web.site import Site, in_thread, site_of

_MOST = 8
_MOST_NAMED = 20
_PAGE = "/desk/sessions"
_NO_SUCH = "There is no such session. Go back to the page of help sessions and reload it."
_IS_HELD = (
    "The court holds this session, so nothing was changed. To give one place back, open its "
    "request; to close the day, an administrator adds it to closures in data/court.yml."
)
_CALL = "The help session is not held: {session}. No e-mail could be sent: call the filer."


@dataclass(frozen=True)
class SessionView:
    """One session and its requests; ``word`` is its start as it stands in an address. One that is
    not ``held`` was booked before the court closed that day or changed its hours."""

    word: str
    spoken: str
    runs: bool
    held: bool
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


async def post_not_held(request: Request) -> Response:
    """Give all places of a session that is not held back, and tell the filers."""
    site, account = site_of(request), account_of(request)
    start = session_moment(form_of(request).get("start"))
    if start is None:
        raise HTTPException(404, _NO_SUCH)
    if is_held(site.court, start, utc_now()):
        return go_to(request, _PAGE, _IS_HELD)
    told, to_call = await in_thread(_give_back, site, start, account.name)
    return go_to(request, _PAGE, _given_back(told, to_call))


def _give_back(site: Site, start: datetime, who: str) -> tuple[int, list[str]]:
    """How many filers get an e-mail, and the codes of those who must be called."""
    told, to_call = 0, []
    for booked in booked_in(site.engine, start):
        # each on its own: what is done stays done, and the others stay on the page
        is_told = _give_one_back(site, booked, start, who)
        if is_told:
            told += 1
        elif is_told is not None:
            to_call.append(booked.code)
    return told, to_call


def _give_one_back(site: Site, booked: HelpRequest, start: datetime, who: str) -> bool | None:
    """Whether the filer gets an e-mail; None when the place was given back meanwhile."""
    now = utc_now()
    # history, note and e-mail are read on other days
    spoken = spoken_session(site.court, start, booked.session_until or start, None)
    told: list[bool] = []

    def also(connection: Connection, changed: HelpRequest) -> None:
        told.append(
            tell_filer(
                connection,
                site.settings,
                site.court,
                changed,
                NOT_HELD,
                now,
                before=booked,
                by_desk=True,
            )
        )
        if not told[0]:
            add_note(connection, changed.code, who, _CALL.format(session=spoken))
        record(connection, who, "gave a session up", changed.code, "the session is not held")

    why = f"the help session is not held: {spoken}"
    give_up(site.engine, booked.code, who=who, why=why, start=start, also=also)
    return told[0] if told else None


def _given_back(told: int, to_call: list[str]) -> str:
    count = told + len(to_call)
    if not count:
        return "Nobody has a place in this session any more."
    said = f"Places given back: {count}. Filers who get an e-mail: {told}."
    if not to_call:
        return said
    codes = ", ".join(to_call[:_MOST_NAMED])
    more = f" and {len(to_call) - _MOST_NAMED} more" if len(to_call) > _MOST_NAMED else ""
    return f"{said} Call the others, a note on each request says so: {codes}{more}."


def _sessions(site: Site) -> list[SessionView]:
    now, topics = utc_now(), choices_by_topic(site.engine)
    states = [state for state in STATES if state != WITHDRAWN]
    views = []
    for session in sessions_at_desk(site.engine, site.court, now, most=_MOST):
        found = queue(
            site.engine,
            now=now,
            weights=site.court.triage,
            states=states if session.held else OPEN,
            session=session.start,
            per_page=200,
        )
        views.append(
            SessionView(
                word=session_word(session.start),
                spoken=as_sentence(spoken_session(site.court, session.start, session.end, now)),
                runs=session.held and session.start <= now,
                held=session.held,
                booked=site.court.session_capacity - session.free,
                rows=[row_of(site, entry, topics) for entry in found.entries],
            )
        )
    return views
