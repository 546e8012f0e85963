"""What to do when an answer did not help."""

from dataclasses import replace

from rasa_sdk import Tracker

from actions.about_report import ABOUT_A_FILE, report_question
from actions.base import HELP_ME, HelpdeskAction, Result, last_reply_text, said, services
from actions.choices import let_a_person
from actions.in_context import InContext, exactly_on_this
from bot.knowledge.answer import PERSON, answer_when_it_failed
from bot.knowledge.short_questions import says_more
from bot.knowledge.store import article_of
from bot.outcomes import ASKED, NOT_UNDERSTOOD, Reply


class ActionNotSolved(HelpdeskAction):
    """What to do when the last answer did not help; without one, a question back."""

    def name(self) -> str:
        return "action_not_solved"

    def act(self, tracker: Tracker) -> Result:
        # "is my signature still there" after a mended copy
        about_file = tracker.get_slot("topic") in ABOUT_A_FILE and report_question(tracker)
        return about_file or answer_not_solved(tracker)


def answer_not_solved(tracker: Tracker) -> Result:
    """What to do when the last answer did not help; a person when that was said already."""
    topic = tracker.get_slot("topic")
    article = article_of(services().engine, topic) if topic else None
    if article is None:
        text = "What did not work? Tell me what you did and what you see on the screen."
        return ask_again(tracker, text)
    reply = answer_when_it_failed(article, services().court)
    if reply.text == last_reply_text(tracker):
        reply = replace(reply, text=let_a_person(), sources=())
    return Result([replace(reply, choices=(HELP_ME, PERSON))])


def still_not_solved(tracker: Tracker, context: InContext) -> Result:
    """What to do when the last answer did not help, after what its article says on just this,
    where the filer says more than that it fails ("keeps saying my new password isn't valid")."""
    result = answer_not_solved(tracker)
    exact = exactly_on_this(context) if says_more(said(tracker)) else ""
    if not exact:
        return result
    result.replies = [replace(r, text=f"{exact}\n\n{r.text}") for r in result.replies]
    return result


def ask_again(tracker: Tracker, text: str) -> Result:
    """A question back; a person when that is the second time in a row."""
    times = int(tracker.get_slot("misunderstood") or 0) + 1
    reply = Reply(text, ASKED)
    if times > 1:
        reply = Reply(let_a_person(), NOT_UNDERSTOOD, choices=(HELP_ME, PERSON))
    return Result([reply], {"misunderstood": times})
