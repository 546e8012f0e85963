"""The help request's form: how answers are read. What is asked: ``request_questions``."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import request_offer
from actions.base import (
    Event,
    confidence_of,
    intent_of,
    said,
    services,
)
from bot.clock import utc_now
from bot.knowledge.plain_words import has_words, wants_a_person
from bot.outcomes import ASKED, Reply
from bot.triage import form
from bot.triage.deadline import (
    read_deadline,
    says_none,
    says_nothing_of_time,
    speaks_of_a_due_day,
)

SLOTS = ("request_details", "request_deadline", "request_name", "request_contact", "request_role")
CONFIRMED = "request_confirmed"
NO_DEADLINE = "No deadline"
CHANGES = {
    "Change the problem": "request_details",
    "Change the deadline": "request_deadline",
    "Change my name": "request_name",
    "Change how to reach me": "request_contact",
    "Change my role": "request_role",
}
# where an earlier answer may be corrected in passing; a problem may speak of anything
_ASKED_AFTER = ("request_name", "request_contact", "request_role", CONFIRMED)
# an intent that names a wish of its own, said with at least this confidence, interrupts a question
_SURE = 0.6
_FEW_WORDS = 8
# words of another question, which are no role: "phone" is how somebody wants to be reached
_NO_ROLE = re.compile(
    r"\W*(?:(?:by|my|the|via|on|a|cell|phone|telephone|mobile|e-?mail|number|contact|name|deadline"
    r"|date|problem|please|call|text|me)\b\W*){1,4}",
    re.IGNORECASE,
)
# "my email is ann@x.com, should be anne@x.com": what comes after is meant
_SHOULD_BE = re.compile(
    r"\b(?:should (?:be|read|say)|must be|(?:i )?meant|correct (?:one )?is|right (?:one )?is)\b",
    re.IGNORECASE,
)
_READERS: dict[str, Callable[[str], str | None]] = {
    "request_details": form.read_details,
    "request_name": form.read_name,
    "request_contact": form.read_contact,
    "request_role": form.read_role,
    request_offer.SLOT: request_offer.read,
}
_AGAIN = {
    "request_details": "Tell me in a sentence or two what does not work.",
    "request_name": (
        "I need a name that the clerk's staff can ask for, for example: Ann Lee. A first name will "
        "do."
    ),
    "request_contact": (
        "That has no e-mail address or phone number that I can read. "
        "For example: 860-555-0100, or ann@example.com."
    ),
    "request_deadline": "Name the day and the hour, or say that there is no deadline.",
    "request_role": "Choose the role that fits best.",
    CONFIRMED: "Nothing is sent yet. Send it, choose what to change, or cancel.",
}


class ValidateHelpRequestForm(FormValidationAction):
    """Reads the answer to the question that was asked; leaves questions and commands to rules."""

    def name(self) -> str:
        return "validate_help_request_form"

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """The slot values that the last message gives, none when it is no answer."""
        asked = tracker.get_slot("requested_slot")
        text = said(tracker)
        if not asked:
            return []
        values: dict[str, Any]
        if _asks_for_the_form_again(tracker, asked, text):
            values = {asked: None}
        elif not text:
            return []
        elif told := _told_anew(tracker, asked, text):
            values = told
        elif again := _change_asked_for(tracker, asked, text):
            values = {again: None, asked: None}
        elif is_interruption(tracker, asked, text):
            return []
        else:
            values = _read(dispatcher, asked, text)
            if asked == request_offer.SLOT and request_offer.adds_to_problem(text):
                details = f"{tracker.get_slot('request_details')}\n\n{text}"
                values["request_details"] = form.read_details(details)
        tracker.add_slots([{"event": "slot", "name": k, "value": v} for k, v in values.items()])
        return [{"event": "slot", "name": k, "value": v} for k, v in values.items()]

    def validate_request_details(
        self,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> dict[str, Any]:
        """The problem, with what is known of it before anybody is asked."""
        first_said = value and tracker.get_slot("requested_slot") == "request_details"
        before = _before_asking_anybody(tracker) if first_said else {}
        return {"request_details": value, **before}

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """Nothing more is asked once the answer that was offered solved it."""
        solved = tracker.get_slot(request_offer.SLOT) == request_offer.SOLVED
        return [request_offer.SLOT] if solved else domain_slots


def _before_asking_anybody(tracker: Tracker) -> dict[str, Any]:
    """The topic of the problem, and whether its answer is offered before the request goes on."""
    topic = request_offer.topic_of_problem(tracker)
    if tracker.get_slot(request_offer.SLOT):
        return {}
    offered = request_offer.worth_offering(tracker, topic)
    values: dict[str, Any] = {
        request_offer.TOPIC_SLOT: offered,
        request_offer.SLOT: None if offered else request_offer.DECLINED,
    }
    if topic and (offered or not tracker.get_slot("topic")):
        values["topic"] = topic
    return values


def _asks_for_the_form_again(tracker: Tracker, asked: str, text: str) -> bool:
    """Whether the filer presses an older button of the request, or asks for one in words."""
    if intent_of(tracker) != "request_help":
        return False
    return not text or (asked != "request_details" and _is_sure(tracker))


def _is_sure(tracker: Tracker) -> bool:
    return confidence_of(tracker) >= _SURE


def _told_anew(tracker: Tracker, asked: str, text: str) -> dict[str, Any]:
    """Answers that the filer corrects by giving them again before the request is sent: ``no, my
    name is Jon Filer``. What was asked is then asked again, and at the end the request is shown."""
    if asked not in _ASKED_AFTER or form.agrees(text) or len(text.split()) > 2 * _FEW_WORDS:
        return {}
    told: dict[str, Any] = {}
    if name := form.read_new_name(text, str(tracker.get_slot("request_name") or "")):
        told["request_name"] = name
    corrected = _SHOULD_BE.split(text)[-1]
    meant = corrected if form.read_contact(corrected) else text
    if contact := form.read_new_contact(meant, str(tracker.get_slot("request_contact") or "")):
        told["request_contact"] = contact
    after_all = form.says_there_is_one(text) and _moment(text) is not None
    names_one = form.speaks_of_a_deadline(text) and (_moment(text) is not None or says_none(text))
    if after_all or names_one:
        told["request_deadline"] = _read_deadline(text)
    # an address that is told when the name is asked is kept, and not asked for again
    early = {"request_contact"} if asked == "request_name" else set()
    told = {
        slot: new
        for slot, new in told.items()
        if slot != asked and (slot in early or tracker.get_slot(slot))
    }
    return {**told, asked: None} if told else {}


def _change_asked_for(tracker: Tracker, asked: str, text: str) -> str | None:
    """The slot of an answer already given that the filer wants to give again."""
    if asked == "request_details":
        return None
    slot = CHANGES.get(text) or form.read_change(text)
    given = slot and slot != asked and tracker.get_slot(slot) is not None
    return slot if given else None


def _read(dispatcher: CollectingDispatcher, asked: str, text: str) -> dict[str, Any]:
    value: Any
    if asked == CONFIRMED:
        value = True if form.agrees(text) else None
    elif asked == "request_deadline":
        value = _read_deadline(text)
    elif asked == "request_role" and _is_no_role(text):
        value = None
    else:
        value = _READERS[asked](text)
    if value is None:
        again = Reply(_AGAIN[asked], ASKED, topic="contact_human")
        dispatcher.utter_message(json_message=again.to_message())
    return {asked: value}


def _is_no_role(text: str) -> bool:
    """Whether the words answer another question, or only agree, as "yes send it" does."""
    only_agrees = form.agrees(text) and form.read_role(text) == "Other"
    return bool(_NO_ROLE.fullmatch(text) or form.read_contact(text) or only_agrees)


def _read_deadline(text: str) -> dict[str, str | None] | None:
    if says_none(text):
        return {"words": NO_DEADLINE, "at": None}
    if form.is_courtesy(text) or not has_words(text):
        return None
    moment = _moment(text)
    if moment is None and ("?" in text or says_nothing_of_time(text)):
        return None
    return {"words": text.strip()[:200], "at": moment.isoformat() if moment else None}


def _moment(text: str) -> datetime | None:
    return read_deadline(text, utc_now(), services().court.time_zone)


def is_interruption(tracker: Tracker, asked: str, text: str) -> bool:
    """Whether the filer asks or wants something else instead of answering."""
    intent = intent_of(tracker)
    sure = _is_sure(tracker)
    short = len(text.split()) <= _FEW_WORDS
    if intent == "cancel" and sure and short:
        return True
    if wants_a_person(text):
        return True
    if asked == "request_details":
        return intent in {"contact_human", "about_privacy"} and sure and short
    if _answers(asked, text):
        return False
    if intent in {"request_status", "withdraw_request", "book_session"} and sure:
        return True
    if intent == "contact_human" and sure:
        return asked != "request_contact" or form.sounds_like_a_question(text)
    return sure and form.sounds_like_a_question(text)


def _answers(asked: str, text: str) -> bool:
    """Whether the text plainly is an answer, whatever the classifier says of it."""
    if form.is_courtesy(text):
        return True
    if asked == "request_deadline":
        if says_none(text):
            return True
        when = _moment(text) is not None or (
            speaks_of_a_due_day(text) and not form.begins_as_a_question(text)
        )
        return when and "?" not in text
    if asked == CONFIRMED:
        return form.agrees(text)
    if asked == request_offer.SLOT:
        return "?" not in text
    if asked == "request_contact":
        return form.read_contact(text) is not None
    if asked == "request_role":
        return text in form.ROLES or (len(text.split()) <= _FEW_WORDS and "?" not in text)
    return False
