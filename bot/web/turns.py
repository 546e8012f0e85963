"""One message of a filer, from start to end: checked, masked, stored, answered, stored again."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import utc_now
from bot.conversations import (
    Conversation,
    Turn,
    close_turn,
    open_turn,
    payload_of_choice,
    turn_by_message,
    turns_of,
)
from bot.outcomes import FAILED, Reply
from bot.privacy import mask, notice
from bot.switches import CHAT, require_on
from bot.uploads import upload_of
from bot.web import words
from bot.web.cookies import begin_conversation, known_or_begun
from bot.web.language import current_language
from bot.web.other_servers import wait_for_other_servers
from bot.web.rasa import Answer, RasaFailedError
from bot.web.refused import RefusedError
from bot.web.site import PERSON_CHOICE, Site, in_thread

log = logging.getLogger(__name__)

_PERSON = ("/contact_human", "Talk to a person")
_FILE_SENT = "/file_sent"
_LOOK_AGAIN_SECONDS = 0.1
# how many messages may follow one before it is sent again
_LOOK_BACK = 10


@dataclass(frozen=True)
class Message:
    """What goes to the log (``text``, masked) and to Rasa (``text`` or ``payload``)."""

    text: str
    kinds: tuple[str, ...] = ()
    payload: str | None = None
    upload_id: str | None = None
    choice_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The reply to a message, how Rasa understood it, and the token of a conversation that the
    message began."""

    reply: Reply
    intent: str | None = None
    confidence: float | None = None
    new_token: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status that says the same."""
        return 503 if self.reply.outcome == FAILED else 200


Make = Callable[[Site, Conversation | None, str], Message]
"""Makes the message, in a thread, once it is known whose it is (None for a new conversation) and
by which id."""


def typed(text: str, limit: int) -> Make:
    """What a filer typed.

    Raises:
        RefusedError: it is empty or too long.
    """
    text = words.clean(text)
    if len(text) > limit:
        raise RefusedError(413, words.too_long(len(text), limit))
    if not words.for_rasa(text):
        raise RefusedError(422, words.EMPTY)

    def make(site: Site, conversation: Conversation | None, message_id: str) -> Message:
        # "here is my password" makes a secret of what is sent next
        before = _text_before(site, conversation, message_id) if conversation else ""
        masked = mask(text, before)
        return Message(masked.text, masked.kinds)

    return make


def _text_before(site: Site, conversation: Conversation, message_id: str) -> str:
    """What the filer said before this message, which may be a repeat of one that is stored."""
    told = turns_of(site.engine, conversation.id, last=_LOOK_BACK)
    ids = [turn.message_id for turn in told]
    before = told[: ids.index(message_id)] if message_id in ids else told
    return before[-1].text if before else ""


def chosen(choice_id: str) -> Make:
    """A button that a filer pressed. The maker raises RefusedError when no such choice was shown
    in this conversation."""

    def make(site: Site, conversation: Conversation | None, message_id: str) -> Message:
        if choice_id == PERSON_CHOICE:
            found: tuple[str, str] | None = _PERSON
        elif conversation is None:
            found = None
        else:
            found = payload_of_choice(site.engine, conversation.id, choice_id)
        if found is None:
            raise RefusedError(404, words.UNKNOWN_CHOICE)
        payload, title = found
        if not payload.startswith("/"):
            return Message(payload or title)
        return Message(title, payload=payload, choice_id=choice_id)

    return make


def file_sent(upload_id: str) -> Make:
    """A file that a filer uploaded. The maker raises RefusedError when it is not one of this
    conversation."""

    def make(site: Site, conversation: Conversation | None, message_id: str) -> Message:
        upload = (
            upload_of(site.engine, words.clean(upload_id), conversation.id)
            if conversation
            else None
        )
        if upload is None:
            raise RefusedError(404, words.UNKNOWN_UPLOAD)
        return Message(f"File: {upload.name}", payload=_FILE_SENT, upload_id=upload.id)

    return make


@dataclass(frozen=True)
class _Begun:
    conversation: Conversation
    new_token: str | None
    message: Message
    repeated: Turn | None


async def take_turn(
    site: Site, token: str | None, make: Make, message_id: str, *, first_token: str | None = None
) -> Outcome:
    """Store a message, have it answered, store the answer. A repeat gets the stored answer.

    ``token`` is what the filer's cookie holds; it names the line to stand in. ``first_token`` will
    open the conversation that the message begins where it opens none.

    Raises:
        RefusedError: the choice or file is not of this conversation, the message id came before
            with another message, or the conversation was deleted while the message stood in line.
        SwitchedOffError: the chat is off.
        LineFullError: too many messages of this conversation wait.
        TooOftenError: too many were sent, or too many conversations begun.
        SQLAlchemyError: the message could not be stored; Rasa has not seen it.
    """
    with site.lines.join(token or first_token or secrets.token_hex(16)) as our_turn:
        if token is None:
            # sent twice, it finds the conversation that its first sending has begun
            async with our_turn:
                begun = await in_thread(_begin, site, token, first_token, make, message_id)
                outcome = await _outcome(site, begun, message_id)
        else:
            begun = await in_thread(_begin, site, token, first_token, make, message_id)
            waits = our_turn.locked()
            async with our_turn:
                if waits:
                    await in_thread(_require_stored, site, begun, message_id)
                outcome = await _outcome(site, begun, message_id)
    return replace(outcome, new_token=begun.new_token)


def _begin(
    site: Site, token: str | None, first_token: str | None, make: Make, message_id: str
) -> _Begun:
    """All that comes before Rasa, in one go on one thread."""
    require_on(site.engine, CHAT)
    known, new_token = known_or_begun(site, token, first_token)
    if known:
        site.limiter.message(known.id)
    message = make(site, known, message_id)
    if known:
        conversation = known
    else:
        conversation, new_token = begin_conversation(site, first_token)
    repeated = open_turn(
        site.engine,
        conversation.id,
        message_id,
        message.text,
        masked_kinds=message.kinds,
        upload_id=message.upload_id,
    )
    if repeated and repeated.text != message.text:
        raise RefusedError(409, words.OTHER_MESSAGE)
    return _Begun(conversation, new_token, message, repeated)


def _require_stored(site: Site, begun: _Begun, message_id: str) -> None:
    # deleted by its filer while it stood in line: Rasa must not hear of it again
    if turn_by_message(site.engine, begun.conversation.id, message_id) is None:
        raise RefusedError(410, words.DELETED_MEANWHILE)


async def _outcome(site: Site, begun: _Begun, message_id: str) -> Outcome:
    conversation, message = begun.conversation, begun.message
    try:
        async with site.ending.wait_until():
            if begun.repeated is not None:
                outcome = await _stored_outcome(site, conversation, begun.repeated)
                if outcome is not None:
                    return outcome
            await wait_for_other_servers(site, conversation.id, message_id)
            outcome = await _ask_rasa(site, conversation, message)
    except TimeoutError:
        outcome = Outcome(words.ends_first(site.phones))
        if begun.repeated is not None:
            # the server that had it first may be at work on it still
            return outcome
    return await _stored(site, conversation, message, message_id, outcome)


async def _stored_outcome(site: Site, conversation: Conversation, turn: Turn) -> Outcome | None:
    """What was replied to the first sending; None when nobody is going to answer it any more,
    or when that sending failed, so that sending again is worth a try."""
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
    if turn.reply.outcome == FAILED:
        return None
    return Outcome(turn.reply, turn.intent, turn.confidence)


async def _stored(
    site: Site, conversation: Conversation, message: Message, message_id: str, outcome: Outcome
) -> Outcome:
    """Store what is replied, with what was masked; returns it."""
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
            choice_id=message.choice_id,
            upload_id=message.upload_id,
            language=current_language().code,
        )
    except RasaFailedError as error:
        number = words.problem_number(log, f"Rasa failed: {error}")
        return Outcome(words.no_answer(site.phones, number))
    return Outcome(answer.reply, answer.intent, answer.confidence)
