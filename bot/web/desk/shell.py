"""What every page of the desk has: who is signed in, the navigation, forms, notices, headers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.staff.accounts import Account
from bot.staff.sessions import SIGNED_IN, Session
from bot.web.bodies import FORM_LIMIT, read_fields
from bot.web.desk.cookie import (
    clear_said,
    form_token,
    new_token,
    set_desk_cookie,
    set_said,
    take_said,
)
from bot.web.guard import HEADERS
from bot.web.site import site_of
from bot.web.words import clean

SIGN_IN = "/desk/sign-in"
_MOST_FIELDS = 300
_HEADERS = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"],
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Nav:
    """An entry of the navigation."""

    title: str
    path: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Form:
    """The fields that were sent, cleaned of control characters."""

    fields: Sequence[tuple[str, str]] = field(default=())

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field."""
        return next((value for key, value in reversed(self.fields) if key == name), default)

    def all(self, name: str) -> list[str]:
        """All values of a field that may come several times."""
        return [value for key, value in self.fields if key == name]


@dataclass(frozen=True)
class Desk:
    """What is known of a request to the desk."""

    token: str | None
    session: Session | None
    form: Form
    navigation: tuple[Nav, ...]
    path: str


def desk_of(request: Request) -> Desk:
    """What is known of this request."""
    desk: Desk = request.state.desk
    return desk


def account_of(request: Request) -> Account:
    """Who is signed in; only for pages that are not open to anybody."""
    session = desk_of(request).session
    assert session is not None
    return session.account


def form_of(request: Request) -> Form:
    """The form that was sent; its token has been checked."""
    return desk_of(request).form


async def read_desk_form(request: Request) -> Form:
    """Read the form.

    Raises:
        BodyError: see :func:`bot.web.bodies.read_fields`.
    """
    fields = await read_fields(request, FORM_LIMIT, _MOST_FIELDS)
    return Form(tuple((clean(key), clean(value)) for key, value in fields))


def desk_page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A whole page from ``templates/desk/``, which extends ``desk/base.html``.

    Templates know ``account`` (None before signing in), ``navigation``, ``here`` (the row's path),
    ``form_token``, ``said`` (a notice, or None), ``court``, and ``values``.
    """
    site, desk = site_of(request), desk_of(request)
    token = desk.token or new_token()
    said = take_said(site, request, token)
    response = HTMLResponse(
        _render(request, template, form_token=form_token(token), **{"said": said, **values}),
        status,
        headers=_HEADERS,
    )
    if desk.token is None and request.method == "GET":
        set_desk_cookie(site, response, token)
    if said is not None:
        clear_said(site, response)
    return response


def desk_part(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A part of a page, which htmx puts into the page that asked for it."""
    token = desk_of(request).token or ""
    return HTMLResponse(
        _render(request, template, form_token=form_token(token), said=None, **values),
        status,
        headers=_HEADERS,
    )


def go_to(request: Request, path: str, said: str | None = None) -> Response:
    """Send the browser to another page of the desk, which shows ``said`` once."""
    response = RedirectResponse(path, 303, headers=_HEADERS)
    token = desk_of(request).token
    if said and token:
        set_said(site_of(request), response, token, said)
    return response


def error_page(request: Request, status: int, text: str) -> Response:
    """A page that says what went wrong."""
    return desk_page(request, "error.html", status, text=text)


def arriving_page(request: Request, to: str | None = None) -> Response:
    """For a link that was followed from elsewhere: the browser kept the cookie back, and sends it
    when the page loads itself again, or goes on to ``to``."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    page = _render(request, "arriving.html", to=to or here, said=None)
    return HTMLResponse(page, headers=_HEADERS)


def _render(request: Request, template: str, **values: Any) -> str:
    site, desk = site_of(request), desk_of(request)
    session = desk.session
    account = session.account if session and session.stage == SIGNED_IN else None
    return site.render(
        f"desk/{template}",
        account=account,
        here=desk.path,
        navigation=[n for n in desk.navigation if account and account.role in n.roles],
        **values,
    )
