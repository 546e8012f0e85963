"""Figures by week: what is counted, the court's weeks, what stays when its rows are gone, charts
and tables."""

import csv
import io
import time
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.conversations import delete_conversation, start_conversation
from bot.db.tables import help_request_changes, help_requests, reports, turns, uploads
from bot.figures.charts import Series, column_chart, row_chart
from bot.figures.count import NO_REPLY, figures_by_week, keep_finished_weeks
from bot.figures.model import Figures, figures_from_content, quantile, together
from bot.figures.weeks import MOST_WEEKS, SpanError, last_weeks, week_of, weeks_between
from bot.ratings import rate
from bot.spreadsheet import csv_text

ZONE = ZoneInfo("America/New_York")
WEEK = week_of(date(2026, 11, 25), ZONE)
NOON = datetime(2026, 11, 25, 17, 0)  # noon in New York, on a Wednesday


def say(
    engine: Engine,
    conversation_id: str,
    outcome: str | None,
    topic: str | None = None,
    at: datetime = NOON,
) -> None:
    with engine.begin() as connection:
        number = len(connection.execute(turns.select()).all())
        connection.execute(
            turns.insert().values(
                conversation_id=conversation_id,
                message_id=f"m{number}",
                text="x",
                masked_kinds=[],
                asked_at=at,
                outcome=outcome,
                topic=topic,
            )
        )


def begun(engine: Engine) -> str:
    return start_conversation(engine)[0].id


def ask_for_help(engine: Engine, made: datetime, *changes: tuple[str, datetime]) -> None:
    with engine.begin() as connection:
        number = len(connection.execute(help_requests.select()).all()) + 1
        row: dict[str, Any] = {
            "id": number,
            "code": f"code{number}",
            "name": "Ann Lee",
            "contact": "ann@example.com",
            "role": "Attorney",
            "details": "x",
            "state": "waiting",
            "created_at": made,
            "updated_at": made,
        }
        connection.execute(help_requests.insert().values(**row))
        for state, at in (("waiting", made), *changes):
            connection.execute(
                help_request_changes.insert().values(
                    request_id=number, state=state, who="Kim", why="x", at=at
                )
            )


def report(engine: Engine, conversation_id: str, *rules: str, at: datetime = NOON) -> None:
    with engine.begin() as connection:
        number = len(connection.execute(reports.select()).all())
        connection.execute(
            uploads.insert().values(
                id=f"u{number}",
                conversation_id=conversation_id,
                name="a.pdf",
                bytes=1,
                sha256="x",
                created_at=at,
                delete_at=at,
            )
        )
        connection.execute(
            reports.insert().values(
                id=f"r{number}",
                conversation_id=conversation_id,
                upload_id=f"u{number}",
                verdict="reject",
                report={"findings": [{"rule": rule} for rule in rules]},
                created_at=at,
            )
        )


def counted(engine: Engine) -> Figures:
    return figures_by_week(engine, [WEEK], ZONE)[0]


def test_nothing_makes_noughts(engine: Engine) -> None:
    found = counted(engine)
    assert found == Figures()
    assert (found.resolved_share, found.wait_median, found.satisfied_share) == (None, None, None)
    assert keep_finished_weeks(engine, ZONE, NOON) == 0


def test_conversations_are_counted_by_how_they_ended(engine: Engine) -> None:
    alone, went_on, never_helped = begun(engine), begun(engine), begun(engine)
    say(engine, alone, "offered")
    say(engine, alone, "answered", "mfa")
    say(engine, went_on, "checked", "check_my_pdf")
    say(engine, went_on, "answered", "contact_human")
    say(engine, went_on, "requested", "contact_human")
    say(engine, never_helped, "not_understood")
    say(engine, never_helped, None)
    found = counted(engine)
    assert (found.conversations, found.helped, found.resolved) == (3, 2, 1)
    assert found.resolved_share == 0.5
    assert found.messages == 7
    assert found.outcomes[NO_REPLY] == 1
    assert found.outcomes["answered"] == 2
    assert found.topics == {"contact_human": 2, "mfa": 1, "check_my_pdf": 1}


def test_a_week_begins_on_monday_at_midnight_of_the_court(engine: Engine) -> None:
    one = begun(engine)
    say(engine, one, "answered", at=datetime(2026, 11, 23, 4, 59, 59, 999999))
    assert counted(engine).messages == 0
    say(engine, one, "answered", at=datetime(2026, 11, 23, 5, 0))
    say(engine, one, "answered", at=datetime(2026, 11, 30, 4, 59, 59))
    say(engine, one, "answered", at=datetime(2026, 11, 30, 5, 0))
    assert counted(engine).messages == 2
    assert counted(engine).hours == {"0 0": 1, "6 23": 1}


def test_the_week_in_which_the_clocks_change_is_an_hour_longer() -> None:
    week = week_of(date(2026, 11, 1), ZONE)
    assert week.monday == date(2026, 10, 26)
    assert week.end - week.start == timedelta(days=7, hours=1)


def test_busy_hours_are_the_courts_own(engine: Engine) -> None:
    one = begun(engine)
    for hour in (17, 17, 18):
        say(engine, one, "answered", at=datetime(2026, 11, 25, hour, 30))
    say(engine, one, "answered", at=datetime(2026, 11, 26, 1, 0))  # Wednesday evening there
    found = counted(engine)
    assert {h: n for h, n in found.by_hour().items() if n} == {12: 2, 13: 1, 20: 1}
    assert found.by_weekday()["Wednesday"] == 4


