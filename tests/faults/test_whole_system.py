"""The real servers, with one of them killed, one action broken, and both databases."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.children import web_url
from bot.db.engine import make_engine
from bot.knowledge.store import article_of, put_edit, withdraw_edits
from bot.settings import ROOT, Settings, load_settings
from bot.switches import REQUESTS, turn_off, turn_on
from bot.testing.client import Filer, HelpDeskUnreachableError
from bot.testing.private_copy import private_copy
from bot.triage.queue import counts
from tests.faults.processes import pid_of

QUICK = 5.0
BACK_AGAIN = 40.0


@pytest.fixture(scope="module")
def system() -> Iterator[Settings]:
    with private_copy(load_settings()) as settings:
        yield settings


def _timed(filer: Filer, text: str) -> tuple[dict[str, object], float]:
    begun = time.monotonic()
    reply = filer.say(text)
    return reply, time.monotonic() - begun


def _answered_again(filer: Filer, text: str) -> dict[str, object]:
    deadline = time.monotonic() + BACK_AGAIN
    while True:
        reply = filer.say(text)
        if reply["outcome"] != "failed" or time.monotonic() > deadline:
            return reply
        time.sleep(0.5)


@pytest.mark.parametrize("module", ["actions.server", "bot.assistant.server"])
def test_a_killed_server_is_told_honestly_and_comes_back(system: Settings, module: str) -> None:
    with Filer(web_url(system)) as filer:
        assert filer.say("how do I upgrade my legacy PACER account")["outcome"] == "answered"
        os.kill(pid_of(module, system), signal.SIGKILL)
        reply, seconds = _timed(filer, "where do I change my e-mail address for notices?")
        assert seconds < QUICK
        if reply["outcome"] == "failed":  # else it was started again before the message came
            assert "860-240-3675" in str(reply["text"])
        reply = _answered_again(filer, "where do I change my e-mail address for notices?")
        assert reply["topic"] == "update_contact_info"
        # what was said before the fault is still known
        assert filer.say("That did not work")["topic"] == "update_contact_info"


def test_a_killed_web_server_comes_back_and_knows_the_conversation(system: Settings) -> None:
    with Filer(web_url(system)) as filer:
        assert filer.say("how do I upgrade my legacy PACER account")["outcome"] == "answered"
        begun = time.monotonic()
        os.kill(pid_of("bot.web", system), signal.SIGKILL)
        while True:
            try:
                reply = filer.say("where do I change my e-mail address for notices?")
                break
            except HelpDeskUnreachableError:
                assert time.monotonic() - begun < BACK_AGAIN
                time.sleep(0.1)
        # the sign in the browser still opens the conversation, and what was said is still known
        assert reply["topic"] == "update_contact_info"
        assert filer.say("That did not work")["topic"] == "update_contact_info"


def test_an_action_that_raises_answers_honestly(system: Settings) -> None:
    engine = make_engine(system.database_url)
    with engine.begin() as connection:
        query = sa.text("SELECT content FROM articles WHERE topic = 'mfa'")
        content = connection.execute(query).scalar_one()
        connection.execute(sa.text("UPDATE articles SET content = '[1]' WHERE topic = 'mfa'"))
    try:
        with Filer(web_url(system)) as filer:
            reply, seconds = _timed(filer, "do I need an authenticator app to sign in to PACER?")
            assert reply["outcome"] == "failed"
            assert "860-240-3675" in str(reply["text"])
            assert seconds < QUICK
    finally:
        with engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE articles SET content = :content WHERE topic = 'mfa'"),
                {"content": content},
            )
        engine.dispose()
    with Filer(web_url(system)) as filer:
        reply = filer.say("do I need an authenticator app to sign in to PACER?")
        assert (reply["outcome"], reply["topic"]) == ("answered", "mfa")


def test_a_clerks_edit_shows_in_the_next_answer(system: Settings) -> None:
    engine = make_engine(system.database_url)
    article = article_of(engine, "learning_resources")
    assert article is not None
    with Filer(web_url(system)) as filer:
        put_edit(
            engine,
            replace(article, short_answer="A class is held on Friday."),
            author="a clerk",
            reason="new class",
        )
        assert "Friday" in filer.say("where can I find training videos for CM/ECF?")["text"]
        withdraw_edits(engine, "learning_resources")
        assert "Friday" not in filer.say("where can I find training videos for CM/ECF?")["text"]
    engine.dispose()


def test_help_requests_that_are_turned_off_are_not_taken(system: Settings) -> None:
    engine = make_engine(system.database_url)
    with Filer(web_url(system)) as filer:
        turn_off(engine, REQUESTS, "No help requests today.", who="a clerk")
        reply = filer.say("I want to make a help request")
        assert "No help requests today." in str(reply["text"])
        assert "860-240-3675" in str(reply["text"])
        assert filer.say("how do I upgrade my legacy PACER account")["outcome"] == "answered"
        turn_on(engine, REQUESTS)
        assert filer.say("I want to make a help request")["outcome"] == "asked"
        # turned off in the middle: nothing is sent, and the filer hears why
        turn_off(engine, REQUESTS, "No help requests today.", who="a clerk")
        reply = filer.say("The upgrade page asks for the birth date of our firm")
        assert "No help requests today." in str(reply["text"])
        assert "Nothing was sent" in str(reply["text"])
        turn_on(engine, REQUESTS)
        assert not counts(engine).get("waiting")
    engine.dispose()


def test_a_filer_in_a_terminal_saves_the_mended_copy_and_overwrites_nothing(
    system: Settings, tmp_path: Path
) -> None:
    file = ROOT / "tests" / "conversations" / "files" / "form_with_script.pdf"
    with Filer(web_url(system)) as filer:
        assert filer.save_copy(tmp_path) is None
        filer.upload(file)
        assert filer.save_copy(tmp_path) is None
        filer.choose("Make a mended copy")
        first, second = filer.save_copy(tmp_path), filer.save_copy(tmp_path)
    assert first is not None
    assert second is not None
    assert (first.name, second.name) == (
        "form_with_script-mended.pdf",
        "form_with_script-mended-2.pdf",
    )
    assert first.read_bytes()[:5] == b"%PDF-"
    assert first.read_bytes() == second.read_bytes()


def test_a_table_that_cannot_be_read_fails_the_turn_and_forgets_nothing(system: Settings) -> None:
    engine = make_engine(system.database_url)
    with Filer(web_url(system)) as filer:
        assert filer.say("how do I upgrade my legacy PACER account")["outcome"] == "answered"
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE events RENAME TO events_away"))
        try:
            assert filer.say("That did not work")["outcome"] == "failed"
        finally:
            with engine.begin() as connection:
                connection.execute(sa.text("ALTER TABLE events_away RENAME TO events"))
        assert _answered_again(filer, "That did not work")["topic"] == "upgrade_legacy_account"
