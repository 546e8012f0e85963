"""Questions about the report on the PDF that was checked last."""

from itertools import islice
from typing import Any

from rasa_sdk import Tracker

from actions.base import HELP_ME, Result, conversation_of, replies, said, services, topic_titles
from actions.copies import MEND, mended_copy
from bot.copies import StoredCopy, copies_of
from bot.knowledge.answer import topic_choices
from bot.knowledge.report_questions import Asked, asked_of_report, programs_for
from bot.outcomes import ANSWERED, Reply, plain
from bot.pdfcheck import about_report
from bot.pdfcheck.repair.offer import offer_of_stored
from bot.reports import last_report_id, report_of

_TOPIC = "check_my_pdf"
ABOUT_A_FILE = frozenset({_TOPIC, "pdf_rejected", "pdf_fix"})
"""What the last turns were about when somebody says "fix it for me" or "where is it" of a file."""
# further back, "where is it" is about something else
_REPLIES_BACK = 6


def report_question(tracker: Tracker) -> Result | None:
    """The answer to a few words about the report; None where there is none, or where they are
    about something else."""
    asked = asked_of_report(said(tracker))
    conversation = conversation_of(tracker) if asked and _has_report(tracker) else None
    if asked is None or conversation is None:
        return None
    report_id = last_report_id(services().engine, conversation.id)
    report = report_of(services().engine, report_id, conversation.id) if report_id else None
    if report is None:
        return None
    made = copies_of(services().engine, conversation.id).get(report_id or "")
    if asked is Asked.COPY or (asked is Asked.WHERE and made):
        # without a copy, "how do i get it" is about something else
        return mended_copy(tracker) if made else None
    told = _tell(asked, report, said(tracker), made)
    if not told:
        return None
    text = f"**{plain(str(report['file']))}**\n\n{told}"
    refused = report["verdict"] != "accept"
    choices = (*topic_choices(("pdf_fix",), topic_titles()), HELP_ME) if refused else ()
    if offer_of_stored(report).reason is None:
        choices = (MEND, *choices)
    reply = Reply(text, ANSWERED, topic=_TOPIC, choices=choices)
    return Result([reply], {"misunderstood": 0})


def _tell(asked: Asked, report: dict[str, Any], text: str, made: StoredCopy | None) -> str:
    if asked is Asked.LOOKS:
        return _looks(report, made)
    if asked is Asked.UNLOCK:
        return about_report.with_password(report)
    if asked is Asked.WHERE:
        return about_report.where(report)
    if asked is Asked.MEANING:
        return about_report.meaning(report)
    if asked is Asked.FILING:
        return about_report.may_be_filed(report)
    return about_report.with_program(report, programs_for(text))


def _looks(report: dict[str, Any], made: StoredCopy | None) -> str:
    if made is not None:
        changed = "\n".join(f"- {change}" for change in made.changes)
        return (
            "The copy has all pages and all words of your file. Look through it before you file "
            f"it.\n\n**What changed**\n\n{changed}"
        )
    if offer_of_stored(report).reason is None:
        return (
            "A mended copy has all pages and all words of your file, and what is filled in stays "
            "visible. It says what was changed. Look through it before you file it."
        )
    return ""


def _has_report(tracker: Tracker) -> bool:
    """Whether the last reply was about a PDF, and one of the last gave a report."""
    last = list(islice(replies(tracker), _REPLIES_BACK))
    is_about_pdf = bool(last) and last[0].get("topic") in ABOUT_A_FILE
    return is_about_pdf and any(reply.get("report_id") for reply in last)
