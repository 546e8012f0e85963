"""What may solve the problem before anybody is asked: offered once, then the request goes on."""

import re
from dataclasses import dataclass

from rasa_sdk import Tracker

from actions.base import confidence_of, conversation_of, intent_of, replies, services, topic_titles
from actions.copies import MEND
from bot.copies import copy_of
from bot.knowledge.answer import DECLINED_TOPICS, answer
from bot.knowledge.store import article_of
from bot.outcomes import ASKED, Choice, Reply
from bot.pdfcheck.repair.offer import can_be_mended
from bot.reports import last_report_id, report_of
from bot.triage.form import is_courtesy

SLOT = "request_offer"
TOPIC_SLOT = "request_offer_topic"
DECLINED, SOLVED = "declined", "solved"
GO_ON = "Go on with the request"
THAT_SOLVES_IT = "That solves it"
# an answer is put before the request only when the words plainly are about it
_SURE = 0.9
_NO_ANSWERS = DECLINED_TOPICS | {"contact_human", "zoom_help_session", "check_my_pdf"}
_PDF = frozenset({"pdf_rejected", "pdf_fix", "pdf_requirements", "check_my_pdf"})
_SOLVED = re.compile(
    r"^\W*(?:(?:yes|yeah|great|perfect|thanks|thank you|ok|oh)\W+)*"
    r"(?:(?:that|this|it|which)\W*)?"
    r"(?:solve[sd]|worked|works|did it|helped|helps|fixed it|was it)\b"
    r"|\bproblem solved\b|\ball good\b",
    re.IGNORECASE,
)
_NOT_SOLVED = re.compile(r"\b(?:not|n['\u2019]t|never|no|still|but|already|tried)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Report:
    """The newest PDF report of a conversation: its id, and whether a mended copy can be made that
    the filer has not got yet."""

    id: str | None = None
    mendable: bool = False


def newest_report(tracker: Tracker) -> Report:
    """The newest report of this conversation; an empty one where there is none."""
    conversation, engine = conversation_of(tracker), services().engine
    report_id = last_report_id(engine, conversation.id) if conversation else None
    shape = report_of(engine, report_id, conversation.id) if report_id and conversation else None
    if not report_id or shape is None:
        return Report()
    has_copy = conversation and copy_of(engine, report_id, conversation.id)
    return Report(report_id, can_be_mended(shape) and not has_copy)


def topic_of_problem(tracker: Tracker) -> str | None:
    """The topic that the filer's words about the problem are plainly about."""
    topic = intent_of(tracker)
    sure = confidence_of(tracker) >= _SURE
    return topic if sure and topic not in _NO_ANSWERS and topic in topic_titles() else None


def worth_offering(tracker: Tracker, topic: str | None) -> str | None:
    """The topic whose answer is offered; None when the filer has read it already, or was offered
    something in this request."""
    if topic is None or tracker.get_slot(TOPIC_SLOT) or topic in _topics_answered(tracker):
        return None
    return topic


def _topics_answered(tracker: Tracker) -> set[str]:
    slots = {tracker.get_slot("topic"), tracker.get_slot("came_from")}
    return _topics_shown(tracker) | {str(topic) for topic in slots if topic}


def _topics_shown(tracker: Tracker) -> set[str]:
    return {str(reply["topic"]) for reply in replies(tracker) if reply.get("topic")}


def offer(tracker: Tracker, cancel: Choice) -> Reply:
    """The answer that may solve it, the first time; afterwards only the question."""
    topic = tracker.get_slot(TOPIC_SLOT)
    choices: tuple[Choice, ...] = (_choice(GO_ON), _choice(THAT_SOLVES_IT), cancel)
    article = article_of(services().engine, topic) if topic else None
    if article is None or topic in _topics_shown(tracker):
        return Reply("Shall I go on with your request?", ASKED, "contact_human", (), choices)
    reply = answer(article, services().court, topic_titles())
    report, mend = newest_report(tracker), ""
    if report.mendable and topic in _PDF:
        mend = "I can make a mended copy of the file that you sent.\n\n"
        choices = (MEND, *choices)
    return Reply(
        f"Before the staff has to look at it, this may solve it at once.\n\n{mend}{reply.text}\n\n"
        "If it does not, I go on with your request.",
        ASKED,
        topic,
        reply.sources,
        choices,
    )


def read(text: str) -> str:
    """:data:`SOLVED` when the filer says that it helped; anything else goes on."""
    says_so = bool(_SOLVED.search(text)) and not _NOT_SOLVED.search(text)
    return SOLVED if text == THAT_SOLVES_IT or says_so else DECLINED


def adds_to_problem(text: str) -> bool:
    """Whether the answer to the offer says more about the problem, which must not be lost."""
    return text not in {GO_ON, THAT_SOLVES_IT} and len(text.split()) > 2 and not is_courtesy(text)


def _choice(title: str) -> Choice:
    return Choice(title.lower().replace(" ", "_"), title, title)
