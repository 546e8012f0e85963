"""What leads turn off when it has to rest, with the words that filers read meanwhile."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.staff.audit import record
from bot.switches import (
    LONGEST_NOTICE,
    NAMES,
    USUAL_NOTICES,
    NoticeError,
    switched_off,
    turn_off,
    turn_on,
)
from bot.web.desk.shell import account_of, desk_page, form_of, go_to
from bot.web.site import Site, in_thread, site_of
from bot.web.views import spoken_moment

_PAGE = "/desk/switches"


async def show_switches(request: Request) -> Response:
    """Each switch and how it stands."""
    return await _page(request)


async def post_switch(request: Request) -> Response:
    """Turn one off with a notice, or on again."""
    site, account, form = site_of(request), account_of(request), form_of(request)
    name = str(request.path_params["name"])
    if name not in NAMES:
        raise HTTPException(404, "There is no such switch.")
    if form.get("to") == "on":
        await in_thread(_turn_on, site, name, account.name)
        return go_to(request, _PAGE, f"On again: {NAMES[name]}.")
    try:
        await in_thread(_turn_off, site, name, form.get("notice"), account.name)
    except NoticeError as error:
        return await _page(request, 422, str(error), {name: form.get("notice")})
    return go_to(request, _PAGE, f"Off: {NAMES[name]}. Filers read your notice.")


def _turn_on(site: Site, name: str, who: str) -> None:
    with site.engine.begin() as connection:
        if turn_on(connection, name):
            record(connection, who, f"turned {name} on", name)


def _turn_off(site: Site, name: str, notice: str, who: str) -> None:
    with site.engine.begin() as connection:
        off = turn_off(connection, name, notice, who=who)
        record(connection, who, f"turned {name} off", name, off.notice)


async def _page(
    request: Request,
    status: int = 200,
    problem: str | None = None,
    sent: dict[str, str] | None = None,
) -> Response:
    site = site_of(request)
    off = {one.name: one for one in await in_thread(switched_off, site.engine)}
    zone = site.court.time_zone
    return desk_page(
        request,
        "switches.html",
        status,
        names=NAMES,
        off=off,
        since={one.name: spoken_moment(one.off_since, zone) for one in off.values()},
        notices=USUAL_NOTICES | {n: one.notice for n, one in off.items()} | (sent or {}),
        longest=LONGEST_NOTICE,
        problem=problem,
    )
