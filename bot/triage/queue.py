"""The line of help requests as a clerk sees it: the most urgent first, filtered and searched."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.db.tables import help_requests
from bot.triage.priority import Priority, end_of_today, priority
from bot.triage.ranking import rank_due
from bot.triage.requests import OPEN, STATES, WAITING, HelpRequest, facts_of, request_of
from bot.triage.weights import Weights

MOST_COUNTED = 1000
"""Counts stop here: nobody pages further, and counting on would cost more than the page."""

_c = help_requests.c
_ORDERS: dict[str, tuple[Any, ...]] = {
    "priority": (_c.rank, _c.created_at, _c.id),
    "oldest": (_c.created_at, _c.id),
    "newest": (_c.created_at.desc(), _c.id.desc()),
    "deadline": (_c.deadline_at.is_(None), _c.deadline_at, _c.id),
}
_KEYS = (_c.id, _c.rank, _c.created_at, _c.deadline_at)
ORDERS = tuple(_ORDERS)
_WORD = re.compile(r"[^\W_]{1,40}")
_MOST_WORDS = 16


@dataclass(frozen=True)
class Entry:
    """A request in the line, with how urgent it is and why."""

    request: HelpRequest
    priority: Priority


@dataclass(frozen=True)
class QueuePage:
    """One page. ``total`` of all pages, at most :data:`MOST_COUNTED`; ``page`` counts from 1."""

    entries: tuple[Entry, ...]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))


def spoken_count(count: int) -> str:
    """``12``, or ``1,000 or more`` where counting stopped."""
    return f"{MOST_COUNTED:,} or more" if count >= MOST_COUNTED else str(count)


def queue(
    engine: Engine,
    *,
    now: datetime,
    weights: Weights,
    states: Collection[str] = OPEN,
    text: str | None = None,
    topic: str | None = None,
    role: str | None = None,
    mine: str | None = None,
    session: datetime | None = None,
    deadline_today: bool = False,
    order: str = "priority",
    page: int = 1,
    per_page: int = 50,
) -> QueuePage:
    """One page of the requests in ``states``; the last one for a ``page`` beyond it.

    ``mine`` is who has claimed them; ``session`` the start of the session that they are booked in;
    ``deadline_today`` leaves those whose deadline is today and not yet over; ``text`` searches the
    code, the name, the contact and the details for words that begin so. ``order`` is one of
    :data:`ORDERS`; another one means ``priority``.
    """
    rank_due(engine, now, weights)
    per_page = max(1, min(per_page, 200))
    wanted: list[Any] = []
    if topic is not None:
        wanted.append(_c.topic == topic)
    if role is not None:
        wanted.append(_c.role == role)
    if mine is not None:
        wanted.append(_c.claimed_by == mine)
    if session is not None:
        wanted.append(_c.session_at == session)
    if deadline_today:
        wanted += [_c.deadline_at > now, _c.deadline_at <= end_of_today(now, weights.zone)]
    known = [state for state in STATES if state in states]
    ordered = _ORDERS.get(order, _ORDERS["priority"])
    with engine.connect() as connection:
        if text is not None and text.strip():
            # not by the index of states: those that were found are looked at one by one
            wanted += [_has_words(connection, text), sa.func.coalesce(_c.state, "").in_(known)]
            parts = [wanted]
        else:
            parts = [[_c.state == state, *wanted] for state in known]
        total = _count(connection, parts)
        page = max(1, min(page, -(-total // per_page)))
        ids = _ids(connection, parts, ordered, (page - 1) * per_page, per_page)
        rows = connection.execute(sa.select(help_requests).where(_c.id.in_(ids))).all()
    by_id = {row.id: row for row in rows}
    entries = tuple(_entry(by_id[number], now, weights) for number in ids if number in by_id)
    return QueuePage(entries, total, page, per_page)


def entry(engine: Engine, request: HelpRequest, *, now: datetime, weights: Weights) -> Entry:
    """One request with its priority."""
    query = sa.select(help_requests).where(_c.id == request.id)
    with engine.connect() as connection:
        return _entry(connection.execute(query).one(), now, weights)


def counts(engine: Engine, states: Collection[str] = STATES) -> dict[str, int]:
    """How many requests are in each of ``states``, each at most :data:`MOST_COUNTED`."""
    with engine.connect() as connection:
        return {state: _count(connection, [[_c.state == state]]) for state in states}


def place_in_line(
    engine: Engine, request: HelpRequest, *, now: datetime, weights: Weights
) -> int | None:
    """How many waiting requests stand before this one, plus one; None when it does not wait."""
    rank_due(engine, now, weights)
    one = sa.select(_c.rank, _c.created_at).where(_c.id == request.id, _c.state == WAITING)
    with engine.connect() as connection:
        own = connection.execute(one).one_or_none()
        if own is None:
            return None
        before = sa.or_(
            _c.rank < own.rank,
            sa.and_(_c.rank == own.rank, _c.created_at < own.created_at),
            sa.and_(_c.rank == own.rank, _c.created_at == own.created_at, _c.id < request.id),
        )
        query = sa.select(sa.func.count()).where(_c.state == WAITING, before)
        return int(connection.execute(query).scalar_one()) + 1


def _entry(row: Any, now: datetime, weights: Weights) -> Entry:
    request = request_of(row)
    return Entry(request, priority(request, now, weights, facts_of(row)))


def _ids(
    connection: Connection, parts: list[list[Any]], ordered: tuple[Any, ...], skip: int, take: int
) -> list[int]:
    """The numbers of one page; each part is read in order by an index, only as far as needed."""
    if not parts:
        return []
    firsts = [
        sa.select(*_KEYS).where(*part).order_by(*ordered).limit(skip + take).subquery()
        for part in parts
    ]
    both = sa.union_all(*(sa.select(first) for first in firsts)).subquery()
    query = sa.select(both.c.id).order_by(*(_of(key, both) for key in ordered))
    rows = connection.execute(query.offset(skip).limit(take))
    return [int(number) for number in rows.scalars()]


def _of(key: Any, table: Any) -> Any:
    """The same key of another table."""
    return sa.sql.util.ClauseAdapter(table).traverse(key)


def _count(connection: Connection, parts: Iterable[list[Any]]) -> int:
    total = 0
    for part in parts:
        some = sa.select(sa.literal(1)).select_from(help_requests).where(*part).limit(MOST_COUNTED)
        query = sa.select(sa.func.count()).select_from(some.subquery())
        total += int(connection.execute(query).scalar_one())
        if total >= MOST_COUNTED:
            return MOST_COUNTED
    return total


def _has_words(connection: Connection, text: str) -> Any:
    """That a request holds all words, or words that begin so."""
    words = list(dict.fromkeys(_WORD.findall(text.lower())))[:_MOST_WORDS]
    if not words:
        return sa.false()
    if connection.dialect.name == "sqlite":
        query = "SELECT rowid FROM help_request_search WHERE help_request_search MATCH :words"
        wanted = " ".join(f'"{word}"*' for word in words)
    else:
        query = (
            "SELECT request_id FROM help_request_search WHERE words @@ to_tsquery('simple', :words)"
        )
        wanted = " & ".join(f"'{word}':*" for word in words)
    return _c.id.in_(sa.text(query).bindparams(words=wanted).columns(_c.id))
