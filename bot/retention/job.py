"""Deletes what is over time, and says how much of each kind went and what the oldest left is."""

import logging
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.retention.kinds import SELDOM, ConversationsLeftError, Kind, kinds_of
from bot.retention.periods import Periods
from bot.settings import Settings
from bot.uploads import FilesLeftError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """One kind. ``over``: how many were over time; ``deleted`` of them, none in a dry run;
    ``oldest``: ISO time in UTC of the oldest that is there afterwards; ``problem``: why not all
    went, for administrators."""

    kind: str
    title: str
    keep: str
    over: int
    deleted: int
    oldest: str | None
    problem: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The shape for JSON."""
        return asdict(self)


def apply_retention(
    engine: Engine,
    settings: Settings,
    periods: Periods,
    *,
    dry_run: bool = False,
    seldom: bool = True,
) -> list[Line]:
    """Delete what is over time, or only count it; one line for each kind. What goes wrong with one
    stands in its line and stops no other. Without ``seldom``, the kinds in ``SELDOM`` are left
    out.

    A conversation goes with its turns, reports and Rasa's events. Help requests stay until a clerk
    has ended them and their own time is over; they lose the link to the conversation.
    """
    kinds = kinds_of(engine, settings, periods, utc_now())
    return [_line(kind, dry_run) for kind in kinds if seldom or kind.name not in SELDOM]


def _line(kind: Kind, dry_run: bool) -> Line:
    # each on its own: a file that stays must not keep everything else
    over, deleted, oldest, problem = 0, 0, None, None
    try:
        over = kind.count() if dry_run else kind.delete()
        deleted = 0 if dry_run else over
        oldest = _iso(kind.oldest())
    except (FilesLeftError, ConversationsLeftError) as error:
        over = deleted = error.deleted
        problem = str(error)
        log.error("what is over time could not be deleted: %s", error)
    except Exception as error:  # whatever it is, the other kinds are deleted all the same
        number = secrets.token_hex(4)
        problem = f"{type(error).__name__}, see {number} in the log"
        log.exception("%s could not be deleted, id %s", kind.name, number)
    return Line(kind.name, kind.title, kind.keep, over, deleted, oldest, problem)


def sum_of(lines: list[Line]) -> int:
    """How many went, of all kinds."""
    return sum(line.deleted for line in lines)


def _iso(moment: datetime | None) -> str | None:
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None
