"""Checks a PDF that was sent in the chat. The file is opened only in a limited child process."""

import asyncio
from functools import lru_cache
from typing import Any

from rasa_sdk import Tracker

from actions.answers import HELP_ME
from actions.base import (
    HelpdeskAction,
    Result,
    closed_notice,
    conversation_of,
    services,
    topic_titles,
)
from bot.knowledge.answer import topic_choices
from bot.outcomes import ANSWERED, ASKED, CHECKED, Reply
from bot.pdfcheck import Checker, Report, summarize
from bot.switches import UPLOADS
from bot.uploads import Upload, store_report, upload_of, upload_path


@lru_cache(maxsize=1)
def checker() -> Checker:
    """The worker of this process, started at first use."""
    return Checker()


class ActionCheckPdf(HelpdeskAction):
    """Says verdict, reasons in the court's own wording, and how to mend."""

    def name(self) -> str:
        return "action_check_pdf"

    async def act_in_thread(self, tracker: Tracker) -> Result:
        upload = await asyncio.to_thread(_upload, tracker)
        if upload is None:
            return await asyncio.to_thread(_ask_for_file)
        path = upload_path(services().settings.upload_dir, upload.id)
        report = await checker().check(path, services().court.pdf, name=upload.name)
        return await asyncio.to_thread(_reported, upload, report)


def _ask_for_file() -> Result:
    closed = closed_notice(UPLOADS)
    text = "I have no file from you here. Attach the PDF below and I check it at once."
    outcome = ANSWERED if closed else ASKED
    return Result([Reply(closed or text, outcome, topic="check_my_pdf")])


def _upload(tracker: Tracker) -> Upload | None:
    conversation = conversation_of(tracker)
    upload_id = (tracker.latest_message.get("metadata") or {}).get("upload_id")
    if conversation is None or not isinstance(upload_id, str):
        return None
    return upload_of(services().engine, upload_id, conversation.id)


def _reported(upload: Upload, report: Report) -> Result:
    shape: dict[str, Any] = {**report.to_dict(), "file": upload.name}
    report_id = store_report(services().engine, upload, shape)
    titles = topic_titles()
    choices = () if report.verdict == "accept" else topic_choices(("pdf_fix",), titles)
    reply = Reply(
        summarize(report),
        CHECKED,
        topic="check_my_pdf",
        choices=(*choices, HELP_ME) if choices else (),
        report_id=report_id,
    )
    slots = {"topic": "pdf_rejected" if choices else "check_my_pdf", "misunderstood": 0}
    return Result([reply], slots)
