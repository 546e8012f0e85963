"""Counts a week out of the tables. Weeks that are over are counted once and kept, since what they
were counted from is deleted when its time is over."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.db.tables import (
    help_request_changes,
    help_requests,
    ratings,
    reports,
    turns,
    weekly_figures,
)
from bot.figures.model import Figures, figures_from_content
from bot.figures.weeks import Week, local, week_of
from bot.outcomes import ANSWERED, CHECKED, REQUESTED

NO_REPLY = "no_reply"
"""Stands for the outcome of a turn that nothing was replied to."""

_PERSON_TOPIC = "contact_human"
_TAKEN = ("claimed", "in_session", "resolved")
_SETTLED_AFTER = timedelta(days=1)


def figures_by_week(engine: Engine, weeks: Sequence[Week], zone: ZoneInfo) -> list[Figures]:
    """The figures of each week, in order."""
    kept = _kept(engine, weeks)
    with engine.connect() as connection:
        return [kept.get(week.monday) or count_week(connection, week, zone) for week in weeks]


def _kept(engine: Engine, weeks: Sequence[Week]) -> dict[date, Figures]:
    c = weekly_figures.c
    query = sa.select(c.monday, c.content).where(c.monday.in_([week.monday for week in weeks]))
    with engine.connect() as connection:
        return {row.monday: figures_from_content(row.content) for row in connection.execute(query)}


def keep_finished_weeks(engine: Engine, zone: ZoneInfo, now: datetime | None = None) -> int:
    """Count and keep every week that ended a day ago or longer and is not kept; returns how many.

    One statement when there is nothing to do.
    """
    settled = (now or utc_now()) - _SETTLED_AFTER
    week = week_of(local(settled, zone).date() - timedelta(days=7), zone)
    c = weekly_figures.c
    with engine.connect() as connection:
        newest = connection.execute(sa.select(sa.func.max(c.monday))).scalar_one()
        if newest is not None and newest >= week.monday:
            return 0
        first = newest + timedelta(days=7) if newest else _first_day(connection, zone)
    if first is None:
        return 0
    kept, counted = 0, week_of(first, zone)
    while counted.monday <= week.monday:
        kept += _keep(engine, counted, zone)
        counted = week_of(counted.monday + timedelta(days=7), zone)
    return kept


def _first_day(connection: Connection, zone: ZoneInfo) -> date | None:
    earliest = [
        connection.execute(sa.select(sa.func.min(column))).scalar_one()
        for column in (turns.c.asked_at, help_requests.c.created_at)
    ]
    known = [moment for moment in earliest if moment is not None]
    return local(min(known), zone).date() if known else None


def _keep(engine: Engine, week: Week, zone: ZoneInfo) -> bool:
    try:
        with engine.begin() as connection:
            content = count_week(connection, week, zone).to_content()
            row = {"monday": week.monday, "content": content, "counted_at": utc_now()}
            connection.execute(weekly_figures.insert().values(**row))
    except IntegrityError:
        return False  # another web process was quicker
    return True


def count_week(connection: Connection, week: Week, zone: ZoneInfo) -> Figures:
    """Count one week from the tables as they are now."""
    outcomes, topics = _outcomes_and_topics(connection, week)
    conversations, helped, resolved = _conversations(connection, week)
    seen, findings = _findings(connection, week)
    satisfied, not_satisfied = _ratings(connection, week)
    return Figures(
        conversations=conversations,
        helped=helped,
        resolved=resolved,
        outcomes=outcomes,
        topics=topics,
        requests=_requests(connection, week),
        waits=tuple(_waits(connection, week)),
        hours=_hours(connection, week, zone),
        reports=seen,
        findings=findings,
        satisfied=satisfied,
        not_satisfied=not_satisfied,
    )


def _within(column: Any, week: Week) -> Any:
    return (column >= week.start) & (column < week.end)


def _outcomes_and_topics(
    connection: Connection, week: Week
) -> tuple[dict[str, int], dict[str, int]]:
    c = turns.c
    query = (
        sa.select(c.outcome, c.topic, sa.func.count().label("n"))
        .where(_within(c.asked_at, week))
        .group_by(c.outcome, c.topic)
    )
    outcomes: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    for row in connection.execute(query):
        outcomes[row.outcome or NO_REPLY] += row.n
        if row.topic:
            topics[row.topic] += row.n
    return dict(outcomes.most_common()), dict(topics.most_common())


def _conversations(connection: Connection, week: Week) -> tuple[int, int, int]:
    c = turns.c

    def any_of(condition: Any) -> Any:
        return sa.func.max(sa.case((condition, 1), else_=0))

    topic = sa.func.coalesce(c.topic, "")
    each = (
        sa.select(
            any_of(c.outcome.in_((ANSWERED, CHECKED)) & (topic != _PERSON_TOPIC)).label("helped"),
            any_of((c.outcome == REQUESTED) | (topic == _PERSON_TOPIC)).label("person"),
        )
        .where(_within(c.asked_at, week))
        .group_by(c.conversation_id)
        .subquery()
    )
    helped = each.c.helped
    query = sa.select(
        sa.func.count(),
        sa.func.sum(helped),
        sa.func.sum(helped * (1 - each.c.person)),
    ).select_from(each)
    count, helped_count, resolved = connection.execute(query).one()
    return int(count), int(helped_count or 0), int(resolved or 0)


def _requests(connection: Connection, week: Week) -> int:
    query = sa.select(sa.func.count()).where(_within(help_requests.c.created_at, week))
    return int(connection.execute(query).scalar_one())


def _waits(connection: Connection, week: Week) -> list[int]:
    """Minutes from the request to the first claim, of those whose first claim fell in the week."""
    c, r = help_request_changes.c, help_requests.c
    claims = c.state.in_(_TAKEN)
    touched = sa.select(c.request_id).where(claims, _within(c.at, week))
    first = (
        sa.select(c.request_id, sa.func.min(c.at).label("at"))
        .where(claims, c.request_id.in_(touched))
        .group_by(c.request_id)
        .subquery()
    )
    query = (
        sa.select(r.created_at, first.c.at)
        .join(first, first.c.request_id == r.id)
        .where(_within(first.c.at, week))
    )
    rows = connection.execute(query).all()
    return sorted(int((row.at - row.created_at).total_seconds() // 60) for row in rows)


def _hours(connection: Connection, week: Week, zone: ZoneInfo) -> dict[str, int]:
    asked = turns.c.asked_at
    day, hour = sa.extract("day", asked), sa.extract("hour", asked)
    query = (
        sa.select(day.label("day"), hour.label("hour"), sa.func.count().label("n"))
        .where(_within(asked, week))
        .group_by(day, hour)
    )
    # a week and the hours that UTC is off lie in nine days, whose days of the month all differ
    days = [week.start.date() + timedelta(days=n) for n in range(9)]
    dates = {day.day: day for day in days}
    found: Counter[str] = Counter()
    for row in connection.execute(query):
        on = dates[int(row.day)]
        moment = local(datetime(on.year, on.month, on.day, int(row.hour)), zone)  # noqa: DTZ001
        found[f"{moment.weekday()} {moment.hour}"] += row.n
    return dict(found.most_common())


def _ratings(connection: Connection, week: Week) -> tuple[int, int]:
    """How many answers were said to have helped, and how many not."""
    query = (
        sa.select(ratings.c.helped, sa.func.count())
        .where(_within(ratings.c.created_at, week))
        .group_by(ratings.c.helped)
    )
    counted = {bool(helped): int(count) for helped, count in connection.execute(query)}
    return counted.get(True, 0), counted.get(False, 0)


def _findings(connection: Connection, week: Week) -> tuple[int, dict[str, int]]:
    """How many reports there were, and how many of them found a break of each rule."""
    query = sa.select(reports.c.report).where(_within(reports.c.created_at, week))
    seen = 0
    found: Counter[str] = Counter()
    for report in connection.execute(query).scalars():
        seen += 1
        found.update({str(finding["rule"]) for finding in report.get("findings", ())})
    return seen, dict(found.most_common())
