"""A deadline that is near: a person comes before every answer."""

from collections.abc import Sequence
from dataclasses import replace

from actions.base import HELP_ME, services, topic_titles
from bot.clock import utc_now
from bot.knowledge.answer import topic_choices
from bot.knowledge.plain_words import deadline_is_near
from bot.outcomes import ASKED, OFFERED, Choice, Reply
from bot.triage.hours import NOT_STATED, opening, spoken_opening

STOPS_A_FILING = frozenset(
    {
        "forgot_cmecf_password",
        "forgot_pacer_credentials",
        "account_type",
        "upgrade_legacy_account",
        "register_pacer_account",
        "shared_account",
        "link_accounts",
        "link_trouble",
        "limited_user_or_trustee",
        "efiling_registration",
        "pdf_rejected",
        "pdf_fix",
        "mfa",
        "system_status",
    }
)
"""Topics that keep a filer from filing now."""
# who asks what a deadline means to a case may still have to file
_A_PERSON_FIRST = STOPS_A_FILING | {"legal_advice"}
_MOST_OFTEN = ("forgot_pacer_credentials", "link_trouble", "pdf_rejected")
_MOST_CHOICES = 3


def open_now() -> str:
    """Whether the clerk's office is open now; empty where its hours are not stated, which the
    article on reaching a person says itself."""
    court, now = services().court, utc_now()
    return "" if opening(court, now).reason == NOT_STATED else spoken_opening(court, now)


def pacer_open() -> str:
    """When PACER answers its telephone, and how to write to it."""
    court = services().court
    hours, email = court.pacer_hours, court.pacer_email
    return f"The PACER Service Center answers {hours}. You can write to it, too: {email}."


def before_a_deadline(reply: Reply, topic: str, text: str) -> Reply:
    """The answer; after what matters more when the time is short."""
    is_urgent = topic in _A_PERSON_FIRST and deadline_is_near(text)
    return after_a_person(reply) if is_urgent else reply


def after_a_person(reply: Reply) -> Reply:
    """The answer, after the word that a deadline is near: a person, now."""
    call = f"call the clerk's office, {services().court.phones_text}. {open_now()}".strip()
    lead = (
        f"**A deadline is near:** {call} If nobody "
        "answers, go on trying, and keep a picture of the error with the time. Whether a deadline "
        "can be moved I cannot say."
    )
    # the same offer has other names after other answers, and one title
    others = tuple(choice for choice in reply.choices if choice.title != HELP_ME.title)
    return replace(reply, text=f"{lead}\n\n{reply.text}", choices=(HELP_ME, *others))


def what_stops_you(likely: Sequence[str] = (), *others: Choice) -> Reply:
    """A question back to somebody who names a deadline and not what stops the filing. likely: the
    intents that the classifier guesses, the likeliest first, of which only those that stop a
    filing are offered; others: choices to add at the end."""
    stopping = [intent for intent in likely if intent in STOPS_A_FILING] or _MOST_OFTEN
    question = "What keeps you from filing? Choose one of these, or tell me what the screen says."
    choices = topic_choices(stopping[:_MOST_CHOICES], topic_titles())
    return Reply(question, OFFERED if likely else ASKED, choices=(*choices, *others))
