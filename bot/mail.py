"""Sends the e-mails of the outbox by SMTP, where the court has set a server up."""

import asyncio
import logging
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import aiosmtplib
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import utc_now
from bot.mail_server import Server, connection, server_of
from bot.outbox import LEASE, Mail, delete_old, mark_failed, mark_sent, take
from bot.settings import Settings
from bot.triage.calendar import CANCEL, FILE_NAME, PUBLISH
from bot.triage.notices import note_undelivered

_STEP_SECONDS = 20.0
# servers look through an e-mail before they say that they have it, and one that has it while we
# have given up is asked to take it once more: RFC 5321 (4.5.3.2) wants ten minutes
_TAKING_SECONDS = 180.0
# for one e-mail, and shorter than another process waits before it takes it over
_MOST_SECONDS = LEASE.total_seconds() - 120
_DATABASE_PAUSE_SECONDS = 5.0
_END_SECONDS = 5.0
_MOST_AT_ONCE = 50
_FOR_GOOD = 500  # the least of such codes
log = logging.getLogger(__name__)


class MailError(ValueError):
    """An e-mail that cannot be written as it stands."""


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The e-mail as it goes out. No line break of ours or a filer's gets into a header.

    Raises:
        MailError: an address or the subject cannot stand in a header.
    """
    message = EmailMessage()
    domain = sender.rpartition("@")[2]
    try:
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(utc_now())
        # the same in each try, so that mailboxes show it once when a try failed after it came
        message["Message-ID"] = f"<{mail.key}@{domain}>" if mail.key else make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
    except (ValueError, IndexError, UnicodeError, MessageError) as error:
        raise MailError("The e-mail's address or subject cannot be used.") from error
    if mail.calendar:
        method = CANCEL if f"METHOD:{CANCEL}\r\n" in mail.calendar else PUBLISH
        message.add_attachment(
            mail.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename=FILE_NAME,
            params={"method": method},
        )
    return message


async def send(mail: Mail, server: Server, sender: str) -> None:
    """Hand one e-mail over.

    Raises:
        MailError: it cannot be written.
        aiosmtplib.SMTPException, OSError: the server did not take it.
    """
    message = message_of(mail, sender)
    async with (
        asyncio.timeout(_MOST_SECONDS),
        aiosmtplib.SMTP(**connection(server, _STEP_SECONDS)) as client,
    ):
        await client.send_message(message, timeout=_TAKING_SECONDS)


async def send_due(engine: Engine, settings: Settings) -> int:
    """Send what is due in the outbox; returns how many went. One that fails waits for its next
    try, and stops nothing else."""
    if not settings.smtp_url or not settings.smtp_from:
        return 0
    server = server_of(settings.smtp_url)
    sent = 0
    for _ in range(_MOST_AT_ONCE):
        taken = await asyncio.to_thread(take, engine, utc_now())
        if taken is None:
            break
        number, mail = taken
        trying = asyncio.create_task(_try(engine, settings.smtp_from, server, number, mail))
        try:
            sent += await asyncio.shield(trying)
        except asyncio.CancelledError:
            # the server ends: what it took just now is sent again unless that is stored
            await asyncio.wait({trying}, timeout=_END_SECONDS)
            raise
    await asyncio.to_thread(delete_old, engine, utc_now())
    return sent


async def _try(engine: Engine, sender: str, server: Server, number: int, mail: Mail) -> bool:
    """Send one e-mail and store how it ended; whether it went."""
    try:
        await send(mail, server, sender)
    except Exception as error:
        # whatever it is, or this one would be tried for ever and keep back all behind it
        problem = type(error).__name__
        if not isinstance(error, MailError | aiosmtplib.SMTPException | OSError):
            log.error("unexpected error on sending e-mail %s", number, exc_info=error)
        again = await asyncio.to_thread(mark_failed, engine, number, problem, utc_now())
        log.warning("e-mail %s was not sent: %s; next try %s", number, problem, again or "none")
        if mail.request_id is not None and (again is None or _is_refused(error)):
            await asyncio.to_thread(note_undelivered, engine, mail.request_id, utc_now())
        return False
    while True:
        try:
            await asyncio.to_thread(mark_sent, engine, number)
        except SQLAlchemyError:
            # late, or it would be sent once more
            log.exception("e-mail %s was sent, and that cannot be stored; trying again", number)
            await asyncio.sleep(_DATABASE_PAUSE_SECONDS)
        else:
            return True


def _is_refused(error: Exception) -> bool:
    """Whether the server refuses the address for good. It is tried again all the same: the server
    may be set up wrongly, and put right."""
    return isinstance(error, aiosmtplib.SMTPRecipientsRefused) and any(
        refused.code >= _FOR_GOOD for refused in error.recipients
    )
