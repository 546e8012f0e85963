"""Answers from the articles, and what to do when an answer did not help."""

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker

from actions.about import answer_on_itself
from actions.about_report import ABOUT_A_FILE, report_question
from actions.base import (
    HELP_ME,
    UNSURE,
    HelpdeskAction,
    Result,
    filer_texts,
    intent_of,
    last_choices,
    last_reply_text,
    said,
    services,
    topic_titles,
)
from actions.choices import let_a_person, not_understood
from actions.copies import mended_copy
from actions.deadline import (
    STOPS_A_FILING,
    after_a_person,
    before_a_deadline,
    open_now,
    pacer_open,
    what_stops_you,
)
from actions.in_context import (
    answer_again,
    is_said,
    lines_on_it,
    nothing_more,
    perhaps_on_this,
    question,
    read_in_context,
)
from actions.not_solved import answer_not_solved, ask_again, still_not_solved
from actions.requests import answer_code
from bot.knowledge.answer import (
    DECLINED_TOPICS,
    NOT_SOLVED,
    PERSON,
    answer,
    answer_aspect,
    answer_when_it_failed,
    says_on,
    topic_choices,
)
from bot.knowledge.corrections import LOGINS, corrected_login
from bot.knowledge.follow_up import BACK_TEXT, step_before
from bot.knowledge.labels import is_missing
from bot.knowledge.leads import leads_to
from bot.knowledge.model import STEPS, Article
from bot.knowledge.plain_words import (
    deadline_is_near,
    did_not_come,
    has_words,
    learned,
    only_a_deadline,
    wants_a_copy,
    wants_a_person,
)
from bot.knowledge.programs import MENDING, program_asked_for, program_named, with_asked_first
from bot.knowledge.short_questions import (
    Aspect,
    asks_about,
    is_silent,
    still_fails,
)
from bot.knowledge.store import article_of
from bot.outcomes import ANSWERED, NOT_UNDERSTOOD, OFFERED, Choice, Reply
from bot.pdfcheck.causes import causes_of, causes_text

_ALSO_WHEN_DECLINED = frozenset({Aspect.WHY, Aspect.AGAIN, Aspect.HOW})
# few words that are declined after an answer mean the answer more often than something else
_FEW_WORDS = 6
_SURE_TO_DECLINE = 0.85
# more of the last answer does little harm where something else was meant: docs/decisions/0015
_SURE_OF_THE_SAME = 0.3
_SURE_OF_ANOTHER = 0.65
_SURE_WITH_OWN_WORDS = 0.5
_SAYS_IT = 0.85
_SAYS_NOTHING = 0.12
_NO_MORE_WORDS = 12
_NOBODY_ANSWERS = re.compile(
    r"\b(?:nobody|no ?one|no body)(?: ever)?(?: is|'s|s)? (?:answer(?:s|ed|ing)?|pick(?:s|ed) up"
    r"|there|in|at (?:the|their) (?:office|desk|phone))\b"
    r"|\b(?:they|(?:the )?(?:office|clerk(?:'s office)?|court))(?: is| are|'s|'re|re)"
    r" (?:already |now |all )?(?:closed|gone home|shut)\b"
    r"|\b(?:phone|line|it) (?:just )?(?:rings and rings|keeps ringing|goes to voice ?mail)\b"
    r"|\bnadie (?:contesta|responde|atiende)\b",
    re.IGNORECASE,
)
_NAMES_PEOPLE = re.compile(
    r"\b(?:phones?|tele\w+|numbers?|call\w*|ring|e-?mails?|address\w*|hours?|open\w*|clos\w+"
    r"|office|counter|person\w*|humans?|some(?:one|body)|any(?:one|body)|who\w*|speak\w*|talk\w*"
    r"|reach\w*|contact\w*|clerks?|court\w*|staff|help ?desk|service|support|llam\w+|tel\w+"
    r"|persona\w*|alguien|hablar|correo|oficina|horas?|abren|cierran)\b",
    re.IGNORECASE,
)
_OF_PACER = re.compile(r"\bpacer\b", re.IGNORECASE)
# "my deadline is in an hour, what do I do" names no more than the deadline
_WHAT_NOW = re.compile(
    r"[\s,.;-]{0,9}\b(?:so )?(?:now )?what (?:do|should|can|shall) (?:i|we) do(?: now)?"
    r"[\s?.]{0,9}$",
    re.IGNORECASE,
)


