"""Makes a mended copy of the file that was checked last, when the filer asks for it."""

import logging
import re
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from rasa_sdk import Tracker

from actions.base import HELP_ME, Result, conversation_of, in_thread, services
from bot.conversations import Conversation
from bot.copies import (
    StoredAttachment,
    StoredCopy,
    copies_of,
    copy_name,
    keep_longer,
    new_paths,
    store_copy,
)
from bot.knowledge.answer import PERSON
from bot.outcomes import ANSWERED, ASKED, CHECKED, Choice, Reply, plain
from bot.pdfcheck import Checker, Consent, Repair, Report
from bot.pdfcheck.repair.offer import offer_of_stored
from bot.pdfcheck.repair.reasons import REASONS
from bot.privacy import mask
from bot.reports import last_report_id, report_of, store_report, upload_of_report
from bot.uploads import Upload, upload_path

MEND = Choice("mend_copy", "Make a mended copy", "/mend_copy")
CONFIRM_RIGHTS = Choice(
    "confirm_rights", "I have the right to remove the protection", "/confirm_rights"
)
CONFIRM_SIGNED = Choice(
    "confirm_signed", "Make the copy, even though the signature goes", "/confirm_signed"
)
_CONFIRM = {"rights": CONFIRM_RIGHTS, "even_signed": CONFIRM_SIGNED}
_TOPIC = "pdf_fix"
CONSENT_SLOT = "mend_consent"
_DIGITS = re.compile(r"(?:\d\D{0,3}){7}")
# what a sentence of ours quotes of the file, the script that it names, and links
_OF_THE_FILE = re.compile(r"(?<=“)[^”]*(?=”)|(?<=begins: ).*|[a-z]{2,10}://\S+", re.DOTALL)
logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def checker() -> Checker:
    """The worker of this process, started at first use."""
    return Checker()


@dataclass(frozen=True)
class _Checked:
    """The file that was checked last, with its report."""

    conversation: Conversation
    report_id: str
    report: dict[str, Any]
    upload: Upload | None


def without_numbers(report: Report) -> Report:
    """The report without the numbers of people: fields and files inside a PDF are named after what
    is in them, and a report is stored, and shown to the clerk."""
    findings = (
        replace(found, message=_masked(found.message), detail=_masked(found.detail or "") or None)
        for found in report.findings
    )
    return replace(report, findings=tuple(findings), notes=tuple(map(_masked, report.notes)))


def _masked(text: str) -> str:
    # sentences of ours speak of passwords, but hold no such number
    if _DIGITS.search(text):
        text = mask(text).text
    return _OF_THE_FILE.sub(lambda quoted: mask(quoted.group()).text, text)


def mended_copy(tracker: Tracker, confirmed: str | None = None) -> Result | None:
    """The copy, a question that comes first, or why there is none; None where no file was checked.
    What takes long is left to the result's ``then``.

    confirmed: the need that the filer confirms with this message, for the last file only.
    """
    checked = _last_checked(tracker)
    if checked is None:
        return None
    made = copies_of(services().engine, checked.conversation.id).get(checked.report_id)
    if made is not None and made.bytes is not None and made.delete_at is not None:
        return _here_it_is(made, again=True)
    if checked.upload is None:
        text = "Your file is deleted by now: files are kept a short time only. Send it again below."
        return Result([Reply(text, ASKED, topic=_TOPIC)])
    offered = offer_of_stored(checked.report)
    if offered.reason is not None:
        return _none(offered.reason.why_not, offered.reason.by_hand)
    given = _given(tracker, checked.report_id, confirmed)
    missing = [need for need in offered.needs if need not in given]
    if missing:
        return _ask(missing[0], checked.report_id, given)
    consent = Consent("rights" in given, "even_signed" in given)
    return Result(then=partial(_make, checked, consent))


def _last_checked(tracker: Tracker) -> _Checked | None:
    conversation = conversation_of(tracker)
    if conversation is None:
        return None
    engine = services().engine
    report_id = last_report_id(engine, conversation.id)
    report = report_of(engine, report_id, conversation.id) if report_id else None
    if report_id is None or report is None:
        return None
    upload = upload_of_report(engine, report_id, conversation.id)
    return _Checked(conversation, report_id, report, upload)


