"""Switches: what is off, for how long, with which words; on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.engine import Engine

from bot.switches import (
    CHAT,
    LONGEST_NOTICE,
    NAMES,
    REQUESTS,
    UPLOADS,
    NoticeError,
    SwitchedOffError,
    require_on,
    switched_off,
    turn_off,
    turn_on,
)


def test_everything_is_on_at_first(engine: Engine) -> None:
    assert switched_off(engine) == ()
    require_on(engine, *NAMES)


def test_off_and_on_again(engine: Engine) -> None:
    turn_off(engine, UPLOADS, "The scanner\n rests.", who="Kim")
    turn_off(engine, CHAT, "Closed today.", who="Lou")
    assert [off.name for off in switched_off(engine)] == [CHAT, UPLOADS]
    require_on(engine, REQUESTS)
    with pytest.raises(SwitchedOffError) as caught:
        require_on(engine, REQUESTS, UPLOADS)
    assert caught.value.notice == "The scanner rests."
    assert turn_on(engine, UPLOADS)
    assert not turn_on(engine, UPLOADS)
    assert [off.name for off in switched_off(engine)] == [CHAT]


def test_a_new_notice_keeps_the_time(engine: Engine) -> None:
    first = turn_off(engine, CHAT, "Closed.", who="Kim")
    turn_off(engine, CHAT, "Closed until noon.", who="Lou")
    [off] = switched_off(engine)
    assert (off.notice, off.who, off.off_since) == ("Closed until noon.", "Lou", first.off_since)


def test_two_who_turn_it_off_at_once(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: turn_off(engine, CHAT, f"Closed {n}.", who="Kim"), range(8)))
    assert len(switched_off(engine)) == 1


@pytest.mark.parametrize("notice", ["", " \n ", "x" * (LONGEST_NOTICE + 1)])
def test_a_notice_that_cannot_be_shown(engine: Engine, notice: str) -> None:
    with pytest.raises(NoticeError):
        turn_off(engine, CHAT, notice, who="Kim")
    assert switched_off(engine) == ()


def test_no_such_switch(engine: Engine) -> None:
    with pytest.raises(KeyError):
        turn_off(engine, "lights", "Out.", who="Kim")
    with pytest.raises(KeyError):
        turn_on(engine, "lights")
    turn_off(engine, CHAT, "x" * LONGEST_NOTICE, who="Kim")
    assert len(switched_off(engine)) == 1
