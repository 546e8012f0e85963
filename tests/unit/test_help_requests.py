"""Help requests, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.conversations import start_conversation
from bot.db import tables
from bot.triage import lifecycle, requests
from bot.triage.requests import MOST_DETAILS

from .requests_made import Make, maker

SOON = datetime(2026, 11, 24, 22, 0)


@pytest.fixture
def make(engine: Engine) -> Make:
    """Makes a request; keyword arguments change what is asked."""
    asked = {"topic": "link_accounts", "details": "Linking fails."}
    return lambda **changes: maker(engine)(**{**asked, **changes})


def events(engine: Engine, code: str) -> list[tuple[str, str, str]]:
    query = (
        sa.select(tables.help_request_changes)
        .join(tables.help_requests)
        .where(tables.help_requests.c.code == code)
        .order_by(tables.help_request_changes.c.id)
    )
    with engine.connect() as connection:
        return [(row.state, row.who, row.why) for row in connection.execute(query)]


def set_state(engine: Engine, code: str, state: str) -> None:
    c = tables.help_requests.c
    with engine.begin() as connection:
        connection.execute(tables.help_requests.update().where(c.code == code).values(state=state))


def test_codes_hold_nothing_that_is_misheard() -> None:
    codes = {requests.new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert len(code) == 11
        assert code[5] == "-"
        assert not set(code) & set("01ILOU")
        assert requests.normal_code(code) == code


def test_a_request_is_found_by_its_code_however_it_is_typed(engine: Engine, make: Make) -> None:
    request = make()
    bare = request.code.replace("-", "")
    for typed in (
        request.code,
        request.code.lower(),
        bare,
        f" {bare[:5]} {bare[5:]} ",
        f"{bare[:5]}\u2013{bare[5:]}",
    ):
        assert requests.find(engine, typed) == request


@pytest.mark.parametrize("text", ["", "-", "\0", "'; --", "K7QRT-3MX9B", "😀", "2" * 10_000])
def test_a_code_that_nobody_has(engine: Engine, make: Make, text: str) -> None:
    make()
    assert requests.find(engine, text) is None
    assert lifecycle.withdraw(engine, text, who="filer", why="") is None


def test_a_code_with_more_signs_behind_it_is_another_code(engine: Engine, make: Make) -> None:
    assert requests.find(engine, make().code + "2") is None


def test_everything_is_stored(engine: Engine, make: Make) -> None:
    request = make(deadline="tomorrow 5 p.m.", deadline_at=SOON)
    assert requests.find(engine, request.code) == request
    assert (request.state, request.deadline, request.deadline_at) == (
        "waiting",
        "tomorrow 5 p.m.",
        SOON,
    )
    assert events(engine, request.code) == [("waiting", "filer", "asked")]


def test_asking_again_on_one_subject_is_one_request(engine: Engine, make: Make) -> None:
    conversation, _ = start_conversation(engine)
    first = make(conversation_id=conversation.id, deadline="today", deadline_at=SOON)
    second = make(
        conversation_id=conversation.id, details="It still fails.", contact="860-555-0100"
    )
    assert second.code == first.code
    assert second.details == "Linking fails.\n\nIt still fails."
    assert second.contact == "860-555-0100"
    assert (second.deadline, second.deadline_at) == ("today", SOON)
    assert [what for _, _, what in events(engine, first.code)] == ["asked", "asked again"]
    third = make(conversation_id=conversation.id, details="It still fails.")
    assert third.details == second.details


def test_another_subject_is_another_request(engine: Engine, make: Make) -> None:
    conversation, _ = start_conversation(engine)
    codes = {
        make(conversation_id=conversation.id, topic=topic).code
        for topic in ("mfa", "pdf_fix", None)
    }
    assert len(codes) == 3
    assert make(conversation_id=conversation.id, topic=None).code in codes


def test_another_filer_is_another_request(engine: Engine, make: Make) -> None:
    people = [start_conversation(engine)[0].id for _ in range(2)]
    assert len({make(conversation_id=person).code for person in [*people, None, None]}) == 4


@pytest.mark.parametrize("state", sorted(requests.ENDED))
def test_after_an_ended_request_a_new_one(engine: Engine, make: Make, state: str) -> None:
    conversation, _ = start_conversation(engine)
    first = make(conversation_id=conversation.id)
    set_state(engine, first.code, state)
    assert make(conversation_id=conversation.id).code != first.code


def test_withdrawing(engine: Engine, make: Make) -> None:
    request = make()
    withdrawn = lifecycle.withdraw(engine, request.code.lower(), who="filer", why="it works now")
    assert withdrawn == replace(request, state="withdrawn")
    assert events(engine, request.code)[-1] == ("withdrawn", "filer", "it works now")


def test_withdrawing_twice_is_one_event(engine: Engine, make: Make) -> None:
    request = make()
    for _ in range(2):
        lifecycle.withdraw(engine, request.code, who="filer", why="it works now")
    assert len(events(engine, request.code)) == 2


def test_what_was_resolved_stays_resolved(engine: Engine, make: Make) -> None:
    request = make()
    set_state(engine, request.code, "resolved")
    after = lifecycle.withdraw(engine, request.code, who="filer", why="late")
    assert after is not None
    assert after.state == "resolved"


@pytest.mark.parametrize("text", ["'; DROP TABLE help_requests; --", "<b>é 李 😀", "x" * 3000])
def test_any_words_come_back_whole(engine: Engine, make: Make, text: str) -> None:
    request = make(details=text)
    assert request.details == text
    assert requests.find(engine, request.code) == request


def test_long_names_are_cut_to_their_column(make: Make) -> None:
    assert make(name="x" * 120).name == "x" * 120
    assert make(name="x" * 121).name == "x" * 120
    assert make(contact="x" * 201).contact == "x" * 200
    assert make(deadline="x" * 201).deadline == "x" * 200


def test_asking_for_ever_keeps_the_beginning_and_the_newest_words(
    engine: Engine, make: Make
) -> None:
    conversation, _ = start_conversation(engine)
    for number in range(10):
        last = make(conversation_id=conversation.id, details=f"try {number} " + "x" * 2990)
    assert len(last.details) <= MOST_DETAILS + 20
    assert last.details.startswith("try 0 ")
    assert "try 9 " in last.details
    assert last.details.count("[…]") == 1


def test_long_names_are_cut_when_asked_again(engine: Engine, make: Make) -> None:
    conversation, _ = start_conversation(engine)
    make(conversation_id=conversation.id)
    again = make(conversation_id=conversation.id, name="x" * 121, deadline="y" * 201)
    assert (again.name, again.deadline) == ("x" * 120, "y" * 200)


def test_words_for_a_request_that_a_clerk_ends_at_that_moment_make_a_new_one(
    engine: Engine, make: Make
) -> None:
    """Added to the ended one, nobody would see them."""
    conversation, _ = start_conversation(engine)
    first = make(conversation_id=conversation.id)
    lifecycle.claim(engine, first.code, "Clerk A")
    clerk = sa.create_engine(engine.url)
    is_open = True

    def ends_it(_: Any, __: Any, statement: str, *___: Any) -> None:
        nonlocal is_open
        if is_open and statement.startswith("UPDATE help_requests"):
            is_open = False
            lifecycle.move(clerk, first.code, requests.RESOLVED, "Clerk A", "done by phone")

    sa.event.listen(engine, "before_cursor_execute", ends_it)
    try:
        second = make(conversation_id=conversation.id, details="It fails again.")
    finally:
        sa.event.remove(engine, "before_cursor_execute", ends_it)
        clerk.dispose()
    assert (second.code != first.code, second.state) == (True, requests.WAITING)
    assert second.details == "It fails again."
    ended = requests.find(engine, first.code)
    assert ended is not None
    assert (ended.state, ended.details) == (requests.RESOLVED, "Linking fails.")
