"""Help sessions in the chat: the next ones as buttons, a place in one, another one instead."""

import re
from datetime import datetime

from rasa_sdk import Tracker

from actions.base import HelpdeskAction, Result, said, sent_with, services
from actions.codes import ask_for_code, by_code, own_request, unknown_code
from bot.clock import utc_now
from bot.outcomes import ANSWERED, ASKED, Choice, Reply
from bot.triage.calendar import calendar_path
from bot.triage.lifecycle import Also, NotAllowedError, UnknownRequestError
from bot.triage.notices import BOOKED, GIVEN_UP, HELD_BACK, is_held_back, tell_filer
from bot.triage.requests import ENDED, HelpRequest, codes_in, normal_code
from bot.triage.sessions import (
    as_sentence,
    book,
    give_shown_up,
    holds_sessions,
    is_called_off,
    next_sessions,
    spoken_session,
    zoom_link,
)

_NONE = "none"
_GIVE_UP = "back"
_START = r"\d{8}T\d{4}"
# the id of a button: whether the place is given back, when its session begins, for which request;
# web passes it on
_CHOICE = re.compile(
    rf"session_(?:(?P<back>{_GIVE_UP})(?P<shown>{_START})?|(?P<start>{_START}|{_NONE}))"
    r"_(?P<code>[A-Z0-9]{10})"
)


class ActionBookSession(HelpdeskAction):
    """Books the session of the button that was pressed; shows the next ones without one."""

    def name(self) -> str:
        return "action_book_session"

    def act(self, tracker: Tracker) -> Result:
        pressed = _CHOICE.fullmatch(sent_with(tracker, "choice_id") or "")
        codes = [normal_code(pressed["code"])] if pressed else codes_in(said(tracker))
        request = by_code(codes) if codes else own_request(tracker)
        if request is None:
            return Result([unknown_code(codes) if codes else _ASK])
        if not pressed or request.state in ENDED:
            return Result([sessions_for(request)])
        try:
            if pressed["back"]:
                return Result([_given_back(request, pressed["shown"])])
            return Result([_booked(request, pressed["start"])])
        except UnknownRequestError:
            return Result([unknown_code([request.code])])
        except NotAllowedError as error:
            text = f"{error} {session_offer()}"
            choices = session_choices(request)
            return Result([Reply(text, ASKED, "contact_human", (), choices)])


_ASK = ask_for_code("choose a help session for it")


def _booked(request: HelpRequest, start: str) -> Reply:
    engine, court, now = services().engine, services().court, utc_now()
    if start == _NONE:
        text = (
            f"No session, then. Your help request {request.code} stays in line, and the clerk's "
            "staff gets in touch with you."
        )
        return Reply(text, ANSWERED, "contact_human", request_code=request.code)
    moment = datetime.fromisoformat(start)
    booked = book(
        engine, court, request.code, moment, now, who="filer", also=telling(BOOKED, request)
    )
    link = calendar_path(booked.code)
    return Reply(
        f"You have a place in the help session {session_line(booked)} "
        f"[Add it to your calendar]({link}). To change it, tell me, or open Help requests on this "
        f"page.{held_back(booked)}",
        ANSWERED,
        "contact_human",
        request_code=request.code,
    )


def _given_back(request: HelpRequest, shown: str | None) -> Reply:
    give_shown_up(
        services().engine,
        request.code,
        who="filer",
        start=datetime.fromisoformat(shown) if shown else None,
        also=telling(GIVEN_UP, request),
    )
    text = (
        f"Your place is given back. Help request {request.code} stays in line.{held_back(request)}"
    )
    return Reply(text, ANSWERED, "contact_human", request_code=request.code)


def telling(about: str, before: HelpRequest) -> Also:
    """The e-mail to the filer, stored with the change and only where something changed."""
    settings, court = services().settings, services().court
    return lambda connection, changed: tell_filer(
        connection, settings, court, changed, about, utc_now(), before=before
    )


def held_back(request: HelpRequest) -> str:
    """A paragraph that says that no more e-mails go out for now; empty where they do."""
    is_so = is_held_back(services().engine, services().settings, request, utc_now())
    return f"\n\n{HELD_BACK}" if is_so else ""


def sessions_for(request: HelpRequest) -> Reply:
    """The session that is booked, and the next ones to choose from."""
    if request.state in ENDED:
        text = f"Help request {request.code} is closed. Make a new one to get a session."
        return Reply(text, ANSWERED, "contact_human")
    booked = (
        f"You have a place in the help session {session_line(request)} "
        if _is_booked(request)
        else ""
    )
    choices = session_choices(request)
    outcome = ASKED if choices else ANSWERED
    return Reply(f"{booked}{session_offer()}", outcome, "contact_human", (), choices)


def session_line(request: HelpRequest) -> str:
    """The booked session with its Zoom link, or when that appears; empty when none is booked."""
    if request.session_at is None or request.session_until is None:
        return ""
    court, now = services().court, utc_now()
    spoken = spoken_session(court, request.session_at, request.session_until, now)
    if is_called_off(court, request, now):
        return f"**{spoken}**. The court does not hold this session any more: choose another one."
    if link := zoom_link(court, request, now):
        return f"**{spoken}**. Join by Zoom: [{link}]({link})."
    if court.zoom_link and request.session_until > now:
        return (
            f"**{spoken}**. Ask me for the status of your request from 30 minutes before: then I "
            "show the Zoom link."
        )
    return f"**{spoken}**."


def _is_booked(request: HelpRequest) -> bool:
    return request.session_at is not None


def session_offer() -> str:
    """What goes before the buttons of :func:`session_choices`, or stands in their place."""
    court = services().court
    if not holds_sessions(court):
        return (
            "This help desk does not know when the court's next help sessions on Zoom are: see "
            f"{court.links['zoom_sessions']}. The clerk's staff gets in touch with you; if you "
            f"cannot wait, call {court.phones_text}."
        )
    if not next_sessions(services().engine, court, utc_now(), most=1):
        return (
            "All help sessions of the next weeks are full. The clerk's staff gets in touch with "
            f"you; if you cannot wait, call {court.phones_text}."
        )
    return "Choose one of the next help sessions on Zoom, in which the clerk's staff looks at it."


def session_choices(request: HelpRequest) -> tuple[Choice, ...]:
    """The next sessions as buttons, and the way without one; none where the court has no hours."""
    court, now = services().court, utc_now()
    offered = next_sessions(services().engine, court, now)
    if not offered:
        return ()
    sessions = tuple(
        _choice(
            request,
            f"{session.start:%Y%m%dT%H%M}",
            spoken_session(court, session.start, session.end, now),
        )
        for session in offered
        if session.start != request.session_at
    )
    if request.session_at is not None:
        back = f"{_GIVE_UP}{request.session_at:%Y%m%dT%H%M}"
        return (*sessions, _choice(request, back, "Give my place back"))
    return (*sessions, _choice(request, _NONE, "No session, contact me"))


def _choice(request: HelpRequest, start: str, title: str) -> Choice:
    name = f"session_{start}_{request.code.replace('-', '')}"
    return Choice(name, as_sentence(title), "/book_session")
