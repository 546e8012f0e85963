"""What Rasa remembers of conversations: slots, and what decided a turn. Only where the database
is ours."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.conversations import Conversation, conversation_by_token
from bot.db.engine import make_engine
from bot.reports import reports_of
from bot.testing.flows import Flows

_NEWEST = sa.text(
    "SELECT data FROM events WHERE sender_id = :sender AND type_name = 'slot' "
    "AND action_name = :slot ORDER BY id DESC LIMIT 1"
)
_OF_ONE = sa.text("SELECT data FROM events WHERE sender_id = :sender ORDER BY id")
_SILENT = {"action_listen", "action_session_start"}


@dataclass(frozen=True)
class TrackedTurn:
    """One message as Rasa saw it. ``loop`` and ``asked``: the open form and the slot that it had
    asked for, before the message; ``loop_after``: the form that is open then; ``said``: the texts
    of the bot; ``ranking``: the classifier's best guesses; ``entities``: their kinds."""

    text: str
    intent: str | None
    confidence: float | None
    second: str | None
    actions: tuple[str, ...]
    policy: str | None
    loop: str | None
    asked: str | None
    slots: dict[str, Any]
    said: tuple[str, ...]
    loop_after: str | None = None
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[str, ...] = ()


class TrackerReader:
    """Reads what the help desk whose database is at ``database_url`` remembers."""

    def __init__(self, database_url: str) -> None:
        self._engine: Engine = make_engine(database_url)

    def value(self, token: str, slot: str) -> Any:
        """What ``slot`` holds now in the conversation that ``token`` opens; None when never set.

        Raises:
            LookupError: the token opens no conversation there.
        """
        query = {"sender": self._conversation(token).sender_id, "slot": slot}
        with self._engine.connect() as connection:
            found = connection.execute(_NEWEST, query).scalar_one_or_none()
        return json.loads(found)["value"] if found else None

    def turns(self, token: str) -> list[TrackedTurn]:
        """The turns of the conversation that ``token`` opens.

        Raises:
            LookupError: the token opens no conversation there.
        """
        return self.turns_of_sender(self._conversation(token).sender_id)

    def turns_of_sender(self, sender_id: str) -> list[TrackedTurn]:
        """The turns of the conversation that Rasa knows by this id; none when it knows none."""
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table("events"):
                return []
            found = connection.execute(_OF_ONE, {"sender": sender_id}).scalars().all()
        return turns_of_events([json.loads(data) for data in found])

    def rules_broken(self, token: str) -> set[str]:
        """The PDF rules that files of the conversation that ``token`` opens broke.

        Raises:
            LookupError: the token opens no conversation there.
        """
        reports = reports_of(self._engine, self._conversation(token).id)
        return {finding["rule"] for one in reports.values() for finding in one["findings"]}

    def _conversation(self, token: str) -> Conversation:
        conversation = conversation_by_token(self._engine, token)
        if conversation is None:
            raise LookupError("This conversation is not in the database.")
        return conversation

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def turns_of_events(events: Sequence[dict[str, Any]]) -> list[TrackedTurn]:
    """Cut Rasa's events of one conversation into turns."""
    starts = [n for n, event in enumerate(events) if event["event"] == "user"]
    turns: list[TrackedTurn] = []
    loop: str | None = None
    asked: str | None = None
    for start, end in zip(starts, [*starts[1:], len(events)], strict=True):
        turn = _turn(events[start], events[start + 1 : end], loop, asked)
        for event in events[start:end]:
            if event["event"] == "active_loop":
                loop = event["name"]
        turns.append(replace(turn, loop_after=loop))
        asked = turn.slots.get("requested_slot", asked)
    return turns


def _turn(
    user: dict[str, Any], after: Sequence[dict[str, Any]], loop: str | None, asked: str | None
) -> TrackedTurn:
    parsed = user.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    others = [g for g in parsed.get("intent_ranking") or () if g["name"] != intent.get("name")]
    called = [e for e in after if e["event"] == "action" and e["name"] not in _SILENT]
    said = [e for e in after if e["event"] == "bot"]
    return TrackedTurn(
        text=str(user.get("text") or ""),
        intent=intent.get("name"),
        confidence=intent.get("confidence"),
        second=f"{others[0]['name']} {others[0]['confidence']:.2f}" if others else None,
        actions=tuple(e["name"] for e in called),
        policy=called[0].get("policy") if called else None,
        loop=loop,
        asked=asked,
        slots={e["name"]: e["value"] for e in after if e["event"] == "slot"},
        said=tuple(
            str(((e.get("data") or {}).get("custom") or {}).get("text") or e.get("text") or "")
            for e in said
        ),
        ranking=tuple(
            (str(g["name"]), float(g["confidence"])) for g in parsed.get("intent_ranking") or ()
        ),
        entities=tuple(str(e["entity"]) for e in parsed.get("entities") or ()),
    )


def why(turn: TrackedTurn, flows: Flows) -> str:
    """What decided a turn, in one line: intent and confidence, rule or form, action."""
    sure = f" {turn.confidence:.2f}" if turn.confidence is not None else ""
    parts = [f"intent {turn.intent}{sure}" + (f" (next {turn.second})" if turn.second else "")]
    if turn.loop in turn.actions:
        parts.append(f"form {turn.loop} had asked for {turn.asked}")
    deciding = flows.decided(turn.intent, turn.actions, turn.loop)
    parts += [f'rule "{flow.name}" ({flow.file})' for flow in deciding]
    if not deciding and turn.policy and turn.loop not in turn.actions:
        parts.append(f"no rule; {turn.policy} chose")
    parts.append(f"action {', '.join(turn.actions)}" if turn.actions else "no action was called")
    return "; ".join(parts)
