"""Each form of the desk is done once: whoever sends it twice is led to where the first one led."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.staff import forms
from bot.web import words
from bot.web.desk.shell import go_to
from bot.web.site import Site, in_thread, site_of

_TRIES, _PAUSE_SECONDS = 50, 0.2
_TWICE = "This was sent twice and done once."
_UNKNOWN = (
    "This was sent before, and what became of it is not known. Open the page again and look; if it "
    "was not done, do it there."
)
log = logging.getLogger(__name__)
Handler = Callable[[Request], Awaitable[Response]]


def form_key(path: str, fields: Sequence[tuple[str, str]]) -> str:
    """What a form is known by: its fields, one of which differs from page to page."""
    return hashlib.sha256(json.dumps([path, list(fields)]).encode()).hexdigest()


async def once(request: Request, key: str, handler: Handler) -> Response:
    """The handler's answer, or what the same form led to when it was sent before. One that was
    refused, or failed, may be sent again."""
    site = site_of(request)
    for _ in range(_TRIES):
        if await in_thread(forms.begin, site.engine, key):
            return await _first(site, request, key, handler)
        sent = await in_thread(forms.find, site.engine, key)
        if sent is not None and sent.led_to is not None:
            return go_to(request, sent.led_to, _TWICE)
        # the first one is under way, in this process or in another
        await asyncio.sleep(_PAUSE_SECONDS)
    raise HTTPException(409, _UNKNOWN)


async def _first(site: Site, request: Request, key: str, handler: Handler) -> Response:
    try:
        response = await handler(request)
    except Exception:
        await _note(site, forms.forget, key)
        raise
    if response.status_code == 303:
        await _note(site, forms.finish, key, response.headers["location"])
    else:
        await _note(site, forms.forget, key)
    return response


async def _note(site: Site, note: Callable[..., None], *args: str) -> None:
    """What the form did, or why it failed, counts more than this note."""
    try:
        await in_thread(note, site.engine, *args)
    except Exception as error:
        words.problem_number(log, "what became of a form could not be stored", error)
