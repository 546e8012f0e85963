"""The one door into Rasa: a REST channel that wants a shared secret and reports failure as failure.

Rasa's own ``rest`` channel answers ``200 []`` when anything fails and trusts sender and payload of
whoever calls. Ours takes free text and button payloads apart: free text never begins with ``/``,
a payload is a bare intent name, and the sender is an id of the shape that web makes.
"""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.assistant import action_results, event_types, graph_runner, honest_store
from bot.assistant.reading import read_question, reading
from bot.loopback import SECRET_HEADER, is_secret
from bot.settings import load_settings

_SENDER = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PAYLOAD = re.compile(r"/[a-z][a-z_]{1,60}")
_RASAS_OWN = frozenset({"/restart", "/session_start", "/back"})
_LEADING = re.compile(r"^(?:\s|/|external:)+", re.IGNORECASE)
_LONGEST_TEXT = 20_000
logger = logging.getLogger(__name__)


class CollectedMessages(OutputChannel):
    """Keeps the messages of one turn as they are, with ``custom`` and ``buttons``."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """As which channel Rasa records the turn."""
        return "helpdesk"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa once a message."""
        if message.get("custom"):
            self.messages.append({"custom": message["custom"]})
        elif message.get("text"):
            self.messages.append(
                {
                    "text": message["text"],
                    "buttons": [
                        {"title": b["title"], "payload": b["payload"]}
                        for b in message.get("buttons") or ()
                    ],
                    "outcome": (message.get("metadata") or {}).get("outcome", "asked"),
                }
            )


class HelpdeskChannel(InputChannel):
    """``POST /webhooks/helpdesk/webhook``, ``POST /webhooks/helpdesk/reading`` for the actions, and
    ``GET /webhooks/helpdesk/ready``."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    @classmethod
    def name(cls) -> str:
        """The part of the address after ``/webhooks/``."""
        return "helpdesk"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "HelpdeskChannel":
        """The secret comes from the environment, never from a committed file.

        Rasa calls this before it loads a model, also under plain ``rasa run``."""
        for change in (action_results, event_types, graph_runner, honest_store):
            change.install()
        return cls(load_settings().rasa_secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes, for Rasa's Sanic server."""
        blueprint = Blueprint("helpdesk_channel")

        @blueprint.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "secret"}, status=403)
            agent = request.app.ctx.agent
            loaded = agent is not None and agent.is_ready()
            return response.json({"ready": loaded}, status=200 if loaded else 503)

        @blueprint.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "secret"}, status=403)
            try:
                sender, text, metadata = read_message(request.json)
            except ValueError as error:
                return response.json({"error": str(error)}, status=400)
            return await _handle(request.app.ctx.agent, on_new_message, sender, text, metadata)

        @blueprint.post("/reading")
        async def second_reading(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "secret"}, status=403)
            try:
                text, alike, passages = read_question(request.json)
            except ValueError as error:
                return response.json({"error": str(error)}, status=400)
            text = free_text(text) if text else ""
            return response.json(await reading(request.app.ctx.agent, text, alike, passages))

        return blueprint

    def _knows(self, request: Request) -> bool:
        return is_secret(request.headers.get(SECRET_HEADER, ""), self._secret)


def read_message(body: Any) -> tuple[str, str, dict[str, Any]]:
    """(sender, text for Rasa, metadata) of a request's JSON.

    Raises:
        ValueError: the sender, the payload or the text has not the shape that web sends.
    """
    if not isinstance(body, dict):
        raise ValueError("no JSON object")
    sender, payload = body.get("sender"), body.get("payload")
    if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
        raise ValueError("sender")
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise ValueError("metadata")
    if isinstance(payload, str) and payload.startswith("/"):
        if not _PAYLOAD.fullmatch(payload) or payload in _RASAS_OWN:
            raise ValueError("payload")
        return sender, payload, metadata
    text = payload if isinstance(payload, str) else body.get("text")
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        raise ValueError("text")
    return sender, free_text(text), metadata


def free_text(text: str) -> str:
    """Text that Rasa cannot take for a command: no leading ``/`` or ``EXTERNAL:``, no NUL."""
    return _LEADING.sub("", text.replace("\0", " ")) or "?"


async def _handle(
    agent: Any,
    on_new_message: Callable[[UserMessage], Awaitable[Any]],
    sender: str,
    text: str,
    metadata: dict[str, Any],
) -> HTTPResponse:
    output = CollectedMessages()
    message = UserMessage(
        text, output, sender, input_channel=HelpdeskChannel.name(), metadata=metadata
    )
    try:
        # parsed here once, so that intent and confidence go back with the reply
        message.parse_data = parsed = await agent.processor.parse_message(message)
        await on_new_message(message)
    except Exception:
        number = secrets.token_hex(4)
        logger.exception("turn failed, id %s", number)
        return response.json({"error": "failed", "id": number}, status=502)
    intent = parsed.get("intent") or {}
    return response.json(
        {
            "messages": output.messages,
            "intent": intent.get("name"),
            "confidence": _topic_confidence(parsed),
        }
    )


def _topic_confidence(parsed: dict[str, Any]) -> float | None:
    """How sure the classifier was of its first choice, also where the fallback took over."""
    for guess in parsed.get("intent_ranking") or ():
        if guess.get("name") != "nlu_fallback":
            return float(guess["confidence"])
    confidence = (parsed.get("intent") or {}).get("confidence")
    return float(confidence) if confidence is not None else None
