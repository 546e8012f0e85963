"""Who may see a page of the desk. A page is a row of the table in ``routes.py``; each handler is
called only when its row lets the request through."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.staff.roles import EVERYBODY
from bot.staff.sessions import SIGNED_IN, session_of
from bot.web.desk.cookie import desk_token, is_form_token, tokens_before
from bot.web.desk.kept import (
    SIGNED_IN_AGAIN,
    SIGNED_OUT,
    has_words,
    kept_page,
)
from bot.web.desk.once import form_key, once
from bot.web.desk.shell import (
    SIGN_IN,
    Desk,
    Form,
    Nav,
    arriving_page,
    desk_of,
    error_page,
    go_to,
    read_desk_form,
)
from bot.web.errors import explain
from bot.web.guard import ForeignError
from bot.web.site import in_thread, site_of

Handler = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")

# who has not signed in: the pages of signing in itself
ANYBODY = frozenset({"anybody"})
SIGN_OUT = "/desk/sign-out"
_NOT_YOURS = "This page is not for your role. Ask a lead or an administrator if you need it."
_NOT_DONE = "You were signed out, so nothing was changed. Sign in and do it again."
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
    """Run a try at a password or a code, or something else that hashes: two at a time."""
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
    return [
        Route(p.path, _checked(p, navigation, _depth(p, table)), methods=[p.method]) for p in table
    ]


def _depth(page: Page, table: tuple[Page, ...]) -> int:
    """How many parts of a form's address make up the address of the page on which it stands."""
    parts = page.path.split("/")
    shown = {p.path for p in table if p.method == "GET"}
    return max(n for n in range(2, len(parts) + 1) if n == 2 or "/".join(parts[:n]) in shown)


def _checked(page: Page, navigation: tuple[Nav, ...], depth: int) -> Handler:
    async def handle(request: Request) -> Response:
        site = site_of(request)
        request.state.desk = Desk(None, None, Form(), navigation, page.path)
        back = "/".join(request.url.path.split("/")[:depth])
        try:
            return await _let_in(page, navigation, back, request)
        except HTTPException as error:
            return _failed(page, request, error.status_code, error.detail, back)
        except ForeignError:
            return error_page(request, 403, _OLD_FORM)
        except Exception as error:
            status, reply = explain(site, error)
            return _failed(page, request, status, reply.text, back)

    return handle


def _failed(page: Page, request: Request, status: int, text: str, back: str) -> Response:
    """What went wrong, with what was written into the form."""
    form = desk_of(request).form
    if not page.is_open and has_words(form):
        return kept_page(request, status, text, back=back)
    return error_page(request, status, text)


async def _let_in(page: Page, navigation: tuple[Nav, ...], back: str, request: Request) -> Response:
    site = site_of(request)
    token = desk_token(site, request)
    came = _came_from_elsewhere(request) and not page.from_issuer
    if token is None and page.method == "GET" and came:
        return arriving_page(request)
    form = await read_desk_form(request) if page.method != "GET" else Form()
    given = form.get("form_token")
    is_ours = token is not None and is_form_token(token, given)
    was_ours = any(is_form_token(before, given) for before in tokens_before(site, request))
    desk = Desk(token, None, form if is_ours or was_ours else Form(), navigation, page.path)
    request.state.desk = desk
    session = await in_thread(session_of, site.engine, token, active=page.active) if token else None
    request.state.desk = replace(desk, session=session)
    if not page.is_open:
        if session is None or session.stage != SIGNED_IN:
            return _to_sign_in(page, request, back)
        if session.account.role not in page.roles:
            raise HTTPException(403, _NOT_YOURS)
    if page.method == "GET":
        return await page.handler(request)
    if not is_ours:
        if was_ours and not page.is_open:
            return kept_page(request, 403, SIGNED_IN_AGAIN, back=back)
        raise ForeignError
    if page.is_open:
        return await page.handler(request)
    return await once(request, form_key(request.url.path, form.fields), page.handler)


def _came_from_elsewhere(request: Request) -> bool:
    # the browser keeps a strict cookie back when a link in a mail or on another site leads here
    return request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}


def _to_sign_in(page: Page, request: Request, back: str) -> Response:
    if request.headers.get("hx-request"):
        # a part of a page cannot become the sign-in page; the browser loads the whole anew
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    if page.method != "GET":
        form = desk_of(request).form
        if has_words(form):
            return kept_page(request, 401, SIGNED_OUT, back=back)
        is_done = page.path == SIGN_OUT
        return go_to(request, _sign_in(back), None if is_done else _NOT_DONE)
    return RedirectResponse(
        _sign_in(request.url.path + (f"?{request.url.query}" if request.url.query else "")), 303
    )


def _sign_in(to: str) -> str:
    return f"{SIGN_IN}?next={quote(to[:500], safe='')}"
