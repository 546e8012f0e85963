"""From an article to the reply that a filer reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.court import CourtProfile
from bot.knowledge.model import GOOD_TO_KNOW, IF_THAT_FAILS, NEXT_STEP, STEPS, Article
from bot.knowledge.passages import Passage
from bot.knowledge.short_questions import Aspect, sentences_on
from bot.outcomes import ANSWERED, DECLINED, OFFERED, Choice, Reply, Source

DECLINED_TOPICS = frozenset({"legal_advice", "case_information", "out_of_scope"})
NOT_SOLVED = Choice("not_solved", "That did not work", "/not_solved")
PERSON = Choice("talk_to_a_person", "Talk to a person", "/contact_human", "contact_human")


def answer(article: Article, court: CourtProfile, titles: Mapping[str, str]) -> Reply:
    """Short answer, steps, what is good to know, next step; choices for what comes next.

    ``titles`` maps topics to what their buttons say.
    """
    parts = [article.short_answer, article.sections[STEPS]]
    if GOOD_TO_KNOW in article.sections:
        parts.append(f"**Good to know**\n\n{article.sections[GOOD_TO_KNOW]}")
    parts.append(f"**Next step:** {article.sections[NEXT_STEP]}")
    parts = [part for part in parts if part]
    declined = article.topic in DECLINED_TOPICS
    follow_ups = [] if declined else [NOT_SOLVED]
    return Reply(
        text=court.fill("\n\n".join(parts)),
        outcome=DECLINED if declined else ANSWERED,
        topic=article.topic,
        sources=_sources(article, court),
        choices=(*topic_choices(article.next_topics, titles), *follow_ups),
    )


def answer_when_it_failed(article: Article, court: CourtProfile) -> Reply:
    """What to do when the steps did not help, with a person as the next choice."""
    return Reply(
        text=court.fill(f"**If that fails**\n\n{article.sections[IF_THAT_FAILS]}"),
        outcome=ANSWERED,
        topic=article.topic,
        sources=_sources(article, court),
        choices=(replace(PERSON, title="Ask the clerk's office to help me"),),
    )


_MOST_REASONS = 4
_NOT_STATED = {
    Aspect.ELSEWHERE: "This answer does not say what holds for another state or court.",
    Aspect.WHEN: "This answer does not say when that is.",
    Aspect.DURATION: "This answer does not say how long that takes.",
    Aspect.COST: "This answer names no fee for that.",
    Aspect.OLD: "This answer does not say what becomes of the old one.",
    Aspect.TOO_DEAR: "This answer does not say what to do without money for it.",
}


def answer_aspect(
    aspect: Aspect, article: Article, court: CourtProfile, titles: Mapping[str, str]
) -> Reply:
    """What the article says on the one thing that a few words after its answer ask for; where it
    says nothing, that it does not, and who knows."""
    whole = answer(article, court, titles)
    if aspect is Aspect.FAILED:
        return answer_when_it_failed(article, court)
    if aspect is Aspect.AGAIN:
        text = f"In short: {article.short_answer}\n\n**Next step:** {article.sections[NEXT_STEP]}"
    elif aspect is Aspect.SURE:
        told = "; ".join(f"{s.title}, read on {s.checked_on}" for s in article.sources)
        text = (
            f"This is what we read: {told}. If your screen shows something else, trust the screen "
            "and ask the clerk's office: {clerk_phones}. For a PACER account ask PACER: "
            "{pacer_phone}."
        )
    elif aspect is Aspect.WHY:
        # the reason is often in the short answer itself, so it leads
        rest = whole.text.removeprefix(court.fill(article.short_answer))
        more = sentences_on(aspect, rest)[:_MOST_REASONS]
        text = "\n\n".join([article.short_answer, "\n".join(f"- {one}" for one in more)]).strip()
    elif aspect is Aspect.HOW:
        text = f"**Next step:** {article.sections[NEXT_STEP]}\n\n{article.sections[STEPS]}"
    else:
        found = sentences_on(aspect, whole.text)
        text = "\n".join(f"- {sentence}" for sentence in found) or (
            f"{_NOT_STATED[aspect]} The clerk's office can tell you, for your "
            "filing account: {clerk_phones}. For a PACER account, PACER can: {pacer_phone}."
        )
    return replace(whole, text=court.fill(f"**{article.choice}**\n\n{text}"))


def says_on(aspect: Aspect, article: Article) -> bool:
    """Whether the article says anything on that one thing."""
    return bool(sentences_on(aspect, "\n".join([article.short_answer, *article.sections.values()])))


def answer_passages(
    found: Sequence[Passage], article: Article, court: CourtProfile, titles: Mapping[str, str]
) -> Reply:
    """What the article says on a question after its answer; where it says nothing, that it does
    not, and what to do instead."""
    whole = answer(article, court, titles)
    if found:
        text = "\n".join(f"- {passage.text}" for passage in found) if found[1:] else found[0].text
        return replace(whole, text=court.fill(f"**{article.choice}**\n\n{text}"))
    text = (
        f"**{article.choice}**\n\nI have nothing more exact on that. If the steps do not help:\n\n"
        f"{article.sections[IF_THAT_FAILS]}\n\n**Next step:** {article.sections[NEXT_STEP]}"
    )
    return replace(whole, text=court.fill(text), outcome=OFFERED)


def topic_choices(topics: Iterable[str], titles: Mapping[str, str]) -> tuple[Choice, ...]:
    """Buttons that lead to topics, worded as a filer would say it. A topic without a title has no
    article any more, and no button."""
    return tuple(
        Choice(topic, titles[topic], f"/{topic}", topic) for topic in topics if topic in titles
    )


def _sources(article: Article, court: CourtProfile) -> tuple[Source, ...]:
    return tuple(
        Source(court.fill(s.title), court.fill(s.url), s.checked_on) for s in article.sources
    )
