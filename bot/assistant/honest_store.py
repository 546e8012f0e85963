"""Lets an error of the tracker store fail the turn.

Rasa wraps each tracker store: where reading fails it goes on as if the conversation were new, and
where writing fails it keeps the conversation in its own memory, which no later message looks at. A
filer who fills in a help request would lose it without a word. Ours fails, and web says so.
"""

from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain


def _as_it_is(store: TrackerStore | None, domain: Domain) -> TrackerStore:
    if store is None:
        return InMemoryTrackerStore(domain)
    store.domain = domain
    return store


def install() -> None:
    """Have agents of this process use their tracker store without Rasa's fallback."""
    Agent._create_tracker_store = staticmethod(_as_it_is)
