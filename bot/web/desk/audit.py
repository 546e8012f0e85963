"""The log of what was done at the desk, to be read only."""

from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from bot.staff.accounts import all_accounts
from bot.staff.audit import PER_PAGE, actions, entries
from bot.web.desk.shell import desk_page
from bot.web.site import in_thread, site_of
from bot.web.views import spoken_moment
from bot.web.words import clean


async def show_audit(request: Request) -> Response:
    """One page of the log, newest first."""
    site = site_of(request)
    asked = {
        key: clean(request.query_params.get(key, ""))[:120] for key in ("who", "action", "subject")
    }
    number = page_number(request.query_params.get("page", ""))
    found, count = await in_thread(entries, site.engine, page=number, **asked)
    zone, pages = site.court.time_zone, max(1, ceil(count / PER_PAGE))
    return desk_page(
        request,
        "audit.html",
        entries=[(entry, spoken_moment(entry.at, zone)) for entry in found],
        count=count,
        page=min(number, pages),
        pages=pages,
        asked=asked,
        actions=await in_thread(actions, site.engine),
        people=[account.name for account in await in_thread(all_accounts, site.engine)],
    )


def page_number(text: str) -> int:
    """A page's number from an address; 1 for anything else."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
