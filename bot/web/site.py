"""What every handler of a request needs, in one object."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from jinja2 import Environment
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bot.court import CourtProfile
from bot.settings import Settings
from bot.web.lines import Lines
from bot.web.rasa import RasaClient

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """Settings, court, database, Rasa and templates of one running server."""

    settings: Settings
    court: CourtProfile
    engine: Engine
    rasa: RasaClient
    lines: Lines
    templates: Environment

    @property
    def phones(self) -> str:
        """The numbers that a filer is given when something fails."""
        return self.court.phones_text


def site_of(request: Request) -> Site:
    """The site that this request came to."""
    site: Site = request.app.state.site
    return site


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run something that waits for the database or a disk, without holding up other filers."""
    return await run_in_threadpool(function, *args, **kwargs)


Json = dict[str, Any]
