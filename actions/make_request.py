"""The end of the help request's form: stored with the next sessions offered, or cancelled."""

from datetime import datetime

from rasa_sdk import Tracker

from actions import request_offer
from actions.base import (
    HELP_REQUEST_FORM,
    HelpdeskAction,
    Result,
    closed_notice,
    conversation_of,
    sent_with,
    services,
)
from actions.help_request import CONFIRMED, NO_DEADLINE, SLOTS
from actions.sessions import held_back, session_choices, session_line, session_offer
from bot.clock import utc_now
from bot.languages import language_of
from bot.outcomes import ANSWERED, ASKED, REQUESTED, Reply
from bot.switches import REQUESTS
from bot.triage.notices import MADE, tell_filer
from bot.triage.queue import place_in_line
from bot.triage.requests import HelpRequest, make_request


class ActionMakeHelpRequest(HelpdeskAction):
    """Stores the request with the conversation and the PDF report; says the code."""

    def name(self) -> str:
        return "action_make_help_request"

    def act(self, tracker: Tracker) -> Result:
        if closed := closed_notice(REQUESTS):
            reply = Reply(f"{closed} Nothing was sent.", ANSWERED, topic="contact_human")
            return Result([reply], slots=_cleared())
        if tracker.get_slot(request_offer.SLOT) == request_offer.SOLVED:
            text = "Good to hear. Nothing was sent. Ask again whenever something else comes up."
            return Result([Reply(text, ANSWERED)], slots=_cleared())
        conversation = conversation_of(tracker)
        engine, court = services().engine, services().court
        deadline = tracker.get_slot("request_deadline") or {"words": None, "at": None}
        at = deadline["at"]
        report, begun = request_offer.newest_report(tracker), utc_now()
        request = make_request(
            engine,
            conversation_id=conversation.id if conversation else None,
            name=tracker.get_slot("request_name"),
            contact=tracker.get_slot("request_contact"),
            role=tracker.get_slot("request_role"),
            topic=tracker.get_slot("topic"),
            details=tracker.get_slot("request_details"),
            deadline=None if deadline["words"] == NO_DEADLINE else deadline["words"],
            deadline_at=datetime.fromisoformat(at) if at else None,
            report_id=report.id,
            mendable=report.mendable,
            language=language_of(sent_with(tracker, "language")).code,
        )
        tell_filer(engine, services().settings, court, request, MADE, utc_now())
        place = place_in_line(engine, request, now=utc_now(), weights=court.triage) or 1
        stored = (
            "This is added to the request that you made before."
            if request.created_at < begun
            else "Your help request is stored."
        )
        urgent = f" If your deadline is near, call as well: {court.phones_text}." if at else ""
        reply = Reply(
            f"{stored} Its code is **{request.code}**: keep it. "
            f"Open requests before yours: {place - 1}. The clerk's staff sees what you wrote here, "
            f"so you need not repeat it.{urgent} With the code you can look the request up or "
            f"withdraw it, here or under Help requests on this page.{held_back(request)}\n\n"
            f"{_session_line(request)}",
            REQUESTED,
            topic="contact_human",
            choices=session_choices(request),
            request_code=request.code,
        )
        return Result([reply], slots=_cleared())


def _session_line(request: HelpRequest) -> str:
    booked = session_line(request)
    return f"Your help session: {booked}" if booked else session_offer()


def _cleared() -> dict[str, None]:
    """All slots of the form, empty for the next request."""
    return dict.fromkeys((*SLOTS, CONFIRMED, request_offer.SLOT, request_offer.TOPIC_SLOT))


class ActionCancel(HelpdeskAction):
    """Ends the form without storing anything; outside of it, says that nothing is open."""

    def name(self) -> str:
        return "action_cancel"

    def act(self, tracker: Tracker) -> Result:
        begun = any(tracker.get_slot(slot) for slot in SLOTS) or _form_was_open(tracker)
        text = (
            "Cancelled. Nothing was sent. What else can I do for you?"
            if begun
            else "All right. There is nothing to cancel. Tell me what you need."
        )
        outcome = ANSWERED if begun else ASKED
        return Result([Reply(text, outcome)], slots=_cleared())


def _form_was_open(tracker: Tracker) -> bool:
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "active_loop" or event.get("name") == HELP_REQUEST_FORM:
            return True
    return False
