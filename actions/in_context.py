"""A message that says little by itself, read after the answer that came before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rasa_sdk import Tracker

from actions.base import (
    Result,
    filer_texts,
    last_outcome,
    last_reply_text,
    ranking_of,
    said,
    services,
    topic_titles,
)
from actions.choices import NONE_OF_THESE
from actions.second_reading import Reading, read_again
from bot.knowledge.answer import DECLINED_TOPICS, answer_passages, topic_choices
from bot.knowledge.context import joined, weigh
from bot.knowledge.model import IF_THAT_FAILS, NEXT_STEP, STEPS, Article
from bot.knowledge.passages import FITS, Fit, fitting, passages_of
from bot.knowledge.store import article_of
from bot.outcomes import ASKED, NOT_UNDERSTOOD, OFFERED, Choice, Reply

# above this the words of the message itself leave no doubt
_CLEAR = 0.97
_CLEARLY_DECLINED = 0.93
_QUESTION_BEFORE = 0.2
_EXACT = 0.5
_SURE_TOGETHER = 0.7
# docs/decisions/0015: chosen on 324 messages after an answer
_NEAR = 0.24
_EITHER = 0.4
_OF_A_FILE = frozenset({"pdf_fix", "pdf_rejected"})  # a password there is the one of the file
_GUESSES = 3
_PERHAPS = (
    "I am not sure that I understood you. This comes nearest to it. If you meant something else, "
    "say it in other words or choose it below."
)


@dataclass(frozen=True)
class InContext:
    """``own``: confidence by topic of the words alone. ``ranking``: topics and confidence after
    the last answer, best first. ``near``: what in the article of the last answer comes nearest to
    it, best first."""

    article: Article
    own: Mapping[str, float]
    ranking: tuple[tuple[str, float], ...]
    near: tuple[Fit, ...]

    @property
    def found(self) -> tuple[Fit, ...]:
        """What the article says on it."""
        return tuple(fit for fit in self.near if fit.score >= FITS)

    @property
    def says_what_then(self) -> bool:
        """Whether the article names just this among what to do when its steps fail."""
        best = self.found[:1]
        return any(f.score >= _EXACT and f.passage.heading == IF_THAT_FAILS for f in best)


def read_in_context(tracker: Tracker, *, on_it: bool = False) -> InContext | None:
    """The filer's words, read after the last answer; None where there was none, where the words
    are clear enough without it, or where Rasa cannot be asked. ``on_it``: they are known to be
    about the last answer, however clear they seem."""
    topic, text, own = _spoken_of(tracker), said(tracker), ranking_of(tracker)
    if not text or not own or not topic or topic in DECLINED_TOPICS:
        return None
    if not on_it and _stands_for_itself(own, topic):
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
    near = fitting(passages, _likeness(reading), text, least=_NEAR)
    best = next((fit.score for fit in near if fit.score >= FITS), 0.0)
    return InContext(article, own, weigh(own, dict(reading.ranking), topic, best), near)


def meant_together(tracker: Tracker) -> str | None:
    """The topic of the filer's words and those before them, where the last reply knew none and
    asked back, and both together leave little doubt."""
    text, before = [*filer_texts(tracker), "", ""][:2]
    is_written = all(one and not one.startswith("/") for one in (text, before))
    if not is_written or last_outcome(tracker) not in {ASKED, OFFERED, NOT_UNDERSTOOD}:
        return None
    reading = read_again(joined(before, text), (), ())
    if reading is None or not reading.ranking:
        return None
    meant, confidence = reading.ranking[0]
    is_topic = meant in topic_titles() and meant not in DECLINED_TOPICS
    return meant if is_topic and confidence >= _SURE_TOGETHER else None


def answer_again(context: InContext) -> Result:
    """What the article of the last answer says on the filer's next words."""
    return Result([_passages(context, context.found)], {"misunderstood": 0})


def lines_on_it(tracker: Tracker) -> Result | None:
    """What the last answer's article says on words that are about it; None where it says
    nothing."""
    context = read_in_context(tracker, on_it=True)
    return answer_again(context) if context and context.found else None


def is_said(context: InContext, tracker: Tracker) -> bool:
    """Whether the lines were picked out for the words before these, such as "tuesday", and share
    no word with these."""
    court, last, found = services().court, last_reply_text(tracker), context.found
    if court.fill(context.article.sections[STEPS]) in last:
        return False
    if any(fit.passage.shares_a_word(said(tracker)) for fit in found):
        return False
    lines = (court.fill(fit.passage.text).split(". ") for fit in found)
    return all(any(part.strip(" .") in last for part in parts) for parts in lines)


def nothing_more(context: InContext, choices: tuple[Choice, ...]) -> Reply:
    """That the article says no more than what was said, and what to do when its steps fail."""
    return replace(_passages(context, ()), choices=choices)


def exactly_on_this(context: InContext) -> str:
    """The lines of the article that are just on the filer's words; empty where there are none."""
    exact = [fit.passage for fit in context.found if fit.score >= _EXACT]
    lines = [passage for passage in exact if passage.heading != NEXT_STEP]
    return services().court.fill("\n".join(f"- {line.text}" for line in lines))


def perhaps_on_this(context: InContext, ranking: Sequence[str]) -> Result | None:
    """What the article of the last answer says on words that may mean it, beside the other
    topics that they may mean; None where it says nothing on them. ``ranking``: the likeliest
    topics first."""
    topic, titles = context.article.topic, topic_titles()
    likely = [name for name in ranking if name in titles][:_GUESSES]
    if not context.near or topic not in likely:
        return None
    reply = _passages(context, context.near)
    others = [name for name in likely if name != topic]
    reply = replace(
        reply,
        text=f"{_PERHAPS}\n\n{reply.text}",
        outcome=OFFERED,
        choices=(*topic_choices(others, titles), NONE_OF_THESE),
    )
    return Result([reply])


def _passages(context: InContext, fits: Sequence[Fit]) -> Reply:
    passages = [fit.passage for fit in fits]
    return answer_passages(passages, context.article, services().court, topic_titles())


def question(topic: str, text: str) -> dict[str, str]:
    """The value of the slot ``question``: with which words ``topic`` was asked for."""
    return {"topic": topic, "text": text}


def _spoken_of(tracker: Tracker) -> str | None:
    """The topic of the last answer; where the last reply was declined, of the one before it."""
    topic = tracker.get_slot("topic")
    before = tracker.get_slot("question") or {}
    return before.get("topic") if topic in DECLINED_TOPICS else topic


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
    is_either = own[first] == own.get(second) and topic not in {first, second, *_OF_A_FILE}
    return is_either and own[first] >= _EITHER


def _likeness(reading: Reading) -> list[float]:
    alone, after = reading.likeness
    return [
        (1 - _QUESTION_BEFORE) * own + _QUESTION_BEFORE * both
        for own, both in zip(alone, after, strict=True)
    ]
