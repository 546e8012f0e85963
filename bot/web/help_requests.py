"""Help requests by their code: whoever has the code may look, choose a session and withdraw."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.clock import utc_now
from bot.knowledge.store import choices_by_topic
from bot.triage.calendar import calendar_file
from bot.triage.lifecycle import Also, NotAllowedError, UnknownRequestError, withdraw
from bot.triage.notices import BOOKED, GIVEN_UP, WITHDRAWN, is_held_back, tell_filer
from bot.triage.queue import place_in_line
from bot.triage.requests import ENDED, HelpRequest, find
from bot.triage.sessions import (
    Session,
    book,
    give_shown_up,
    next_sessions,
    zoom_link,
)
from bot.web import words
from bot.web.refused import RefusedError
from bot.web.site import Site

_WHY = "withdrawn by the filer on the help desk's page"


@dataclass(frozen=True)
class Standing:
    """A request as its filer may see it: what it is ``about``, ``place`` in line while it waits,
    the ``sessions`` that can be chosen instead of the booked one, the Zoom ``link`` near the time,
    and whether no more e-mails on it go out for now."""

    request: HelpRequest
    about: str | None
    place: int | None
    sessions: tuple[Session, ...]
    link: str | None
    mail_held_back: bool


def find_request(site: Site, code: str) -> Standing:
    """How the request with this code stands. Reads the database.

    Raises:
        RefusedError: there is none.
        TooOftenError: too many codes were tried.
    """
    site.limiter.lookup()
    return _standing(site, _known(find(site.engine, code)))


def withdraw_request(site: Site, code: str) -> Standing:
    """Take it back; one that has ended stays as it is. Writes the database.

    Raises:
        RefusedError: there is none.
        TooOftenError: too many codes were tried.
    """
    site.limiter.lookup()
    told = _telling(site, WITHDRAWN, _known(find(site.engine, code)))
    after = withdraw(site.engine, code, who="filer", why=_WHY, also=told)
    return _standing(site, _known(after))


def book_session(site: Site, code: str, start: str) -> Standing:
    """Give the request a place in the session that begins at ``start`` (ISO, UTC) in exchange for
    the one that it has. Writes the database.

    Raises:
        RefusedError: there is no such request, no such session, or no place left in it.
        TooOftenError: too many codes were tried.
    """
    site.limiter.lookup()
    moment = _moment(start)

    def take() -> HelpRequest:
        told = _telling(site, BOOKED)
        return book(site.engine, site.court, code, moment, utc_now(), who="filer", also=told)

    return _standing(site, _allowed(take))


def give_session_up(site: Site, code: str, start: str = "") -> Standing:
    """Give the place in the session back; the request stays in line. Where the filer saw one that
    begins at ``start`` (ISO, UTC), no other is given back. Writes the database.

    Raises:
        RefusedError: there is no such request, or another session is booked by now.
        TooOftenError: too many codes were tried.
    """
    site.limiter.lookup()
    told = _telling(site, GIVEN_UP, _known(find(site.engine, code)))
    shown = _moment(start) if start else None
    return _standing(
        site,
        _allowed(lambda: give_shown_up(site.engine, code, who="filer", start=shown, also=told)),
    )


def session_calendar(site: Site, code: str) -> bytes:
    """The iCalendar file of the booked session. Reads the database.

    Raises:
        RefusedError: there is no such request, or none is booked.
        TooOftenError: too many codes were tried.
    """
    site.limiter.lookup()
    request = _known(find(site.engine, code))
    page = f"{site.settings.public_url}/requests" if site.settings.public_url else None
    file = calendar_file(site.court, request, utc_now(), page)
    if file is None:
        raise RefusedError(404, words.NOTHING_BOOKED)
    return file


def _moment(start: str) -> datetime:
    try:
        moment = datetime.fromisoformat(start)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise RefusedError(422, words.NO_SESSION) from None


def _standing(site: Site, request: HelpRequest) -> Standing:
    now = utc_now()
    place = place_in_line(site.engine, request, now=now, weights=site.court.triage)
    sessions = () if request.state in ENDED else next_sessions(site.engine, site.court, now)
    others = tuple(session for session in sessions if session.start != request.session_at)
    about = _about(site, request.topic) if request.topic else None
    return Standing(
        request,
        about,
        place,
        others,
        zoom_link(site.court, request, now),
        is_held_back(site.engine, site.settings, request, now),
    )


def _about(site: Site, topic: str) -> str:
    """The topic in the words of its button; by its id once its article is retired."""
    return choices_by_topic(site.engine).get(topic, topic.replace("_", " "))


def _telling(site: Site, about: str, before: HelpRequest | None = None) -> Also:
    """The e-mail to the filer, stored with the change and only where something changed."""
    settings, court = site.settings, site.court
    return lambda connection, changed: tell_filer(
        connection, settings, court, changed, about, utc_now(), before=before
    )


def _allowed(change: Callable[[], HelpRequest]) -> HelpRequest:
    try:
        return change()
    except UnknownRequestError:
        raise RefusedError(404, words.UNKNOWN_REQUEST) from None
    except NotAllowedError as error:
        raise RefusedError(409, str(error)) from None


def _known(found: HelpRequest | None) -> HelpRequest:
    if found is None:
        raise RefusedError(404, words.UNKNOWN_REQUEST)
    return found
