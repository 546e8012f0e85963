"""What the help request's form asks, question by question, and the summary before it is sent."""

from abc import ABC, abstractmethod
from datetime import datetime

from rasa_sdk import Tracker

from actions import request_offer
from actions.base import HelpdeskAction, Result, closed_notice, services, topic_titles
from actions.help_request import CHANGES, CONFIRMED, NO_DEADLINE, SLOTS
from bot.clock import utc_now
from bot.outcomes import ASKED, Choice, Reply, plain
from bot.switches import REQUESTS
from bot.triage import form
from bot.triage.deadline import spoken_deadline
from bot.triage.hours import zone_name

SEND = "Send it"
_CANCEL = Choice("cancel", "Cancel", "/cancel")


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
            choices=(_text_choice(SEND), *(_text_choice(title) for title in CHANGES), _CANCEL),
        )


def deadline_text(deadline: dict[str, str | None] | None) -> str:
    """A stored deadline for people to read."""
    if not deadline:
        return NO_DEADLINE
    if not deadline["at"]:
        return str(deadline["words"])
    moment = datetime.fromisoformat(str(deadline["at"]))
    return f"{deadline['words']} ({spoken_deadline(moment, services().court.time_zone, utc_now())})"
