"""How the help desk is used, by week: charts with the table beside, and both as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import utc_now
from bot.figures.charts import Series, column_chart, row_chart
from bot.figures.count import figures_by_week
from bot.figures.model import Figures, together
from bot.figures.weeks import SpanError, Week, last_weeks, weeks_between
from bot.knowledge.store import choices_by_topic
from bot.spreadsheet import Cell, csv_file
from bot.web.desk.shell import desk_page
from bot.web.site import Site, in_thread, site_of

SPANS = (4, 13, 26, 52)
_USUAL = 13
_MOST_ROWS = 12


@dataclass(frozen=True)
class Part:
    """One subject: a chart, and the table that says the same."""

    name: str
    title: str
    says: str
    chart: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


async def show_figures(request: Request) -> Response:
    """The charts of a span of weeks."""
    site = site_of(request)
    weeks, problem = _weeks_of(request, site)
    found = await in_thread(figures_by_week, site.engine, weeks, site.court.time_zone)
    total = together(found)
    return desk_page(
        request,
        "figures.html",
        422 if problem else 200,
        parts=_parts(weeks, found, await in_thread(choices_by_topic, site.engine)),
        total=total,
        first=weeks[0].monday.isoformat(),
        last=weeks[-1].monday.isoformat(),
        count=len(weeks),
        spans=SPANS,
        minutes=spoken_minutes,
        problem=problem,
    )


async def get_csv(request: Request) -> Response:
    """One of the tables."""
    site = site_of(request)
    weeks, _ = _weeks_of(request, site)
    found = await in_thread(figures_by_week, site.engine, weeks, site.court.time_zone)
    parts = {
        part.name: part
        for part in _parts(weeks, found, await in_thread(choices_by_topic, site.engine))
    }
    part = parts.get(request.query_params.get("table", ""), next(iter(parts.values())))
    return Response(
        csv_file(part.columns, part.rows),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{part.name}-{weeks[0].label}.csv"',
            "Content-Security-Policy": "sandbox",
        },
    )


def _weeks_of(request: Request, site: Site) -> tuple[tuple[Week, ...], str | None]:
    """The weeks that are asked for; the usual ones, and what was wrong, for what makes no span."""
    asked, zone, now = request.query_params, site.court.time_zone, utc_now()
    try:
        if asked.get("first") or asked.get("last"):
            days = [date.fromisoformat(asked.get(key, "")) for key in ("first", "last")]
            return weeks_between(days[0], days[1], zone), None
        count = asked.get("weeks", str(_USUAL))
        return last_weeks(int(count) if count in map(str, SPANS) else _USUAL, now, zone), None
    except SpanError as error:
        return last_weeks(_USUAL, now, zone), str(error)
    except (ValueError, OverflowError):
        return last_weeks(_USUAL, now, zone), "Choose the first and the last day."


def spoken_minutes(minutes: int | None) -> str:
    """``1 h 5 min``; a dash for none."""
    if minutes is None:
        return "–"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _parts(
    weeks: Sequence[Week], found: Sequence[Figures], titles: Mapping[str, str]
) -> list[Part]:
    total = together(found)
    labels = [f"{week.monday:%b} {week.monday.day}" for week in weeks]

    def weekly(
        name: str,
        title: str,
        says: str,
        series: Sequence[Series],
        unit: str = "",
        *,
        with_unit: bool = True,
    ) -> Part:
        rows = tuple(
            (week.label, *(one.values[i] for one in series)) for i, week in enumerate(weeks)
        )
        columns = (
            "Week from",
            *(f"{one.name}{f' ({unit.strip()})' if unit else ''}" for one in series),
        )
        chart = column_chart(title, labels, series, unit=unit if with_unit else "")
        return Part(name, title, says, _svg(chart), columns, rows)

    def listed(name: str, title: str, says: str, column: str, counts: dict[str, int]) -> Part:
        most = sorted(counts.items(), key=lambda item: -item[1])
        chart = row_chart(title, [(key, n) for key, n in most[:_MOST_ROWS]])
        return Part(name, title, says, _svg(chart), (column, "Count"), tuple(most))

    def percent(share: float | None) -> int | None:
        return None if share is None else round(share * 100)

    outcomes = {key.replace("_", " "): n for key, n in total.outcomes.items()}
    topics = {titles.get(key, key): n for key, n in total.topics.items()}
    hours = total.by_hour()
    busy = [hour for hour, n in hours.items() if n]
    shown_hours = range(min(busy), max(busy) + 1) if busy else range(9, 17)
    return [
        weekly(
            "conversations",
            "Conversations and help requests",
            "How many conversations had a message in the week, and how many help requests came.",
            [
                Series("Conversations", [one.conversations for one in found]),
                Series("Help requests", [one.requests for one in found]),
            ],
        ),
        weekly(
            "resolved",
            "Solved without a person",
            "Of the conversations with an answer or a PDF report, the share in which nobody asked "
            "for a person or made a help request.",
            [Series("Solved without a person", [percent(f.resolved_share) for f in found])],
            " %",
        ),
        weekly(
            "waits",
            "Waiting times",
            "Minutes from a help request to its first claim, by the week of the claim.",
            [
                Series("Half within", [one.wait_median for one in found]),
                Series("Nine of ten within", [one.wait_p90 for one in found]),
            ],
            " min",
            with_unit=False,
        ),
        weekly(
            "satisfaction",
            "Ratings of answers",
            "How many answers were rated helpful, and how many not.",
            [
                Series("Helped", [one.satisfied for one in found]),
                Series("Did not help", [one.not_satisfied for one in found]),
            ],
        ),
        listed("outcomes", "How messages ended", "All messages of the span.", "Outcome", outcomes),
        listed("topics", "Topics", "What replies were about.", "Topic", topics),
        listed(
            "findings",
            "PDF findings",
            f"Of {total.reports:,} PDF reports, how many found a break of each rule.",
            "Rule",
            dict(total.findings),
        ),
        Part(
            "hours",
            "Busiest hours",
            "Messages by the hour of the court's day.",
            _svg(
                column_chart(
                    "Busiest hours",
                    [str(hour) for hour in shown_hours],
                    [Series("Messages", [hours[hour] for hour in shown_hours])],
                )
            ),
            ("Hour", "Messages"),
            tuple((f"{hour}:00", n) for hour, n in hours.items()),
        ),
        Part(
            "weekdays",
            "Busiest days",
            "Messages by the day of the week.",
            _svg(row_chart("Busiest days", list(total.by_weekday().items()))),
            ("Day", "Messages"),
            tuple(total.by_weekday().items()),
        ),
    ]


def _svg(drawn: str) -> Markup:
    return Markup(drawn)  # noqa: S704  an XML library has escaped all text in it
