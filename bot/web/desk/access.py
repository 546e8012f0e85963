"""Who may see a page of the desk. A page is a row of the table in ``routes.py``; each handler is
called only when its row lets the request through."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.staff.roles import EVERYBODY
from bot.staff.sessions import SIGNED_IN, session_of
from bot.web.desk.cookie import desk_token, is_form_token
from bot.web.desk.once import form_key, once
from bot.web.desk.shell import (
    Desk,
    Form,
    Nav,
    arriving_page,
    error_page,
    read_desk_form,
)
from bot.web.errors import explain
from bot.web.guard import ForeignError
from bot.web.site import in_thread, site_of

Handler = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")

# who has not signed in: the pages of signing in itself
ANYBODY = frozenset({"anybody"})
SIGN_IN = "/desk/sign-in"
_NOT_YOURS = "This page is not for your role. Ask a lead or an administrator if you need it."
_OLD_FORM = (
    "This form is from an earlier sign-in, so nothing was changed. Go back, reload the page, and "
    "send it again."
)
# two, as many as hash passwords at once: whoever floods the sign-in holds up nobody but the sign-in
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="sign-in")


@dataclass(frozen=True)
class Page:
    """One row: what is called at an address, and by whose roles.

    ``nav`` is the entry in the navigation, if it has one. ``active`` is off for what a page loads
    by itself: it keeps no session alive. ``from_issuer`` is on for the page to which the court's
    own sign-in leads back.
    """

    method: str
    path: str
    handler: Handler
    roles: frozenset[str]
    nav: str | None = None
    active: bool = True
    from_issuer: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is there before signing in."""
        return self.roles == ANYBODY


async def hashing(function: Callable[..., T], *args: Any) -> T:
    """Run something that hashes a password."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_HASHING, partial(function, *args))


def routes_of(table: tuple[Page, ...]) -> list[Route]:
    """The routes of all rows, each behind its check.

    Raises:
        ValueError: a row names a role that does not exist, or none.
    """
    navigation = tuple(Nav(p.nav, p.path, p.roles) for p in table if p.nav)
    for page in table:
        if not page.roles or not (page.is_open or page.roles <= EVERYBODY):
            raise ValueError(f"{page.method} {page.path} names no role that exists.")
    return [Route(p.path, _checked(p, navigation), methods=[p.method]) for p in table]


def _checked(page: Page, navigation: tuple[Nav, ...]) -> Handler:
    async def handle(request: Request) -> Response:
        site = site_of(request)
        request.state.desk = Desk(None, None, Form(), navigation, page.path)
        try:
            return await _let_in(page, navigation, request)
        except HTTPException as error:
            return error_page(request, error.status_code, error.detail)
        except ForeignError:
            return error_page(request, 403, _OLD_FORM)
        except Exception as error:
            status, reply = explain(site, error)
            return error_page(request, status, reply.text)

    return handle


async def _let_in(page: Page, navigation: tuple[Nav, ...], request: Request) -> Response:
    site = site_of(request)
    token = desk_token(site, request)
    came = _came_from_elsewhere(request) and not page.from_issuer
    if token is None and page.method == "GET" and came:
        return arriving_page(request)
    session = await in_thread(session_of, site.engine, token, active=page.active) if token else None
    if session is not None:
        request.state.desk = Desk(token, session, Form(), navigation, page.path)
    else:
        request.state.desk = Desk(token, None, Form(), navigation, page.path)
    if not page.is_open:
        if session is None or session.stage != SIGNED_IN:
            return _to_sign_in(page, request)
        if session.account.role not in page.roles:
            raise HTTPException(403, _NOT_YOURS)
    if page.method != "GET":
        form = await read_desk_form(request)
        if token is None or not is_form_token(token, form.get("form_token")):
            raise ForeignError
        request.state.desk = Desk(token, session, form, navigation, page.path)
        if not page.is_open:
            return await once(request, form_key(request.url.path, form.fields), page.handler)
    return await page.handler(request)


def _came_from_elsewhere(request: Request) -> bool:
    # the browser keeps a strict cookie back when a link in a mail or on another site leads here
    return request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}


def _to_sign_in(page: Page, request: Request) -> Response:
    if request.headers.get("hx-request"):
        # a part of a page cannot become the sign-in page; the browser loads the whole anew
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    if page.method != "GET":
        return RedirectResponse(SIGN_IN, 303)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(here[:500], safe='')}", 303)
