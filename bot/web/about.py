"""Pages about the help desk itself: what it keeps, and who can use it how well."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.web.site import site_of


async def privacy(request: Request) -> Response:
    """What is kept, for how long, and who sees it."""
    site = site_of(request)
    page = site.render(
        "privacy.html",
        periods=site.court.retention,
        life_minutes=site.settings.upload_life_minutes,
    )
    return HTMLResponse(page)


async def accessibility(request: Request) -> Response:
    """The accessibility statement, with what is known to be missing."""
    return HTMLResponse(site_of(request).render("accessibility.html"))


ROUTES = [Route("/privacy", privacy), Route("/accessibility", accessibility)]
