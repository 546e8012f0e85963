"""Which help request a filer speaks of: the one whose code is named, else the one made here."""

from rasa_sdk import Tracker

from actions.base import replies, services
from bot.outcomes import ASKED, Reply
from bot.triage.requests import HelpRequest, find

# whoever names many codes in one message tries them out
_MOST_CODES = 3


def by_code(codes: list[str]) -> HelpRequest | None:
    """The first of ``codes`` that a help request has; only the first few are looked up."""
    tried = (find(services().engine, code) for code in codes[:_MOST_CODES])
    return next(filter(None, tried), None)


def own_request(tracker: Tracker) -> HelpRequest | None:
    """The request that was spoken of last in this conversation."""
    codes = (reply.get("request_code") for reply in replies(tracker))
    code = next(filter(None, codes), None)
    return find(services().engine, code) if code else None


def unknown_code(codes: list[str]) -> Reply:
    """When nobody has the code that was named."""
    return Reply(
        f"No help request has the code {codes[0]}. Check the letters and numbers, and try again.",
        ASKED,
        "contact_human",
    )


def ask_for_code(purpose: str) -> Reply:
    """When none is named: ``and I {purpose}``."""
    return Reply(
        f"Tell me the code of the help request and I {purpose}. It looks like K7QRT-3MX9B and "
        "stands in the message that said that the request is stored.",
        ASKED,
        "contact_human",
    )
