"""The pages of signing in: password, code, setting up the app, a link to set a password."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.staff.accounts import Account, by_link, set_password
from bot.staff.audit import record
from bot.staff.codes import enrolment_picture, enrolment_uri
from bot.staff.passwords import LEAST_CHARS, MOST_CHARS, WeakPasswordError
from bot.staff.sessions import CODE, ENROL, SIGNED_IN, Session, end
from bot.staff.signing_in import LockedError, SignInError, Step, with_code, with_password
from bot.web.desk.access import hashing
from bot.web.desk.cookie import clear_desk_cookie, keep_token_before, set_desk_cookie
from bot.web.desk.shell import SIGN_IN, desk_of, desk_page, form_of, go_to
from bot.web.site import Site, in_thread, site_of

HOME = "/desk"
CODE_PATH = "/desk/sign-in/code"
_DEAD_LINK = (
    "This link was used, is too old, or was replaced by a newer one. Ask an administrator for "
    "another."
)


async def show_sign_in(request: Request) -> Response:
    """Name and password."""
    session = desk_of(request).session
    if session is not None and session.stage == SIGNED_IN:
        return go_to(request, HOME)
    return _sign_in_page(request, to=inside(request.query_params.get("next", "")))


async def post_sign_in(request: Request) -> Response:
    """Check name and password."""
    site, desk, form = site_of(request), desk_of(request), form_of(request)
    name, to = form.get("name"), inside(form.get("next"))
    try:
        step = await hashing(
            with_password, site.engine, name, form.get("password"), address_of(request)
        )
    except SignInError as error:
        return _sign_in_page(request, _status(error), name=name[:200], to=to, problem=str(error))
    if desk.token:
        await in_thread(end, site.engine, desk.token)
    response = _on(request, step, to)
    keep_token_before(site, request, response)
    return response


async def show_code(request: Request) -> Response:
    """The code of the app; at the first time, the QR code to set it up."""
    session = desk_of(request).session
    if session is None or session.stage not in {CODE, ENROL}:
        return go_to(request, SIGN_IN)
    return _code_page(request, session, to=inside(request.query_params.get("next", "")))


async def post_code(request: Request) -> Response:
    """Check the code."""
    site, desk, form = site_of(request), desk_of(request), form_of(request)
    session, to = desk.session, inside(form.get("next"))
    if session is None or session.stage not in {CODE, ENROL} or desk.token is None:
        return go_to(request, SIGN_IN)
    try:
        # where only two can be at it, so that many codes sent at once are counted one by one
        step = await hashing(
            with_code, site.engine, session, desk.token, form.get("code"), address_of(request)
        )
    except SignInError as error:
        return _code_page(request, session, _status(error), to=to, problem=str(error))
    if not step.recovery_codes:
        return _on(request, step, to)
    response = desk_page(
        request, "recovery_codes.html", codes=step.recovery_codes, to=to, first=True
    )
    set_desk_cookie(site, response, step.token)
    return response


async def post_sign_out(request: Request) -> Response:
    """End the session."""
    site, desk = site_of(request), desk_of(request)
    if desk.token and desk.session is not None:
        await in_thread(_sign_out, site, desk.token, desk.session.account.name)
    response = go_to(request, SIGN_IN)
    keep_token_before(site, request, response)
    clear_desk_cookie(site, response)
    return response


def _sign_out(site: Site, token: str, who: str) -> None:
    with site.engine.begin() as connection:
        end(connection, token)
        record(connection, who, "signed out", who)


async def show_link(request: Request) -> Response:
    """The form to set a password, for whoever holds the link."""
    return await _link_page(request)


async def post_link(request: Request) -> Response:
    """Set the password; the link is used up."""
    site, form = site_of(request), form_of(request)
    account = await in_thread(by_link, site.engine, _link_token(request))
    if account is None:
        raise HTTPException(404, _DEAD_LINK)
    password = form.get("password")
    if password != form.get("again"):
        return await _link_page(request, 422, "The two passwords differ. Type the same one twice.")
    try:
        await hashing(new_password, site, account, password)
    except WeakPasswordError as error:
        return await _link_page(request, 422, str(error))
    return go_to(request, SIGN_IN, "Your password is set. Sign in with it.")


def new_password(site: Site, account: Account, password: str) -> None:
    """Set the owner's new password.

    Raises:
        WeakPasswordError
    """
    court = f"{site.court.name} {site.court.short_name}"
    set_password(site.engine, account, password, by=account.name, court=court)


def inside(path: str) -> str:
    """Where to go after signing in: a page of the desk, whatever the address says."""
    is_ours = path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))
    return path if is_ours and path.isprintable() and "\\" not in path else HOME


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host[:64] if request.client else "unknown"


def _on(request: Request, step: Step, to: str) -> Response:
    """To the next step, under the new session."""
    if step.stage == SIGNED_IN:
        response = go_to(request, to)
    else:
        response = go_to(
            request, CODE_PATH if to == HOME else f"{CODE_PATH}?next={quote(to, safe='')}"
        )
    set_desk_cookie(site_of(request), response, step.token)
    return response


def _status(error: SignInError) -> int:
    return 429 if isinstance(error, LockedError) else 422


def _sign_in_page(
    request: Request, status: int = 200, *, to: str, name: str = "", problem: str | None = None
) -> Response:
    has_oidc = site_of(request).settings.oidc_issuer is not None
    return desk_page(
        request, "sign_in.html", status, name=name, to=to, problem=problem, has_oidc=has_oidc
    )


def _code_page(
    request: Request, session: Session, status: int = 200, *, to: str, problem: str | None = None
) -> Response:
    picture = None
    if session.stage == ENROL and session.secret:
        court = site_of(request).court
        picture = enrolment_picture(
            enrolment_uri(session.secret, session.account.name, court.short_name)
        )
    return desk_page(
        request,
        "code.html",
        status,
        picture=picture,
        secret=session.secret,
        to=to,
        problem=problem,
    )


async def _link_page(request: Request, status: int = 200, problem: str | None = None) -> Response:
    account = await in_thread(by_link, site_of(request).engine, _link_token(request))
    if account is None:
        raise HTTPException(404, _DEAD_LINK)
    return desk_page(
        request,
        "set_password.html",
        status,
        owner=account,
        least=LEAST_CHARS,
        most=MOST_CHARS,
        problem=problem,
    )


def _link_token(request: Request) -> str:
    return str(request.path_params["token"])[:100]
