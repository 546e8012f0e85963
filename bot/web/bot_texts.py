"""What the assistant says in fixed words, for readers of another language.

The assistant speaks English. Its buttons and the sentences that it says over and over are
translated here, when they are shown; answers from articles stay as they are.
"""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.triage.hours import zone_name
from bot.triage.notices import HELD_BACK
from bot.web.language import N_, current_language
from bot.web.language import gettext as _

BUTTONS = (
    N_("Ask the clerk's office to help me"),
    N_("Talk to a person"),
    N_("That did not work"),
    N_("None of these"),
    N_("Make a mended copy"),
    N_("I have the right to remove the protection"),
    N_("Make the copy, even though the signature goes"),
    N_("Cancel"),
    N_("No deadline"),
    N_("Send it"),
    N_("Change the problem"),
    N_("Change the deadline"),
    N_("Change my name"),
    N_("Change how to reach me"),
    N_("Change my role"),
    N_("Attorney"),
    N_("Paralegal or assistant"),
    N_("Trustee or trustee's staff"),
    N_("Creditor"),
    N_("Other"),
    N_("Go on with the request"),
    N_("That solves it"),
    N_("No session, contact me"),
    N_("Give my place back"),
)
_REMOVED = (
    N_("a Social Security number"),
    N_("a taxpayer number"),
    N_("a card number"),
    N_("a bank account number"),
    N_("a password or code"),
    N_("the answer to a security question"),
    N_("a passport or other identity number"),
)
SENTENCES = (
    N_(
        "I removed {removed} from your message and did not keep it; the court never asks for that "
        "in this chat."
    ),
    N_(
        "I removed {removed} from your message and did not keep it; the court never asks for that "
        "in this chat. If you typed a password and it also went anywhere else, such as an e-mail "
        "or another site, change it."
    ),
    N_(
        "Hello. Tell me in your own words what you are stuck with: signing in, PACER and CM/ECF "
        "accounts, linking them, filing, or a PDF that was refused. You can also attach a PDF and "
        "I check it."
    ),
    N_("You are welcome. Ask again whenever something does not work."),
    N_("Goodbye. This conversation stays here if you come back to it in this browser."),
    N_(
        "I am a program of the court's help desk, not a person. I answer questions about filing in "
        "CM/ECF and about PACER accounts from articles that name their sources, I check a PDF that "
        "is refused, and I take down a request for the clerk's staff. I cannot see cases or "
        "accounts, and I give no legal advice. Tell me in your own words what you are stuck with."
    ),
    N_(
        "I cannot see accounts or cases. Let a person look at it. Call the clerk's office: "
        "{phones}. For a PACER login or bill call the PACER Service Center: {pacer_phone}. Or I "
        "take down your problem and the clerk's staff gets in touch with you."
    ),
    N_("The PACER Service Center answers {hours}. You can write to it, too: {email}."),
    N_("In more detail, I can help with these:"),
    N_(
        "- **Signing in:** a lost CM/ECF or PACER login, codes (MFA), Legacy accounts, "
        "linking, menus that are missing."
    ),
    N_("- **Permission to file:** attorneys, creditors, trustees, staff, people without a lawyer."),
    N_(
        "- **PDFs:** why CM/ECF refuses one and how to mend it. Attach it here, and I check "
        "it. Often I can make a mended copy."
    ),
    N_("- **Also:** changing your address or e-mail, PACER fees, help sessions by Zoom, guides."),
    N_("- **A person:** phone numbers, or a request to the clerk's staff that I take down."),
    N_("Write what happens on your screen, for example: I only see Query and Reports."),
    N_(
        "Only you and the clerk's staff can read this conversation. It is no part of any case and "
        "files nothing. Passwords and Social Security numbers that I recognize are removed before "
        "anything is kept. A file that you send is deleted by itself. To delete all of it now, "
        'choose "Delete my conversation and files" on this page; you can save or print it there, '
        'too. "What is kept, and for how long" says the rest.'
    ),
    N_("I am not sure what you need. Is it one of these? You can also say it in other words."),
    N_("What keeps you from filing? Choose one of these, or tell me what the screen says."),
    N_(
        "**A deadline is near:** call the clerk's office, {phones}. If nobody answers, go on "
        "trying, and keep a picture of the error with the time. Whether a deadline can be moved I "
        "cannot say."
    ),
    N_("I see no words in that. Tell me in a few words what does not work."),
    N_("What did not work? Tell me what you did and what you see on the screen."),
    N_("I have nothing more exact on that. If the steps do not help:"),
    N_(
        "I am not sure that I understood you. This comes nearest to it. If you meant something "
        "else, say it in other words or choose it below."
    ),
    N_(
        "I have nothing more exact on that than what I said. Let a person look at it. Call the "
        "clerk's office: {phones}. For a PACER login or bill call the PACER Service Center: "
        "{pacer_phone}. Or I take down your problem and the clerk's staff gets in touch with you."
    ),
    N_(
        "Let a person look at it. Call the clerk's office: {phones}. For a PACER login or bill "
        "call the PACER Service Center: {pacer_phone}. Or I take down your problem and the clerk's "
        "staff gets in touch with you."
    ),
    N_(
        "I do not understand this well enough to help you. Let a person look at it. Call the "
        "clerk's office: {phones}. For a PACER login or bill call the PACER Service Center: "
        "{pacer_phone}. Or I take down your problem and the clerk's staff gets in touch with you."
    ),
    N_(
        "I do not understand this well enough to help you. Let a person look at it. Call the "
        "clerk's office: {phones}. For a PACER login or bill call the PACER Service Center: "
        "{pacer_phone}. Or I take down your problem and the clerk's staff gets in touch with you. "
        "The answers below share words with your question; one may fit."
    ),
    N_("I have no answer on this yet. A person in the clerk's office can help you."),
    N_("I have no file from you here. Attach the PDF below and I check it at once."),
    N_("Good to hear. Ask again whenever something else comes up."),
    N_("Tell me in your own words what you need, or choose one of the buttons above."),
    N_(
        "Is there a deadline? Tell me the day and the hour in the court's time ({zone}), for "
        "example: tomorrow 5 p.m."
    ),
    N_("Whom should the clerk's staff ask for? Your name, please."),
    N_("How can they reach you? A phone number or an e-mail address, or both."),
    N_("What is your role?"),
    N_("Here is your request:"),
    N_("Shall I send it?"),
    N_("Nothing is sent yet. Send it, choose what to change, or cancel."),
    N_("Tell me in a sentence or two what does not work."),
    N_(
        "I need a name that the clerk's staff can ask for, for example: Ann Lee. A first name will "
        "do."
    ),
    N_(
        "That has no e-mail address or phone number that I can read. For example: 860-555-0100, "
        "or ann@example.com."
    ),
    N_("Name the day and the hour, or say that there is no deadline."),
    N_("Choose the role that fits best."),
    N_("When that is done, go back to: **{title}**."),
    N_(
        "I can make a mended copy for you: without what CM/ECF refuses, with all pages and words. "
        "Your own file stays as it is."
    ),
    N_("Your file is deleted by now: files are kept a short time only. Send it again below."),
    N_("**May I make a copy without the protection?**"),
    N_("**Shall I make the copy all the same?**"),
    N_("CM/ECF will refuse this file: it cannot be read as a PDF."),
    N_("CM/ECF should accept this file, but please read the warnings."),
    N_("CM/ECF should accept this file: the check found nothing that it refuses."),
    N_("This file could not be checked completely. CM/ECF may well refuse it."),
    N_("CM/ECF will likely refuse this file, for one reason:"),
    N_("No reason to refuse the file, but good to know:"),
    N_("CM/ECF will likely refuse this file, for {count} reasons:"),
    HELD_BACK,
)
#: Those of the federal courts; a court may lie in another one of the same name.
_ZONES = (
    "America/Puerto_Rico",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Guam",
)
_SLOT = re.compile(r"\\\{(\w+)\\\}")


