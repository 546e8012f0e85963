"""Checks a PDF that was sent in the chat. The file is opened only in a limited child process."""

from typing import Any

from rasa_sdk import Tracker

from actions.answers import answer_topic, follow_up
from actions.base import (
    HELP_ME,
    HelpdeskAction,
    Result,
    closed_notice,
    conversation_of,
    in_thread,
    intent_of,
    last_choices,
    sent_with,
    services,
    topic_titles,
)
from actions.copies import (
    CONFIRM_RIGHTS,
    CONFIRM_SIGNED,
    CONSENT_SLOT,
    MEND,
    checker,
    mended_copy,
    without_numbers,
)
from bot.knowledge.answer import topic_choices
from bot.outcomes import ANSWERED, ASKED, CHECKED, Reply, plain
from bot.pdfcheck import Report, offer, summarize
from bot.reports import store_report
from bot.switches import UPLOADS
from bot.uploads import Upload, upload_of, upload_path

_OFFER = (
    "I can make a mended copy for you: without what CM/ECF refuses, with all pages and words. Your "
    "own file stays as it is."
)
_GO_ON = "Tell me in your own words what you need, or choose one of the buttons above."
_CONFIRMED = {CONFIRM_RIGHTS.id: "rights", CONFIRM_SIGNED.id: "even_signed"}


class ActionCheckPdf(HelpdeskAction):
    """Says verdict, reasons in the court's own wording, and how to mend."""

    def name(self) -> str:
        return "action_check_pdf"

    async def act_in_thread(self, tracker: Tracker) -> Result:
        upload = await in_thread(_upload, tracker)
        if upload is None:
            return await in_thread(_ask_for_file)
        path = upload_path(services().settings.upload_dir, upload.id)
        report = await checker().check(path, services().court.pdf, name=upload.name)
        return await in_thread(_reported, upload, without_numbers(report))


def _ask_for_file() -> Result:
    closed = closed_notice(UPLOADS)
    text = "I have no file from you here. Attach the PDF below and I check it at once."
    outcome = ANSWERED if closed else ASKED
    return Result([Reply(closed or text, outcome, topic="check_my_pdf")])


def _upload(tracker: Tracker) -> Upload | None:
    conversation = conversation_of(tracker)
    upload_id = sent_with(tracker, "upload_id")
    if conversation is None or upload_id is None:
        return None
    return upload_of(services().engine, upload_id, conversation.id)


def _reported(upload: Upload, report: Report) -> Result:
    shape: dict[str, Any] = {**report.to_dict(), "file": upload.name}
    report_id = store_report(services().engine, upload, shape)
    is_refused = report.verdict != "accept"
    # a file's own names of fields and scripts stand in it
    text = "\n".join(plain(line) for line in summarize(report).split("\n"))
    choices = (*topic_choices(("pdf_fix",), topic_titles()), HELP_ME) if is_refused else ()
    if offer(report).reason is None:
        text += f"\n\n{_OFFER}"
        choices = (MEND, *choices)
    reply = Reply(text, CHECKED, topic="check_my_pdf", choices=choices, report_id=report_id)
    topic = "pdf_rejected" if is_refused else "check_my_pdf"
    return Result([reply], {"topic": topic, "misunderstood": 0, CONSENT_SLOT: None})


class ActionMendCopy(HelpdeskAction):
    """Makes the mended copy that a report offers; without a report, how to mend a PDF."""

    def name(self) -> str:
        return "action_mend_copy"

    def act(self, tracker: Tracker) -> Result:
        confirmed = _CONFIRMED.get(intent_of(tracker))
        topic = follow_up(tracker) or "pdf_fix"
        return mended_copy(tracker, confirmed) or answer_topic(tracker, topic)


class ActionYes(HelpdeskAction):
    """A yes outside a form: to the copy that the last reply offered, else a question back."""

    def name(self) -> str:
        return "action_yes"

    def act(self, tracker: Tracker) -> Result:
        shown = last_choices(tracker)
        result = None
        if shown & {MEND.id, *_CONFIRMED}:
            confirmed = next((_CONFIRMED[name] for name in _CONFIRMED if name in shown), None)
            result = mended_copy(tracker, confirmed)
        return result or Result([Reply(_GO_ON, ASKED)])
