"""``slot_was_set``: how scripts name slots, and what is read out of Rasa's events."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversations import start_conversation
from bot.db.engine import make_engine
from bot.db.tables import metadata
from bot.testing.scripts import SOMETHING, BotStep, ScriptError, read_scripts, refuse_slots
from bot.testing.slots import SlotReader


def _script(folder: Path, slots: str) -> Path:
    file = folder / "script.yml"
    file.write_text(
        f"test_cases:\n- test_case: one\n  steps:\n  - user: hello\n  - bot: {{}}\n"
        f"  - slot_was_set: {slots}\n",
        encoding="utf-8",
    )
    return file


def _slots(folder: Path, slots: str) -> dict[str, object]:
    step = read_scripts(_script(folder, slots), [])[0].steps[-1]
    assert isinstance(step, BotStep)
    return step.slots


def test_slots_are_named_with_or_without_value(tmp_path: Path) -> None:
    assert _slots(tmp_path, "[topic: mfa, came_from: null]") == {"topic": "mfa", "came_from": None}
    assert _slots(tmp_path, "{topic: mfa}") == {"topic": "mfa"}
    assert _slots(tmp_path, "[topic]") == {"topic": SOMETHING}


def test_what_is_no_slot_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"script\.yml:6: slot_was_set lists slots"):
        _slots(tmp_path, "[1]")


def test_a_foreign_help_desk_does_not_show_slots(tmp_path: Path) -> None:
    scripts = read_scripts(_script(tmp_path, "[topic: mfa]"), [])
    with pytest.raises(ScriptError, match="slots can only be seen in a private copy"):
        refuse_slots(scripts)
    refuse_slots(read_scripts(_script(tmp_path, "[]"), []))


def test_the_newest_event_of_the_conversation_counts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'helpdesk.db'}"
    engine = make_engine(url)
    metadata.create_all(engine)
    conversation, token = start_conversation(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, "
                "action_name TEXT, data TEXT)"
            )
        )
        for sender, kind, name, value in [
            (conversation.sender_id, "slot", "topic", "mfa"),
            (conversation.sender_id, "slot", "topic", "pacer_fees"),
            (conversation.sender_id, "slot", "came_from", None),
            (conversation.sender_id, "action", "topic", "no slot"),
            ("somebody else", "slot", "topic", "account_type"),
        ]:
            connection.execute(
                sa.text(
                    "INSERT INTO events (sender_id, type_name, action_name, data) "
                    "VALUES (:sender, :kind, :name, :data)"
                ),
                {
                    "sender": sender,
                    "kind": kind,
                    "name": name,
                    "data": json.dumps({"event": kind, "name": name, "value": value}),
                },
            )
    engine.dispose()
    slots = SlotReader(url)
    assert slots.value(token, "topic") == "pacer_fees"
    assert slots.value(token, "came_from") is None
    assert slots.value(token, "never_set") is None
    with pytest.raises(LookupError):
        slots.value("another token", "topic")
    slots.close()
