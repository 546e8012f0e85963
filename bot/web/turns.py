"""One message of a filer, from start to end: checked, masked, stored, answered, stored again."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.conversations import (
    Conversation,
    Turn,
    close_turn,
    open_turn,
    payload_of_choice,
    turn_by_message,
)
from bot.db.engine import utc_now
from bot.outcomes import FAILED, Reply
from bot.privacy import mask, notice
from bot.uploads import upload_of
from bot.web import words
from bot.web.rasa import Answer, RasaFailedError
from bot.web.site import Site, in_thread

log = logging.getLogger(__name__)

PERSON_CHOICE = "person"
"""A choice that every conversation has: talk to a person."""
_PERSON = ("/contact_human", "Talk to a person")
_CHECK_FILE = "/check_my_pdf"
_LOOK_AGAIN_SECONDS = 0.1


class RefusedError(ValueError):
    """A message that is not taken; ``status`` is for HTTP, the text for the filer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True)
class Message:
    """What goes to the log (``text``, masked) and to Rasa (``text`` or ``payload``)."""

    text: str
    kinds: tuple[str, ...] = ()
    payload: str | None = None
    upload_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The reply to a message, and how Rasa understood it."""

    reply: Reply
    intent: str | None = None
    confidence: float | None = None

    @property
    def status(self) -> int:
        """The HTTP status that says the same."""
        return 503 if self.reply.outcome == FAILED else 200


def typed_message(text: str, limit: int) -> Message:
    """A message from what a filer typed.

    Raises:
        RefusedError: it is empty or too long.
    """
    text = words.clean(text)
    if len(text) > limit:
        raise RefusedError(413, words.too_long(len(text), limit))
    if not words.for_rasa(text):
        raise RefusedError(422, words.EMPTY)
    masked = mask(text)
    return Message(masked.text, masked.kinds)


def choice_message(site: Site, conversation: Conversation, choice_id: str) -> Message:
    """A message from a button. Reads the database.

    Raises:
        RefusedError: no such choice was shown in this conversation.
    """
    if choice_id == PERSON_CHOICE:
        payload, title = _PERSON
    else:
        found = payload_of_choice(site.engine, conversation.id, choice_id)
        if found is None:
            raise RefusedError(404, words.UNKNOWN_CHOICE)
        payload, title = found
    if not payload.startswith("/"):
        return Message(payload or title)
    return Message(title, payload=payload)


def upload_message(site: Site, conversation: Conversation, upload_id: str) -> Message:
    """A message that hands in a file. Reads the database.

    Raises:
        RefusedError: no such file in this conversation.
    """
    upload = upload_of(site.engine, upload_id, conversation.id)
    if upload is None:
        raise RefusedError(404, words.UNKNOWN_UPLOAD)
    return Message(f"File: {upload.name}", payload=_CHECK_FILE, upload_id=upload.id)


async def take_turn(
    site: Site, conversation: Conversation, message: Message, message_id: str
) -> Outcome:
    """Store a message, have it answered, store the answer. A repeat gets the stored answer.

    Raises:
        LineFullError: too many messages of this conversation wait.
        SQLAlchemyError: the message could not be stored; Rasa has not seen it.
    """
    with site.lines.join(conversation.id) as our_turn:
        repeated = await in_thread(
            open_turn,
            site.engine,
            conversation.id,
            message_id,
            message.text,
            masked_kinds=message.kinds,
            upload_id=message.upload_id,
        )
        async with our_turn:
            if repeated is not None:
                stored = await _stored_outcome(site, conversation, repeated)
                if stored is not None:
                    return stored
            return await _answer(site, conversation, message, message_id)


async def _stored_outcome(site: Site, conversation: Conversation, turn: Turn) -> Outcome | None:
    """What was replied to the first sending; None when nobody is going to answer it any more."""
    give_up = turn.asked_at + timedelta(seconds=site.settings.turn_timeout_seconds)
    while turn.reply is None:
        again = await in_thread(turn_by_message, site.engine, conversation.id, turn.message_id)
        if again is None:
            return None
        turn = again
        if turn.reply is None:
            if utc_now() > give_up:
                return None
            # here the line is ours, so another process is at work on it
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    return Outcome(turn.reply, turn.intent, turn.confidence)


async def _answer(
    site: Site, conversation: Conversation, message: Message, message_id: str
) -> Outcome:
    outcome = await _ask_rasa(site, conversation, message)
    told = notice(message.kinds)
    if told:
        reply = outcome.reply
        outcome = replace(outcome, reply=replace(reply, text=f"{told}\n\n{reply.text}"))
    try:
        await in_thread(
            close_turn,
            site.engine,
            conversation.id,
            message_id,
            outcome.reply,
            intent=outcome.intent,
            confidence=outcome.confidence,
        )
    except SQLAlchemyError as error:
        # the filer still gets the answer; a repeat of the message asks Rasa again
        words.problem_number(log, "a reply could not be stored", error)
    return outcome


async def _ask_rasa(site: Site, conversation: Conversation, message: Message) -> Outcome:
    try:
        answer: Answer = await site.rasa.send(
            conversation.sender_id,
            text=words.for_rasa(message.text),
            payload=message.payload,
            upload_id=message.upload_id,
        )
    except RasaFailedError as error:
        number = words.problem_number(log, f"Rasa failed: {error}")
        return Outcome(words.no_answer(site.phones, number))
    return Outcome(answer.reply, answer.intent, answer.confidence)
