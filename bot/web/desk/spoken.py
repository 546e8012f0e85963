"""Requests in the words of the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.triage.deadline import spoken_deadline
from bot.triage.requests import ENDED, HelpRequest

STATES = {
    "waiting": "Waiting",
    "claimed": "Claimed",
    "in_session": "In session",
    "resolved": "Resolved",
    "no_show": "Nobody came",
    "withdrawn": "Withdrawn",
}
_SOON = timedelta(hours=3)


@dataclass(frozen=True)
class Due:
    """A deadline: when, what time is left, and how urgent: ``passed``, ``soon`` or ``later``. Of a
    request that has ended nothing but when it was."""

    at: str
    left: str
    urgency: str


def due(request: HelpRequest, now: datetime, zone: ZoneInfo) -> Due | None:
    """The request's deadline; None when the filer gave none that was understood."""
    if request.deadline_at is None:
        return None
    at = spoken_deadline(request.deadline_at, zone, now)
    if request.state in ENDED:
        return Due(at, "", "")
    left = request.deadline_at - now
    passed = left <= timedelta(0)
    return Due(
        at=at,
        left=f"passed {span(-left)} ago" if passed else f"{span(left)} left",
        urgency="passed" if passed else "soon" if left <= _SOON else "later",
    )


def ago(length: timedelta) -> str:
    """``just now``, ``3 hours 20 minutes ago``."""
    return f"{span(length)} ago" if length >= timedelta(minutes=1) else "just now"


def span(length: timedelta) -> str:
    """``12 minutes``, ``3 hours 20 minutes``, ``2 days 4 hours``."""
    minutes = max(0, int(length.total_seconds()) // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        parts = [_counted(days, "day"), _counted(hours, "hour") if hours else ""]
    elif hours:
        parts = [
            _counted(hours, "hour"),
            _counted(minutes % 60, "minute") if minutes % 60 else "",
        ]
    else:
        parts = [_counted(minutes, "minute")]
    return " ".join(part for part in parts if part)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
