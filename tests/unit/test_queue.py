"""The line of help requests, on SQLite and PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.conversations import start_conversation
from bot.db.tables import help_requests
from bot.triage import lifecycle
from bot.triage.queue import MOST_COUNTED, QueuePage, counts, place_in_line, queue, spoken_count
from bot.triage.ranking import rank_all
from bot.triage.requests import (
    STATES,
    HelpRequest,
    delete_ended_before,
    earlier_requests,
    find,
)
from bot.triage.weights import Weights

from .requests_made import Make, maker

WEIGHTS = Weights(ZoneInfo("America/New_York"))
NOW = datetime(2030, 12, 3, 15, 0)  # Tuesday, 10 a.m. in Hartford
HOUR = timedelta(hours=1)


@pytest.fixture
def make(engine: Engine) -> Make:
    run = maker(engine)
    return lambda **changes: run(**{"created_at": NOW, "rank_until": NOW, **changes})


def line(engine: Engine, now: datetime = NOW, **asked: Any) -> QueuePage:
    return queue(engine, now=now, weights=WEIGHTS, **asked)


def codes(found: QueuePage) -> list[str]:
    return [entry.request.code for entry in found.entries]


def coded(*requests: HelpRequest) -> list[str]:
    return [request.code for request in requests]


def test_the_most_urgent_first_then_the_longest_waiting(engine: Engine, make: Make) -> None:
    patient = make(created_at=NOW - timedelta(minutes=10))
    new = make(contact="b@example.com")
    today = make(deadline_at=NOW + 6 * HOUR, contact="c@example.com")
    at_once = make(deadline_at=NOW + HOUR, contact="d@example.com")
    locked_out = make(topic="link_trouble")
    found = line(engine)
    assert codes(found) == coded(at_once, today, locked_out, patient, new)
    assert [entry.priority.score for entry in found.entries] == [100, 60, 40, 0, 0]
    assert found.entries[0].priority.reasons[0].startswith("deadline within 3 hours")
    assert [
        place_in_line(engine, r, now=NOW, weights=WEIGHTS)
        for r in (at_once, today, locked_out, patient, new)
    ] == [1, 2, 3, 4, 5]


def test_the_order_follows_the_clock(engine: Engine, make: Make) -> None:
    locked_out = make(topic="mfa")
    due = make(deadline_at=NOW + 40 * HOUR)
    assert codes(line(engine)) == coded(locked_out, due)
    assert codes(line(engine, NOW + 38 * HOUR)) == coded(due, locked_out)


def test_asking_again_moves_ahead(engine: Engine, make: Make) -> None:
    conversation, _ = start_conversation(engine)
    first = make(contact="b@example.com")
    second = make(conversation_id=conversation.id)
    assert codes(line(engine)) == coded(first, second)
    make(conversation_id=conversation.id)
    assert codes(line(engine)) == coded(second, first)
    assert line(engine).entries[0].priority.reasons == ("asked 2 times (+15)",)


def test_the_same_contact_elsewhere_is_a_repeated_try_and_no_way_to_the_code(
    engine: Engine, make: Make
) -> None:
    first, second = make(), make()
    assert first.code != second.code
    assert line(engine).entries[0].request.code == second.code
    assert earlier_requests(engine, second) == [first]
    assert earlier_requests(engine, make(contact="else@example.com")) == []


def test_other_weights_are_another_order(engine: Engine, make: Make) -> None:
    locked_out = make(topic="mfa")
    due = make(deadline_at=NOW + HOUR)
    assert codes(line(engine)) == coded(due, locked_out)
    other = Weights(WEIGHTS.zone, locked_out=500)
    rank_all(engine, NOW, other)
    assert codes(queue(engine, now=NOW, weights=other)) == coded(locked_out, due)


def test_a_search_finds_what_fits_behind_a_thousand_that_do_not(engine: Engine, make: Make) -> None:
    waiting = make(details="the portal is blank", topic="mfa")
    row = sa.select(help_requests).where(help_requests.c.id == waiting.id)
    with engine.begin() as connection:
        known = dict(connection.execute(row).one()._mapping)
        del known["id"]
        connection.execute(
            help_requests.insert(),
            [{**known, "code": f"A{n:04}-AAAAA", "state": "resolved"} for n in range(1001)],
        )
    assert codes(line(engine, text="portal")) == [waiting.code]
    found = line(engine, text="portal", states=["resolved"])
    assert found.total == MOST_COUNTED


@pytest.mark.parametrize("asked", [{}, {"text": "login"}])
def test_beyond_the_last_page_is_the_last_page(
    engine: Engine, make: Make, asked: dict[str, str]
) -> None:
    made = [make(contact=f"{n}@example.com", details="login") for n in range(3)]
    for number in (2, 9, 10**6):
        found = line(engine, page=number, per_page=2, **asked)
        assert (found.page, found.pages, codes(found)) == (2, 2, coded(made[2]))
    assert line(engine, page=9, text="nothing").page == 1


def test_filters(engine: Engine, make: Make) -> None:
    attorney = make(topic="mfa", deadline_at=NOW + HOUR)
    creditor = make(role="Creditor", contact="c@example.com", deadline_at=NOW + 20 * HOUR)
    bank = make(role="Creditor", topic="mfa", contact="d@example.com", deadline_at=NOW - HOUR)
    lifecycle.claim(engine, bank.code, "bea")
    assert codes(line(engine, topic="mfa")) == coded(attorney, bank)
    assert codes(line(engine, role="Creditor", states=["waiting"])) == coded(creditor)
    assert codes(line(engine, mine="bea")) == coded(bank)
    assert codes(line(engine, states=["claimed", "resolved"])) == coded(bank)
    assert codes(line(engine, deadline_today=True)) == coded(attorney)
    assert codes(line(engine, states=[])) == []
    assert codes(line(engine, states=["lost"])) == []
    assert codes(line(engine, session=NOW)) == []


def test_orders(engine: Engine, make: Make) -> None:
    old = make(created_at=NOW - 9 * HOUR)
    due = make(deadline_at=NOW + HOUR, created_at=NOW - HOUR)
    new = make()
    lifecycle.claim(engine, due.code, "bea")
    assert codes(line(engine, order="oldest")) == coded(old, due, new)
    assert codes(line(engine, order="newest")) == coded(new, due, old)
    assert codes(line(engine, order="deadline")) == coded(due, old, new)
    assert codes(line(engine, order="; DROP TABLE")) == codes(line(engine))


def test_pages(engine: Engine, make: Make) -> None:
    made = coded(*(make(contact=f"{n}@example.com") for n in range(7)))
    pages = [line(engine, page=page, per_page=3) for page in (1, 2, 3, 4)]
    assert [codes(page) for page in pages] == [made[:3], made[3:6], made[6:], made[6:]]
    assert {(page.total, page.pages) for page in pages} == {(7, 3)}
    assert codes(line(engine, page=-5, per_page=3)) == made[:3]
    assert line(engine, page=10**9, per_page=3).page == 3


@pytest.mark.parametrize(
    "text", ["ann", "ANN lee", "lee-firm.example", "860 555", "link", "müller", "K7", "{code}"]
)
def test_search(engine: Engine, make: Make, text: str) -> None:
    found = make(
        name="Ann Lee",
        contact="860-555-0100, ann@lee-firm.example",
        details="Linking says Müller left. K7",
    )
    make(name="Bob Ray", contact="bob@example.com", details="Upload fails.")
    assert codes(line(engine, text=text.format(code=found.code))) == [found.code]


@pytest.mark.parametrize(
    "text",
    ['"', "' OR 1=1 --", "ann*", "aardvark & | !bob", "NEAR(ann", "\0", "%", "x" * 5000, "ann zzz"],
)
def test_any_search_is_only_words(engine: Engine, make: Make, text: str) -> None:
    make(name="Bob Ray", contact="bob@example.com", details="Upload fails.")
    assert codes(line(engine, text=text)) == []


def test_search_follows_what_changes_and_what_goes(engine: Engine, make: Make) -> None:
    conversation, _ = start_conversation(engine)
    request = make(conversation_id=conversation.id, name="Ann Lee")
    make(conversation_id=conversation.id, name="Anna Leigh")
    assert codes(line(engine, text="leigh")) == [request.code]
    assert codes(line(engine, text="lee")) == []
    lifecycle.withdraw(engine, request.code, who="filer", why="works")
    assert codes(line(engine, text="leigh")) == []
    assert codes(line(engine, text="leigh", states=STATES)) == [request.code]
    assert delete_ended_before(engine, datetime(2100, 1, 1)) == 1
    assert find(engine, request.code) is None
    assert codes(line(engine, text="leigh", states=STATES)) == []


def test_only_what_ended_long_ago_is_deleted(engine: Engine, make: Make) -> None:
    ended = make(state="resolved")
    lifecycle.add_note(engine, ended.code, "bea", "done")
    waiting = make()
    assert delete_ended_before(engine, datetime(2020, 1, 1)) == 0
    assert delete_ended_before(engine, datetime(2100, 1, 1), dry_run=True) == 1
    assert delete_ended_before(engine, datetime(2100, 1, 1)) == 1
    assert find(engine, ended.code) is None
    assert find(engine, waiting.code) == waiting


def test_counts(engine: Engine, make: Make) -> None:
    make(state="claimed")
    for _ in range(2):
        make()
    assert counts(engine) == {**dict.fromkeys(STATES, 0), "waiting": 2, "claimed": 1}
    assert spoken_count(MOST_COUNTED - 1) == "999"
    assert spoken_count(MOST_COUNTED) == "1,000 or more"


def test_whoever_does_not_wait_has_no_place(engine: Engine, make: Make) -> None:
    request = make()
    lifecycle.claim(engine, request.code, "bea")
    assert place_in_line(engine, request, now=NOW, weights=WEIGHTS) is None
