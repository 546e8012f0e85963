"""Worded choices when it is not certain what a filer needs, and a person when they do not help."""

from collections.abc import Sequence

from rasa_sdk import Tracker

from actions.base import (
    HELP_ME,
    Result,
    filer_texts,
    intent_of,
    last_outcome,
    ranking_of,
    said,
    services,
    topic_titles,
)
from actions.deadline import after_a_person, what_stops_you
from bot.knowledge.answer import PERSON, topic_choices
from bot.knowledge.plain_words import deadline_is_near
from bot.knowledge.search import search
from bot.outcomes import ASKED, NOT_UNDERSTOOD, OFFERED, Choice, Reply

NONE_OF_THESE = Choice("none_of_these", "None of these", "/none_of_these")
_MOST_CHOICES = 3
_FEW_WORDS = 8


def let_a_person(beside: str = "") -> str:
    """Where to turn when the assistant can do no more."""
    court = services().court
    return (
        f"Let a person look at it. Call the clerk's office: {court.phones_text}. For a PACER login "
        f"or bill call the PACER Service Center: {court.pacer_phone}. Or I take down your problem "
        f"and the clerk's staff gets in touch with you.{beside}"
    )


def not_understood(tracker: Tracker, ranking: Sequence[str] = ()) -> Result:
    """Choices the first time, a person the second. ``ranking``: intents, the likeliest first;
    without one, the classifier's."""
    times = int(tracker.get_slot("misunderstood") or 0) + 1
    if last_outcome(tracker) == ASKED:
        # an answer to our question back, such as "the login", is understood for the first time
        times = 1
    slots = {"misunderstood": times}
    titles = topic_titles()
    if times > 1 or intent_of(tracker) == "none_of_these":
        return Result([_a_person(_found(_last_words(tracker), titles))], slots)
    guesses = [intent for intent in ranking or ranking_of(tracker) if intent in titles]
    topic = tracker.get_slot("topic")
    if guesses and topic in titles and len(said(tracker).split()) <= _FEW_WORDS:
        # few words after an answer, such as "when is the next one", may still be about it
        guesses = list(dict.fromkeys((topic, *guesses)))
    if deadline_is_near(said(tracker)):
        return Result([after_a_person(what_stops_you(guesses, NONE_OF_THESE))], slots)
    guesses = guesses[:_MOST_CHOICES]
    if not guesses:
        return Result([_a_person(_found(said(tracker), titles))], slots)
    reply = Reply(
        "I am not sure what you need. Is it one of these? You can also say it in other words.",
        OFFERED,
        choices=(*topic_choices(guesses, titles), NONE_OF_THESE),
    )
    return Result([reply], slots)


def _found(text: str, titles: dict[str, str]) -> tuple[Choice, ...]:
    hits = search(services().engine, text, limit=_MOST_CHOICES)
    return topic_choices([hit.topic for hit in hits if hit.topic in titles], titles)


def _last_words(tracker: Tracker) -> str:
    """What the filer last wrote, across button presses."""
    return next((text for text in filer_texts(tracker) if not text.startswith("/")), "")


def _a_person(found: tuple[Choice, ...]) -> Reply:
    beside = " The answers below share words with your question; one may fit." if found else ""
    return Reply(
        f"I do not understand this well enough to help you. {let_a_person(beside)}",
        NOT_UNDERSTOOD,
        choices=(HELP_ME, PERSON, *found),
    )