def test_waits_run_to_the_first_claim_and_count_in_its_week(engine: Engine) -> None:
    minute = timedelta(minutes=1)
    friday = datetime(2026, 11, 20, 17, 0)
    ask_for_help(engine, NOON, ("claimed", NOON + 10 * minute), ("in_session", NOON + 99 * minute))
    ask_for_help(engine, NOON, ("withdrawn", NOON + minute))
    ask_for_help(engine, friday, ("resolved", NOON))
    # claimed the week before, given back, claimed again: that wait is over
    ask_for_help(engine, friday, ("claimed", friday + minute), ("claimed", NOON))
    found = counted(engine)
    assert found.waits == (10, 5 * 24 * 60)
    assert found.requests == 2
    assert found.wait_median == 10
    assert found.wait_p90 == 5 * 24 * 60


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [((7,), 7, 7), ((1, 2), 1, 2), ((1, 2, 3), 2, 3), (tuple(range(1, 11)), 5, 9)],
)
def test_quantiles(values: tuple[int, ...], median: int, p90: int) -> None:
    assert (quantile(values, 0.5), quantile(values, 0.9)) == (median, p90)


def test_a_rule_counts_once_a_file(engine: Engine) -> None:
    one = begun(engine)
    report(engine, one, "javascript", "javascript", "encrypted")
    report(engine, one, "javascript")
    report(engine, one)
    found = counted(engine)
    assert found.reports == 3
    assert found.findings == {"javascript": 2, "encrypted": 1}


def test_ratings_are_counted_in_the_week_in_which_they_were_given(engine: Engine) -> None:
    one = begun(engine)
    for message, helped in (("a", True), ("b", True), ("c", False)):
        rate(engine, one, message, helped=helped, topic="mfa")
    found = figures_by_week(engine, last_weeks(1, utc_now(), ZONE), ZONE)[0]
    assert (found.satisfied, found.not_satisfied) == (2, 1)
    assert found.satisfied_share == pytest.approx(2 / 3)


def test_a_finished_week_stays_when_its_conversations_go(engine: Engine) -> None:
    conversation, _ = start_conversation(engine)
    say(engine, conversation.id, "answered", "mfa", NOON - timedelta(days=7))
    say(engine, conversation.id, "answered", "mfa")
    next_monday = WEEK.end
    assert keep_finished_weeks(engine, ZONE, next_monday + timedelta(hours=23)) == 1
    assert keep_finished_weeks(engine, ZONE, next_monday + timedelta(hours=25)) == 1
    assert keep_finished_weeks(engine, ZONE, next_monday + timedelta(hours=26)) == 0
    delete_conversation(engine, conversation)
    weeks = weeks_between(date(2026, 11, 18), date(2026, 12, 1), ZONE)
    found = figures_by_week(engine, weeks, ZONE)
    assert [one.messages for one in found] == [1, 1, 0]
    assert together(found).topics == {"mfa": 2}


def test_kept_figures_come_back_as_they_were() -> None:
    figures = Figures(3, 2, 1, {"answered": 2}, {"mfa": 1}, 1, (3, 4), {"0 9": 1}, 1, {"xfa": 1})
    assert figures_from_content(figures.to_content()) == figures
    # kept by an older release, read by a newer one
    assert figures_from_content({"conversations": 3, "gone": 1}) == Figures(conversations=3)


def test_spans_that_make_no_sense_are_refused() -> None:
    today = date(2026, 11, 25)
    with pytest.raises(SpanError, match="before the first"):
        weeks_between(today, today - timedelta(days=1), ZONE)
    first = today - timedelta(days=7 * (MOST_WEEKS - 1))
    assert len(weeks_between(first, today, ZONE)) == MOST_WEEKS
    with pytest.raises(SpanError, match="at most"):
        weeks_between(first - timedelta(days=7), today, ZONE)
    begun_at = time.monotonic()
    with pytest.raises(SpanError, match="521,7"):
        weeks_between(date.min, date.max, ZONE)
    assert time.monotonic() - begun_at < 1
    assert [week.label for week in last_weeks(2, NOON, ZONE)] == ["2026-11-16", "2026-11-23"]


def test_a_chart_says_every_figure_and_needs_no_colour() -> None:
    drawn = column_chart(
        "Waits <by week>", ["a", "b & c"], [Series("median", [5, None]), Series("p90", [9, 0])]
    )
    svg = ET.fromstring(drawn)  # noqa: S314  made by us
    name = "{http://www.w3.org/2000/svg}"
    title = svg.find(f"{name}title")
    assert title is not None
    assert title.text == "Waits <by week>. a, median: 5; a, p90: 9; b & c, p90: 0."
    assert svg.get("aria-labelledby") == title.get("id")
    fills = {rect.get("fill") for rect in svg.iter(f"{name}rect")}
    assert fills == {"currentColor", "url(#waits-by-week-1)"}
    assert {text.text for text in svg.iter(f"{name}text")} >= {"5", "9", "median", "p90", "b & c"}
    assert "style" not in drawn
    rows = row_chart("Topics", [("a name that is much too long to stand before its bar", 2)])
    assert "…" in rows
    assert row_chart("None", [])


def test_no_cell_becomes_a_formula() -> None:
    texts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=1", "", "line\nline", 'say "x", y']
    read = list(csv.reader(io.StringIO(csv_text(["=c"], [[text] for text in texts]), newline="")))
    assert [row[0] for row in read[:1] + read[1:7]] == [
        "'=c", "'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx"
    ]  # fmt: skip
    assert [row[0] for row in read[7:]] == texts[6:]
    assert csv_text(["n"], [[-1], [0.5], [None]]) == 'n\r\n-1\r\n0.5\r\n""\r\n'
