"""The tracker store: what a filer has deleted does not come back."""

import asyncio

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from sqlalchemy.engine import Engine

from bot.assistant.tracker_store import HelpdeskTrackerStore

SENDER = "a-conversation-of-a-filer-0000001"


@pytest.fixture
def store(
    database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> HelpdeskTrackerStore:
    monkeypatch.setenv("DATABASE_URL", database_url)
    made = HelpdeskTrackerStore(Domain.empty())
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM events"))
    return made


def stored(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT COUNT(*) FROM events")).scalar_one())


def test_each_event_is_stored_once(store: HelpdeskTrackerStore, engine: Engine) -> None:
    async def two_turns() -> None:
        for text in ("one", "two"):
            tracker = await store.get_or_create_tracker(SENDER)
            tracker.update(UserUttered(text))
            tracker.update(ActionExecuted("action_listen"))
            await store.save(tracker)

    asyncio.run(two_turns())
    assert stored(engine) == 4 + 1  # Rasa begins with an action_listen


def test_a_conversation_that_is_deleted_in_mid_turn_stays_deleted(
    store: HelpdeskTrackerStore, engine: Engine
) -> None:
    async def deleted_meanwhile() -> None:
        tracker = await store.get_or_create_tracker(SENDER)
        tracker.update(UserUttered("my case is 25-12345"))
        await store.save(tracker)
        tracker = await store.get_or_create_tracker(SENDER)
        with engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM events"))
        tracker.update(UserUttered("and more"))
        await store.save(tracker)

    asyncio.run(deleted_meanwhile())
    assert stored(engine) == 0


def test_a_clock_that_is_set_back_takes_nothing_out_of_a_conversation(
    store: HelpdeskTrackerStore,
) -> None:
    async def two_turns() -> list[str]:
        tracker = await store.get_or_create_tracker(SENDER)
        tracker.update(SessionStarted(timestamp=2_000_000_000.0))
        tracker.update(UserUttered("one", timestamp=2_000_000_001.0))
        await store.save(tracker)
        tracker = await store.get_or_create_tracker(SENDER)
        tracker.update(UserUttered("two", timestamp=1_999_996_400.0))
        await store.save(tracker)
        again = await store.get_or_create_tracker(SENDER)
        return [event.text for event in again.events if isinstance(event, UserUttered)]

    assert asyncio.run(two_turns()) == ["one", "two"]