class ActionAnswer(HelpdeskAction):
    """Answers the topic that the filer's intent names, from the database."""

    def name(self) -> str:
        return "action_answer"

    def act(self, tracker: Tracker) -> Result:
        return not_twice(tracker, self._answer(tracker))

    @staticmethod
    def _answer(tracker: Tracker) -> Result:
        if plain := answer_plain_words(tracker):
            return plain
        if in_context := answer_after_answer(tracker):
            return in_context
        if still_fails(said(tracker), tracker.get_slot("topic"), intent_of(tracker)):
            return answer_not_solved(tracker)
        return answer_topic(tracker, intent_of(tracker))


def not_twice(tracker: Tracker, result: Result) -> Result:
    """The reply, unless it is word for word what was said last on the help sessions and the filer
    now asks something else of them: then that nothing more exact is known, and a person."""
    text = said(tracker) if tracker.get_slot("topic") == "zoom_help_session" else ""
    before = next(iter(filer_texts(tracker)[1:]), "")
    same = len(result.replies) == 1 and result.replies[0].text == last_reply_text(tracker)
    if not text or not same or text.casefold() == before.casefold():
        return result
    reply = result.replies[0]
    words = f"I have nothing more exact on that than what I said. {let_a_person()}"
    choices = (HELP_ME, PERSON)
    return replace(result, replies=[replace(reply, text=words, sources=(), choices=choices)])


def answer_after_answer(tracker: Tracker) -> Result | None:
    """What the filer's words mean after the last answer: more of its article, another topic, or
    choices where neither is sure. None where the words stand for themselves."""
    context = read_in_context(tracker)
    if context is None:
        return None
    meant, confidence = context.ranking[0]
    text, last = said(tracker), context.article.topic
    # words that say nothing by themselves but "still" are about the last answer
    about = last if intent_of(tracker) == UNSURE else meant
    if meant == NOT_SOLVED.id or still_fails(text, last, about):
        then = context.says_what_then
        return answer_again(context) if then else still_not_solved(tracker, context)
    few = len(text.split()) <= _FEW_WORDS
    least = _SURE_OF_THE_SAME if meant == last else _SURE_OF_ANOTHER
    if meant not in {last, *DECLINED_TOPICS} and context.own.get(meant, 0.0) >= _SAYS_IT:
        least = _SURE_WITH_OWN_WORDS
    if meant in DECLINED_TOPICS and few:
        least = _SURE_TO_DECLINE
    says_nothing = not context.found and max(context.own.values()) < _SAYS_NOTHING
    if confidence < least or says_nothing:
        ranking = [name for name, _ in context.ranking]
        # whom to call before a deadline comes first, and that is said beside choices
        nearest = None if deadline_is_near(text) else perhaps_on_this(context, ranking)
        return nearest or not_understood(tracker, ranking)
    if meant == last:
        ranking = [name for name, _ in context.ranking]
        # a line that may be meant tells more than that there is nothing more exact
        unsure = not context.found and intent_of(tracker) == UNSURE
        nearest = perhaps_on_this(context, ranking) if unsure else None
        if nearest and not deadline_is_near(text):
            return nearest
        result = answer_again(context)
        if result.replies[0].text == last_reply_text(tracker) or is_said(context, tracker):
            # who got just these lines needs what comes after them
            result.replies = [nothing_more(context, (HELP_ME, PERSON))]
        result.replies = [before_a_deadline(reply, last, text) for reply in result.replies]
        return result
    if meant == PERSON.topic:
        return answer_person(tracker)
    return answer_topic(tracker, meant) if meant in topic_titles() else None


class ActionContactHuman(HelpdeskAction):
    """How to reach a person, with the help request as first choice."""

    def name(self) -> str:
        return "action_contact_human"

    def act(self, tracker: Tracker) -> Result:
        if _NOBODY_ANSWERS.search(said(tracker)):
            return _answer_no_reply(said(tracker))
        # "and the phone number" after the answer on a new address is the filer's own
        topic = follow_up(tracker)
        if topic == "update_contact_info":
            return answer_topic(tracker, topic)
        if not _NAMES_PEOPLE.search(said(tracker)) and (found := answer_after_answer(tracker)):
            # "can i come tomorrow" after the answer on help sessions means one of these
            return found
        return answer_person(tracker)


