"""The client of our Rasa channel: one message in, one reply out, or an honest error."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.outcomes import ASKED, Reply, merge_replies, reply_from_message
from bot.settings import Settings

_READY_SECONDS = 2.0


class RasaFailedError(RuntimeError):
    """Rasa gave no answer that can be used; the message says why, for the log only."""


@dataclass(frozen=True)
class Answer:
    """What Rasa said to one message, and how it understood it."""

    reply: Reply
    intent: str | None
    confidence: float | None


class RasaClient:
    """Speaks to one Rasa server over connections that stay open."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.turn_timeout_seconds
        self._http = httpx.AsyncClient(
            base_url=f"{settings.rasa_url}/webhooks/helpdesk/",
            headers={"X-Helpdesk-Secret": settings.rasa_secret},
            timeout=httpx.Timeout(self._seconds, connect=2.0),
            # shorter than the 5 s after which Sanic closes a silent connection
            limits=httpx.Limits(max_keepalive_connections=20, keepalive_expiry=4.0),
            trust_env=False,
        )

    async def send(
        self,
        sender_id: str,
        *,
        text: str | None = None,
        payload: str | None = None,
        upload_id: str | None = None,
    ) -> Answer:
        """Pass one message of a filer on: masked ``text``, or the ``payload`` of a choice.

        Raises:
            RasaFailedError: no connection, no answer in time, or none that can be used.
        """
        body: dict[str, Any] = {"sender": sender_id}
        body |= {"text": text} if payload is None else {"payload": payload}
        if upload_id is not None:
            body["metadata"] = {"upload_id": upload_id}
        try:
            # httpx times each read; this times the whole
            async with asyncio.timeout(self._seconds):
                response = await self._http.post("webhook", json=body)
        except TimeoutError as error:
            raise RasaFailedError(f"no answer within {self._seconds:g} s") from error
        except httpx.HTTPError as error:
            raise RasaFailedError(f"{type(error).__name__}: {error}") from error
        if response.status_code != 200:
            raise RasaFailedError(f"status {response.status_code}: {response.text[:300]!r}")
        try:
            return read_answer(json.loads(response.content))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise RasaFailedError(f"unusable answer: {type(error).__name__}: {error}") from error

    async def ready(self) -> bool:
        """Whether Rasa says that its model is loaded."""
        try:
            async with asyncio.timeout(_READY_SECONDS):
                response = await self._http.get("ready")
        except (TimeoutError, httpx.HTTPError):
            return False
        return response.status_code == 200

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def read_answer(body: Any) -> Answer:
    """Read the body of the channel's answer.

    Raises:
        RasaFailedError: it holds no message.
        ValueError, TypeError, KeyError, AttributeError: it has another shape.
    """
    reply = merge_replies([_reply(message) for message in body["messages"]])
    if reply is None:
        raise RasaFailedError("no messages")
    if not reply.text.strip():
        raise RasaFailedError("messages without text")
    intent, confidence = body.get("intent"), body.get("confidence")
    return Answer(
        reply,
        intent if isinstance(intent, str) else None,
        float(confidence) if isinstance(confidence, int | float) else None,
    )


def _reply(message: Mapping[str, Any]) -> Reply:
    custom = message.get("custom")
    if custom is not None:
        choices = [{**c, "id": c.get("id") or _choice_id()} for c in custom.get("choices") or ()]
        return reply_from_message({**custom, "choices": choices})
    choices = [
        {"id": _choice_id(), "title": button["title"], "payload": button["payload"]}
        for button in message.get("buttons") or ()
    ]
    return reply_from_message(
        {
            "text": message.get("text") or "",
            "outcome": message.get("outcome") or ASKED,
            "choices": choices,
        }
    )


def _choice_id() -> str:
    return secrets.token_urlsafe(9)
