"""Looking up and withdrawing a help request by its code."""

import re

from rasa_sdk import Tracker

from actions.base import HelpdeskAction, Result, last_reply_text, said, services
from actions.codes import ask_for_code, by_code, own_request, unknown_code
from actions.sessions import session_line, sessions_for, telling
from bot.clock import utc_now
from bot.outcomes import ANSWERED, Reply
from bot.triage.lifecycle import withdraw
from bot.triage.notices import WITHDRAWN
from bot.triage.queue import place_in_line
from bot.triage.requests import ENDED, HelpRequest, codes_in

_WITHDRAW = re.compile(r"\b(?:withdraw|take back|cancel|delete|close|remove)\b", re.IGNORECASE)
_SESSION = re.compile(r"\b(?:reschedul\w*|sessions?|another (?:time|day))\b", re.IGNORECASE)
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
        return answer_code(tracker) or _status(own_request(tracker))


class ActionWithdrawRequest(HelpdeskAction):
    """Takes a help request back."""

    def name(self) -> str:
        return "action_withdraw_request"

    def act(self, tracker: Tracker) -> Result:
        codes = codes_in(said(tracker))
        return _withdrawn(by_code(codes), codes) if codes else _withdrawn(own_request(tracker))


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
        return _withdrawn(by_code(codes), codes)
    request = by_code(codes)
    if request and _SESSION.search(text):
        return Result([sessions_for(request)])
    return _status(request, codes)


def _status(request: HelpRequest | None, codes: list[str] | None = None) -> Result:
    if request is None:
        return Result([unknown_code(codes) if codes else _ASK_STATUS])
    line = _STATES[request.state]
    if place := _place(request):
        line += f"; requests before yours: {place - 1}"
    session = session_line(request)
    text = f"Help request {request.code}: {line}."
    if session and request.state not in ENDED:
        text += f"\n\nYour help session: {session}"
    return Result([Reply(text, ANSWERED, "contact_human")])


def _place(request: HelpRequest) -> int | None:
    weights = services().court.triage
    return place_in_line(services().engine, request, now=utc_now(), weights=weights)


def _withdrawn(request: HelpRequest | None, codes: list[str] | None = None) -> Result:
    if request is None:
        return Result([unknown_code(codes) if codes else _ASK_WITHDRAW])
    if request.state in ENDED:
        text = f"Help request {request.code} is already closed. {_STATES[request.state]}."
    else:
        told = telling(WITHDRAWN, request)
        withdraw(services().engine, request.code, who="filer", why="asked in the chat", also=told)
        text = f"Help request {request.code} is withdrawn. Nobody will contact you about it."
    return Result([Reply(text, ANSWERED, "contact_human")])


_ASK_STATUS = ask_for_code("look it up")
_ASK_WITHDRAW = ask_for_code("withdraw it")
