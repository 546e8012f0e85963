"""For testers without a terminal: start a run of scripts or questions, watch it, read what came of
it, set two runs side by side."""

import asyncio
import contextlib
import signal
import sys
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.settings import ROOT, Settings, child_environment
from bot.staff.audit import record
from bot.testing.compare import KINDS, compare, grouped
from bot.testing.limits import LIMITS, missed
from bot.testing.run_for_desk import CONVERSATIONS, LONGEST_MINUTES
from bot.testing.runs import (
    FAILED,
    QUESTIONS,
    SCRIPTS,
    AlreadyRunningError,
    Run,
    ask_to_stop,
    begin_run,
    end_run,
    last_runs,
    report_of,
    results_of,
    run_of,
)
from bot.web.desk.shell import account_of, desk_page, desk_part, form_of, go_to
from bot.web.site import Site, in_thread, site_of
from bot.web.views import spoken_moment

_HOME = "/desk/tests"
_LEAST = 0.1
_ENDED_BY_ITSELF = "It ended before its time; the server's log says why."
_NO_RUN = "There is no such run (any more)."
# the report's style stands in it; nothing else may run or load there
_REPORT_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
}
# longer than a private copy takes to end
_END_SECONDS = 10.0
_watching: dict["asyncio.Task[None]", asyncio.subprocess.Process] = {}


@dataclass(frozen=True)
class RunView:
    """A run for people."""

    run: Run
    what: str
    when: str
    result: str
    took: str
    model: str
    missed: tuple[str, ...] = ()


async def show_tests(request: Request) -> Response:
    """What can be run, what runs, and the last runs."""
    site = site_of(request)
    return desk_page(request, "tests.html", **await in_thread(_home, site))


async def show_progress(request: Request) -> Response:
    """The part of the page that changes while something runs."""
    return desk_part(request, "tests_runs.html", **await in_thread(_home, site_of(request)))


def _home(site: Site) -> dict[str, Any]:
    runs = [_view(site, run) for run in last_runs(site.engine)]
    new = next((view.run for view in runs if view.run.summary), None)
    return {
        "runs": runs,
        "new": new,
        "old": next((view.run for view in runs if _goes_before(view.run, new)), None),
        "on": next((view for view in runs if view.run.is_on), None),
        "choices": _choices(site.settings),
        "longest": LONGEST_MINUTES,
    }


def _goes_before(run: Run, new: Run | None) -> bool:
    """Whether a run of the same kind and scripts, with an end, can be set beside ``new``."""
    if new is None or not run.summary or run.id >= new.id:
        return False
    return (run.kind, run.place) == (new.kind, new.place)


def _choices(settings: Settings) -> list[tuple[str, str]]:
    """What can be run: the value in the form, and words."""
    choices = [(QUESTIONS, _what(QUESTIONS, ""))] if settings.questions_file.is_file() else []
    if CONVERSATIONS.is_dir():
        folders = sorted({file.parent.name for file in CONVERSATIONS.glob("*/*.yml")})
        choices.append((SCRIPTS, _what(SCRIPTS, "")))
        choices += [(f"{SCRIPTS}/{name}", _what(SCRIPTS, name)) for name in folders]
    return choices


async def post_run(request: Request) -> Response:
    """Start a run in a process of its own."""
    site, form, who = site_of(request), form_of(request), account_of(request).name
    chosen = form.get("what")
    if chosen not in {value for value, _ in _choices(site.settings)}:
        return go_to(request, _HOME, "Choose what to run.")
    kind, _, place = chosen.partition("/")
    try:
        number = await in_thread(_begin, site, kind, place, who)
    except AlreadyRunningError:
        return go_to(request, _HOME, "Another run is going on. Wait for its end, or stop it.")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.testing.run_for_desk", str(number)),
        cwd=ROOT,
        env=child_environment(site.settings),
        # not in a session of its own: whoever ends web with all that it started ends it as well
        stdin=asyncio.subprocess.DEVNULL,
    )
    task = asyncio.create_task(_watch(site, number, process))
    _watching[task] = process
    task.add_done_callback(_watching.pop)
    return go_to(request, _HOME)


def _begin(site: Site, kind: str, place: str, who: str) -> int:
    with site.engine.begin() as connection:
        number = begin_run(connection, kind, place, who)
        record(connection, who, "started a test run", str(number), _what(kind, place))
    return number


