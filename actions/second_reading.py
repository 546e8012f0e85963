"""Asks Rasa, which holds the sentence encoder, what a message means after the one before it."""

import http.client
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from actions.base import services
from bot.loopback import SECRET_HEADER

_PATH = "/webhooks/helpdesk/reading"
_SECONDS = 3.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """``ranking``: (topic, confidence), best first. ``likeness``: for each text that was compared,
    its cosine to each passage."""

    ranking: tuple[tuple[str, float], ...]
    likeness: tuple[tuple[float, ...], ...]


def read_again(question: str, alike: Sequence[str], passages: Sequence[str]) -> Reading | None:
    """Classify ``question`` and compare each text of ``alike`` with each passage; None when Rasa
    gives no answer, which the log says."""
    settings = services().settings
    body = json.dumps({"text": question, "alike": list(alike), "passages": list(passages)})
    headers = {SECRET_HEADER: settings.rasa_secret, "Content-Type": "application/json"}
    # waited for in a thread of the action, where the LoopbackClient has no event loop
    connection = http.client.HTTPConnection("127.0.0.1", settings.rasa_port, timeout=_SECONDS)
    try:
        connection.request("POST", _PATH, body.encode(), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != http.client.OK:
            raise ValueError(f"status {answer.status}")
        found = json.loads(content)
        return Reading(
            tuple((str(one["name"]), float(one["confidence"])) for one in found["ranking"]),
            tuple(tuple(float(cosine) for cosine in row) for row in found["likeness"]),
        )
    except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError) as error:
        logger.warning("no second reading: %s: %s", type(error).__name__, error)
        return None
    finally:
        connection.close()
