"""What becomes of a help request, on SQLite and PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.triage import lifecycle
from bot.triage.lifecycle import AlreadyClaimedError, NotAllowedError, UnknownRequestError
from bot.triage.queue import queue
from bot.triage.requests import ENDED, OPEN, STATES, HelpRequest, find
from bot.triage.weights import Weights

from .requests_made import Make, maker

WEIGHTS = Weights(ZoneInfo("America/New_York"))


@pytest.fixture
def make(engine: Engine) -> Make:
    return maker(engine)


def state_of(engine: Engine, request: HelpRequest) -> str:
    found = find(engine, request.code)
    assert found
    return found.state


def test_claiming_is_kept_with_who_and_when(engine: Engine, make: Make) -> None:
    before = utc_now()
    claimed = lifecycle.claim(engine, make().code.lower(), "bea")
    assert (claimed.state, claimed.claimed_by) == ("claimed", "bea")
    assert claimed.claimed_at
    assert claimed.claimed_at >= before
    changes = lifecycle.history(engine, claimed.code)
    assert [(c.who, c.why, c.state) for c in changes] == [
        ("filer", "asked", "waiting"),
        ("bea", "claimed", "claimed"),
    ]
    assert changes[1].when == claimed.claimed_at


def test_the_second_clerk_is_told_who_has_it(engine: Engine, make: Make) -> None:
    code = make().code
    lifecycle.claim(engine, code, "bea")
    with pytest.raises(AlreadyClaimedError, match="bea has claimed") as told:
        lifecycle.claim(engine, code, "carl")
    assert told.value.by == "bea"
    assert len(lifecycle.history(engine, code)) == 2


def test_claiming_twice_oneself_changes_nothing(engine: Engine, make: Make) -> None:
    code = make().code
    first = lifecycle.claim(engine, code, "bea")
    assert lifecycle.claim(engine, code, "bea") == first
    assert len(lifecycle.history(engine, code)) == 2


def test_of_200_who_claim_at_once_one_wins(engine: Engine, make: Make) -> None:
    code = make().code
    start = threading.Barrier(50)

    def try_to(number: int) -> str | None:
        if number < 50:
            start.wait()
        try:
            return lifecycle.claim(engine, code, f"clerk {number}").claimed_by
        except AlreadyClaimedError as error:
            told.append(error.by)
            return None

    told: list[str] = []
    with ThreadPoolExecutor(50) as pool:
        winners = [name for name in pool.map(try_to, range(200)) if name]
    assert len(winners) == 1
    assert told == winners * 199
    assert [c.who for c in lifecycle.history(engine, code)] == ["filer", *winners]


def test_200_who_take_the_next_each_get_another(engine: Engine, make: Make) -> None:
    codes = {make(contact=f"{n}@example.com").code for n in range(60)}
    now = utc_now() + timedelta(seconds=1)

    def take(number: int) -> str | None:
        found = lifecycle.claim_next(engine, f"clerk {number}", now, WEIGHTS)
        return found.code if found else None

    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(take, range(200)))
    assert sorted(code for code in taken if code) == sorted(codes)


def test_the_next_is_the_most_urgent(engine: Engine, make: Make) -> None:
    now = utc_now()
    make()
    urgent = make(deadline_at=now + timedelta(hours=1))
    locked_out = make(topic="link_trouble")
    taken = [lifecycle.claim_next(engine, "bea", now, WEIGHTS) for _ in range(2)]
    assert [request.code for request in taken if request] == [urgent.code, locked_out.code]


def test_nobody_waits(engine: Engine) -> None:
    assert lifecycle.claim_next(engine, "bea", utc_now(), WEIGHTS) is None


def test_a_request_from_start_to_end(engine: Engine, make: Make) -> None:
    code = make().code
    lifecycle.claim(engine, code, "bea")
    lifecycle.move(engine, code, "in_session", "bea", "session began")
    lifecycle.move(engine, code, "waiting", "bea", "must fetch a password first")
    lifecycle.claim(engine, code, "carl")
    lifecycle.move(engine, code, "resolved", "carl", "linked")
    assert [(c.who, c.state) for c in lifecycle.history(engine, code)] == [
        ("filer", "waiting"),
        ("bea", "claimed"),
        ("bea", "in_session"),
        ("bea", "waiting"),
        ("carl", "claimed"),
        ("carl", "resolved"),
    ]


def test_back_to_waiting_nobody_has_it(engine: Engine, make: Make) -> None:
    code = make().code
    lifecycle.claim(engine, code, "bea")
    back = lifecycle.move(engine, code, "waiting", "bea", "wrong one")
    assert (back.claimed_by, back.claimed_at) == (None, None)


GOES = {
    "waiting": {"claimed", "withdrawn"},
    "claimed": {"waiting", "in_session", "resolved", "no_show", "withdrawn"},
    "in_session": {"waiting", "resolved", "no_show", "withdrawn"},
    **{end: {"waiting"} for end in ENDED},
}


@pytest.mark.parametrize("end", ["resolved", "no_show", "withdrawn"])
def test_what_ended_by_mistake_comes_back_in_line(engine: Engine, make: Make, end: str) -> None:
    now = utc_now()
    urgent = make(deadline_at=now + timedelta(hours=1))
    other = make(contact="b@example.com")
    lifecycle.claim(engine, urgent.code, "bea")
    lifecycle.move(engine, urgent.code, end, "bea", "the wrong row")
    queue(engine, now=now, weights=WEIGHTS)
    with pytest.raises(NotAllowedError, match="why"):
        lifecycle.move(engine, urgent.code, "waiting", "bea", " ")
    back = lifecycle.move(engine, urgent.code, "waiting", "bea", "ended by mistake")
    assert (back.state, back.claimed_by, back.claimed_at) == ("waiting", None, None)
    last = lifecycle.history(engine, urgent.code)[-1]
    assert (last.who, last.why, last.state) == ("bea", "ended by mistake", "waiting")
    # its place in line is counted anew
    found = queue(engine, now=now, weights=WEIGHTS)
    assert [entry.request.code for entry in found.entries] == [urgent.code, other.code]
    with pytest.raises(NotAllowedError, match="waiting already"):
        lifecycle.move(engine, urgent.code, "waiting", "carl", "I too")


@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("state", STATES)
def test_each_way_between_states(engine: Engine, make: Make, state: str, to: str) -> None:
    code = make(state=state).code
    changes = len(lifecycle.history(engine, code))
    if to in GOES.get(state, ()):
        assert lifecycle.move(engine, code, to, "bea", "because").state == to
        assert len(lifecycle.history(engine, code)) == changes + 1
        return
    with pytest.raises(NotAllowedError) as told:
        lifecycle.move(engine, code, to, "bea", "because")
    assert str(told.value).endswith(".")
    assert state_of(engine, make(state=state)) == state
    assert len(lifecycle.history(engine, code)) == changes


def test_every_change_says_why(engine: Engine, make: Make) -> None:
    code = make(state="claimed").code
    with pytest.raises(NotAllowedError, match="why"):
        lifecycle.move(engine, code, "resolved", "bea", "  ")
    with pytest.raises(NotAllowedError, match="no state"):
        lifecycle.move(engine, code, "lost", "bea", "because")


@pytest.mark.parametrize("state", OPEN)
def test_assigning_to_somebody_else(engine: Engine, make: Make, state: str) -> None:
    code = make(state=state).code
    given = lifecycle.assign(engine, code, "carl", "lead", "knows linking")
    assert given.claimed_by == "carl"
    assert given.state == ("claimed" if state == "waiting" else state)
    last = lifecycle.history(engine, code)[-1]
    assert (last.who, last.why) == ("lead", "assigned to carl: knows linking")


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nobody_takes_what_has_ended(engine: Engine, make: Make, state: str) -> None:
    code = make(state=state).code
    with pytest.raises(NotAllowedError):
        lifecycle.assign(engine, code, "carl", "lead", "")
    with pytest.raises(NotAllowedError):
        lifecycle.claim(engine, code, "carl")


def test_notes_are_kept_in_order_and_masked(engine: Engine, make: Make) -> None:
    code = make().code
    lifecycle.add_note(engine, code, "bea", " called back, no answer ")
    lifecycle.add_note(engine, code, "carl", "gave SSN 078-05-1120 by phone")
    kept = lifecycle.notes(engine, code)
    assert [note.who for note in kept] == ["bea", "carl"]
    assert kept[0].text == "called back, no answer"
    assert "078-05-1120" not in kept[1].text


def test_notes_have_limits(engine: Engine, make: Make) -> None:
    code = make().code
    lifecycle.add_note(engine, code, "bea", "word " * 800)
    for text in ("", "  ", "word " * 801 + "more"):
        with pytest.raises(NotAllowedError):
            lifecycle.add_note(engine, code, "bea", text)
    assert len(lifecycle.notes(engine, code)) == 1


@pytest.mark.parametrize("code", ["", "K7QRT", "K7QRT-3MX9B", "' OR 1=1 --"])
def test_codes_that_nobody_has(engine: Engine, make: Make, code: str) -> None:
    make()
    calls: list[Callable[[], object]] = [
        lambda: lifecycle.claim(engine, code, "bea"),
        lambda: lifecycle.move(engine, code, "resolved", "bea", "done"),
        lambda: lifecycle.assign(engine, code, "carl", "bea", "why"),
        lambda: lifecycle.add_note(engine, code, "bea", "text"),
    ]
    for call in calls:
        with pytest.raises(UnknownRequestError, match="No help request"):
            call()
    assert lifecycle.history(engine, code) == []
    assert lifecycle.notes(engine, code) == []


class LogFullError(Exception):
    """Stands for an entry of the log that cannot be stored."""


@pytest.mark.parametrize("deed", ["claim", "claim_next", "move", "assign", "withdraw"])
def test_a_change_whose_entry_fails_is_not_made(engine: Engine, make: Make, deed: str) -> None:
    code = make().code
    now = utc_now()

    def fail(connection: Connection, changed: HelpRequest) -> None:
        assert changed.state != "waiting"
        lifecycle.add_note(connection, code, "bea", "stored with it")
        raise LogFullError

    def do(also: lifecycle.Also) -> object:
        if deed == "claim":
            return lifecycle.claim(engine, code, "bea", also=also)
        if deed == "claim_next":
            return lifecycle.claim_next(engine, "bea", now, WEIGHTS, also=also)
        if deed == "move":
            return lifecycle.move(engine, code, "withdrawn", "bea", "by phone", also=also)
        if deed == "assign":
            return lifecycle.assign(engine, code, "carl", "bea", "", also=also)
        return lifecycle.withdraw(engine, code, who="filer", why="", also=also)

    with pytest.raises(LogFullError):
        do(fail)
    found = find(engine, code)
    assert found
    assert (found.state, found.claimed_by) == ("waiting", None)
    assert len(lifecycle.history(engine, code)) == 1
    assert lifecycle.notes(engine, code) == []
    called: list[str] = []
    do(lambda _, changed: called.append(changed.state))
    assert len(called) == 1
