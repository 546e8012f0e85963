"""How much each reason for helping somebody first counts: the court's own choice."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

_MOST_POINTS = 1000
_MOST_HOURS = 24


class WeightsError(ValueError):
    """A weight that cannot be used; the message names it."""


@dataclass(frozen=True)
class Weights:
    """Points for each reason; ``zone`` is where a deadline is today or tomorrow.

    ``deadline_hours`` (hours) says what counts as within hours. ``waiting`` is counted once for
    each step of waiting, see :data:`bot.triage.priority.WAITING_STEPS`.
    """

    zone: ZoneInfo
    deadline_hours: int = 3
    deadline_within_hours: int = 100
    deadline_today: int = 60
    deadline_tomorrow: int = 30
    deadline_passed: int = 50
    locked_out: int = 40
    waiting: int = 5
    tried_again: int = 15
    mendable: int = -20
    session_now: int = 80
    session_later: int = -30


def weights_from(raw: Any, zone: ZoneInfo) -> Weights:
    """The weights that a court profile names, the rest by default.

    Raises:
        WeightsError: an unknown name, no whole number, or one beyond the limits.
    """
    raw = {} if raw is None else raw
    names = {field.name for field in fields(Weights)} - {"zone"}
    if not isinstance(raw, Mapping) or not set(raw) <= names:
        raise WeightsError(f"weights are named {', '.join(sorted(names))}.")
    for name, value in raw.items():
        low, high = (1, _MOST_HOURS) if name == "deadline_hours" else (-_MOST_POINTS, _MOST_POINTS)
        if type(value) is not int or not low <= value <= high:
            raise WeightsError(f"{name} must be a whole number from {low} to {high}.")
    return Weights(zone, **raw)
