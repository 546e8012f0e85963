"""Rasa's SQL tracker store on our engine, which reports failure instead of ending the process.

Rasa's own store exits the whole server on any ``ValueError`` inside a session (a NUL character in
an id is enough) and waits for ever at start while the database is down.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy.orm import Session

from bot.db.engine import make_engine
from bot.settings import load_settings


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
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        # SQLTrackerStore's own __init__ would make a second engine
        TrackerStore.__init__(self, domain, event_broker)

    @contextmanager
    def session_scope(self) -> Generator[Session, None, None]:
        """A session; errors go up to the caller."""
        session = self.sessionmaker()
        try:
            yield session
        finally:
            session.close()
