"""Answers from the articles, and what to do when an answer did not help."""

from dataclasses import replace

from rasa_sdk import Tracker

from actions.base import HelpdeskAction, Result, intent_of, services, topic_titles
from bot.knowledge.answer import NOT_SOLVED, PERSON, answer, answer_when_it_failed
from bot.knowledge.follow_up import BACK_TEXT, step_before
from bot.knowledge.store import article_of
from bot.outcomes import ANSWERED, ASKED, OFFERED, Choice, Reply

HELP_ME = Choice("request_help", "Ask the clerk's office to help me", "/request_help")


class ActionAnswer(HelpdeskAction):
    """Answers the topic that the filer's intent names, from the database."""

    def name(self) -> str:
        return "action_answer"

    def act(self, tracker: Tracker) -> Result:
        return answer_topic(tracker, intent_of(tracker))


class ActionContactHuman(HelpdeskAction):
    """How to reach a person, with the help request as first choice."""

    def name(self) -> str:
        return "action_contact_human"

    def act(self, tracker: Tracker) -> Result:
        result = answer_topic(tracker, "contact_human")
        # the topic that the filer wants help with stays
        result.slots.pop("topic", None)
        result.slots.pop("came_from", None)
        reply = result.replies[0]
        others = tuple(c for c in reply.choices if c.id not in {HELP_ME.id, NOT_SOLVED.id})
        result.replies[0] = replace(reply, choices=(HELP_ME, *others))
        return result


class ActionNotSolved(HelpdeskAction):
    """What to do when the last answer did not help; without one, a question back."""

    def name(self) -> str:
        return "action_not_solved"

    def act(self, tracker: Tracker) -> Result:
        topic = tracker.get_slot("topic")
        article = article_of(services().engine, topic) if topic else None
        if article is None:
            text = "What did not work? Tell me what you did and what you see on the screen."
            return Result([Reply(text, ASKED)])
        reply = answer_when_it_failed(article, services().court)
        return Result([replace(reply, choices=(HELP_ME, PERSON))])


def answer_topic(tracker: Tracker, topic: str) -> Result:
    """The answer to ``topic``, with the way back to the topic that it interrupted."""
    article = article_of(services().engine, topic)
    if article is None:
        text = "I have no answer on this yet. A person in the clerk's office can help you."
        return Result([Reply(text, OFFERED, choices=(HELP_ME, PERSON))])
    reply = answer(article, services().court, titles := topic_titles())
    came_from = step_before(topic, tracker.get_slot("topic"), tracker.get_slot("came_from"))
    if came_from in titles and reply.outcome == ANSWERED:
        back = Choice(came_from, titles[came_from], f"/{came_from}", came_from)
        others = tuple(c for c in reply.choices if c.id != came_from)
        reply = replace(
            reply,
            text=f"{reply.text}\n\n{BACK_TEXT.format(title=titles[came_from])}",
            choices=(back, *others),
        )
    slots = {"topic": topic, "came_from": came_from, "misunderstood": 0}
    return Result([reply], slots)
