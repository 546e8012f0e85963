"""Help sessions on Zoom: when the next ones are, and who has a place in them.

A place is a number from 1 to the court's capacity, and the database keeps each pair of session and
place only once, so that no place is given twice however many filers book at the same moment.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.court import CourtProfile
from bot.db.tables import help_requests
from bot.triage.hours import ENGLISH, Spoken, gettext_noop, spans, zone_name
from bot.triage.lifecycle import Also, NotAllowedError, UnknownRequestError
from bot.triage.requests import AT_ONCE, OPEN, HelpRequest, by_code, record, request_of

LINK_BEFORE = timedelta(minutes=30)
"""How long before a session begins its Zoom link is shown."""

REMIND_BEFORE = timedelta(hours=24)
"""How long before a session its filers are reminded by e-mail."""

_LOOK_AHEAD_DAYS = 60
_MOST_LOOKED_AT = 30
# whoever comes later than this cannot be helped in a session that is running
_TOO_LATE = timedelta(minutes=10)
_WEEKDAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)
_NO_SUCH_SESSION = gettext_noop(
    "There is no help session at this time any more. Choose another one."
)
_SESSION_FULL = gettext_noop("This help session is full now. Choose another one.")
_OTHER_SESSION = gettext_noop(
    "Your help session was changed meanwhile, so nothing was given back. Look at the one that you "
    "have now."
)
_REQUEST_ENDED = gettext_noop("This request has ended. Make a new one to get a session.")
_c = help_requests.c


class NoSuchSessionError(NotAllowedError):
    """The court holds no session then, or it is over."""

    def __init__(self) -> None:
        super().__init__(_NO_SUCH_SESSION)


class SessionFullError(NotAllowedError):
    """All places are taken."""

    def __init__(self) -> None:
        super().__init__(_SESSION_FULL)


class _PlaceTakenError(Exception):
    """Somebody else was quicker at this place."""


@dataclass(frozen=True)
class Session:
    """One help session: ``start`` and ``end`` in UTC without zone, ``free`` places. It is not
    ``held`` any more when the court has closed that day or changed its hours since filers booked
    it."""

    start: datetime
    end: datetime
    free: int
    held: bool = True


def holds_sessions(court: CourtProfile) -> bool:
    """Whether the court has said when its help sessions are."""
    return bool(court.help_session_hours)


def next_sessions(
    engine: Engine, court: CourtProfile, now: datetime, *, most: int = 3
) -> list[Session]:
    """The next sessions with a free place; none where the court has stated no hours."""
    coming = coming_sessions(engine, court, now, most=_MOST_LOOKED_AT)
    return list(islice((session for session in coming if session.free > 0), most))


def coming_sessions(
    engine: Engine, court: CourtProfile, now: datetime, *, most: int
) -> list[Session]:
    """The next sessions that a filer can still come to, also full ones."""
    return _with_places(engine, court, list(islice(_coming(court, now), most)))


def sessions_at_desk(
    engine: Engine, court: CourtProfile, now: datetime, *, most: int
) -> list[Session]:
    """The next sessions in order, each until its end; beyond ``most`` and the court's hours also
    every one in which an open request still has a place."""
    held = list(islice(_coming(court, now, until_end=True), most))
    known = {start for start, _ in _coming(court, now, until_end=True)}
    query = (
        sa.select(_c.session_at, sa.func.max(_c.session_until).label("end"))
        .where(_c.session_until > now, _c.state.in_(OPEN))
        .group_by(_c.session_at)
    )
    with engine.connect() as connection:
        lost = {row.session_at: row.end for row in connection.execute(query)}
    gone = [Session(s, e, 0, held=False) for s, e in lost.items() if s not in known]
    return sorted([*_with_places(engine, court, held), *gone], key=lambda one: one.start)


def is_held(court: CourtProfile, start: datetime, now: datetime) -> bool:
    """Whether a session that begins at ``start`` (UTC without zone) runs or is still to come."""
    return any(s == start for s, _ in _coming(court, now, until_end=True))


def _with_places(
    engine: Engine, court: CourtProfile, coming: list[tuple[datetime, datetime]]
) -> list[Session]:
    if not coming:
        return []
    starts = [start for start, _ in coming]
    query = (
        sa.select(_c.session_at, sa.func.count().label("taken"))
        .where(_c.session_at.in_(starts), _c.session_place.is_not(None))
        .group_by(_c.session_at)
    )
    with engine.connect() as connection:
        taken = {row.session_at: row.taken for row in connection.execute(query)}
    return [Session(s, e, max(0, court.session_capacity - taken.get(s, 0))) for s, e in coming]


def book(
    engine: Engine,
    court: CourtProfile,
    code: str,
    start: datetime,
    now: datetime,
    *,
    who: str,
    also: Also | None = None,
) -> HelpRequest:
    """Give the request a place in the session that begins at ``start`` (UTC without zone). The
    place in another session is given up in the same step. Booking it again changes nothing.

    Raises:
        NoSuchSessionError, SessionFullError: choose another one.
        NotAllowedError: the request has ended.
        UnknownRequestError: there is none with this code.
    """
    end = next((e for s, e in _coming(court, now) if s == start), None)
    if end is None:
        raise NoSuchSessionError
    taken = sa.select(_c.session_place).where(_c.session_at == start, _c.session_place.is_not(None))
    places = set(range(1, court.session_capacity + 1))
    while True:
        with engine.connect() as connection:
            row = connection.execute(by_code(code)).one_or_none()
            if row is None:
                raise UnknownRequestError
            if row.state not in OPEN:
                raise NotAllowedError(_REQUEST_ENDED)
            if row.session_at == start:
                return request_of(row)
            free = sorted(places - set(connection.execute(taken).scalars()))
        if not free:
            raise SessionFullError
        try:
            booked = _take(engine, row.id, start, end, secrets.choice(free), court, who, also)
        except _PlaceTakenError:
            continue
        if booked is not None:
            return booked


def _take(
    engine: Engine,
    number: int,
    start: datetime,
    end: datetime,
    place: int,
    court: CourtProfile,
    who: str,
    also: Also | None,
) -> HelpRequest | None:
    """The request in its new place; None when it has changed meanwhile.

    Raises:
        _PlaceTakenError
    """
    now = utc_now()
    other = sa.or_(_c.session_at.is_(None), _c.session_at != start)
    statement = (
        help_requests.update()
        .where(_c.id == number, _c.state.in_(OPEN), other)
        .values(
            session_at=start,
            session_until=end,
            session_place=place,
            # so shortly before it, the e-mail on the booking is reminder enough
            reminded_for=start if start - now <= REMIND_BEFORE else None,
            rank_until=AT_ONCE,
            updated_at=now,
        )
    )
    with engine.begin() as connection:
        try:
            changed = connection.execute(statement).rowcount == 1
        except IntegrityError as error:
            raise _PlaceTakenError from error
        if not changed:
            return None
        row = connection.execute(sa.select(help_requests).where(_c.id == number)).one()
        # the history is read on other days
        spoken = spoken_session(court, start, end, None)
        record(connection, number, row.state, who, f"booked the help session: {spoken}", now)
        if also:
            also(connection, request_of(row))
    return request_of(row)


def give_up(
    engine: Engine,
    code: str,
    *,
    who: str,
    why: str = "gave the help session up",
    start: datetime | None = None,
    also: Also | None = None,
) -> HelpRequest:
    """Give the place in a session back; the request stays in line. Without a place nothing
    changes, nor with one in another session than that which begins at ``start``, if it is given.

    Raises:
        UnknownRequestError: there is none with this code.
    """
    now = utc_now()
    statement = (
        help_requests.update()
        .where(
            by_code(code).whereclause,
            _c.state.in_(OPEN),
            _c.session_at.is_not(None) if start is None else _c.session_at == start,
        )
        .values(
            session_at=None,
            session_until=None,
            session_place=None,
            rank_until=AT_ONCE,
            updated_at=now,
        )
    )
    with engine.begin() as connection:
        changed = connection.execute(statement).rowcount == 1
        row = connection.execute(by_code(code)).one_or_none()
        if row is None:
            raise UnknownRequestError
        if changed:
            record(connection, row.id, row.state, who, why, now)
            if also:
                also(connection, request_of(row))
    return request_of(row)


def give_shown_up(
    engine: Engine, code: str, *, who: str, start: datetime | None, also: Also | None = None
) -> HelpRequest:
    """:func:`give_up` for whoever was shown that the booked session begins at ``start``; None for
    an older page, which does not say so.

    Raises:
        NotAllowedError: it is another one by now, so nothing was changed.
        UnknownRequestError: there is none with this code.
    """
    after = give_up(engine, code, who=who, start=start, also=also)
    if after.session_at is not None and after.state in OPEN:
        raise NotAllowedError(_OTHER_SESSION)
    return after


def is_called_off(court: CourtProfile, request: HelpRequest, now: datetime) -> bool:
    """Whether an open request has a place in a session to come that the court does not hold any
    more."""
    start, end = request.session_at, request.session_until
    if start is None or end is None or request.state not in OPEN or end <= now:
        return False
    return not is_held(court, start, now)


def zoom_link(court: CourtProfile, request: HelpRequest, now: datetime) -> str | None:
    """The link, for an open request whose booked session runs or begins within
    :data:`LINK_BEFORE`; else None."""
    start, end = request.session_at, request.session_until
    if start is None or end is None or request.state not in OPEN:
        return None
    if is_called_off(court, request, now):
        return None
    return court.zoom_link if start - LINK_BEFORE <= now < end else None


def spoken_session(
    court: CourtProfile,
    start: datetime,
    end: datetime,
    now: datetime | None,
    language: Spoken = ENGLISH,
) -> str:
    """``tomorrow, Tuesday, 10:00 a.m. to 11:00 a.m. (Eastern Time)``; a day that is further away
    than this week with its date. Without ``now`` always with its date, for what is read later."""
    _, zone = language.translate, court.time_zone
    begins, ends = (_local(moment, zone) for moment in (start, end))
    if now is None:
        day = language.day(begins.date())
    else:
        day = _spoken_day(begins, _local(now, zone), language)
    return _("{day}, {start} to {end} ({zone})").format(
        day=day,
        start=language.time(begins.time()),
        end=language.time(ends.time()),
        zone=zone_name(zone, language.locale),
    )


def spoken_start(court: CourtProfile, start: datetime, now: datetime) -> str:
    """``tomorrow, Tuesday, 10:00 a.m.``: what fits into a table of the staff."""
    begins = _local(start, court.time_zone)
    day = _spoken_day(begins, _local(now, court.time_zone), ENGLISH)
    return f"{day}, {ENGLISH.time(begins.time())}"


def as_sentence(spoken: str) -> str:
    """What was spoken, where it stands alone: with a capital."""
    return spoken[:1].upper() + spoken[1:]


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(zone)


def _spoken_day(begins: datetime, now: datetime, language: Spoken) -> str:
    _ = language.translate
    days = (begins.date() - now.date()).days
    weekday = _(_WEEKDAYS[begins.weekday()])
    if days == 0:
        return _("today, {weekday}").format(weekday=weekday)
    if days == 1:
        return _("tomorrow, {weekday}").format(weekday=weekday)
    return language.day(begins.date())


def booked_in(engine: Engine, start: datetime) -> list[HelpRequest]:
    """The open requests that have a place in the session that begins at ``start``."""
    query = sa.select(help_requests).where(_c.session_at == start, _c.state.in_(OPEN))
    with engine.connect() as connection:
        return [request_of(row) for row in connection.execute(query.order_by(_c.id))]


def _coming(
    court: CourtProfile, now: datetime, *, until_end: bool = False
) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of the sessions that a filer can still come to, in order; ``until_end`` also
    of one that is too late for that."""
    if not court.help_session_hours:
        return
    today = now.replace(tzinfo=UTC).astimezone(court.time_zone).date()
    for start, end in spans(
        court.help_session_hours, court.time_zone, court.closures, today, _LOOK_AHEAD_DAYS
    ):
        if end - (timedelta(0) if until_end else _TOO_LATE) > now:
            yield start, end