def _given(tracker: Tracker, report_id: str, confirmed: str | None) -> list[str]:
    before = tracker.get_slot(CONSENT_SLOT) or {}
    given = list(before.get("given", ())) if before.get("report_id") == report_id else []
    return [*given, confirmed] if confirmed and confirmed not in given else given


def _ask(need: str, report_id: str, given: list[str]) -> Result:
    reason = REASONS[need]
    question = (
        "May I make a copy without the protection?"
        if need == "rights"
        else "Shall I make the copy all the same?"
    )
    text = f"{reason.why_not} {reason.by_hand}\n\n**{question}**"
    slots = {CONSENT_SLOT: {"report_id": report_id, "given": given}, "topic": _TOPIC}
    return Result([Reply(text, ASKED, topic=_TOPIC, choices=(_CONFIRM[need], HELP_ME))], slots)


async def _make(checked: _Checked, consent: Consent) -> Result:
    upload = checked.upload
    assert upload is not None
    settings = services().settings
    copy_id, copy_path, attachments_path = new_paths(settings.upload_dir)
    name = copy_name(upload.name)
    repair = await checker().mend(
        upload_path(settings.upload_dir, upload.id),
        copy_path,
        attachments_path,
        services().court.pdf,
        consent=consent,
        name=name,
    )
    logger.info("mended copy: %s, %s ms", repair.why_not or "made", repair.mended_in_ms)
    if repair.copy is None and not repair.attachments:
        return _none(repair.why_not or "", repair.by_hand or "")
    return await in_thread(_store, checked, upload, repair, copy_id, name)


def _store(checked: _Checked, upload: Upload, repair: Repair, copy_id: str, name: str) -> Result:
    settings, engine = services().settings, services().engine
    report_id = checked.report_id
    if repair.copy is not None:
        copied = without_numbers(repair.copy.report)
        report_id = store_report(engine, upload, {**copied.to_dict(), "file": name})
    attachments = [
        # people name files after what is in them
        StoredAttachment(mask(a.name).text, a.bytes, a.offset)
        for a in repair.attachments
    ]
    store_copy(
        engine,
        copy_id,
        report_id=report_id,
        upload_id=upload.id,
        conversation_id=checked.conversation.id,
        name=name,
        size=repair.copy.bytes if repair.copy else None,
        changes=repair.changes,
        attachments=attachments,
    )
    keep_longer(engine, upload.id, settings.upload_life_minutes)
    if repair.copy is None:
        return _only_attachments(repair, report_id)
    made = copies_of(engine, checked.conversation.id)[report_id]
    return _here_it_is(made, again=False)


def _here_it_is(made: StoredCopy, *, again: bool) -> Result:
    listed = "\n".join(f"- {change}" for change in made.changes)
    start = "The mended copy is here already" if again else "The mended copy is ready"
    attachments = (
        " What was attached to your file can be saved there too." if made.attachments else ""
    )
    minutes = services().settings.upload_life_minutes
    text = (
        f"{start}: **{plain(made.name)}**. The same check finds nothing in it that CM/ECF "
        "refuses, and it has all pages and all words of your file.\n\n"
        f"**What changed**\n\n{listed}\n\n"
        f"**Next step:** download the copy below, look through it, and file it.{attachments} "
        f"Your own file stays as it is. Both are deleted here after {minutes} minutes."
    )
    reply = Reply(text, CHECKED, topic=_TOPIC, choices=(HELP_ME,), report_id=made.report_id)
    return Result([reply], {"topic": _TOPIC, "misunderstood": 0, CONSENT_SLOT: None})


def _only_attachments(repair: Repair, report_id: str) -> Result:
    text = (
        f"I hand out no mended copy. {repair.why_not}\n\n{repair.by_hand}\n\n"
        "What was inside can be saved below. Nobody has looked into it here."
    )
    reply = Reply(text, CHECKED, topic=_TOPIC, choices=(HELP_ME, PERSON), report_id=report_id)
    return Result([reply], {"topic": _TOPIC, "misunderstood": 0, CONSENT_SLOT: None})


def _none(why_not: str, by_hand: str) -> Result:
    text = f"I cannot hand out a mended copy. {why_not}\n\n**By hand:** {by_hand}"
    reply = Reply(text, ANSWERED, topic=_TOPIC, choices=(HELP_ME, PERSON))
    return Result([reply], {"topic": _TOPIC, "misunderstood": 0, CONSENT_SLOT: None})
