"""Whether an answer helped: asked once, stored with its reason, counted for the desk."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from web_stack import Stack, stored_turns

from bot.clock import utc_now
from bot.conversations import conversation_by_token, delete_conversation
from bot.db.tables import ratings
from bot.ratings import COMMENT_CHARS, forget_ratings_before

HTMX = {"HX-Request": "true"}


def stored(stack: Stack) -> list[tuple[Any, ...]]:
    columns = ratings.c
    with stack.engine.connect() as connection:
        query = sa.select(columns.topic, columns.helped, columns.reason, columns.comment)
        return [tuple(row) for row in connection.execute(query)]


def answered(stack: Stack, filer: httpx.Client) -> str:
    filer.post("/messages", data={"text": "hello"})
    return str(stored_turns(stack)[-1].message_id)


def test_yes_is_stored_and_thanked_for(stack: Stack) -> None:
    with stack.client() as filer:
        turn = answered(stack, filer)
        asked = filer.get("/").text
        response = filer.post("/ratings", data={"turn": turn, "helped": "yes"})
        page = filer.get("/").text
    assert "Did this answer it?" in asked
    assert response.status_code == 303
    assert response.headers["location"] == f"/#turn-{turn}"
    assert "You said that this answered it" in page
    assert "Did this answer it?" not in page
    assert stored(stack) == [("link_accounts", True, None, None)]


def test_no_asks_why_and_takes_a_reason_with_words(stack: Stack) -> None:
    with stack.client() as filer:
        turn = answered(stack, filer)
        filer.post("/ratings", data={"turn": turn, "helped": "no"})
        why = filer.get("/").text
        comment = "I am stuck. My password is Tiger7!x " + "y" * 2_000
        part = filer.post(
            "/ratings", data={"turn": turn, "reason": "unclear", "comment": comment}, headers=HTMX
        )
    assert "What was missing?" in why
    assert "I do not understand it" in why
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "read this" in part.text
    ((topic, helped, reason, words),) = stored(stack)
    assert (topic, helped, reason) == ("link_accounts", False, "unclear")
    assert "Tiger7" not in words
    assert words.startswith("I am stuck.")
    assert len(words) == COMMENT_CHARS


def test_a_second_thought_replaces_the_first(stack: Stack) -> None:
    with stack.client() as filer:
        turn = answered(stack, filer)
        for helped in ("yes", "no", "yes"):
            filer.post("/ratings", data={"turn": turn, "helped": helped}, headers=HTMX)
    assert [row[1] for row in stored(stack)] == [True]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"turn": "nothing", "helped": "yes"}, 404),
        ({"turn": "", "helped": "yes"}, 404),
        ({"helped": "yes"}, 404),
        ({"turn": "TURN", "reason": "<script>"}, 422),
        ({"turn": "TURN", "helped": "maybe"}, 422),
        ({"turn": "TURN"}, 422),
        ({"turn": "TURN", "helped": "yes", "form_token": "0" * 32}, 403),
    ],
)
def test_what_is_no_rating_is_refused(stack: Stack, form: dict[str, str], status: int) -> None:
    with stack.client() as filer:
        turn = answered(stack, filer)
        sent = {key: value.replace("TURN", turn) for key, value in form.items()}
        whole, part = (
            filer.post("/ratings", data=sent),
            filer.post("/ratings", data=sent, headers=HTMX),
        )
    assert (whole.status_code, part.status_code) == (status, status)
    assert part.headers["hx-retarget"] == "#problem"
    assert stored(stack) == []


def test_another_filers_answer_cannot_be_rated(stack: Stack) -> None:
    with stack.client() as filer, stack.client() as stranger:
        turn = answered(stack, filer)
        stranger.post("/messages", data={"text": "hello"})
        response = stranger.post("/ratings", data={"turn": turn, "helped": "no"})
    assert response.status_code == 404
    assert stored(stack) == []


@pytest.mark.parametrize("outcome", ["asked", "offered", "not_understood", "declined", "requested"])
def test_only_answers_are_asked_about(stack: Stack, outcome: str) -> None:
    stack.rasa.messages = [{"custom": {"text": "Hm.", "outcome": outcome, "topic": "mfa"}}]
    with stack.client() as filer:
        filer.post("/messages", data={"text": "hello"})
        assert "Did this answer it?" not in filer.get("/").text


def test_a_deleted_conversation_leaves_the_count_and_no_words(stack: Stack) -> None:
    with stack.client() as filer:
        turn = answered(stack, filer)
        filer.post("/ratings", data={"turn": turn, "reason": "other", "comment": "call Ann Lee"})
        conversation = conversation_by_token(stack.engine, filer.cookies["helpdesk"])
    assert conversation is not None
    delete_conversation(stack.engine, conversation)
    assert stored(stack) == [("link_accounts", False, "other", None)]
    now = utc_now()
    assert forget_ratings_before(stack.engine, now - timedelta(days=1)) == 0
    assert forget_ratings_before(stack.engine, now + timedelta(days=1), dry_run=True) == 1
    assert forget_ratings_before(stack.engine, now + timedelta(days=1)) == 1
    assert stored(stack) == []
