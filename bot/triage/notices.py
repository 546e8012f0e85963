"""What filers get by e-mail about their help request, where the court has set SMTP up and they
gave an address, in the language that they read the page in."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.court import CourtProfile
from bot.db.engine import transaction
from bot.db.tables import help_request_changes, help_requests
from bot.languages import Language, language_of
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

_SAID = {
    MADE: (
        gettext_noop("{court}: help request {code} is stored"),
        gettext_noop("Your help request is stored."),
    ),
    BOOKED: (
        gettext_noop("{court}: help request {code} has a help session"),
        gettext_noop("Your help request has a place in a help session."),
    ),
    REMINDED: (
        gettext_noop("{court}: help request {code} has a help session soon"),
        gettext_noop(
            "Your help session is near. If you cannot come, give the place back for somebody else."
        ),
    ),
    GIVEN_UP: (
        gettext_noop("{court}: help request {code} has no help session now"),
        gettext_noop("Your place in the help session is given back."),
    ),
    NOT_HELD: (
        gettext_noop("{court}: help request {code} has no help session now"),
        gettext_noop(
            "The help session in which you had a place is not held. Your help request stays in "
            "line."
        ),
    ),
    WITHDRAWN: (
        gettext_noop("{court}: help request {code} is withdrawn"),
        gettext_noop("Your help request is withdrawn. Nobody will contact you about it."),
    ),
    RESOLVED: (
        gettext_noop("{court}: help request {code} is closed"),
        gettext_noop(
            "The clerk's office has closed your help request as done. Your place in the help "
            "session is given back with it. If you still need help, call the clerk's office."
        ),
    ),
    NO_SHOW: (
        gettext_noop("{court}: help request {code} is closed"),
        gettext_noop(
            "The clerk's office has closed your help request, as it could not reach you. Your "
            "place in the help session is given back with it. If you still need help, call the "
            "clerk's office."
        ),
    ),
    REOPENED: (
        gettext_noop("{court}: help request {code} is open again"),
        gettext_noop(
            "Your help request is open again: it was closed by mistake. It is back in line, and "
            "you need do nothing."
        ),
    ),
}
_WITHOUT_SESSION = frozenset({GIVEN_UP, NOT_HELD, WITHDRAWN, RESOLVED, NO_SHOW})
_ENDED = frozenset({WITHDRAWN, RESOLVED, NO_SHOW})
HELD_BACK = gettext_noop(
    "Many e-mails went out on this lately, so no more go out for now. With the code you can see "
    "here at any time how the request stands."
)
NOT_SENT = "sent no e-mail, since too many went out within a day"
"""What a request's history says then."""
NOT_DELIVERED = (
    "could not deliver an e-mail: its address is refused, or nobody answers there. Check the "
    "address, or call the filer"
)
"""What it says when the mail server refuses one, or when it is given up."""
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
    by_desk: bool = False,
) -> bool:
    """Put an e-mail about ``about`` (such as :data:`BOOKED`) in the outbox; False when none was.
    Where too many went out already, the request's history says so.

    ``before`` is the request as it was: a session that it had is taken out of the filer's calendar.
    ``by_desk``: a clerk has changed it, so that what its filer has brought about does not count.

    On an engine the request stands whatever happens here; in the caller's transaction an error of
    the database is the caller's, so that the change and its e-mail are stored together or not."""
    address = read_email(request.contact)
    if not settings.smtp_url or address is None:
        return False
    try:
        mail = _mail(settings, court, request, about, now, address, before)
        with transaction(engine) as connection:
            is_stored = put(connection, mail, now, source=None if by_desk else _source(request))
            if not is_stored:
                _note_once(connection, request.id, request.state, NOT_SENT, now)
        return is_stored
    except SQLAlchemyError:
        if isinstance(engine, Connection):
            raise
        log.exception("an e-mail on a help request could not be stored")
        return False


def clerks_mail(court: CourtProfile, request: HelpRequest, to: str, text: str) -> Mail:
    """What a clerk writes to the filer of a request; only what stands around it is translated."""
    _ = language_of(request.language).translations.gettext
    subject = _("{court}: about your help request {code}")
    end = _("This is about your help request {code}.").format(code=request.code)
    return Mail(
        to,
        subject.format(court=court.short_name, code=request.code),
        f"{text}\n\n{end}\n{court.name}\n",
        request_id=request.id,
    )


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


def note_undelivered(engine: Engine, request_id: int, now: datetime) -> None:
    """Say in the history of the request with this number, once a day, that an e-mail on it does not
    arrive: a clerk would take its filer for told."""
    state = sa.select(help_requests.c.state).where(help_requests.c.id == request_id)
    with engine.begin() as connection:
        found = connection.execute(state).scalar_one_or_none()
        if found is not None:
            _note_once(connection, request_id, found, NOT_DELIVERED, now)


def _note_once(
    connection: Connection, request_id: int, state: str, text: str, now: datetime
) -> None:
    """Say in a request's history what became of an e-mail, once a day."""
    c = help_request_changes.c
    said = sa.select(c.id).where(
        c.request_id == request_id, c.why == text, c.at > now - timedelta(days=1)
    )
    if connection.execute(said.limit(1)).first() is None:
        record(connection, request_id, state, "help desk", text, now)


def _mail(
    settings: Settings,
    court: CourtProfile,
    request: HelpRequest,
    about: str,
    now: datetime,
    address: str,
    before: HelpRequest | None,
) -> Mail:
    language = language_of(request.language)
    _ = language.translations.gettext
    subject, first = map(_, _SAID[about])
    page = f"{settings.public_url}/requests" if settings.public_url else None
    lines = [first, "", _("Code: {code}").format(code=request.code)]
    if about == NOT_HELD and before and (lost := _session(court, before, language)):
        lines.append(_("Not held: {session}").format(session=lost))
    if session := _session(court, request, language):
        lines += [
            _("Help session: {session}").format(session=session),
            "",
            _(
                "The help session is on Zoom. Its link is shown on the help desk's page, with this "
                "code, from 30 minutes before it begins."
            ),
        ]
    attached = calendar_file(court, request, now, page) if about == BOOKED else None
    if about in _WITHOUT_SESSION and before and before.session_at and before.session_at > now:
        attached = cancelled_calendar_file(court, before, now)
        lines += [
            "",
            _("If the help session is in your calendar, open the attached file to take it out."),
        ]
    if about not in _ENDED:
        where = (
            _("With the code you can look it up, choose a session or withdraw it at {page}.")
            if page
            else _(
                "With the code you can look it up, choose a session or withdraw it on the help "
                "desk's page, under Help requests."
            )
        )
        lines += ["", where.format(page=page)]
    lines += [
        "",
        _("The clerk's office: {phones}").format(phones=court.phones_text),
        court.name,
        "",
        _(
            "You get this because somebody gave this address for a help request. If it was not "
            "you, you need do nothing."
        ),
    ]
    return Mail(
        to=address,
        subject=subject.format(court=court.short_name, code=request.code),
        text="\n".join(lines),
        calendar=attached.decode() if attached else None,
        request_id=request.id,
    )


def _session(court: CourtProfile, request: HelpRequest, language: Language) -> str:
    """The session that a request has, in words; empty where it has none."""
    if request.session_at is None or request.session_until is None:
        return ""
    # an e-mail may be read on another day, so no "tomorrow"
    start, end = request.session_at, request.session_until
    return spoken_session(court, start, end, None, language.spoken)
