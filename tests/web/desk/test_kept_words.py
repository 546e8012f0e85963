"""What somebody wrote at the desk is not lost when it could not be taken."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import httpx
import pyotp
import pytest
from desk_people import Person, ask, form_token, signed_in, type_code, type_password, with_password
from web_stack import Stack

from bot import clock
from bot.staff import sessions
from bot.triage.lifecycle import notes
from bot.triage.requests import find

NOTE = 'He said: "the firm\'s <old> account"\n\nCall him tomorrow, ñandú.'
_FIELD = re.compile(
    r'<input type="hidden" name="([^"]+)" value="([^"]*)">'
    r'|<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>',
    re.DOTALL,
)


@pytest.fixture
def hour_later(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Moves the clock on by an hour; it runs with the machine's again after the test."""
    file = tmp_path / "clock"

    def move() -> None:
        file.write_text("3600", encoding="ascii")
        clock.follow(file)

    yield move
    clock.follow(None)


@pytest.fixture
def code(stack: Stack) -> str:
    return ask(stack).code


def kept_form(page: str) -> tuple[str, dict[str, str]]:
    """Where the form of the page leads, and what it would send."""
    form = page.split('<form method="post" action="')[-1].split("</form>")[0]
    fields = {a or c: html.unescape(b or d) for a, b, c, d in _FIELD.findall(form)}
    return form.split('"')[0], fields


def send(client: httpx.Client, page: str) -> httpx.Response:
    """Press the button of the page that keeps the words."""
    to, fields = kept_form(page)
    return client.post(to, data=fields)


def filled_in(clerk: Person, code: str) -> dict[str, str]:
    """What the form for a note on the request sends."""
    page = clerk.get(f"/desk/requests/{code}").text
    return {"form_token": form_token(page), "text": NOTE}


def sign_in_again(stack: Stack, clerk: Person) -> None:
    """In another tab of the same browser."""
    _, secret = with_password(stack, "other.clerk")
    type_password(clerk.client, "other.clerk")
    type_code(clerk.client, pyotp.TOTP(secret).at(clock.utc_now().replace(tzinfo=UTC)))
    assert clerk.get("/desk/queue").status_code == 200


def test_words_outlive_the_session(stack: Stack, code: str, hour_later: Callable[[], None]) -> None:
    clerk = signed_in(stack, "clerk")
    sent = filled_in(clerk, code)
    hour_later()
    page = clerk.client.post(f"/desk/requests/{code}/notes", data=sent)
    assert page.status_code == 401
    assert "You were signed out" in page.text
    assert kept_form(page.text)[1]["text"] == NOTE
    # going on too early loses nothing
    page = send(clerk.client, page.text)
    assert page.status_code == 401
    sign_in_again(stack, clerk)
    page = send(clerk.client, page.text)
    # another sign-in: whoever it is sees what would be sent, and nothing was changed
    assert page.status_code == 403
    assert "nothing was changed yet" in page.text
    assert notes(stack.engine, code) == []
    answer = send(clerk.client, page.text)
    assert answer.headers["location"] == f"/desk/requests/{code}#notes"
    assert [(n.who, n.text) for n in notes(stack.engine, code)] == [("other.clerk", NOTE)]


def test_words_outlive_signing_out_in_another_tab(stack: Stack, code: str) -> None:
    clerk = signed_in(stack, "clerk")
    sent = filled_in(clerk, code)
    clerk.post("/desk/sign-out")
    page = clerk.client.post(f"/desk/requests/{code}/notes", data=sent)
    assert kept_form(page.text)[1]["text"] == NOTE
    sign_in_again(stack, clerk)
    page = clerk.client.post(f"/desk/requests/{code}/notes", data=sent)
    assert page.status_code == 403
    assert send(clerk.client, page.text).status_code == 303
    assert [n.text for n in notes(stack.engine, code)] == [NOTE]


def test_a_draft_of_an_article_comes_back_whole(
    stack: Stack, code: str, hour_later: Callable[[], None]
) -> None:
    lead = signed_in(stack, "lead")
    token = form_token(lead.get_form())
    fields = {
        "form_token": token,
        "edition": "0",
        "title": "Codes",
        "steps": "1. Look.\n2. Type.",
        "good_to_know": "",
        "checked_on": "2026-11-20",
        "reason": "shorter",
        "do": "save",
    }
    hour_later()
    page = lead.client.post("/desk/articles/mfa/edit", data=fields)
    to, kept = kept_form(page.text)
    assert (to, kept) == ("/desk/articles/mfa/edit", fields)
    assert 'href="/desk/articles/mfa/edit"' in page.text


def test_a_button_without_words_says_that_it_did_nothing(
    stack: Stack, code: str, hour_later: Callable[[], None]
) -> None:
    clerk = signed_in(stack, "clerk")
    token = form_token(clerk.get_form())
    hour_later()
    answer = clerk.client.post(f"/desk/requests/{code}/claim", data={"form_token": token})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk/sign-in?next=%2Fdesk%2Frequests%2F{code}"
    assert "nothing was changed" in clerk.get(answer.headers["location"]).text
    found = find(stack.engine, code)
    assert found
    assert found.state == "waiting"


def test_a_password_is_kept_nowhere(stack: Stack, hour_later: Callable[[], None]) -> None:
    clerk = signed_in(stack, "clerk")
    token = form_token(clerk.get_form())
    hour_later()
    secret = "quiet lamp orbit walnut"
    fields = {"form_token": token, "present": secret, "password": secret, "again": secret}
    answer = clerk.client.post("/desk/account/password", data=fields)
    assert answer.status_code == 303
    assert "walnut" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("token", ["", "0" * 88, "é"])
def test_a_form_that_was_never_ours_is_not_shown_again(
    stack: Stack, code: str, hour_later: Callable[[], None], token: str
) -> None:
    clerk = signed_in(stack, "clerk")
    filled_in(clerk, code)
    path, sent = f"/desk/requests/{code}/notes", {"form_token": token, "text": NOTE}
    answer = clerk.client.post(path, data=sent)
    assert answer.status_code == 403
    assert "ñandú" not in answer.text
    hour_later()
    answer = clerk.client.post(path, data=sent)
    assert answer.status_code == 303
    assert notes(stack.engine, code) == []


def test_a_form_of_somebody_elses_browser_is_not_ours(stack: Stack, code: str) -> None:
    other, clerk = signed_in(stack, "lead"), signed_in(stack, "clerk")
    sent = filled_in(other, code)
    answer = clerk.client.post(f"/desk/requests/{code}/notes", data=sent)
    assert answer.status_code == 403
    assert "ñandú" not in answer.text
    assert notes(stack.engine, code) == []


def test_a_token_from_before_opens_nothing(stack: Stack, code: str) -> None:
    clerk = signed_in(stack, "clerk")
    clerk.post("/desk/sign-out")
    assert sessions.session_of(stack.engine, clerk.client.cookies["desk-before"]) is None


def test_words_outlive_a_failure(stack: Stack, code: str) -> None:
    clerk = signed_in(stack, "clerk")
    sent = filled_in(clerk, code)
    with stack.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE staff_forms RENAME TO gone")
    page = clerk.client.post(f"/desk/requests/{code}/notes", data=sent)
    assert page.status_code == 503
    assert "That did not work" in page.text
    with stack.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO staff_forms")
    assert kept_form(page.text)[1]["text"] == NOTE
    assert send(clerk.client, page.text).status_code == 303
    assert [n.text for n in notes(stack.engine, code)] == [NOTE]
