"""What the assistant must reach on labelled questions before it goes live: used by ``make test``,
the reports and the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limit:
    """A share of the summary of ``helpdesk evaluate`` and what it must reach: at least ``at``, or
    at most where ``most``."""

    key: str
    words: str
    at: float
    most: bool = False

    def reached(self, value: float) -> bool:
        """Whether ``value`` is good enough."""
        return value <= self.at if self.most else value >= self.at

    @property
    def bound(self) -> str:
        """In words: ``at least 88%``."""
        return f"{'at most' if self.most else 'at least'} {self.at:.0%}"


LIMITS = (
    Limit("right", "right", 0.88),
    Limit("right_or_offered", "right, or among the first three choices", 0.96),
    Limit("wrong", "wrong: another topic was answered", 0.05, most=True),
    Limit("declined_right", "declined, of those to decline", 0.90),
)

# what a filer says after an answer is often open to more than one reading: docs/decisions/0015
FOLLOW_UP_LIMITS = (
    Limit("right", "right", 0.58),
    Limit("right_or_offered", "right, or among the first three choices", 0.80),
    Limit("wrong", "wrong: another topic was answered", 0.15, most=True),
)


def limits_for(befores: Sequence[str]) -> tuple[Limit, ...]:
    """The limits that hold for questions with these words before them, each empty where it is
    the first message."""
    return FOLLOW_UP_LIMITS if befores and all(befores) else LIMITS


def missed(summary: Mapping[str, Any], limits: Sequence[Limit] = LIMITS) -> list[str]:
    """The limits that a summary does not reach, each in words; empty where all are reached."""
    return [
        f"{limit.words}: {summary[limit.key]:.1%}, {limit.bound} is wanted"
        for limit in limits
        if not limit.reached(float(summary[limit.key]))
    ]
