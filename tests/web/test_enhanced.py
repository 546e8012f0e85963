"""What htmx gets in place of whole pages: new turns for the log, or a problem for its place."""

from typing import Any

import httpx
import pytest
from web_stack import Stack, stored_turns

HTMX = {"HX-Request": "true"}


def turns_in(response: httpx.Response) -> list[str]:
    return [part.split('"')[0] for part in response.text.split('data-turn="')[1:]]


def test_a_message_adds_one_turn_and_no_page(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post("/messages", data={"text": "hello", "form_id": "a"}, headers=HTMX)
        page = filer.get("/").text
    assert response.status_code == 200
    assert "<html" not in response.text
    assert len(turns_in(response)) == 1
    assert response.text.count("You said: hello") == 1
    assert f'id="turn-{turns_in(response)[0]}"' in page


def test_only_turns_that_the_page_does_not_show_come(stack: Stack) -> None:
    with stack.client() as filer:
        first = filer.post("/messages", data={"text": "one"}, headers=HTMX)
        filer.post("/messages", data={"text": "two, in another tab"}, headers=HTMX)
        seen = turns_in(first)[0]
        third = filer.post("/messages", data={"text": "three", "seen": seen}, headers=HTMX)
        odd = filer.post("/messages", data={"text": "four", "seen": "nothing"}, headers=HTMX)
    assert len(turns_in(third)) == 2
    assert "two, in another tab" in third.text
    assert len(turns_in(odd)) == 1


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"text": " "}, 422, "Your message is empty"),
        ({"text": "x" * 5_000}, 413, "5,000 characters"),
        ({"choice": "nothing"}, 404, "This button"),
        ({"upload_id": "nothing"}, 404, "no longer here"),
    ],
)
def test_a_refusal_goes_where_problems_are_said(
    stack: Stack, form: dict[str, Any], status: int, said: str
) -> None:
    with stack.client() as filer:
        response = filer.post("/messages", data=form, headers=HTMX)
    assert response.status_code == status
    assert (response.headers["hx-retarget"], response.headers["hx-reswap"]) == (
        "#problem",
        "innerHTML",
    )
    assert said in response.text
    assert "<html" not in response.text


def test_after_an_outage_the_same_message_is_answered_and_stands_there_once(stack: Stack) -> None:
    form = {"text": "hello", "form_id": "a"}
    with stack.client() as filer:
        stack.rasa.mode = "error"
        failed = filer.post("/messages", data=form, headers=HTMX)
        stack.rasa.mode = "answer"
        again = filer.post("/messages", data=form, headers=HTMX)
    assert failed.status_code == 503
    assert failed.headers["hx-retarget"] == "#problem"
    assert "860-240-3675" in failed.text
    assert "You said: hello" in again.text
    assert [(row.text, row.reply["outcome"]) for row in stored_turns(stack)] == [
        ("hello", "answered")
    ]


def test_without_scripts_the_page_after_an_outage_sends_the_same_message(stack: Stack) -> None:
    with stack.client() as filer:
        stack.rasa.mode = "error"
        failed = filer.post("/messages", data={"text": "hello", "form_id": "abc"})
    assert failed.status_code == 503
    assert 'name="form_id" value="abc"' in failed.text
    assert ">\nhello</textarea>" in failed.text


def test_a_file_that_was_sent_beforehand_is_checked(stack: Stack) -> None:
    with stack.client() as filer:
        upload = filer.post("/api/uploads?name=a.pdf", content=b"%PDF-").json()
        response = filer.post("/messages", data={"upload_id": upload["upload_id"]}, headers=HTMX)
    assert response.status_code == 200
    assert "File: a.pdf" in response.text
    assert stack.rasa.seen[0]["payload"] == "/file_sent"
