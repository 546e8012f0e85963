"""What every action shares: the services it calls, and a last word when something breaks."""

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, ParamSpec, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

from bot.conversations import Conversation, conversation_by_sender
from bot.court import CourtProfile, load_court
from bot.db.engine import make_engine
from bot.knowledge.store import choices_by_topic
from bot.outcomes import FAILED, Choice, Reply
from bot.settings import Settings, load_settings
from bot.switches import switched_off

HELP_ME = Choice("request_help", "Ask the clerk's office to help me", "/request_help")
HELP_REQUEST_FORM = "help_request_form"
UNSURE = "nlu_fallback"
"""The intent that takes over where the classifier is not sure."""
Event = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)

# as many as the database's pool has connections
_THREADS = ThreadPoolExecutor(max_workers=10, thread_name_prefix="actions")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run something that waits for the database. Whatever else takes long is awaited, so that it
    leaves these threads to everybody's answers."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREADS, partial(function, *args, **kwargs))


@dataclass(frozen=True)
class Services:
    """What actions work with; made once a process, at first use."""

    settings: Settings
    engine: Engine
    court: CourtProfile


@lru_cache(maxsize=1)
def services() -> Services:
    """The services of this process."""
    settings = load_settings()
    return Services(settings, make_engine(settings.database_url), load_court(settings.court_file))


@dataclass
class Result:
    """What an action says and which slots it sets; or ``then``, which waits for what takes long
    without holding a thread, and gives the result."""

    replies: list[Reply] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    then: Callable[[], Awaitable["Result"]] | None = None


class HelpdeskAction(Action, ABC):
    """An action that answers even when it fails, and goes back to an open form afterwards.

    Subclasses implement :meth:`act`, which runs in a thread and may use the database.
    ``part_of_form`` marks those that the form itself runs.
    """

    part_of_form = False

    @abstractmethod
    def name(self) -> str:
        """The action's name in Rasa's domain."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Called by the action server."""
        try:
            result = await self.act_in_thread(tracker)
        except Exception:
            number = secrets.token_hex(4)
            logger.exception("action %s failed, id %s", self.name(), number)
            result = Result([failed(number)])
        for reply in result.replies:
            dispatcher.utter_message(json_message=reply.to_message())
        events = [SlotSet(key, value) for key, value in result.slots.items()]
        if form_is_open(tracker) and not self.part_of_form:
            events.append(FollowupAction(HELP_REQUEST_FORM))
        return events

    async def act_in_thread(self, tracker: Tracker) -> Result:
        """Run :meth:`act` beside the event loop, so that nobody else waits for its SQL."""
        result = await in_thread(self.act, tracker)
        return await result.then() if result.then else result

    def act(self, tracker: Tracker) -> Result:
        """What this action does."""
        raise NotImplementedError


def failed(number: str) -> Reply:
    """The honest word when an action broke."""
    try:
        phones = f" or call the clerk's office: {services().court.phones_text}"
    except Exception:
        phones = ""
    return Reply(
        "Something went wrong on our side and I could not answer. Your message is kept. "
        f"Try again in a minute{phones}. If you call, name this number: {number}.",
        FAILED,
    )


def form_is_open(tracker: Tracker) -> bool:
    """Whether the filer is in the middle of a help request."""
    return bool(tracker.active_loop_name == HELP_REQUEST_FORM)


def said(tracker: Tracker) -> str:
    """The filer's last text; empty when a button was pressed."""
    text = str(tracker.latest_message.get("text") or "").strip()
    return "" if text.startswith("/") else text


def sent_with(tracker: Tracker, name: str) -> str | None:
    """What web sent with the last message under this name, such as ``upload_id``."""
    value = (tracker.latest_message.get("metadata") or {}).get(name)
    return value if isinstance(value, str) else None


def intent_of(tracker: Tracker) -> str:
    """The intent of the last message."""
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def confidence_of(tracker: Tracker) -> float:
    """How sure the classifier is of that intent."""
    return float((tracker.latest_message.get("intent") or {}).get("confidence") or 0)


def last_reply_text(tracker: Tracker) -> str:
    """What was said to the filer last, before the present message."""
    reply = _last_reply(tracker)
    return str(reply.get("text") or "")


def last_outcome(tracker: Tracker) -> str:
    """How the turn before the present one ended."""
    return str(_last_reply(tracker).get("outcome") or "")


def filer_texts(tracker: Tracker) -> list[str]:
    """What the filer sent, the present message first; a button's begins with ``/``."""
    sent = (event for event in reversed(tracker.events) if event.get("event") == "user")
    return [str(event.get("text") or "") for event in sent]


def ranking_of(tracker: Tracker) -> dict[str, float]:
    """The classifier's confidence by intent for the last message, the best first; also where the
    fallback took over."""
    return {
        str(guess["name"]): float(guess["confidence"])
        for guess in tracker.latest_message.get("intent_ranking") or ()
        if guess.get("name") != UNSURE
    }


def last_choices(tracker: Tracker) -> set[str]:
    """The ids of the choices that were shown last, before the present message."""
    return {str(choice.get("id")) for choice in _last_reply(tracker).get("choices") or ()}


def replies(tracker: Tracker) -> Iterator[dict[str, Any]]:
    """What was replied before the present message, the last first, as
    :meth:`bot.outcomes.Reply.to_message` makes it; of a fixed response only its text."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            custom = (event.get("data") or {}).get("custom") or {}
            yield {**custom, "text": custom.get("text") or event.get("text")}


def _last_reply(tracker: Tracker) -> dict[str, Any]:
    return next(replies(tracker), {})


def conversation_of(tracker: Tracker) -> Conversation | None:
    """The stored conversation that this tracker belongs to."""
    return conversation_by_sender(services().engine, tracker.sender_id)


def topic_titles() -> dict[str, str]:
    """What each topic's button says."""
    return choices_by_topic(services().engine)


def closed_notice(name: str) -> str:
    """What filers are told while a switch of ``bot.switches`` is off, with the clerk's phones;
    empty while it is on."""
    off = switched_off(services().engine, name)
    return (
        f"{off[0].notice} Call the clerk's office: {services().court.phones_text}." if off else ""
    )