def _stop(site: Site, number: int, who: str) -> None:
    with site.engine.begin() as connection:
        if ask_to_stop(connection, number):
            record(connection, who, "stopped a test run", str(number))


async def _watch(site: Site, number: int, process: asyncio.subprocess.Process) -> None:
    await process.wait()
    # does nothing where the run has its end already
    await in_thread(end_run, site.engine, number, FAILED, _ENDED_BY_ITSELF)


async def end_runs() -> None:
    """End the runs that were begun here, with their private copies; by force where one takes too
    long."""
    running = dict(_watching)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in running.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
        if running:
            _, late = await asyncio.wait(running.keys(), timeout=_END_SECONDS)
            running = {task: running[task] for task in late}


async def post_stop(request: Request) -> Response:
    """Let a run end early."""
    site = site_of(request)
    number = int(request.path_params["number"])
    await in_thread(_stop, site, number, account_of(request).name)
    return go_to(request, _HOME)


async def show_run(request: Request) -> Response:
    """What came of one run."""
    site = site_of(request)
    run = await in_thread(_run, site, request.path_params["number"])
    results = await in_thread(results_of, site.engine, run.id)
    wrong = [one for one in results if _is_wrong(run.kind, one)]
    return desk_page(
        request, "tests_run.html", view=_view(site, run), wrong=wrong, within=_HOME
    )  # fmt: skip


def _is_wrong(kind: str, one: dict[str, Any]) -> bool:
    return not one["passed"] if kind == SCRIPTS else one["predicted"] != one["expected"]


async def show_report(request: Request) -> Response:
    """The page with all figures of a run of questions."""
    site = site_of(request)
    run = await in_thread(_run, site, request.path_params["number"])
    report = await in_thread(report_of, site.engine, run.id)
    if report is None:
        raise HTTPException(404, "This run has no report.")
    return HTMLResponse(report, headers=_REPORT_HEADERS)


async def show_comparison(request: Request) -> Response:
    """Two runs side by side."""
    site = site_of(request)
    asked = [request.query_params.get(side, "") for side in ("old", "new")]
    numbers = [int(n) if n.isascii() and n.isdecimal() and len(n) < 9 else 0 for n in asked]
    old, new = [await in_thread(_run, site, number) for number in numbers]
    if old.kind != new.kind:
        return go_to(request, _HOME, "Choose two runs of the same kind: scripts, or questions.")
    lines = [await in_thread(results_of, site.engine, run.id) for run in (old, new)]
    both = (lines[0], lines[1], [], []) if old.kind == QUESTIONS else ([], [], lines[0], lines[1])
    found = compare(*both, _LEAST)
    return desk_page(
        request,
        "tests_compared.html",
        found=found,
        kinds=KINDS,
        grouped=grouped,
        old=_view(site, old),
        new=_view(site, new),
        within=_HOME,
    )


def _run(site: Site, number: int) -> Run:
    run = run_of(site.engine, int(number))
    if run is None:
        raise HTTPException(404, _NO_RUN)
    return run


def _view(site: Site, run: Run) -> RunView:
    seconds = run.seconds
    return RunView(
        run=run,
        what=_what(run.kind, run.place),
        when=spoken_moment(run.started_at, site.court.time_zone),
        result=_result(run),
        took="" if seconds is None else f"{seconds:.0f} s",
        model=str((run.summary or {}).get("model", "")),
        missed=_missed(run),
    )


def _missed(run: Run) -> tuple[str, ...]:
    """The limits for going live that a run of questions does not reach."""
    if run.kind != QUESTIONS or not run.summary:
        return ()
    known = {limit.key for limit in LIMITS} <= run.summary.keys()  # runs of an older release
    return tuple(missed(run.summary)) if known else ()


def _what(kind: str, place: str) -> str:
    if kind == QUESTIONS:
        return "questions"
    return f"scripts on {place.replace('_', ' ')}" if place else "all scripts"


def _result(run: Run) -> str:
    if run.is_on:
        return f"{run.done} of {run.total}" if run.total else "starting"
    if run.summary is None:
        return run.state
    if run.kind == QUESTIONS:
        return f"{run.summary['right']:.1%} right, {run.summary['wrong']:.1%} wrong"
    text = f"{run.summary['passed']} passed, {run.summary['failed']} failed"
    share = run.summary.get("coverage")
    return text if share is None else f"{text}, {share:.1%} exercised"