def in_page_language(text: str) -> tuple[str, bool]:
    """What the assistant said, paragraph by paragraph in the language of the page, and whether all
    of it could be said so."""
    if current_language().code == "en":
        return text, True
    paragraphs = [_translated(paragraph) for paragraph in text.split("\n\n")]
    return "\n\n".join(said for said, _found in paragraphs), all(found for _s, found in paragraphs)


def button(title: str) -> tuple[str, bool]:
    """A button's title, or what a filer said by it, in the language of the page, and whether it
    could be said so."""
    if current_language().code == "en":
        return title, True
    return (_(title), True) if title in BUTTONS else (title, False)


def _translated(paragraph: str) -> tuple[str, bool]:
    for text, pattern in _patterns():
        if found := pattern.fullmatch(paragraph):
            said = found.groupdict()
            if "zone" in said:
                zones = _zones(current_language().spoken.locale)
                said["zone"] = zones.get(said["zone"], said["zone"])
            if "removed" in said:
                said["removed"] = _removed(said["removed"])
            return _(text).format(**said), True
    return paragraph, False


def _removed(listed: str) -> str:
    """What masking says that it took away, in the language of the page."""
    names = [_(name) if name in _REMOVED else name for name in re.split(r", | and ", listed)]
    if len(names) == 1:
        return names[0]
    return _("{listed} and {last}").format(listed=", ".join(names[:-1]), last=names[-1])


@lru_cache(maxsize=4)
def _zones(locale: str) -> dict[str, str]:
    """English names of time zones, and what they are called in another language."""
    zones = map(ZoneInfo, _ZONES)
    return {zone_name(zone): zone_name(zone, locale) for zone in zones}


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (text, re.compile(_SLOT.sub(r"(?P<\1>[^\n]{1,200}?)", re.escape(text))))
        for text in SENTENCES
    )
