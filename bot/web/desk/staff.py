"""Accounts of the staff, for administrators."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.staff.accounts import (
    LINK_HOURS,
    Account,
    AccountError,
    add_account,
    all_accounts,
    by_id,
    change_role,
    disable,
    enable,
    new_link,
    reset,
)
from bot.staff.roles import CLERK, ROLES, UnknownRoleError
from bot.web.desk.shell import account_of, desk_page, form_of, go_to
from bot.web.site import Site, in_thread, site_of

PATH = "/desk/staff"


async def show_staff(request: Request) -> Response:
    """All accounts, and the form for a new one."""
    return await _page(request)


async def post_staff(request: Request) -> Response:
    """Add an account; its link is shown once."""
    site, form = site_of(request), form_of(request)
    try:
        account, link = await in_thread(
            _add,
            site,
            form.get("name"),
            form.get("role", CLERK),
            by=account_of(request).name,
            full_name=form.get("full_name"),
            email=form.get("email"),
        )
    except (AccountError, UnknownRoleError) as error:
        return await _page(request, 422, problem=str(error))
    return await _page(request, link=link, owner=account)


async def post_change(request: Request) -> Response:
    """Disable, enable, reset an account, or change its role."""
    site, form, by = site_of(request), form_of(request), account_of(request).name
    account = await in_thread(by_id, site.engine, int(request.path_params["number"]))
    if account is None:
        raise HTTPException(404, "There is no such account.")
    change = form.get("change")
    try:
        if change == "disable":
            await in_thread(disable, site.engine, account, by=by)
            return go_to(request, PATH, f"{account.name} is disabled and signed out.")
        if change == "enable":
            await in_thread(enable, site.engine, account, by=by)
            return go_to(request, PATH, f"{account.name} can sign in again.")
        if change == "role":
            await in_thread(change_role, site.engine, account, form.get("role"), by=by)
            return go_to(request, PATH, f"{account.name} now has the role {form.get('role')}.")
        if change == "reset":
            token = await in_thread(reset, site.engine, account, by=by)
            return await _page(request, link=link_address(site, token), owner=account)
    except (AccountError, UnknownRoleError) as error:
        return await _page(request, 422, problem=str(error))
    raise HTTPException(422, "There is no such change.")


def link_address(site: Site, token: str) -> str:
    """The address of the page where a password is set, as far as it is known."""
    return f"{site.settings.public_url or ''}/desk/set-password/{token}"


def _add(
    site: Site, name: str, role: str, *, by: str, full_name: str, email: str
) -> tuple[Account, str]:
    account = add_account(site.engine, name, role, by=by, full_name=full_name, email=email)
    return account, link_address(site, new_link(site.engine, account, by=by))


async def _page(
    request: Request,
    status: int = 200,
    *,
    problem: str | None = None,
    link: str | None = None,
    owner: Account | None = None,
) -> Response:
    accounts = await in_thread(all_accounts, site_of(request).engine)
    return desk_page(
        request,
        "staff.html",
        status,
        accounts=accounts,
        roles=ROLES,
        problem=problem,
        link=link,
        owner=owner,
        hours=LINK_HOURS,
        sent=form_of(request),
    )
