"""A second reading for the actions: what a message means after another one, and which passages of
an article it is like.

The sentence encoder lives in Rasa's process alone, since it holds much memory, so the actions ask
here (``POST /webhooks/helpdesk/reading``).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.core.channels.channel import UserMessage

from bot.assistant.encoder import shared_encoder
from bot.assistant.normalize import normalize

MOST_PASSAGES = 100
_LONGEST_TEXT = 4_000
# all passages of all articles, as placeholders leave them
_KEPT = 2_048


def read_question(body: Any) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(text to classify, texts to compare, passages) of a request's JSON.

    Raises:
        ValueError: it has another shape.
    """
    if not isinstance(body, dict):
        raise ValueError("no JSON object")
    text, alike, passages = body.get("text"), body.get("alike"), body.get("passages")
    if not isinstance(text, str):
        raise ValueError("text")
    return text[:_LONGEST_TEXT], _texts(alike, "alike"), _texts(passages, "passages")


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_PASSAGES:
        raise ValueError(name)
    if not all(isinstance(text, str) for text in value):
        raise ValueError(name)
    return tuple(text[:_LONGEST_TEXT] for text in value)


async def reading(
    agent: Any, text: str, alike: Sequence[str], passages: Sequence[str]
) -> dict[str, Any]:
    """``ranking``: topics with confidence, for ``text``. ``likeness``: a row for each text of
    ``alike``, with its cosine to each passage."""
    parsed = await agent.processor.parse_message(UserMessage(text)) if text else {}
    table = _vectors(alike) @ _vectors(passages).T if alike and passages else np.zeros((0, 0))
    return {
        "ranking": parsed.get("intent_ranking") or [],
        "likeness": [[round(float(cosine), 4) for cosine in row] for row in table],
    }


def _vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.stack([_vector(normalize(text)) for text in texts])


@lru_cache(maxsize=_KEPT)
def _vector(text: str) -> NDArray[np.float32]:
    row: NDArray[np.float32] = shared_encoder().encode([text])[0]
    return row
