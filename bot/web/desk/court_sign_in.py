"""Signing in with the court's own accounts (OpenID Connect), where settings name an issuer."""

import asyncio
import base64
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.conversations import hash_token
from bot.settings import Settings
from bot.staff.accounts import by_subject
from bot.staff.issuer import Attempt, IssuerError, Person
from bot.staff.signing_in import signed_in
from bot.web import words
from bot.web.desk.cookie import cookie_name, desk_token, keep_token_before, set_desk_cookie
from bot.web.desk.shell import arriving_page
from bot.web.desk.signing_in import address_of, inside
from bot.web.limits import TooOftenError
from bot.web.site import Site, in_thread, site_of

_SECONDS = 600
_MOST_COOKIE = 2000
_ASKING_SECONDS = 40.0  # more than the questions of one sign-in may take
_NOT_SET_UP = "There is no sign-in of the court here. Sign in with name and password."
_NO_ACCOUNT = (
    "You are known to the court, but no account of the desk is yours. Ask an administrator to add "
    "one with your e-mail address."
)
_TOO_OFTEN = (
    "Many sign-ins were begun from your address in a short time. Wait a minute and try again."
)
T = TypeVar("T")
# of its own: whoever asks for the sign-in again and again, or an issuer that hangs, holds up nobody
# but the sign-in
_ISSUER = ThreadPoolExecutor(max_workers=2, thread_name_prefix="issuer")
log = logging.getLogger(__name__)


async def show_start(request: Request) -> Response:
    """Send the browser to the court's sign-in."""
    site = _set_up(request)
    try:
        url, attempt = await _asking(site, _begin, site.settings)
    except IssuerError as error:
        raise _failed(error) from error
    response = RedirectResponse(url, 303)
    # the browser keeps its strict cookie back on the way from the court's site, so that the session
    # which this sign-in replaces must be noted now
    had = hash_token(desk_token(site, request) or "")
    kept = [attempt.state, attempt.nonce, attempt.verifier, inside(_wanted(request)), had]
    response.set_cookie(
        cookie_name(site.settings.https, "desk-court"),
        base64.urlsafe_b64encode(json.dumps(kept).encode()).decode(),
        max_age=_SECONDS,
        path="/",
        secure=site.settings.https,
        httponly=True,
        # it must come along when the court's site leads back here
        samesite="lax",
    )
    keep_token_before(site, request, response)
    return response


async def show_callback(request: Request) -> Response:
    """The court's sign-in leads back to here."""
    site = _set_up(request)
    attempt, to, had = _kept(site, request)
    asked = request.query_params
    try:
        if "error" in asked or "code" not in asked:
            raise IssuerError(f"the issuer refused: {asked.get('error', 'no code')[:80]!r}")
        person = await _asking(
            site, _finish, site.settings, attempt, asked.get("state", ""), asked["code"]
        )
    except IssuerError as error:
        raise _failed(error) from error
    account = await in_thread(by_subject, site.engine, person.subject, person.email)
    if account is None:
        raise HTTPException(403, _NO_ACCOUNT)
    token = await in_thread(signed_in, site.engine, account, address_of(request), instead_of=had)
    # not redirected: the browser would keep the new cookie back on the way from the court's site
    response = arriving_page(request, to)
    set_desk_cookie(site, response, token)
    response.delete_cookie(
        cookie_name(site.settings.https, "desk-court"),
        path="/",
        secure=site.settings.https,
        httponly=True,
        samesite="lax",
    )
    return response


async def _asking(site: Site, function: Callable[..., T], *args: Any) -> T:
    """Run something that waits for the issuer.

    Raises:
        IssuerError: also where others hold up both threads, or the server ends.
    """
    try:
        await in_thread(site.limiter.court_sign_in)
    except TooOftenError as error:
        raise HTTPException(429, _TOO_OFTEN, headers={"Retry-After": str(error.seconds)}) from error
    loop = asyncio.get_running_loop()
    try:
        async with site.ending.wait_until(loop.time() + _ASKING_SECONDS):
            return await loop.run_in_executor(_ISSUER, partial(function, *args))
    except TimeoutError as error:
        raise IssuerError("the issuer takes too long") from error


# imported late: it takes a third of a second, and most courts' servers never need it
def _begin(settings: Settings) -> tuple[str, Attempt]:
    from bot.staff import oidc

    return oidc.begin(settings)


def _finish(settings: Settings, attempt: Attempt, state: str, code: str) -> Person:
    from bot.staff import oidc

    return oidc.finish(settings, attempt, state=state, code=code)


def _set_up(request: Request) -> Site:
    site = site_of(request)
    if site.settings.oidc_issuer is None:
        raise HTTPException(404, _NOT_SET_UP)
    return site


def _wanted(request: Request) -> str:
    return request.query_params.get("next", "")


def _kept(site: Site, request: Request) -> tuple[Attempt, str, str]:
    cookie = request.cookies.get(cookie_name(site.settings.https, "desk-court"), "")
    try:
        state, nonce, verifier, to, had = json.loads(
            base64.urlsafe_b64decode(cookie[:_MOST_COOKIE])
        )
        return Attempt(str(state), str(nonce), str(verifier)), inside(str(to)), str(had)
    except (ValueError, TypeError, RecursionError):
        raise HTTPException(422, "This sign-in took too long. Start again.") from None


def _failed(error: IssuerError) -> HTTPException:
    number = words.problem_number(log, "the court's sign-in failed", error)
    return HTTPException(
        502,
        "The court's sign-in did not work. Try again, or sign in with name and password. "
        f"Problem number {number}.",
    )
