"""Replies: the public shape, the way there and back, and several replies as one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outcomes import OUTCOMES, Choice, Reply, Source, merge_replies, reply_from_message

FULL = Reply(
    text="Reset it.",
    outcome="answered",
    topic="forgot_pacer_credentials",
    sources=(Source("PACER", "https://pacer.uscourts.gov", "2026-11-23"),),
    choices=(Choice("mfa", "Second factor", "/mfa", "mfa"),),
    report_id="r1",
    request_code="K7QRT-3MX9B",
)
texts = st.text(max_size=30)
replies = st.builds(
    Reply,
    text=texts,
    outcome=st.sampled_from(sorted(OUTCOMES)),
    topic=st.none() | st.text(min_size=1, max_size=10),
    sources=st.lists(st.builds(Source, texts, texts, texts), max_size=3).map(tuple),
    choices=st.lists(st.builds(Choice, texts, texts, texts, st.none() | texts), max_size=3).map(
        tuple
    ),
    report_id=st.none() | st.text(min_size=1, max_size=10),
    request_code=st.none() | st.text(min_size=1, max_size=10),
)


def test_public_shape_hides_payloads() -> None:
    assert FULL.to_dict() == {
        "text": "Reset it.",
        "outcome": "answered",
        "topic": "forgot_pacer_credentials",
        "sources": [
            {"title": "PACER", "url": "https://pacer.uscourts.gov", "checked_on": "2026-11-23"}
        ],
        "choices": [{"id": "mfa", "title": "Second factor"}],
        "report_id": "r1",
        "request_code": "K7QRT-3MX9B",
    }


def test_absent_keys_are_left_out() -> None:
    assert Reply("Hm", "asked").to_dict() == {"text": "Hm", "outcome": "asked"}


@given(replies)
def test_there_and_back(reply: Reply) -> None:
    assert reply_from_message(json.loads(json.dumps(reply.to_message()))) == reply


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": "x"},
        {"outcome": "answered"},
        {"text": None, "outcome": "answered"},
        {"text": ["x"], "outcome": "answered"},
        {"text": "x", "outcome": "perhaps"},
        {"text": "x", "outcome": ["answered"]},
        {"text": "x", "outcome": None},
    ],
)
def test_what_is_no_reply(message: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a reply"):
        reply_from_message(message)


def test_nothing_merges_to_nothing() -> None:
    assert merge_replies([]) is None


@given(replies)
def test_one_reply_stays_itself_but_for_repeated_sources(reply: Reply) -> None:
    merged = merge_replies([reply])
    assert merged is not None
    assert merged.text == reply.text
    assert merged.choices == reply.choices
    assert set(merged.sources) == set(reply.sources)


def test_texts_in_order_choices_of_the_last_and_the_telling_outcome() -> None:
    merged = merge_replies(
        [FULL, Reply("What is your name?", "asked", choices=(Choice("c", "C"),))]
    )
    assert merged is not None
    assert merged.text == "Reset it.\n\nWhat is your name?"
    assert merged.outcome == "answered"
    assert merged.topic == "forgot_pacer_credentials"
    assert [choice.id for choice in merged.choices] == ["c"]
    assert merged.sources == FULL.sources
    assert merged.report_id == "r1"
    assert merged.request_code == "K7QRT-3MX9B"


def test_choices_of_an_earlier_reply_stay_when_the_last_has_none() -> None:
    merged = merge_replies([FULL, Reply("Done.", "asked")])
    assert merged is not None
    assert merged.choices == FULL.choices


@given(st.lists(replies, min_size=1, max_size=4))
def test_a_failure_is_never_hidden(several: list[Reply]) -> None:
    merged = merge_replies([*several, Reply("It broke.", "failed")])
    assert merged is not None
    assert merged.outcome == "failed"
