"""The help request's form: what is asked, how answers are read, what is stored."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import request_offer
from actions.base import (
    Event,
    HelpdeskAction,
    Result,
    closed_notice,
    confidence_of,
    intent_of,
    said,
    services,
    topic_titles,
)
from bot.clock import utc_now
from bot.knowledge.plain_words import has_words, wants_a_person
from bot.outcomes import ASKED, Choice, Reply, plain
from bot.switches import REQUESTS
from bot.triage import form
from bot.triage.deadline import (
    read_deadline,
    says_none,
    says_nothing_of_time,
    speaks_of_a_due_day,
    spoken_deadline,
)
from bot.triage.hours import zone_name

SLOTS = ("request_details", "request_deadline", "request_name", "request_contact", "request_role")
CONFIRMED = "request_confirmed"
NO_DEADLINE = "No deadline"
SEND = "Send it"
_CHANGES = {
    "Change the problem": "request_details",
    "Change the deadline": "request_deadline",
    "Change my name": "request_name",
    "Change how to reach me": "request_contact",
    "Change my role": "request_role",
}
# where an earlier answer may be corrected in passing; a problem may speak of anything
_ASKED_AFTER = ("request_name", "request_contact", "request_role", CONFIRMED)
_CANCEL = Choice("cancel", "Cancel", "/cancel")
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
    if name := form.read_new_name(text):
        told["request_name"] = name
    corrected = _SHOULD_BE.split(text)[-1]
    meant = corrected if form.read_contact(corrected) else text
    if contact := form.read_new_contact(meant, str(tracker.get_slot("request_contact") or "")):
        told["request_contact"] = contact
    if form.speaks_of_a_deadline(text) and (_moment(text) is not None or says_none(text)):
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
    slot = _CHANGES.get(text) or form.read_change(text)
    given = slot and slot != asked and tracker.get_slot(slot) is not None
    return slot if given else None


def _read(dispatcher: CollectingDispatcher, asked: str, text: str) -> dict[str, Any]:
    value: Any
    if asked == CONFIRMED:
        value = True if form.agrees(text) else None
    elif asked == "request_deadline":
        value = _read_deadline(text)
    elif asked == "request_role" and (_NO_ROLE.fullmatch(text) or form.read_contact(text)):
        value = None
    else:
        value = _READERS[asked](text)
    if value is None:
        again = Reply(_AGAIN[asked], ASKED, topic="contact_human")
        dispatcher.utter_message(json_message=again.to_message())
    return {asked: value}


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
        return intent == "contact_human" and sure and short
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


class _Question(HelpdeskAction, ABC):
    """Asks for one slot."""

    part_of_form = True
    text = ""
    choices: tuple[Choice, ...] = ()

    @property
    @abstractmethod
    def slot(self) -> str:
        """The slot that is asked for."""

    def name(self) -> str:
        return f"action_ask_{self.slot}"

    def act(self, tracker: Tracker) -> Result:
        if closed_notice(REQUESTS):
            # ends the form; the action that follows it says why
            return Result([], {"requested_slot": None})
        return Result([self.question(tracker)], {"misunderstood": 0})

    def question(self, tracker: Tracker) -> Reply:
        """The question with its choices."""
        return Reply(self.text, ASKED, topic="contact_human", choices=(*self.choices, _CANCEL))


class AskDetails(_Question):
    slot = "request_details"

    def question(self, tracker: Tracker) -> Reply:
        topic = tracker.get_slot("topic")
        about = topic_titles().get(topic or "")
        known = f" I note that we talked about: {about}." if about else ""
        return Reply(
            "I take this down for the clerk's staff, so that you do not have to repeat it."
            f"{known} In your own words: what does not work, and what have you tried? "
            "Do not write a password.",
            ASKED,
            topic="contact_human",
            choices=(_CANCEL,),
        )


class AskOffer(_Question):
    slot = request_offer.SLOT

    def question(self, tracker: Tracker) -> Reply:
        return request_offer.offer(tracker, _CANCEL)


class AskDeadline(_Question):
    slot = "request_deadline"

    def question(self, tracker: Tracker) -> Reply:
        return Reply(
            "Is there a deadline? Tell me the day and the hour in the court's time "
            f"({zone_name(services().court.time_zone)}), for example: tomorrow 5 p.m.",
            ASKED,
            topic="contact_human",
            choices=(_text_choice(NO_DEADLINE), _CANCEL),
        )


class AskName(_Question):
    slot = "request_name"
    text = "Whom should the clerk's staff ask for? Your name, please."


class AskContact(_Question):
    slot = "request_contact"
    text = "How can they reach you? A phone number or an e-mail address, or both."


def _text_choice(title: str) -> Choice:
    return Choice(title.lower().replace(" ", "_").replace("'", ""), title, title)


class AskRole(_Question):
    slot = "request_role"
    text = "What is your role?"
    choices = tuple(_text_choice(role) for role in form.ROLES)


class AskConfirmed(_Question):
    slot = CONFIRMED

    def question(self, tracker: Tracker) -> Reply:
        slots = {slot: plain(str(tracker.get_slot(slot))) for slot in SLOTS}
        lines = [
            f"- Problem: {slots['request_details']}",
            f"- Deadline: {plain(deadline_text(tracker.get_slot('request_deadline')))}",
            f"- Name: {slots['request_name']}",
            f"- Reach you at: {slots['request_contact']}",
            f"- Role: {slots['request_role']}",
        ]
        return Reply(
            "Here is your request:\n\n" + "\n".join(lines) + "\n\nShall I send it?",
            ASKED,
            topic="contact_human",
            choices=(_text_choice(SEND), *(_text_choice(title) for title in _CHANGES), _CANCEL),
        )


def deadline_text(deadline: dict[str, str | None] | None) -> str:
    """A stored deadline for people to read."""
    if not deadline:
        return NO_DEADLINE
    if not deadline["at"]:
        return str(deadline["words"])
    moment = datetime.fromisoformat(str(deadline["at"]))
    return f"{deadline['words']} ({spoken_deadline(moment, services().court.time_zone, utc_now())})"
