"""The client of our Rasa channel: one message in, one reply out, or an honest error."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.loopback import SECRET_HEADER, LoopbackClient, LoopbackError
from bot.outcomes import ASKED, Reply, merge_replies, reply_from_message
from bot.settings import Settings

_PATH = "/webhooks/helpdesk"
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
        where = urlsplit(settings.rasa_url)
        self._http = LoopbackClient(
            where.hostname or "127.0.0.1",
            where.port or settings.rasa_port,
            {SECRET_HEADER: settings.rasa_secret},
        )

    async def send(
        self,
        sender_id: str,
        *,
        text: str | None = None,
        payload: str | None = None,
        choice_id: str | None = None,
        upload_id: str | None = None,
        language: str | None = None,
    ) -> Answer:
        """Pass one message of a filer on: masked ``text``, or the ``payload`` of a choice.
        ``language`` is the code of the one that the page was read in.

        Raises:
            RasaFailedError: no connection, no answer in time, or none that can be used.
        """
        body: dict[str, Any] = {"sender": sender_id}
        body |= {"text": text} if payload is None else {"payload": payload}
        known = {"upload_id": upload_id, "choice_id": choice_id, "language": language}
        body["metadata"] = {name: value for name, value in known.items() if value is not None}
        try:
            status, content = await self._http.request(
                "POST", f"{_PATH}/webhook", json.dumps(body).encode(), seconds=self._seconds
            )
        except TimeoutError as error:
            raise RasaFailedError(f"no answer within {self._seconds:g} s") from error
        except LoopbackError as error:
            raise RasaFailedError(str(error)) from error
        if status != 200:
            raise RasaFailedError(f"status {status}: {content[:300]!r}")
        try:
            return read_answer(json.loads(content))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise RasaFailedError(f"unusable answer: {type(error).__name__}: {error}") from error

    async def ready(self) -> bool:
        """Whether Rasa says that its model is loaded."""
        try:
            status, _ = await self._http.request("GET", f"{_PATH}/ready", seconds=_READY_SECONDS)
        except (TimeoutError, LoopbackError):
            return False
        return status == 200

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


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
