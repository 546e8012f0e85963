"""Deletes what is over time, and says how much of each kind went and what the oldest left is."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.retention.kinds import kinds_of
from bot.retention.periods import Periods
from bot.settings import Settings


@dataclass(frozen=True)
class Line:
    """One kind. ``over``: how many were over time; ``deleted`` of them, none in a dry run;
    ``oldest``: ISO time in UTC of the oldest that is there afterwards."""

    kind: str
    title: str
    keep: str
    over: int
    deleted: int
    oldest: str | None

    def to_dict(self) -> dict[str, Any]:
        """The shape for JSON."""
        return asdict(self)


def apply_retention(
    engine: Engine, settings: Settings, periods: Periods, *, dry_run: bool = False
) -> list[Line]:
    """Delete what is over time, or only count it; one line for each kind.

    A conversation goes with its turns, reports and Rasa's events. Help requests stay until a clerk
    has ended them and their own time is over; they lose the link to the conversation.
    """
    lines = []
    for kind in kinds_of(engine, settings, periods, utc_now()):
        over = kind.count() if dry_run else kind.delete()
        lines.append(
            Line(
                kind=kind.name,
                title=kind.title,
                keep=kind.keep,
                over=over,
                deleted=0 if dry_run else over,
                oldest=_iso(kind.oldest()),
            )
        )
    return lines


def sum_of(lines: list[Line]) -> int:
    """How many went, of all kinds."""
    return sum(line.deleted for line in lines)


def _iso(moment: datetime | None) -> str | None:
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None
