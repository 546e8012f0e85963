"""Rasa's SQL tracker store on our engine: quicker, and failing loudly, not by ending the process.

Rasa's own store exits the whole server on any ``ValueError`` inside a session (a NUL character in
an id is enough), waits for ever at start while the database is down, and takes a third of a short
turn's time in object mapping. The table ``events`` and what is read and written stay Rasa's.
"""

import json
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.db.engine import make_engine
from bot.settings import load_settings

# The events of the latest session, or all where no session was started, as in SQLTrackerStore;
# by their numbers, since a clock may be set back and their times with it.
_LATEST_SESSION = (
    "FROM events WHERE sender_id = :sender AND id >= COALESCE((SELECT MAX(id) "
    "FROM events WHERE sender_id = :sender AND type_name = 'session_started'), 0)"
)
_COUNT = sa.text(f"SELECT COUNT(*) {_LATEST_SESSION}")
_READ = sa.text(f"SELECT data {_LATEST_SESSION} ORDER BY id")
_READ_ALL = sa.text("SELECT data FROM events WHERE sender_id = :sender ORDER BY id")
# how many events a tracker was read with, kept at the tracker itself
_READ_EVENTS = "helpdesk_read_events"


class HelpdeskTrackerStore(SQLTrackerStore):
    """Keeps Rasa's events in the help desk's database (``DATABASE_URL``)."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("url", None)
        self.engine = make_engine(load_settings().database_url, survives_power_cut=False)
        self.Base.metadata.create_all(self.engine)
        self._insert = self.SQLEvent.__table__.insert()
        # SQLTrackerStore's own __init__ would make a second engine
        TrackerStore.__init__(self, domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events that are not stored yet; nothing of a conversation that its filer has
        deleted meanwhile."""
        await self.stream_events(tracker)
        with self.engine.begin() as connection:
            stored = connection.execute(_COUNT, {"sender": tracker.sender_id}).scalar_one()
            if stored < getattr(tracker, _READ_EVENTS, 0):
                return
            rows = [
                _row(tracker.sender_id, event.type_name, event.as_dict())
                for event in islice(tracker.events, stored, None)
            ]
            if rows:
                connection.execute(self._insert, rows)

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        query = _READ_ALL if fetch_events_from_all_sessions else _READ
        with self.engine.connect() as connection:
            stored = connection.execute(query, {"sender": sender_id}).scalars().all()
        if not stored or not self.domain:
            return None
        events = [json.loads(data) for data in stored]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        setattr(tracker, _READ_EVENTS, len(events))
        return tracker

    async def keys(self) -> list[str]:
        """The ids of all conversations."""
        query = sa.text("SELECT DISTINCT sender_id FROM events")
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())


def _row(sender_id: str, type_name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "sender_id": sender_id,
        "type_name": type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
