"""What every handler of a request needs, in one object."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from jinja2 import Environment
from sqlalchemy.engine import Engine
from starlette.requests import Request

from bot.clock import utc_now
from bot.court import CourtProfile
from bot.languages import Language
from bot.settings import Settings
from bot.triage.hours import NOT_STATED, opening, spoken_opening
from bot.web.assets import Assets
from bot.web.ending import Ending
from bot.web.form_tokens import form_token
from bot.web.framed import is_framed
from bot.web.language import current_language
from bot.web.limits import Limiter
from bot.web.lines import Lines
from bot.web.rasa import RasaClient

PERSON_CHOICE = "talk_to_a_person"
"""A choice that every conversation has, also one that has not begun."""

P = ParamSpec("P")
T = TypeVar("T")

# half the time of anyio's threads per call; as many as the database's pool has connections
_THREADS = ThreadPoolExecutor(max_workers=20, thread_name_prefix="web")


@dataclass(frozen=True)
class Site:
    """Settings, court, database, Rasa and templates of one running server."""

    settings: Settings
    court: CourtProfile
    engine: Engine
    rasa: RasaClient
    lines: Lines
    templates: Environment
    assets: Assets
    languages: Mapping[str, Language]
    limiter: Limiter
    ending: Ending

    @property
    def phones(self) -> str:
        """The numbers, and the address where there is one, for filers when something fails."""
        parts = (self.court.phones_text, self.court.clerk_email)
        return ", ".join(part for part in parts if part)

    def render(self, template: str, **values: Any) -> str:
        """A page. Every form on it carries the page's id, so that sending it twice is noticed."""
        return self.templates.get_template(template).render(
            **{
                "court": self.court,
                "phones": self.phones,
                "person": PERSON_CHOICE,
                "form_id": secrets.token_hex(12),
                "is_chat": False,
                "problem": None,
                "retry": False,
                "form_token": form_token(),
                "opening": partial(_opening, self.court),
                "language": current_language(),
                "languages": self.languages,
                "framed": is_framed(),
                **values,
            }
        )


def _opening(court: CourtProfile) -> str | None:
    """Whether the clerk's office is open, in the language of the page; None where its hours are
    not stated."""
    now = utc_now()
    if opening(court, now).reason == NOT_STATED:
        return None
    return spoken_opening(court, now, current_language().spoken)


def site_of(request: Request) -> Site:
    """The site that this request came to."""
    site: Site = request.app.state.site
    return site


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run something that waits for the database or a disk, without holding up other filers."""
    loop = asyncio.get_running_loop()
    # with its context, where the request's language is
    call = partial(copy_context().run, function, *args, **kwargs)
    return await loop.run_in_executor(_THREADS, call)


Json = dict[str, Any]
