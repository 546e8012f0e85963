"""For how many days each kind of data is kept: ``retention:`` in the court profile."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_MOST_DAYS = 3650


class PeriodsError(ValueError):
    """A period cannot be used; the message names the entry."""


@dataclass(frozen=True)
class Periods:
    """Days. Files are kept for minutes: ``HELPDESK_UPLOAD_LIFE_MINUTES``.

    ``transcripts`` count from a conversation's last message; ``reports`` from the check;
    ``requests`` from the end of a help request; ``outbox`` from when an e-mail was written;
    ``audit`` and ``sign_ins`` from the entry.
    """

    transcripts: int = 90
    reports: int = 30
    requests: int = 365
    ratings: int = 365
    outbox: int = 7
    audit: int = 365
    sign_ins: int = 1


# a week must be over and counted before what it is counted from goes
_LEAST = {"transcripts": 14, "reports": 14, "ratings": 14, "audit": 30}


def periods_from(section: object) -> Periods:
    """The periods of the court profile; a kind that is left out keeps the usual one.

    Raises:
        PeriodsError: an unknown kind, or no number of days, or too few or too many.
    """
    if section is None:
        return Periods()
    if not isinstance(section, Mapping):
        raise PeriodsError("retention looks like {transcripts: 90, reports: 30}.")
    known = {field.name for field in fields(Periods)}
    found: dict[str, Any] = {}
    for name, days in section.items():
        if name not in known:
            raise PeriodsError(f"{name} is no kind of data: use {', '.join(sorted(known))}.")
        least = _LEAST.get(name, 1)
        if type(days) is not int or not least <= days <= _MOST_DAYS:
            raise PeriodsError(f"{name} must be a number of days from {least} to {_MOST_DAYS}.")
        found[name] = days
    return Periods(**found)
