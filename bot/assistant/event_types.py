"""Finds the class of a stored event by its name at once.

Rasa walks through all classes of events for each event that it reads, so that the cost of a message
grows with the length of its conversation: a fifteenth of a short turn's processor time.
"""

from functools import lru_cache

from rasa.shared.core.events import Event


def install() -> None:
    """Remember in this process which class an event's name leads to."""
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