class ActionSolved(HelpdeskAction):
    """After a step that helped: the way back to what it was a step for."""

    def name(self) -> str:
        return "action_solved"

    def act(self, tracker: Tracker) -> Result:
        topic = follow_up(tracker)
        if topic:
            return answer_topic(tracker, topic)
        titles, came_from = topic_titles(), tracker.get_slot("came_from")
        text = "Good to hear."
        if came_from not in titles:
            return Result([Reply(f"{text} Ask again whenever something else comes up.", ANSWERED)])
        reply = Reply(
            f"{text} {BACK_TEXT.format(title=titles[came_from])}",
            ANSWERED,
            choices=topic_choices((came_from,), titles),
        )
        # "what now" then means what was gone back to
        return Result([reply], {"topic": came_from, "came_from": None})


def follow_up(tracker: Tracker) -> str | None:
    """The topic that the filer's words lead to after the last answer, where they do so plainly."""
    text, topic = said(tracker), tracker.get_slot("topic")
    if program_asked_for(text, topic):
        return MENDING
    offered = last_choices(tracker) >= LOGINS
    return (
        corrected_login(text, topic, offered=offered)
        or learned(text, topic, tracker.get_slot("came_from"))
        or leads_to(text, topic)
    )


def answer_plain_words(tracker: Tracker) -> Result | None:
    """What can be answered without the classifier: signs without words, the code of a help
    request, a wish for a person, a report after the last answer."""
    text = said(tracker)
    if text and not has_words(text):
        return ask_again(
            tracker, "I see no words in that. Tell me in a few words what does not work."
        )
    if found := answer_code(tracker) or answer_on_itself(tracker):
        return found
    if wants_a_person(text):
        return answer_person(tracker)
    if _NOBODY_ANSWERS.search(text) and len(text.split()) <= _NO_MORE_WORDS:
        return _answer_no_reply(text)
    after_report = tracker.get_slot("topic") in ABOUT_A_FILE
    if after_report and wants_a_copy(text) and (copy := mended_copy(tracker)):
        return copy
    if after_report and (told := report_question(tracker)):
        return told
    topic = follow_up(tracker)
    if topic == "zoom_help_session" and (lines := lines_on_it(tracker)):
        # who asks whether to sign up was told the rest already
        return lines
    return answer_topic(tracker, topic) if topic else _answer_short_question(tracker)


def _answer_short_question(tracker: Tracker) -> Result | None:
    """What the last answer says on "how long does it take" and the like."""
    text, topic = said(tracker), tracker.get_slot("topic")
    aspect = asks_about(text)
    if only_a_deadline(_WHAT_NOW.sub("", text)):
        return _hurry(topic) if deadline_is_near(text) else Result([what_stops_you()])
    if did_not_come(text, topic) or _misses_a_label(text, topic):
        # who is linking and does not find the menu has trouble with it, which has its own answer
        linking = topic == "link_accounts"
        return answer_topic(tracker, "link_trouble") if linking else answer_not_solved(tracker)
    if not aspect or not topic or is_silent(aspect, topic):
        return None
    if topic in DECLINED_TOPICS and aspect not in _ALSO_WHEN_DECLINED:
        return None
    if aspect is Aspect.FAILED:
        result = answer_not_solved(tracker)
        result.replies = [before_a_deadline(reply, topic, text) for reply in result.replies]
        return result
    article = article_of(services().engine, topic)
    if article is None:
        return None
    if topic == MENDING and aspect is Aspect.HOW:
        article = _mending(tracker, article)
    if aspect is Aspect.NEEDS and not says_on(aspect, article):
        return None
    reply = answer_aspect(aspect, article, services().court, topic_titles())
    return Result([reply], {"misunderstood": 0})


def _misses_a_label(text: str, topic: str | None) -> bool:
    article = article_of(services().engine, topic) if text and topic else None
    if article is None:
        return False
    return is_missing(text, f"{article.short_answer}\n{article.sections[STEPS]}")


