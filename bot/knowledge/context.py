"""What a message means after an answer: its own words and the conversation's, weighed. No Rasa."""

import math
from collections.abc import Mapping

# chosen on 360 messages after an answer: docs/decisions/0015
_UNSEEN = 0.03
_FIT = 1.5
_NO_FIT = 0.3


def weigh(
    own: Mapping[str, float], after: Mapping[str, float], last: str, fit: float
) -> tuple[tuple[str, float], ...]:
    """Topics and confidence, best first: two readings of one message, multiplied, so that a topic
    has to fit both.

    ``own``: confidence by topic of the message alone; ``after``: of the question before it and
    the message as one text. ``last`` is the topic of the last answer, and ``fit`` how well a
    passage of it fits (:class:`bot.knowledge.passages.Fit`), which speaks for that topic.
    """
    scores = {
        name: (own.get(name, 0.0) + _UNSEEN) * (after.get(name, 0.0) + _UNSEEN)
        for name in own.keys() | after.keys()
    }
    if last in scores:
        scores[last] *= math.exp(_FIT * (fit - _NO_FIT))
    total = math.fsum(scores.values()) or 1.0
    ranking = ((name, score / total) for name, score in scores.items())
    return tuple(sorted(ranking, key=lambda one: (-one[1], one[0])))


def joined(before: str, text: str) -> str:
    """The question before and the message, as one text to classify."""
    return f"{before.rstrip(' .?!')}. {text}"
