"""The conversation as a file of the filer's own: text, or a page that prints well."""

from collections.abc import Sequence

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import utc_now
from bot.web import words
from bot.web.cookies import known_conversation, token_of
from bot.web.refused import RefusedError
from bot.web.site import Site, in_thread, site_of
from bot.web.views import TurnView, spoken_moment, turn_views

_STYLE = "transcript.css"
# a file that is opened here all the same can do nothing
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


async def as_text(request: Request) -> Response:
    """The conversation as plain text."""
    return await _file(request, "transcript.txt", "text/plain")


async def as_page(request: Request) -> Response:
    """The conversation as one HTML file without links to ours."""
    return await _file(request, "transcript.html", "text/html")


async def _file(request: Request, template: str, media_type: str) -> Response:
    site = site_of(request)
    turns = await in_thread(_turns, site, token_of(site, request))
    style = site.assets.get(_STYLE)
    now = utc_now()
    content = site.render(
        template,
        turns=turns,
        # ours, from static/
        style=Markup(style.body.decode()) if style else "",  # noqa: S704
        made=spoken_moment(now, site.court.time_zone),
    )
    name = f"help-desk-{now:%Y-%m-%d}.{template.rsplit('.')[-1]}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": _POLICY,
    }
    return Response(content, headers=headers, media_type=f"{media_type}; charset=utf-8")


def _turns(site: Site, token: str | None) -> Sequence[TurnView]:
    turns = turn_views(site, known_conversation(site, token))
    if not turns:
        raise RefusedError(404, words.NOTHING_TO_SAVE)
    return turns


ROUTES = [Route("/conversation.txt", as_text), Route("/conversation.html", as_page)]
