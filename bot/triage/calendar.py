"""The booked help session as a file for the filer's calendar (RFC 5545)."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from bot.court import CourtProfile
from bot.languages import language_of
from bot.triage.requests import HelpRequest

FILE_NAME = "help-session.ics"
CALENDAR_PATH = re.compile(rf"/requests/[A-Z0-9]{{5}}-[A-Z0-9]{{5}}/{re.escape(FILE_NAME)}")
"""What :func:`calendar_path` gives."""
PUBLISH = "PUBLISH"
CANCEL = "CANCEL"
# in seconds, since a place may be booked and given back within a minute; from a day on which they
# are more than the minutes since 1970 by which earlier entries were counted, and fit for long
_SEQUENCE_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
_REMIND = timedelta(minutes=30)


def calendar_path(code: str) -> str:
    """Where the help desk's page has the file of the request with this code."""
    return f"/requests/{code}/{FILE_NAME}"


def calendar_file(
    court: CourtProfile, request: HelpRequest, now: datetime, page: str | None = None
) -> bytes | None:
    """An iCalendar file with the booked session; None when none is booked.

    It holds no Zoom link, since calendars are shared: ``page`` is where the filer finds it. The
    same request has the same event, so that a new booking replaces the old entry.
    """
    if request.session_at is None or request.session_until is None:
        return None
    _ = language_of(request.language).translations.gettext
    event = _event(court, request, now)
    event.add("location", "Zoom")
    told = (
        _(
            "Your help request has the code {code}. The Zoom link is shown on the help desk's page "
            "under Help requests, {page}, from 30 minutes before the session. Questions: {phones}."
        )
        if page
        else _(
            "Your help request has the code {code}. The Zoom link is shown on the help desk's page "
            "under Help requests from 30 minutes before the session. Questions: {phones}."
        )
    )
    event.add("description", told.format(code=request.code, page=page, phones=court.phones_text))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Help session"))
    alarm.add("trigger", -_REMIND)
    event.add_component(alarm)
    return _file(event, PUBLISH)


def cancelled_calendar_file(
    court: CourtProfile, request: HelpRequest, now: datetime
) -> bytes | None:
    """An iCalendar file that takes the entry of :func:`calendar_file` out again. ``request`` is as
    it was while the session was booked; None when none was."""
    if request.session_at is None or request.session_until is None:
        return None
    event = _event(court, request, now)
    event.add("status", "CANCELLED")
    return _file(event, CANCEL)


def _event(court: CourtProfile, request: HelpRequest, now: datetime) -> Event:
    assert request.session_at is not None
    assert request.session_until is not None
    event = Event()
    event.add("uid", f"{hashlib.sha256(request.code.encode()).hexdigest()[:32]}@{court.code}")
    event.add("dtstamp", now.replace(tzinfo=UTC))
    event.add("sequence", int((now.replace(tzinfo=UTC) - _SEQUENCE_BEGAN).total_seconds()))
    event.add("dtstart", request.session_at.replace(tzinfo=UTC))
    event.add("dtend", request.session_until.replace(tzinfo=UTC))
    _ = language_of(request.language).translations.gettext
    event.add("summary", _("Help session: {court}").format(court=court.short_name))
    return event


def _file(event: Event, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//helpdesk//help sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file
