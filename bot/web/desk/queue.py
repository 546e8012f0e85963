"""The queue: who is helped next, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import utc_now
from bot.knowledge.store import choices_by_topic
from bot.languages import other_than_english
from bot.staff.audit import record
from bot.staff.saved_views import SavedView, ViewError, delete_view, save_view, views_of
from bot.triage import queue as line
from bot.triage.form import ROLES
from bot.triage.lifecycle import claim_next
from bot.triage.queue import Entry, counts, spoken_count
from bot.triage.requests import ENDED, OPEN, HelpRequest
from bot.triage.sessions import spoken_start
from bot.web.desk.filters import Filters, filters_of
from bot.web.desk.shell import account_of, desk_page, desk_part, form_of, go_to
from bot.web.desk.spoken import STATES, Due, ago, due
from bot.web.site import Json, Site, in_thread, site_of
from bot.web.views import spoken_moment

PATH = "/desk/queue"
PER_PAGE = 50


@dataclass(frozen=True)
class Row:
    """One request in the queue."""

    request: HelpRequest
    score: int
    reasons: tuple[str, ...]
    state: str
    topic: str
    reads: str | None
    due: Due | None
    asked: str
    session: str | None
    can_claim: bool
    has_ended: bool


async def show_queue(request: Request) -> Response:
    """The whole page."""
    return desk_page(request, "queue.html", **await in_thread(_whole, request))


async def show_rows(request: Request) -> Response:
    """Only the rows, for the live refresh."""
    return desk_part(request, "queue_rows.html", **await in_thread(_rows, request))


async def post_next(request: Request) -> Response:
    """Claim the first in line."""
    site, account = site_of(request), account_of(request)

    def log(connection: Connection, claimed: HelpRequest) -> None:
        record(connection, account.name, "claimed the next request", claimed.code)

    weights, now = site.court.triage, utc_now()
    found = await in_thread(claim_next, site.engine, account.name, now, weights, also=log)
    if found is None:
        return go_to(request, PATH, "Nobody is waiting.")
    return go_to(request, f"/desk/requests/{found.code}", "This is the next in line. It is yours.")


async def post_view(request: Request) -> Response:
    """Save the filters under a name."""
    site, form = site_of(request), form_of(request)
    filters, _ = filters_of({key: form.get(key) for key in Filters.__dataclass_fields__})
    try:
        await in_thread(
            save_view, site.engine, account_of(request), form.get("name"), filters.query
        )
    except ViewError as error:
        return desk_page(
            request, "queue.html", 422, **await in_thread(_whole, request, filters, str(error))
        )
    return go_to(request, f"{PATH}?{filters.query}", f"Saved as {form.get('name')}.")


async def post_view_deletion(request: Request) -> Response:
    """Forget a saved view."""
    number = int(request.path_params["number"])
    await in_thread(delete_view, site_of(request).engine, account_of(request), number)
    return go_to(request, PATH, "The view is deleted.")


def _whole(request: Request, filters: Filters | None = None, problem: str | None = None) -> Json:
    site, account = site_of(request), account_of(request)
    views = views_of(site.engine, account)
    return {
        **_rows(request, filters),
        "problem": problem,
        "view_name": form_of(request).get("name"),
        "views": views,
        "present": _present(views, request),
        "roles": ROLES,
        "states": STATES,
        "waiting": {state: spoken_count(n) for state, n in counts(site.engine, OPEN).items()},
        "open_states": OPEN,
    }


def _present(views: list[SavedView], request: Request) -> SavedView | None:
    filters, _ = filters_of(request.query_params)
    return next((view for view in views if filters.query and view.query == filters.query), None)


def _rows(request: Request, filters: Filters | None = None) -> Json:
    site, account, now = site_of(request), account_of(request), utc_now()
    asked, number = filters_of(request.query_params)
    filters = filters or asked
    found = line.queue(
        site.engine,
        now=now,
        weights=site.court.triage,
        page=number,
        per_page=PER_PAGE,
        **filters.wanted(account.name),
    )
    topics = choices_by_topic(site.engine)
    return {
        "filters": filters,
        "topics": topics,
        "rows": [row_of(site, entry, topics) for entry in found.entries],
        "total": spoken_count(found.total),
        "is_one": found.total == 1,
        "page": found.page,
        "pages": found.pages,
        "updated": spoken_moment(now, site.court.time_zone),
    }


def row_of(site: Site, entry: Entry, topics: Mapping[str, str]) -> Row:
    """A request as the queue shows it."""
    request, now = entry.request, utc_now()
    return Row(
        request=request,
        score=entry.priority.score,
        reasons=entry.priority.reasons,
        state=STATES[request.state],
        topic=topic_title(request.topic, topics),
        reads=other_than_english(request.language),
        due=due(request, now, site.court.time_zone),
        asked=ago(now - request.created_at),
        session=spoken_start(site.court, request.session_at, now) if request.session_at else None,
        can_claim=request.state == "waiting",
        has_ended=request.state in ENDED,
    )


def topic_title(topic: str | None, topics: Mapping[str, str]) -> str:
    """A topic in words."""
    return topics.get(topic, topic.replace("_", " ")) if topic else "Not said"
