"""What is kept for how long, what would go now, and what went: for administrators."""

from starlette.requests import Request
from starlette.responses import Response

from bot.figures.count import keep_finished_weeks
from bot.retention.job import apply_retention, sum_of
from bot.retention.runs import last_runs, problems_now, remember
from bot.staff.audit import record
from bot.web.desk.shell import account_of, desk_page, form_of, go_to
from bot.web.site import Site, in_thread, site_of
from bot.web.views import spoken_moment


async def show_retention(request: Request) -> Response:
    """What a run would do now, and the last runs."""
    site = site_of(request)
    zone = site.court.time_zone
    runs = await in_thread(last_runs, site.engine)
    return desk_page(
        request,
        "retention.html",
        problems=problems_now(runs),
        lines=await in_thread(
            apply_retention, site.engine, site.settings, site.court.retention, dry_run=True
        ),
        runs=[(run, spoken_moment(run.at, zone)) for run in runs],
    )


async def post_retention(request: Request) -> Response:
    """Run the job now, or only count and remember the count."""
    site, account = site_of(request), account_of(request)
    dry_run = form_of(request).get("do") != "delete"
    deleted = await in_thread(_run, site, account.name, dry_run)
    said = "Counted; nothing was deleted." if dry_run else f"Deleted: {deleted}."
    return go_to(request, "/desk/retention", said)


def _run(site: Site, who: str, dry_run: bool) -> int:
    if not dry_run:
        # files and rows go one after the other, so the log says it before the first has gone
        record(site.engine, who, "began to delete what is over time")
        # before their rows go
        keep_finished_weeks(site.engine, site.court.time_zone)
    lines = apply_retention(site.engine, site.settings, site.court.retention, dry_run=dry_run)
    with site.engine.begin() as connection:
        remember(connection, lines, by=who, dry_run=dry_run)
        done = "counted" if dry_run else "deleted"
        record(connection, who, f"{done} what is over time")
    return sum_of(lines)