def _hurry(topic: str | None) -> Result:
    """Somebody says no more than that the deadline is near: whom to call, and what to do when the
    steps of the last answer fail; without such an answer, a question back."""
    article = article_of(services().engine, topic) if topic in STOPS_A_FILING else None
    if article is None:
        return Result([after_a_person(what_stops_you())], {"misunderstood": 0})
    reply = after_a_person(answer_when_it_failed(article, services().court))
    return Result([reply], {"misunderstood": 0})


def _answer_no_reply(text: str) -> Result:
    """Somebody called in vain: whether the office is open, and the ways without the phone. Its
    numbers, which were called, are not named again. Of PACER: its hours, and its e-mail."""
    article = article_of(services().engine, "contact_human")
    if article is None:
        return Result([Reply(let_a_person(), NOT_UNDERSTOOD, choices=(HELP_ME, PERSON))])
    reply = answer_when_it_failed(article, services().court)
    first = pacer_open() if _OF_PACER.search(text) else open_now()
    text = f"{first}\n\n{reply.text}".strip()
    slots = {"topic": article.topic, "misunderstood": 0}
    return Result([replace(reply, text=text, choices=(HELP_ME,))], slots)


def answer_person(tracker: Tracker) -> Result:
    """How to reach a person, with the help request first. The topic that the filer wants help
    with stays."""
    result = answer_topic(tracker, "contact_human")
    result.slots = {"misunderstood": 0}
    reply = result.replies[0]
    others = tuple(c for c in reply.choices if c.id not in {HELP_ME.id, NOT_SOLVED.id})
    text = f"{open_now()}\n\n{reply.text}".strip()
    result.replies[0] = replace(reply, text=text, choices=(HELP_ME, *others))
    return result


def _mending(tracker: Tracker, article: Article) -> Article:
    """The article on mending a PDF: what the filer wants to do, and with what, comes first."""
    text, last = said(tracker), tracker.get_slot("topic")
    program = program_asked_for(text, last) or program_named(text)
    before = tracker.get_slot("question") or {}
    # "i'm on an iphone" and "where is that" go on with "the pdf has a password"
    goes_on = before.get("topic") == last and (program_asked_for(text, last) or asks_about(text))
    wanted = f"{before.get('text') or ''} {text}" if goes_on else text
    return with_asked_first(article, wanted, program)


def answer_topic(tracker: Tracker, topic: str) -> Result:
    """The answer to ``topic``, with the way back to the topic that it interrupted."""
    article = article_of(services().engine, topic)
    if article is None:
        text = "I have no answer on this yet. A person in the clerk's office can help you."
        return Result([Reply(text, OFFERED, choices=(HELP_ME, PERSON))])
    if topic == MENDING:
        article = _mending(tracker, article)
    reply = answer(article, services().court, titles := topic_titles())
    if topic == "pdf_rejected" and (causes := causes_of(said(tracker))):
        reply = replace(reply, text=f"{causes_text(causes)}\n\n{reply.text}")
    reply = before_a_deadline(reply, topic, said(tracker))
    came_from = step_before(topic, tracker.get_slot("topic"), tracker.get_slot("came_from"))
    if came_from in titles and reply.outcome == ANSWERED:
        back = Choice(came_from, titles[came_from], f"/{came_from}", came_from)
        others = tuple(c for c in reply.choices if c.id != came_from)
        reply = replace(
            reply,
            text=f"{reply.text}\n\n{BACK_TEXT.format(title=titles[came_from])}",
            choices=(back, *others),
        )
    missed = 0
    if topic == "out_of_scope":
        # the question may be about filing after all: the second time a person is named
        missed = int(tracker.get_slot("misunderstood") or 0) + 1
        if missed > 1:
            person = (
                f"Or let a person help: call the clerk's office, {services().court.phones_text}."
            )
            reply = replace(
                reply, text=f"{reply.text}\n\n{person}", choices=(HELP_ME, PERSON, *reply.choices)
            )
    slots: dict[str, Any] = {"topic": topic, "came_from": came_from, "misunderstood": missed}
    if topic != tracker.get_slot("topic") and topic not in DECLINED_TOPICS:
        slots["question"] = question(topic, said(tracker))
    return Result([reply], slots)
