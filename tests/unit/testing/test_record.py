"""Conversations that become scripts: readable at once, and without what belongs to a person."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Engine

from bot.conversations import close_turn, open_turn, start_conversation
from bot.db.engine import make_engine
from bot.db.tables import metadata
from bot.outcomes import Choice, Reply
from bot.privacy import mask
from bot.testing.record import (
    Heard,
    Recorder,
    RecordError,
    check_new,
    recorded,
    script_of,
    write_script,
)
from bot.testing.script_files import read_scripts
from bot.testing.scripts import BotStep, Known, Script, UserStep
from bot.triage.requests import make_request

KNOWN = Known(frozenset({"mfa", "contact_human"}), frozenset(), frozenset())
ZONE = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 25, 12, 0)


def _read(folder: Path, text: str) -> Script:
    file = folder / "recorded.yml"
    said: list[str] = []
    write_script(file, text, said.append)
    assert f"helpdesk talk {file}" in said[0]
    return read_scripts(file, KNOWN)[0]


def _users(script: Script) -> list[str]:
    return [str(s.text or s.choose) for s in script.steps if isinstance(s, UserStep)]


def test_a_chat_becomes_a_script_that_can_be_played(tmp_path: Path) -> None:
    reply = {
        "text": "Use an app. It shows a code.\n\n1. Open it.",
        "topic": "mfa",
        "outcome": "answered",
        "choices": [{"id": "x", "title": 'That "did" not work: no'}],
    }
    script = _read(
        tmp_path,
        script_of(
            "a chat: with a colon",
            [Heard("user", 'what is "mfa"? {a}: b', reply), Heard("choose", "Yes", {"text": ""})],
            NOON,
        ),
    )
    assert script.name == "a chat: with a colon"
    assert script.clock is None
    assert _users(script) == ['what is "mfa"? {a}: b', "Yes"]
    first, second = (s for s in script.steps if isinstance(s, BotStep))
    assert (first.topic, first.outcome, first.contains) == ("mfa", "answered", ("Use an app.",))
    assert first.choices == ('That "did" not work: no',)
    assert second.contains == ()


def test_a_reply_that_tells_a_time_brings_the_clock_along(tmp_path: Path) -> None:
    heard = [Heard("user", "are you open", {"text": "Open until 5:00 p.m."})]
    assert _read(tmp_path, script_of("hours", heard, NOON)).clock == NOON


def test_a_secret_typed_is_not_written_down(tmp_path: Path) -> None:
    told = "I removed a password or code from your message and did not keep it; please do not."
    heard = [Heard("user", "my password is Tiger7!x", {"text": f"{told}\n\nReset it here."})]
    script = _read(tmp_path, script_of("secret", heard, NOON))
    assert _users(script) == ["my password is [password removed]"]


def test_nothing_said_is_nothing_written() -> None:
    with pytest.raises(RecordError, match="nothing to write"):
        script_of("x", [], NOON)


def test_no_script_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.yml").touch()
    with pytest.raises(RecordError, match="choose another name"):
        check_new(tmp_path / "a.yml")


def test_a_file_is_named_as_seen_from_the_script(tmp_path: Path) -> None:
    (tmp_path / "motion.pdf").touch()
    recorder = Recorder(tmp_path / "scripts" / "a.yml")
    recorder.note("upload", str(tmp_path / "motion.pdf"), {})
    assert recorder.heard == [Heard("upload", "../motion.pdf", {})]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path / 'helpdesk.db'}")
    metadata.create_all(engine)
    return engine


def _stored(engine: Engine) -> str:
    conversation, _ = start_conversation(engine)
    send = Choice("send", "Send it", "Send it")
    for number, (text, upload, reply) in enumerate(
        [
            ("I am Joe Smith, my ssn is 123-45-6789", None, Reply("Whom to ask for?", "asked")),
            ("joe smith", None, Reply("How to reach you?", "asked")),
            ("joe@smithlaw.com or (203) 555-1234", None, Reply("Send?", "asked", choices=(send,))),
            ("Send it", None, Reply("Its code is X.", "requested", request_code="K7QRT-3MX9B")),
            ("where is K7QRT-3MX9B", None, Reply("K7QRT-3MX9B waits.", "answered")),
            ("File: petition.pdf", "u1", Reply("CM/ECF should accept it.", "checked")),
        ]
    ):
        masked = mask(text)
        open_turn(
            engine,
            conversation.id,
            str(number),
            masked.text,
            masked_kinds=masked.kinds,
            upload_id=upload,
        )
        close_turn(engine, conversation.id, str(number), reply)
    return conversation.id


def test_a_stored_conversation_by_its_id_or_by_the_code_of_its_request(engine: Engine) -> None:
    conversation_id = _stored(engine)
    request = make_request(
        engine,
        conversation_id=conversation_id,
        name="Joe Smith",
        contact="joe@smithlaw.com",
        role="Attorney",
        topic=None,
        details="x",
    )
    heard, begun = recorded(engine, request.code.lower().replace("-", " "), ZONE)
    text = script_of("stored", heard, begun)
    for private in ("smith", "203", "6789"):
        assert private not in text.lower()
    assert 'user: "I am Ann Lee, my ssn is [Social Security number removed]"' in text
    assert 'user: "ann@example.com or 860-555-0100"' in text
    assert 'user: {choose: "Send it"}' in text
    assert 'user: "where is {request_code}"' in text
    assert 'contains: ["{request_code} waits."]' in text
    assert 'upload: "petition.pdf"' in text
    assert recorded(engine, conversation_id, ZONE)[0][3] == heard[3]


def test_a_conversation_that_nobody_knows(engine: Engine) -> None:
    with pytest.raises(RecordError, match="There is no conversation K7QRT-3MX9B"):
        recorded(engine, "K7QRT-3MX9B", ZONE)


def test_a_typed_chat_keeps_no_address_and_reads_like_the_guide(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.yml")
    (tmp_path / "motion.pdf").touch()
    recorder.note("user", "write to john@carterlaw.example or 860 555 0142", {"text": "Thanks."})
    recorder.note("upload", str(tmp_path / "motion.pdf"), {"text": "It is good."})
    text = script_of("x", recorder.heard, NOON)
    assert '- user: "write to ann@example.com or 860-555-0100"' in text
    assert '- user: {upload: "motion.pdf"}' in text
    assert len(_read(tmp_path, text).steps) == 4
