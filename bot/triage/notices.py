"""What filers get by e-mail about their help request, where the court has set SMTP up and they
gave an address."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.court import CourtProfile
from bot.db.engine import transaction
from bot.db.tables import help_request_changes
from bot.outbox import Mail, is_too_many, put
from bot.settings import Settings
from bot.triage.calendar import calendar_file, cancelled_calendar_file
from bot.triage.form import read_email
from bot.triage.hours import gettext_noop
from bot.triage.requests import HelpRequest, record
from bot.triage.sessions import spoken_session

MADE = "made"
BOOKED = "booked"
GIVEN_UP = "given_up"
REMINDED = "reminded"
WITHDRAWN = "withdrawn"
NOT_HELD = "not_held"
RESOLVED = "resolved"
NO_SHOW = "no_show"
REOPENED = "reopened"

_LOST = (
    "Your place in the help session is given back with it. If you still need help, call the "
    "clerk's office."
)
_MISTAKE = "Your help request is open again: it was closed by mistake."
_SAID = {
    MADE: ("is stored", "Your help request is stored."),
    BOOKED: ("has a help session", "Your help request has a place in a help session."),
    REMINDED: (
        "has a help session soon",
        "Your help session is near. If you cannot come, give the place back for somebody else.",
    ),
    GIVEN_UP: ("has no help session now", "Your place in the help session is given back."),
    NOT_HELD: (
        "has no help session now",
        "The help session in which you had a place is not held. Your help request stays in line.",
    ),
    WITHDRAWN: (
        "is withdrawn",
        "Your help request is withdrawn. Nobody will contact you about it.",
    ),
    RESOLVED: ("is closed", f"The clerk's office has closed your help request as done. {_LOST}"),
    NO_SHOW: (
        "is closed",
        f"The clerk's office has closed your help request, as it could not reach you. {_LOST}",
    ),
    REOPENED: ("is open again", f"{_MISTAKE} It is back in line, and you need do nothing."),
}
# e-mails are in English, as no request says which language its filer reads; those on a change that
# the filer did not make say it in Spanish too
_IN_SPANISH = {
    REOPENED: (
        "Su solicitud de ayuda está abierta de nuevo: se cerró por error. Está otra vez en la fila "
        "y usted no tiene que hacer nada."
    ),
    NOT_HELD: (
        "No se celebra la sesión de ayuda en la que usted tenía un lugar. Su solicitud de ayuda "
        "sigue en la fila."
    ),
    RESOLVED: (
        "La secretaría del tribunal cerró su solicitud de ayuda como resuelta, por lo que su lugar "
        "en la sesión de ayuda queda libre. Si aún necesita ayuda, llame a la secretaría."
    ),
    NO_SHOW: (
        "La secretaría del tribunal cerró su solicitud de ayuda porque no pudo comunicarse con "
        "usted, por lo que su lugar en la sesión de ayuda queda libre. Si aún necesita ayuda, "
        "llame a la secretaría."
    ),
}
_WHERE_THE_LINK_IS = (
    "The help session is on Zoom. Its link is shown on the help desk's page, with this code, from "
    "30 minutes before it begins."
)
_OUT_OF_THE_CALENDAR = (
    "If the help session is in your calendar, open the attached file to take it out."
)
_WITHOUT_SESSION = frozenset({GIVEN_UP, NOT_HELD, WITHDRAWN, RESOLVED, NO_SHOW})
_ENDED = frozenset({WITHDRAWN, RESOLVED, NO_SHOW})
_WHY_YOU = (
    "You get this because somebody gave this address for a help request. If it was not you, you "
    "need do nothing."
)
HELD_BACK = gettext_noop(
    "Many e-mails went out on this lately, so no more go out for now. With the code you can see "
    "here at any time how the request stands."
)
NOT_SENT = "sent no e-mail, since too many went out within a day"
"""What a request's history says then."""
log = logging.getLogger(__name__)


