"""What the server itself says to filers, and the cleaning of what they type."""

import logging
import re
import secrets

from bot.outcomes import FAILED, Reply
from bot.web.language import N_, ngettext
from bot.web.language import gettext as _

EMPTY = N_("Your message is empty. Type your question in a few words and send it again.")
TOO_BUSY = N_(
    "Several of your messages still wait for an answer. Wait for it, then send this one again."
)
OTHER_MESSAGE = N_(
    "This was sent before with other words. Reload the page and send it as a new message."
)
UNKNOWN_CHOICE = N_(
    "This button belongs to no conversation that I know. Type your question in the box instead."
)
UNKNOWN_TURN = N_("This answer is no longer here, so there is nothing to rate.")
NO_REASON = N_("Choose one of the reasons.")
NOTHING_TO_SAVE = N_("There is no conversation of yours here, so there is nothing to save.")
UNKNOWN_UPLOAD = N_("This file is no longer here. Choose it again and send it.")
UNKNOWN_REPORT = N_("There is no such report in your conversation. Send the PDF again to check it.")
UNKNOWN_COPY = N_(
    "This copy is no longer here, or it belongs to another conversation. Send the PDF again and a "
    "new copy can be made."
)
UNKNOWN_REQUEST = N_("No help request has this code. Check the letters and numbers, and try again.")
NOT_JSON = N_('The request must be a JSON object such as {"text": "your question"}.')
NO_FORM = N_("The form could not be read. Go to the start of the help desk and try again there.")
NO_FILE = N_("No file was chosen. Choose the PDF first, then press the button.")
NO_SESSION = N_("Choose one of the sessions first, then press the button.")
NOTHING_BOOKED = N_("No help session is booked for this request.")
NO_CODE = N_("Type the code of your help request, for example K7QRT-3MX9B.")
DELETED = N_("Your conversation and your files are deleted.")
DELETED_MEANWHILE = N_(
    "This conversation was deleted before your message was answered. Send it again to begin a new "
    "conversation."
)
NOTHING_TO_DELETE = N_("There is no conversation of yours here, so there is nothing to delete.")
TOO_MUCH = N_("What was sent is too large. Shorten it and send it again.")
STALLED = N_("Nothing more arrived for a while, so the connection was closed. Send it again.")
TOO_SLOW = N_(
    "Not all had arrived after an hour, so the connection was closed. Make the file smaller, or "
    "send it over a faster line."
)
ENDING = N_(
    "The help desk is being ended or started anew, and not all had arrived. Send it again in a "
    "minute."
)
CUT_OFF = N_("Only a part of it arrived. Send it again.")
FOREIGN = N_(
    "This request came from another site and was refused. Open the help desk's own page and try "
    "there."
)
OLD_FORM = N_("This page is out of date. Reload it and send again; what you typed is kept.")
NO_COOKIE = N_(
    "Your browser sent no cookie, by which the help desk knows that the form is its own. Send it "
    "again. If this comes back, allow cookies for this site, open the help desk in a window of its "
    "own, or call the clerk's office."
)
NO_PAGE = N_("There is no such page. Go to the start of the help desk.")
WRONG_METHOD = N_("This address cannot be used in that way. Go to the start of the help desk.")

_TOO_OFTEN = {
    "messages": N_("You sent many messages in a short time."),
    "uploads": N_("You sent many files in a short time."),
    "conversations": N_("Many conversations were begun from your network in a short time."),
    "lookups": N_("Many codes were looked up from your address in a short time."),
}
_MINUTE = 60
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# they turn the direction of what stands behind them, also on a clerk's screen
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# Rasa takes what begins like this for a command, whatever stands behind it
_COMMAND = re.compile(r"(?:\s|/|EXTERNAL:)+", re.IGNORECASE)


def clean(text: str) -> str:
    """Text that every store takes and every screen shows as it is: no NUL or other control
    characters, no lone surrogates, no signs that turn the direction of writing."""
    text = _TURNING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text)).strip()


def for_rasa(text: str) -> str:
    """Free text as Rasa may see it: it never begins with what Rasa takes for a command."""
    start = _COMMAND.match(text)
    return text[start.end() :] if start else text


def too_long(length: int, limit: int) -> str:
    """What a filer is told about a message of ``length`` characters."""
    return _(
        "Your message has {length} characters, and at most {limit} fit. "
        "Shorten it, or send the most important part first."
    ).format(length=f"{length:,}", limit=f"{limit:,}")


def problem_number(logger: logging.Logger, what: str, error: BaseException | None = None) -> str:
    """Log what happened under a new number, with the error's trace; returns the number, which the
    filer is told."""
    number = secrets.token_hex(4)
    logger.error("problem %s: %s", number, what, exc_info=error)
    return number


def switched_off(notice: str, phones: str) -> str:
    """The notice of a switch that staff turned off, with what to do instead."""
    then = _("Call the clerk's office: {phones}.").format(phones=phones)
    return f"{_(notice)} {then}"


def failed(text: str) -> Reply:
    """A reply that says that something went wrong, in the language of the page."""
    return Reply(text=_(text), outcome=FAILED)


def too_often(what: str, seconds: int, phones: str) -> str:
    """What a filer is told who did something too often."""
    if seconds < _MINUTE:
        wait = ngettext("{count} second", "{count} seconds", seconds).format(count=seconds)
    else:
        minutes = -(-seconds // _MINUTE)
        wait = ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    then = _("Wait {wait} and try again. Or call the clerk's office: {phones}.")
    return f"{_(_TOO_OFTEN[what])} {then.format(wait=wait, phones=phones)}"


def no_answer(phones: str, number: str) -> Reply:
    """When Rasa gave no answer to a message that is stored."""
    return failed(
        _(
            "The help desk cannot answer right now. Your message was kept. Send it again in a few "
            "minutes, or call the clerk's office: {phones}. Problem number {number}."
        ).format(phones=phones, number=number)
    )


def ends_first(phones: str) -> Reply:
    """When the server ends before a message that is stored was answered."""
    return failed(
        _(
            "The help desk is being ended or started anew, and this was not answered before. Your "
            "message was kept. Send it again in a minute, or call the clerk's office: {phones}."
        ).format(phones=phones)
    )


def not_stored(phones: str, number: str) -> Reply:
    """When the database did not take a message, or could not be read."""
    return failed(
        _(
            "The help desk cannot save or read anything right now, and what you sent was not "
            "kept. Copy it, try again in a few minutes, or call the clerk's office: {phones}. "
            "Problem number {number}."
        ).format(phones=phones, number=number)
    )


def no_room(phones: str, number: str) -> Reply:
    """When the disk takes no more files."""
    return failed(
        _(
            "The help desk has no room for files right now. Try again in a few minutes, or call "
            "the clerk's office: {phones}. Problem number {number}."
        ).format(phones=phones, number=number)
    )


def broken(phones: str, number: str) -> Reply:
    """When our own code failed."""
    return failed(
        _(
            "Something went wrong here, and it is not your fault. Try again, or call the clerk's "
            "office: {phones}. Problem number {number}."
        ).format(phones=phones, number=number)
    )
