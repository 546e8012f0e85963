"""Looking up and withdrawing a help request by its code."""

import re

from rasa_sdk import Tracker

from actions.base import HelpdeskAction, Result, said, services
from bot.outcomes import ANSWERED, ASKED, Reply
from bot.triage.requests import ENDED, HelpRequest, find, place_in_line, withdraw

_CODE = re.compile(r"\b([2-9A-HJKMNP-Z]{5})[\s-]?([2-9A-HJKMNP-Z]{5})\b", re.IGNORECASE)
_STATES = {
    "waiting": "It is waiting for the clerk's staff",
    "claimed": "A member of the clerk's staff has taken it",
    "in_session": "It is being handled now",
    "resolved": "It was resolved",
    "no_show": "It was closed because you could not be reached",
    "withdrawn": "It was withdrawn",
}


class ActionRequestStatus(HelpdeskAction):
    """Says how a help request stands."""

    def name(self) -> str:
        return "action_request_status"

    def act(self, tracker: Tracker) -> Result:
        request = _request(tracker)
        if request is None:
            return Result([_ask_for_code("look it up")])
        line = _STATES[request.state]
        if request.state == "waiting":
            line += f"; requests before yours: {place_in_line(services().engine, request) - 1}"
        return Result([Reply(f"Help request {request.code}: {line}.", ANSWERED, "contact_human")])


class ActionWithdrawRequest(HelpdeskAction):
    """Takes a help request back."""

    def name(self) -> str:
        return "action_withdraw_request"

    def act(self, tracker: Tracker) -> Result:
        request = _request(tracker)
        if request is None:
            return Result([_ask_for_code("withdraw it")])
        if request.state in ENDED:
            text = f"Help request {request.code} is already closed. {_STATES[request.state]}."
        else:
            withdraw(services().engine, request.code, who="filer", why="asked in the chat")
            text = f"Help request {request.code} is withdrawn. Nobody will contact you about it."
        return Result([Reply(text, ANSWERED, "contact_human")])


def _request(tracker: Tracker) -> HelpRequest | None:
    """The request whose code stands in the message, else the one made in this conversation."""
    for found in _CODE.finditer(said(tracker)):
        request = find(services().engine, "".join(found.groups()))
        if request:
            return request
    for event in reversed(tracker.events):
        custom = (
            ((event.get("data") or {}).get("custom") or {}) if event.get("event") == "bot" else {}
        )
        if custom.get("request_code"):
            return find(services().engine, custom["request_code"])
    return None


def _ask_for_code(purpose: str) -> Reply:
    return Reply(
        f"Tell me the code of the help request and I {purpose}. It looks like K7QRT-3MX9B and "
        "stands in the message that said that the request is stored.",
        ASKED,
        "contact_human",
    )
