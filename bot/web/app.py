"""Builds the application: nothing is read or connected before :func:`create_app` is called."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from bot.court import load_court
from bot.db.engine import make_engine
from bot.languages import languages
from bot.settings import Settings
from bot.web import (
    about,
    api,
    assets,
    downloads,
    embed,
    health,
    page,
    rating,
    request_page,
    transcript,
)
from bot.web.assets import load_assets
from bot.web.cookies import cookie_attributes
from bot.web.desk.routes import DESK_ROUTES
from bot.web.desk.testing import end_runs
from bot.web.ending import Ending
from bot.web.errors import error_answer
from bot.web.form_tokens import FormTokens
from bot.web.framed import Frames
from bot.web.guard import Guard
from bot.web.housekeeping import housekeeping
from bot.web.language import Languages
from bot.web.limits import Clients, Limiter
from bot.web.lines import Lines
from bot.web.proxies import Proxies
from bot.web.rasa import RasaClient
from bot.web.rendering import make_templates
from bot.web.site import Site

log = logging.getLogger(__name__)

# a filer hears of a locked database within the 5 s that a clear answer may take
_BUSY_SECONDS = 3.0


def create_app(settings: Settings) -> Starlette:
    """The whole application.

    Raises:
        CourtProfileError: ``data/court.yml`` cannot be used.
        DatabaseUrlError: ``DATABASE_URL`` cannot be used.
    """
    files = load_assets(settings.assets_dir)
    site = Site(
        settings=settings,
        court=load_court(settings.court_file),
        engine=make_engine(
            settings.database_url,
            pool_size=10,
            busy_seconds=_BUSY_SECONDS,
            # two waits for the disk in every message would cost more than all else here
            survives_power_cut=False,
        ),
        rasa=RasaClient(settings),
        lines=Lines(),
        templates=make_templates(files),
        assets=files,
        languages=languages(),
        limiter=Limiter(settings.limits, settings.lock_store),
        ending=Ending(),
    )
    answer = _answers(site)
    app = Starlette(
        routes=[
            *api.ROUTES,
            *page.ROUTES,
            *downloads.ROUTES,
            *rating.ROUTES,
            *transcript.ROUTES,
            *about.ROUTES,
            *request_page.ROUTES,
            *DESK_ROUTES,
            *embed.ROUTES,
            *health.ROUTES,
            *assets.ROUTES,
        ],
        middleware=[
            Middleware(Proxies, proxies=settings.proxies),
            Middleware(Clients),
            Middleware(Languages, languages=site.languages, attributes=cookie_attributes(site)),
            Middleware(Frames),
            Middleware(FormTokens, https=settings.https, attributes=cookie_attributes(site)),
            Middleware(
                Guard,
                answer=answer,
                https=settings.https,
                embedded_on=site.court.embedded_on,
                public_url=settings.public_url,
            ),
        ],
        exception_handlers={HTTPException: answer},
        lifespan=_lifespan,
    )
    app.state.site = site
    return app


def _answers(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return error_answer(site, request, error)

    return answer


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    site: Site = app.state.site
    tasks = [asyncio.create_task(job) for job in housekeeping(site)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await end_runs()
        site.rasa.close()
        site.engine.dispose()
