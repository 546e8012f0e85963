"""What a clerk asks the queue for, as it stands in the page's address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bot.triage.queue import ORDERS
from bot.triage.requests import ENDED, OPEN, STATES
from bot.web.desk.audit import page_number
from bot.web.words import clean

_STATES: Mapping[str, tuple[str, ...]] = {
    "open": OPEN,
    **{state: (state,) for state in STATES},
    "ended": tuple(state for state in STATES if state in ENDED),
    "all": STATES,
}
_SESSION_FORM = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Filters:
    """Everything but the page's number; what is empty or ``open`` leaves nothing out."""

    state: str = "open"
    text: str = ""
    topic: str = ""
    role: str = ""
    mine: str = ""
    due: str = ""
    session: str = ""
    order: str = "priority"

    @property
    def query(self) -> str:
        """The filters as the query part of an address; empty when nothing is filtered."""
        return urlencode({k: v for k, v in asdict(self).items() if v != _DEFAULTS[k]})

    def wanted(self, who: str) -> dict[str, Any]:
        """What :func:`bot.triage.queue.queue` is called with, for the clerk ``who``."""
        return {
            "states": _STATES[self.state],
            "text": self.text or None,
            "topic": self.topic or None,
            "role": self.role or None,
            "mine": who if self.mine else None,
            "session": session_moment(self.session),
            "deadline_today": bool(self.due),
            "order": self.order,
        }


_DEFAULTS = asdict(Filters())


def filters_of(asked: Mapping[str, str]) -> tuple[Filters, int]:
    """The filters and the page's number in an address; what makes no sense is left out."""

    def text(name: str, most: int) -> str:
        return clean(asked.get(name, ""))[:most]

    state, order = asked.get("state", "open"), asked.get("order", "priority")
    session = asked.get("session", "")
    return (
        Filters(
            state=state if state in _STATES else "open",
            text=text("text", 200),
            topic=text("topic", 64),
            role=text("role", 60),
            mine="1" if asked.get("mine") else "",
            due="1" if asked.get("due") else "",
            session=session if session_moment(session) else "",
            order=order if order in ORDERS else "priority",
        ),
        page_number(asked.get("page", "")),
    )


def session_word(moment: datetime) -> str:
    """A session's start as it stands in an address."""
    return moment.strftime(_SESSION_FORM)


def session_moment(text: str) -> datetime | None:
    """A session's start from an address or a form; None when it is none."""
    try:
        return datetime.strptime(text, _SESSION_FORM)  # noqa: DTZ007 (UTC, as rows hold it)
    except ValueError:
        return None
