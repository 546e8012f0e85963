"""The stored rank of each open request: its priority, counted again only when it changes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.db.tables import help_requests
from bot.triage.priority import priority
from bot.triage.requests import OPEN, facts_of, request_of
from bot.triage.weights import Weights

_c = help_requests.c
_OPEN = sa.or_(*(_c.state == state for state in OPEN))
_DUE = sa.select(_c.id).where(_c.rank_until <= sa.bindparam("now")).limit(1)


def rank_due(engine: Engine, now: datetime, weights: Weights) -> None:
    """Rank the requests whose priority has changed by ``now``; most calls find none."""
    with engine.connect() as connection:
        if connection.execute(_DUE, {"now": now}).first() is None:
            return
    with engine.begin() as connection:
        _rank(connection, _c.rank_until <= now, now, weights)


def rank_all(engine: Engine, now: datetime, weights: Weights) -> None:
    """Rank every open request anew: the weights may have changed since."""
    with engine.begin() as connection:
        _rank(connection, _OPEN, now, weights)


def _rank(
    connection: Connection, which: sa.sql.ColumnElement[bool], now: datetime, weights: Weights
) -> None:
    # in the order of their numbers, so that two who do this at once never wait for each other
    rows = connection.execute(sa.select(help_requests).where(which).order_by(_c.id)).all()
    ranked = []
    for row in rows:
        counted = priority(request_of(row), now, weights, facts_of(row))
        if (row.rank, row.rank_until) != (-counted.score, counted.until):
            ranked.append({"number": row.id, "new_rank": -counted.score, "until": counted.until})
    if ranked:
        statement = (
            help_requests.update()
            .where(_c.id == sa.bindparam("number"), _OPEN)
            .values(rank=sa.bindparam("new_rank"), rank_until=sa.bindparam("until"))
        )
        connection.execute(statement, ranked)
