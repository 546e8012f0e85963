"""The page of one help request, by its code: how it stands, which session, withdrawing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.clock import utc_now
from bot.triage.calendar import FILE_NAME, calendar_path
from bot.triage.notices import HELD_BACK
from bot.triage.requests import ENDED
from bot.triage.sessions import (
    LINK_BEFORE,
    as_sentence,
    holds_sessions,
    is_called_off,
    spoken_session,
)
from bot.web import words
from bot.web.bodies import read_form
from bot.web.form_tokens import check_form
from bot.web.help_requests import (
    Standing,
    book_session,
    find_request,
    give_session_up,
    session_calendar,
    withdraw_request,
)
from bot.web.language import current_language, gettext
from bot.web.refused import RefusedError
from bot.web.site import Site, in_thread, site_of
from bot.web.views import request_state, spoken_moment


@dataclass(frozen=True)
class SessionView:
    """A help session to choose: ``start`` as ISO in UTC, and in the filer's words."""

    start: str
    spoken: str


@dataclass(frozen=True)
class RequestView:
    """A help request as its filer may see it: never the contact."""

    code: str
    state: str
    topic: str | None
    made: str
    before: int | None
    booked: str | None
    booked_start: str | None
    calendar: str | None
    link: str | None
    link_minutes: int | None
    called_off: bool
    sessions: tuple[SessionView, ...]
    states_sessions: bool
    is_open: bool
    mail_held_back: str | None


async def show_requests(request: Request) -> Response:
    """The form to look up a help request."""
    return _page(site_of(request))


async def post_requests(request: Request) -> Response:
    """Look a help request up by its code, choose its session, or withdraw it."""
    site = site_of(request)
    form = await read_form(request)
    code = form.get("code", "").strip()[:64]
    if not code:
        return _page(site, problem=gettext(words.NO_CODE), status=422)
    check_form(form)
    action, start = form.get("action"), form.get("session", "")[:40]
    try:
        if action == "withdraw":
            found = await in_thread(withdraw_request, site, code)
        elif action == "book":
            found = await in_thread(book_session, site, code, start)
        elif action == "give_up":
            found = await in_thread(give_session_up, site, code, start)
        else:
            found = await in_thread(find_request, site, code)
    except RefusedError as error:
        return await _refused(site, code, error)
    return _page(site, code=found.request.code, found=request_view(site, found))


async def _refused(site: Site, code: str, error: RefusedError) -> Response:
    """The page with what was wrong, and the request as it stands where there is one."""
    shown = None
    if error.status in {409, 422}:
        try:
            shown = request_view(site, await in_thread(find_request, site, code))
        except RefusedError as unknown:
            error = unknown
    problem = gettext(error.text)
    return _page(site, code=words.clean(code), found=shown, problem=problem, status=error.status)


async def get_calendar(request: Request) -> Response:
    """The booked session as a file for the calendar."""
    site = site_of(request)
    code = str(request.path_params["code"])[:64]
    file = await in_thread(session_calendar, site, code)
    headers = {"Content-Disposition": f'attachment; filename="{quote(FILE_NAME)}"'}
    return Response(file, media_type="text/calendar", headers=headers)


def request_view(site: Site, found: Standing) -> RequestView:
    """A help request for the page, in the language of the page."""
    request, court, now = found.request, site.court, utc_now()
    language = current_language().spoken

    def spoken(start: datetime, end: datetime) -> str:
        return as_sentence(spoken_session(court, start, end, now, language))

    start, end, is_open = request.session_at, request.session_until, request.state not in ENDED
    called_off = is_called_off(court, request, now)
    coming = is_open and start is not None and end is not None and end > now
    return RequestView(
        code=request.code,
        state=request_state(request),
        topic=found.about,
        made=spoken_moment(request.created_at, court.time_zone),
        before=found.place - 1 if found.place else None,
        booked=spoken(start, end) if start and end else None,
        booked_start=_iso(start) if start else None,
        called_off=called_off,
        calendar=calendar_path(request.code) if coming and not called_off else None,
        link=found.link,
        link_minutes=(
            int(LINK_BEFORE.total_seconds() // 60)
            if coming and not called_off and court.zoom_link and not found.link
            else None
        ),
        sessions=tuple(SessionView(_iso(s.start), spoken(s.start, s.end)) for s in found.sessions),
        states_sessions=holds_sessions(court),
        is_open=is_open,
        mail_held_back=gettext(HELD_BACK) if found.mail_held_back else None,
    )


def _page(
    site: Site, *, code: str = "", found: Any = None, problem: str | None = None, status: int = 200
) -> Response:
    return HTMLResponse(
        site.render("requests.html", code=code, found=found, problem=problem), status
    )


ROUTES = [
    Route("/requests", show_requests, methods=["GET"]),
    Route("/requests", post_requests, methods=["POST"]),
    Route(f"/requests/{{code}}/{FILE_NAME}", get_calendar),
]


def _iso(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='minutes')}Z"
