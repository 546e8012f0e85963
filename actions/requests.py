"""Looking up and withdrawing a help request by its code."""

import re

from rasa_sdk import Tracker

from actions.base import HelpdeskAction, Result, last_reply_text, said, services
from bot.clock import utc_now
from bot.outcomes import ANSWERED, ASKED, Reply
from bot.triage.lifecycle import withdraw
from bot.triage.queue import place_in_line
from bot.triage.requests import ENDED, HelpRequest, codes_in, find

_WITHDRAW = re.compile(r"\b(?:withdraw|take back|cancel|delete|close|remove)\b", re.IGNORECASE)
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
        return answer_code(tracker) or _status(_own_request(tracker))


class ActionWithdrawRequest(HelpdeskAction):
    """Takes a help request back."""

    def name(self) -> str:
        return "action_withdraw_request"

    def act(self, tracker: Tracker) -> Result:
        codes = codes_in(said(tracker))
        return _withdrawn(_by_code(codes), codes) if codes else _withdrawn(_own_request(tracker))


def answer_code(tracker: Tracker) -> Result | None:
    """The answer to a message that names a help request by its code; None when it names none.

    A bare code answers the question which request to withdraw, where that was asked before.
    """
    text = said(tracker)
    codes = codes_in(text)
    if not codes:
        return None
    asked_to_withdraw = _ASK_WITHDRAW.text == last_reply_text(tracker)
    if _WITHDRAW.search(text) or asked_to_withdraw:
        return _withdrawn(_by_code(codes), codes)
    return _status(_by_code(codes), codes)


def _status(request: HelpRequest | None, codes: list[str] | None = None) -> Result:
    if request is None:
        return Result([_unknown(codes) if codes else _ASK_STATUS])
    line = _STATES[request.state]
    if place := _place(request):
        line += f"; requests before yours: {place - 1}"
    return Result([Reply(f"Help request {request.code}: {line}.", ANSWERED, "contact_human")])


def _place(request: HelpRequest) -> int | None:
    weights = services().court.triage
    return place_in_line(services().engine, request, now=utc_now(), weights=weights)


def _withdrawn(request: HelpRequest | None, codes: list[str] | None = None) -> Result:
    if request is None:
        return Result([_unknown(codes) if codes else _ASK_WITHDRAW])
    if request.state in ENDED:
        text = f"Help request {request.code} is already closed. {_STATES[request.state]}."
    else:
        withdraw(services().engine, request.code, who="filer", why="asked in the chat")
        text = f"Help request {request.code} is withdrawn. Nobody will contact you about it."
    return Result([Reply(text, ANSWERED, "contact_human")])


def _by_code(codes: list[str]) -> HelpRequest | None:
    return next(filter(None, (find(services().engine, code) for code in codes)), None)


def _own_request(tracker: Tracker) -> HelpRequest | None:
    """The request made in this conversation last."""
    for event in reversed(tracker.events):
        custom = (
            (event.get("data") or {}).get("custom") or {} if event.get("event") == "bot" else {}
        )
        if custom.get("request_code"):
            return find(services().engine, custom["request_code"])
    return None


def _unknown(codes: list[str]) -> Reply:
    return Reply(
        f"No help request has the code {codes[0]}. Check the letters and numbers, and try again.",
        ASKED,
        "contact_human",
    )


def _ask_for_code(purpose: str) -> Reply:
    return Reply(
        f"Tell me the code of the help request and I {purpose}. It looks like K7QRT-3MX9B and "
        "stands in the message that said that the request is stored.",
        ASKED,
        "contact_human",
    )


_ASK_STATUS = _ask_for_code("look it up")
_ASK_WITHDRAW = _ask_for_code("withdraw it")