def tell_filer(
    engine: Engine | Connection,
    settings: Settings,
    court: CourtProfile,
    request: HelpRequest,
    about: str,
    now: datetime,
    *,
    before: HelpRequest | None = None,
    lost: str | None = None,
    by_desk: bool = False,
) -> bool:
    """Put an e-mail about ``about`` (such as :data:`BOOKED`) in the outbox; False when none was.
    Where too many went out already, the request's history says so.

    ``before`` is the request as it was: a session that it had is taken out of the filer's calendar.
    ``lost`` is the help session that is not held, in words. ``by_desk``: a clerk has changed it, so
    that what its filer has brought about does not count.

    On an engine the request stands whatever happens here; in the caller's transaction an error of
    the database is the caller's, so that the change and its e-mail are stored together or not."""
    address = read_email(request.contact)
    if not settings.smtp_url or address is None:
        return False
    try:
        mail = _mail(settings, court, request, about, now, address, before, lost)
        with transaction(engine) as connection:
            is_stored = put(connection, mail, now, source=None if by_desk else _source(request))
            if not is_stored:
                _note_once(connection, request, now)
        return is_stored
    except SQLAlchemyError:
        if isinstance(engine, Connection):
            raise
        log.exception("an e-mail on a help request could not be stored")
        return False


def is_held_back(
    engine: Engine | Connection, settings: Settings, request: HelpRequest, now: datetime
) -> bool:
    """Whether too many e-mails went out for one more on this request, so that its filer must be
    told: :data:`HELD_BACK`."""
    address = read_email(request.contact)
    if not settings.smtp_url or address is None:
        return False
    with transaction(engine) as connection:
        return is_too_many(connection, address, now, source=_source(request))


def _source(request: HelpRequest) -> str:
    """What an e-mail comes of: all requests of a conversation count together."""
    return request.conversation_id or f"request {request.id}"


def _note_once(connection: Connection, request: HelpRequest, now: datetime) -> None:
    """Say in the request's history that no e-mail went out, once a day."""
    c = help_request_changes.c
    said = sa.select(c.id).where(
        c.request_id == request.id, c.why == NOT_SENT, c.at > now - timedelta(days=1)
    )
    if connection.execute(said.limit(1)).first() is None:
        record(connection, request.id, request.state, "help desk", NOT_SENT, now)


def _mail(
    settings: Settings,
    court: CourtProfile,
    request: HelpRequest,
    about: str,
    now: datetime,
    address: str,
    before: HelpRequest | None,
    lost: str | None,
) -> Mail:
    title, first = _SAID[about]
    page = f"{settings.public_url}/requests" if settings.public_url else None
    lines = [first, ""]
    if about in _IN_SPANISH:
        lines += [_IN_SPANISH[about], ""]
    lines.append(f"Code: {request.code}")
    if lost:
        lines.append(f"Not held: {lost}")
    if request.session_at and request.session_until:
        # An e-mail may be read on another day, so no "tomorrow".
        spoken = spoken_session(court, request.session_at, request.session_until, None)
        lines += [
            f"Help session: {spoken}",
            "",
            _WHERE_THE_LINK_IS,
        ]
    attached = calendar_file(court, request, now, page) if about == BOOKED else None
    if about in _WITHOUT_SESSION and before and before.session_at and before.session_at > now:
        attached = cancelled_calendar_file(court, before, now)
        lines += ["", _OUT_OF_THE_CALENDAR]
    if about not in _ENDED:
        where = f"at {page}" if page else "on the help desk's page, under Help requests"
        lines += ["", f"With the code you can look it up, choose a session or withdraw it {where}."]
    lines += [
        "",
        f"The clerk's office: {court.phones_text}",
        court.name,
        "",
        _WHY_YOU,
    ]
    return Mail(
        to=address,
        subject=f"{court.short_name}: help request {request.code} {title}",
        text="\n".join(lines),
        calendar=attached.decode() if attached else None,
    )
