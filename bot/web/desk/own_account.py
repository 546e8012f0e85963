"""What everybody may change of their own account: password, recovery codes, shortcuts."""

from starlette.requests import Request
from starlette.responses import Response

from bot.staff import guessing
from bot.staff.accounts import (
    recovery_codes_left,
    replace_recovery_codes,
    secrets_of,
    set_shortcuts,
)
from bot.staff.passwords import LEAST_CHARS, MOST_CHARS, Passwords, WeakPasswordError
from bot.web.desk.access import hashing
from bot.web.desk.cookie import clear_desk_cookie, keep_token_before
from bot.web.desk.shell import SIGN_IN, account_of, desk_page, form_of, go_to
from bot.web.desk.signing_in import address_of, new_password
from bot.web.site import Site, in_thread, site_of

PATH = "/desk/account"


async def show_account(request: Request) -> Response:
    """The forms."""
    return await _page(request)


async def post_password(request: Request) -> Response:
    """Change the password: all sessions end, and one signs in anew."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    if refusal := await _without_password(request):
        return refusal
    if form.get("password") != form.get("again"):
        return await _page(request, 422, "The two new passwords differ. Type the same one twice.")
    try:
        await hashing(new_password, site, account, form.get("password"))
    except WeakPasswordError as error:
        return await _page(request, 422, str(error))
    response = go_to(request, SIGN_IN, "Your password is changed. Sign in with the new one.")
    keep_token_before(site, request, response)
    clear_desk_cookie(site, response)
    return response


async def post_recovery_codes(request: Request) -> Response:
    """New recovery codes, shown once, to who knows the password: whoever finds an open session
    must not carry a second factor away."""
    site, account = site_of(request), account_of(request)
    if refusal := await _without_password(request):
        return refusal
    codes = await in_thread(replace_recovery_codes, site.engine, account)
    return desk_page(request, "recovery_codes.html", codes=codes, to=PATH, first=False)


async def post_shortcuts(request: Request) -> Response:
    """Turn keyboard shortcuts on or off."""
    on = form_of(request).get("shortcuts") == "on"
    await in_thread(set_shortcuts, site_of(request).engine, account_of(request), on)
    said = f"Keyboard shortcuts are {'on' if on else 'off'}."
    return go_to(request, PATH, said)


async def _without_password(request: Request) -> Response | None:
    """The refusal where the present password is wrong, or was tried too often; else None."""
    site, account, address = site_of(request), account_of(request), address_of(request)
    # all in one go where only two can be at it: many sent at once would all be let through before
    # the first is counted
    refusal = await hashing(_refusal, site, account.name, address, form_of(request).get("present"))
    return await _page(request, *refusal) if refusal else None


def _refusal(site: Site, name: str, address: str, password: str) -> tuple[int, str] | None:
    if guessing.is_locked(site.engine, name, address):
        return 429, "Too many wrong tries. Wait 15 minutes, then try again."
    _, known = secrets_of(site.engine, name)
    if Passwords().matches(known.password_hash, password):
        return None
    guessing.note_failure(site.engine, name, address)
    return 422, "The present password is wrong."


async def _page(request: Request, status: int = 200, problem: str | None = None) -> Response:
    account = account_of(request)
    left = await in_thread(recovery_codes_left, site_of(request).engine, account)
    return desk_page(
        request,
        "account.html",
        status,
        codes_left=left,
        least=LEAST_CHARS,
        most=MOST_CHARS,
        problem=problem,
    )
