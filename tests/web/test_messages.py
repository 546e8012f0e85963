"""One message through the real server: what comes back, what Rasa sees, what is stored."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from web_stack import Running, Stack, stored_turns

from bot.clock import utc_now
from bot.conversations import hash_token, open_turn
from bot.db.tables import conversations, turns
from bot.lock_store import LockStore
from bot.testing.private_copy import free_port
from bot.web.app import create_app
from bot.web.server import server_config


def say(filer: httpx.Client, text: str, **more: Any) -> httpx.Response:
    return filer.post("/api/messages", json={"text": text, **more})


def test_a_message_is_answered_and_stored(stack: Stack) -> None:
    with stack.client() as filer:
        response = say(filer, "how do I link my account")
    assert response.status_code == 200
    assert response.json() == {
        "text": "You said: how do I link my account",
        "outcome": "answered",
        "topic": "link_accounts",
        "sources": [
            {"title": "NextGen", "url": "https://example.gov/n", "checked_on": "2026-11-01"}
        ],
        "choices": [
            {"id": "c1", "title": "Upgrade"},
            {"id": response.json()["choices"][1]["id"], "title": "Something else"},
        ],
    }
    assert response.headers["x-intent"] == "link_accounts"
    assert float(response.headers["x-confidence"]) == 0.98
    (row,) = stored_turns(stack)
    assert row.text == "how do I link my account"
    assert row.reply["outcome"] == "answered"
    assert (row.intent, row.confidence) == ("link_accounts", 0.98)


def test_a_conversation_goes_on_by_its_cookie(stack: Stack) -> None:
    with stack.client() as filer:
        first = say(filer, "one")
        second = say(filer, "two")
    cookie = first.headers["set-cookie"].lower()
    assert cookie.startswith("helpdesk=")
    for part in ("httponly", "samesite=lax", "path=/"):
        assert part in cookie
    assert "secure" not in cookie
    assert "set-cookie" not in second.headers
    assert len({seen["sender"] for seen in stack.rasa.seen}) == 1


def test_with_https_the_cookie_is_bound_to_the_host(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(https=True)
    with stack.client() as filer:
        response = say(filer, "one")
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("__host-helpdesk=")
    assert "secure" in cookie
    assert "strict-transport-security" in response.headers


def test_neither_token_nor_sender_is_shown_or_stored_in_the_clear(stack: Stack) -> None:
    with stack.client() as filer:
        say(filer, "one")
        token = filer.cookies["helpdesk"]
        shown = filer.get("/").text + filer.get("/api/conversation").text
    with stack.engine.connect() as connection:
        row = connection.execute(conversations.select()).one()
    assert row.token_hash == hash_token(token)
    assert row.sender_id == stack.rasa.seen[0]["sender"]
    assert row.sender_id not in token
    assert row.sender_id not in shown
    assert token not in shown


@pytest.mark.parametrize("cookie", ["wrong", "", "x" * 5000, "'; DROP TABLE turns; --", "%00"])
def test_a_wrong_cookie_is_a_new_conversation(stack: Stack, cookie: str) -> None:
    with stack.client() as filer:
        response = filer.post(
            "/api/messages", json={"text": "hello"}, headers={"cookie": f"helpdesk={cookie}"}
        )
    assert response.status_code == 200
    assert "helpdesk=" in response.headers["set-cookie"]


def test_a_choice_sends_its_payload(stack: Stack) -> None:
    with stack.client() as filer:
        choices = say(filer, "hello").json()["choices"]
        for choice in choices:
            response = filer.post("/api/messages", json={"choice": choice["id"]})
            assert response.status_code == 200
    assert [seen.get("payload") for seen in stack.rasa.seen] == [
        None,
        "/upgrade_legacy_account",
        "/out_of_scope",
    ]
    assert [row.text for row in stored_turns(stack)] == ["hello", "Upgrade", "Something else"]


def test_a_person_can_be_asked_for_at_once(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post("/api/messages", json={"choice": "talk_to_a_person"})
    assert response.status_code == 200
    assert stack.rasa.seen[0]["payload"] == "/contact_human"


def test_a_choice_of_another_conversation_is_unknown(stack: Stack) -> None:
    with stack.client() as filer, stack.client() as stranger:
        choices = say(filer, "hello").json()["choices"]
        say(stranger, "hello")
        stranger_choices = stranger.get("/api/conversation").json()["turns"][0]["reply"]["choices"]
        foreign = filer.post("/api/messages", json={"choice": stranger_choices[1]["id"]})
        nobody = stack.client().post("/api/messages", json={"choice": choices[1]["id"]})
    for response in (foreign, nobody):
        assert response.status_code == 404
        assert response.json()["outcome"] == "failed"
        assert "button" in response.json()["text"]
        assert "set-cookie" not in response.headers


def test_a_repeat_gets_the_stored_reply(stack: Stack) -> None:
    with stack.client() as filer:
        say(filer, "start")
        first = say(filer, "hello", message_id="m-1")
        again = say(filer, "hello", message_id="m-1")
    assert first.json() == again.json()
    assert again.headers["x-intent"] == "link_accounts"
    assert len(stack.rasa.seen) == 2
    assert len(stored_turns(stack)) == 2


def test_a_repeat_waits_for_the_answer_of_the_first(stack: Stack) -> None:
    with stack.client() as filer:
        say(filer, "start")
        stack.rasa.delay = 0.4
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda _: say(filer, "hello", message_id="m-1"), range(2)))
    assert [r.status_code for r in both] == [200, 200]
    assert both[0].json() == both[1].json()
    assert len(stack.rasa.seen) == 2


def test_a_message_that_a_crash_left_open_is_answered_on_repeat(stack: Stack) -> None:
    with stack.client() as filer:
        say(filer, "start")
        with stack.engine.begin() as connection:
            conversation_id = connection.execute(conversations.select()).one().id
        open_turn(stack.engine, conversation_id, "m-1", "hello")
        with stack.engine.begin() as connection:
            long_ago = utc_now() - timedelta(minutes=5)
            connection.execute(
                turns.update().where(turns.c.message_id == "m-1").values(asked_at=long_ago)
            )
        assert "no answer to this message yet" in filer.get("/").text
        response = say(filer, "hello", message_id="m-1")
    assert response.json()["text"] == "You said: hello"
    assert stored_turns(stack)[1].reply is not None


def test_a_message_id_is_good_for_one_message(stack: Stack) -> None:
    stack.rasa.mode = "error"
    with stack.client() as filer:
        assert say(filer, "hello", message_id="m-1").status_code == 503
        stack.rasa.mode = "answer"
        other = say(filer, "something else", message_id="m-1")
        again = say(filer, "hello", message_id="m-1")
    assert other.status_code == 409
    assert "other words" in other.json()["text"]
    assert again.json()["text"] == "You said: hello"
    assert [seen["text"] for seen in stack.rasa.seen] == ["hello", "hello"]


def test_a_first_message_that_is_sent_twice_begins_one_conversation(stack: Stack) -> None:
    page = stack.client().get("/").text
    form = {"form_id": re.findall(r'name="form_id" value="([^"]+)"', page)[0], "text": "hello"}
    stack.rasa.delay = 0.3

    def send(_: int) -> httpx.Client:
        browser = stack.client()  # as one browser whose first answer was not waited for
        assert browser.post("/messages", data=form).status_code == 303
        return browser

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(send, range(2))
    assert one.cookies["helpdesk"] == other.cookies["helpdesk"]
    assert len(stack.rasa.seen) == len(stored_turns(stack)) == 1
    assert "You said: hello" in other.get("/").text
    stranger = stack.client()
    stranger.cookies.set("helpdesk-form", "f" * 32)
    stranger.post("/messages", data={**form, "form_token": "f" * 32})
    assert stranger.cookies["helpdesk"] != one.cookies["helpdesk"]


def test_a_first_file_that_is_sent_twice_begins_one_conversation(stack: Stack) -> None:
    sent = {"data": {"form_id": "0123456789ab"}, "files": {"file": ("a.pdf", b"%PDF-")}}
    one, other = stack.client(), stack.client()
    assert one.post("/files", **sent).status_code == 303
    assert other.post("/files", **sent).status_code == 303
    assert one.cookies["helpdesk"] == other.cookies["helpdesk"]
    assert len(stack.rasa.seen) == len(stored_turns(stack)) == 1


def test_several_web_servers_keep_the_order_of_one_conversation(
    make_stack: Callable[..., Stack], running: Running
) -> None:
    nobody = LockStore("127.0.0.1", free_port())  # the order does not hang on Redis
    stack = make_stack(lock_store=nobody)
    second = replace(stack.settings, web_port=free_port())
    end = running.serve(create_app(second), server_config(second))
    try:
        with stack.client() as filer, ThreadPoolExecutor(3) as pool:
            say(filer, "start")
            cookie = {"cookie": f"helpdesk={filer.cookies['helpdesk']}"}
            stack.rasa.delay = 0.3

            def send(number: int) -> int:
                time.sleep(0.1 * number)
                port = (stack.settings, second)[number % 2].web_port
                with httpx.Client(trust_env=False, headers=cookie) as client:
                    url = f"http://127.0.0.1:{port}/api/messages"
                    return client.post(url, json={"text": f"m{number}"}).status_code

            assert list(pool.map(send, range(3))) == [200] * 3
    finally:
        end()
    assert stack.rasa.most_busy == 1
    assert [seen["text"] for seen in stack.rasa.seen] == ["start", "m0", "m1", "m2"]


def test_messages_of_one_conversation_go_to_rasa_one_at_a_time(stack: Stack) -> None:
    with stack.client() as filer:
        say(filer, "start")
        stack.rasa.delay = 0.1
        with ThreadPoolExecutor(5) as pool:
            replies = list(pool.map(lambda n: say(filer, f"message {n}"), range(5)))
    assert [r.json()["text"] for r in replies] == [f"You said: message {n}" for n in range(5)]
    assert stack.rasa.most_busy == 1
    assert len(stack.app.state.site.lines) == 0


def test_conversations_do_not_wait_for_each_other(stack: Stack) -> None:
    stack.rasa.delay = 0.3
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: say(stack.client(), f"message {n}"), range(4)))
    assert time.monotonic() - started < 1.0
    assert stack.rasa.most_busy > 1


def test_too_many_messages_at_once_are_refused(stack: Stack) -> None:
    with stack.client() as filer:
        say(filer, "start")
        stack.rasa.delay = 0.1
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda n: say(filer, f"message {n}"), range(16)))
    statuses = {r.status_code for r in replies}
    assert statuses == {200, 429}
    refused = next(r for r in replies if r.status_code == 429)
    assert refused.json()["outcome"] == "failed"
    # what was refused was not stored as if it had been taken
    answered = sum(r.status_code == 200 for r in replies)
    assert len(stored_turns(stack)) == answered + 1


def test_secrets_are_masked_before_rasa_and_the_database(stack: Stack) -> None:
    with stack.client() as filer:
        response = say(filer, "my ssn is 123-45-6789, how do I link")
        turn = filer.get("/api/conversation").json()["turns"][0]
    assert response.json()["text"].startswith("I removed a Social Security number")
    assert "123-45-6789" not in str(stack.rasa.seen)
    assert "123-45-6789" not in str([tuple(row) for row in stored_turns(stack)])
    assert turn["masked_kinds"] == ["ssn"]


def test_a_password_sent_by_itself_after_it_was_announced_goes_nowhere(stack: Stack) -> None:
    with stack.client() as filer:
        say(filer, "here is my password", message_id="announced-1")
        once = say(filer, "sunshine", message_id="announced-2")
        again = say(filer, "sunshine", message_id="announced-2")
    assert once.json()["text"].startswith("I removed a password")
    assert again.json() == once.json()
    assert "sunshine" not in str(stack.rasa.seen)
    assert "sunshine" not in str([tuple(row) for row in stored_turns(stack)])


def test_several_messages_of_rasa_become_one_reply(stack: Stack) -> None:
    stack.rasa.messages = [
        {"text": "First."},
        {"custom": {"text": "Second.", "outcome": "answered", "topic": "mfa"}},
        {"text": "Third?", "buttons": [{"title": "Yes", "payload": "/affirm"}]},
    ]
    with stack.client() as filer:
        body = say(filer, "hello").json()
        chosen = filer.post("/api/messages", json={"choice": body["choices"][0]["id"]})
    assert body["text"] == "First.\n\nSecond.\n\nThird?"
    assert (body["outcome"], body["topic"]) == ("answered", "mfa")
    assert body["choices"][0]["title"] == "Yes"
    assert "payload" not in str(body)
    assert chosen.status_code == 200
    assert stack.rasa.seen[1]["payload"] == "/affirm"


def test_a_button_without_an_intent_is_sent_as_words(stack: Stack) -> None:
    stack.rasa.messages = [
        {"text": "Which?", "buttons": [{"title": "Legacy", "payload": "legacy"}]}
    ]
    with stack.client() as filer:
        body = say(filer, "hello").json()
        filer.post("/api/messages", json={"choice": body["choices"][0]["id"]})
    assert body["outcome"] == "asked"
    assert stack.rasa.seen[1]["text"] == "legacy"
    assert "payload" not in stack.rasa.seen[1]


def test_a_message_that_waited_while_the_conversation_was_deleted_goes_nowhere(
    stack: Stack,
) -> None:
    with stack.client() as filer:
        assert say(filer, "one").status_code == 200
        stack.rasa.delay = 1.0
        with ThreadPoolExecutor(3) as threads:
            slow = threads.submit(say, filer, "two")
            time.sleep(0.3)
            deletion = threads.submit(filer.delete, "/api/conversation")
            time.sleep(0.3)
            late = threads.submit(say, filer, "three")
        assert slow.result().status_code == 200
        assert deletion.result().json()["deleted"] is True
        assert late.result().status_code == 410
        stack.rasa.delay = 0.0
        assert [seen["text"] for seen in stack.rasa.seen] == ["one", "two"]
        assert stored_turns(stack) == []
        # the same words again begin a new conversation
        assert say(filer, "three").status_code == 200
