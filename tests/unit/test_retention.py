"""What is over time goes, what is not stays, and a dry run touches nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.conversations import conversation_by_token, open_turn, start_conversation, turns_of
from bot.db.tables import conversations
from bot.retention import CONVERSATION_DAYS, Retention, apply_retention
from bot.settings import load_settings
from bot.triage.requests import find, make_request


def _aged(engine: Engine, age: timedelta) -> tuple[str, str]:
    conversation, token = start_conversation(engine)
    open_turn(engine, conversation.id, "m1", "hello")
    with engine.begin() as connection:
        connection.execute(
            conversations.update()
            .where(conversations.c.id == conversation.id)
            .values(last_at=utc_now() - age)
        )
    return conversation.id, token


def test_only_conversations_past_their_days_go(engine: Engine, tmp_path: Path) -> None:
    settings = replace(load_settings({}), upload_dir=tmp_path)
    just_over, over_token = _aged(engine, timedelta(days=CONVERSATION_DAYS, seconds=5))
    just_under, under_token = _aged(engine, timedelta(days=CONVERSATION_DAYS, seconds=-5))
    request = make_request(
        engine,
        conversation_id=just_over,
        name="Ann Lee",
        contact="ann@example.com",
        role="Attorney",
        topic="mfa",
        details="No code comes.",
    )

    assert apply_retention(engine, settings, dry_run=True) == Retention(0, 1)
    assert conversation_by_token(engine, over_token) is not None

    assert apply_retention(engine, settings) == Retention(0, 1)
    assert conversation_by_token(engine, over_token) is None
    assert turns_of(engine, just_over) == []
    assert conversation_by_token(engine, under_token) is not None
    assert len(turns_of(engine, just_under)) == 1
    assert find(engine, request.code) is not None
    assert apply_retention(engine, settings) == Retention(0, 0)
