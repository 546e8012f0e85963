"""A message that says little by itself, read after the answer that came before it."""

from collections.abc import Mapping
from dataclasses import dataclass

from rasa_sdk import Tracker

from actions.base import Result, filer_texts, last_outcome, ranking_of, said, services, topic_titles
from actions.second_reading import Reading, read_again
from bot.knowledge.answer import DECLINED_TOPICS, answer_passages
from bot.knowledge.context import joined, weigh
from bot.knowledge.model import IF_THAT_FAILS, Article
from bot.knowledge.passages import Fit, fitting, passages_of
from bot.knowledge.store import article_of
from bot.outcomes import NOT_UNDERSTOOD, OFFERED

# above this the words of the message itself leave no doubt
_CLEAR = 0.97
_CLEARLY_DECLINED = 0.93
_QUESTION_BEFORE = 0.2
_EXACT = 0.5
_SURE_TOGETHER = 0.7


@dataclass(frozen=True)
class InContext:
    """``own``: confidence by topic of the words alone. ``ranking``: topics and confidence after
    the last answer, best first. ``found``: what the article of the last answer says on it."""

    article: Article
    own: Mapping[str, float]
    ranking: tuple[tuple[str, float], ...]
    found: tuple[Fit, ...]

    @property
    def says_what_then(self) -> bool:
        """Whether the article names just this among what to do when its steps fail."""
        best = self.found[:1]
        return any(f.score >= _EXACT and f.passage.heading == IF_THAT_FAILS for f in best)


def read_in_context(tracker: Tracker) -> InContext | None:
    """The filer's words, read after the last answer; None where there was none, where the words
    are clear enough without it, or where Rasa cannot be asked."""
    topic, text, own = tracker.get_slot("topic"), said(tracker), ranking_of(tracker)
    if not text or not own or not topic or topic in DECLINED_TOPICS:
        return None
    if _stands_for_itself(own, topic):
        return None
    article = article_of(services().engine, topic)
    before = _question(tracker, article) if article else ""
    if article is None or text.casefold() == before.casefold():
        # who asks the same again wants the answer again
        return None
    both, passages = joined(before, text), passages_of(article)
    reading = read_again(both, (text, both), [passage.plain for passage in passages])
    if reading is None:
        return None
    found = fitting(passages, _likeness(reading), text)
    best = found[0].score if found else 0.0
    return InContext(article, own, weigh(own, dict(reading.ranking), topic, best), found)


def meant_together(tracker: Tracker) -> str | None:
    """The topic of the filer's words and those before them, where the last reply knew none and
    asked back, and both together leave little doubt."""
    text, before = [*filer_texts(tracker), "", ""][:2]
    is_written = all(one and not one.startswith("/") for one in (text, before))
    if not is_written or last_outcome(tracker) not in {OFFERED, NOT_UNDERSTOOD}:
        return None
    reading = read_again(joined(before, text), (), ())
    if reading is None or not reading.ranking:
        return None
    meant, confidence = reading.ranking[0]
    is_topic = meant in topic_titles() and meant not in DECLINED_TOPICS
    return meant if is_topic and confidence >= _SURE_TOGETHER else None


def answer_again(context: InContext) -> Result:
    """What the article of the last answer says on the filer's next words."""
    found = [fit.passage for fit in context.found]
    reply = answer_passages(found, context.article, services().court, topic_titles())
    return Result([reply], {"misunderstood": 0})


def question(topic: str, text: str) -> dict[str, str]:
    """The value of the slot ``question``: with which words ``topic`` was asked for."""
    return {"topic": topic, "text": text}


def _question(tracker: Tracker, article: Article) -> str:
    """The words that the last answer was for; those of its button where one was pressed."""
    asked = tracker.get_slot("question") or {}
    words = asked.get("text") if asked.get("topic") == article.topic else ""
    return str(words or article.choice)


def _stands_for_itself(own: Mapping[str, float], topic: str) -> bool:
    """Whether words after an answer on ``topic`` leave no doubt; ``own``: confidence by topic of
    the words alone, the best first."""
    first, second = [*own, ""][:2]
    if first in DECLINED_TOPICS:
        # what is declined is declined, under whichever of their names
        return sum(own.get(name, 0.0) for name in DECLINED_TOPICS) >= _CLEARLY_DECLINED
    if first != topic and own[first] >= _CLEAR:
        return True
    # a password of either system, as bot.assistant.unsure says: the filer has to name it
    return own[first] == own.get(second) and topic not in {first, second}


def _likeness(reading: Reading) -> list[float]:
    alone, after = reading.likeness
    return [
        (1 - _QUESTION_BEFORE) * own + _QUESTION_BEFORE * both
        for own, both in zip(alone, after, strict=True)
    ]
