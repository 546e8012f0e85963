"""What Rasa remembers of a conversation, for ``slot_was_set``. Only where its database is ours."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.conversations import conversation_by_token
from bot.db.engine import make_engine

_NEWEST = sa.text(
    "SELECT data FROM events WHERE sender_id = :sender AND type_name = 'slot' "
    "AND action_name = :slot ORDER BY id DESC LIMIT 1"
)


class SlotReader:
    """Reads slots of the help desk whose database is at ``database_url``."""

    def __init__(self, database_url: str) -> None:
        self._engine: Engine = make_engine(database_url)

    def value(self, token: str, slot: str) -> Any:
        """What ``slot`` holds now in the conversation that ``token`` opens; None when never set.

        Raises:
            LookupError: the token opens no conversation there.
        """
        conversation = conversation_by_token(self._engine, token)
        if conversation is None:
            raise LookupError("This conversation is not in the database, so it has no slots.")
        with self._engine.connect() as connection:
            found = connection.execute(
                _NEWEST, {"sender": conversation.sender_id, "slot": slot}
            ).scalar_one_or_none()
        return json.loads(found)["value"] if found else None

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
