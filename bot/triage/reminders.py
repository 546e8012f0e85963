"""Reminds filers by e-mail of the help session that they have booked."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.court import CourtProfile
from bot.db.tables import help_requests
from bot.settings import Settings
from bot.triage.notices import REMINDED, is_held_back, tell_filer
from bot.triage.requests import OPEN, record, request_of
from bot.triage.sessions import LINK_BEFORE, REMIND_BEFORE, is_held

_c = help_requests.c


def remind(engine: Engine, settings: Settings, court: CourtProfile, now: datetime) -> int:
    """Put an e-mail in the outbox for each booked session that begins within
    :data:`~bot.triage.sessions.REMIND_BEFORE`, once for each request and session; returns how
    many. Whoever booked within that time has just been told and gets none, nor does anybody for a
    session that the court does not hold any more. Where too many e-mails went out already, it waits
    until it may. The mark and the e-mail are one transaction."""
    if not settings.smtp_url:
        return 0
    due = sa.and_(
        _c.state.in_(OPEN),
        _c.session_at > now + LINK_BEFORE,
        _c.session_at <= now + REMIND_BEFORE,
        sa.or_(_c.reminded_for.is_(None), _c.reminded_for != _c.session_at),
    )
    with engine.connect() as connection:
        rows = connection.execute(sa.select(help_requests).where(due)).all()
    sent = 0
    for row in rows:
        number, start, request = row.id, row.session_at, request_of(row)
        # one that is held back is not marked, so that it goes out as soon as it may
        if not is_held(court, start, now) or is_held_back(engine, settings, request, now):
            continue
        mark = help_requests.update().where(_c.id == number, _c.session_at == start, due)
        with engine.begin() as connection:
            # Another web server may have been quicker.
            if connection.execute(mark.values(reminded_for=start)).rowcount != 1:
                continue
            row = connection.execute(sa.select(help_requests).where(_c.id == number)).one()
            if tell_filer(connection, settings, court, request_of(row), REMINDED, now):
                record(connection, number, row.state, "help desk", "reminded by e-mail", now)
                sent += 1
    return sent
