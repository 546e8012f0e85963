"""What web does by itself, as long as it runs: delete what is over time, count weeks, send e-mails,
gather unanswered questions."""

import asyncio
import itertools
import logging
import sys
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

from bot.clock import utc_now
from bot.figures.count import keep_finished_weeks
from bot.mail import send_due
from bot.questions.store import gather, has_ungrouped
from bot.retention.job import apply_retention, sum_of
from bot.retention.runs import SWEEPER, forget_runs_before, remember
from bot.settings import ROOT, child_environment
from bot.triage.reminders import remind
from bot.web import words
from bot.web.site import Site, in_thread

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 60.0
_SELDOM = 60  # each so many sweeps
_MAIL_SECONDS = 5.0
_QUESTIONS_SECONDS = 600.0


def housekeeping(site: Site) -> list[Coroutine[Any, Any, None]]:
    """The jobs, each of which goes on for ever."""
    jobs = [_sweep(site), _group_questions(site)]
    if site.settings.smtp_url:
        jobs.append(_send_mail(site))
    return jobs


async def _sweep(site: Site) -> None:
    """Delete what is over time, for ever; an error is logged and does not end it."""
    for minute in itertools.count():
        # what takes a look at a whole table waits for the hour: half a second for 500,000 of Rasa's
        # events (SQLite), or 0.3 s for the reports of 50,000 help requests, is too much each minute
        # for what seldom is there
        delete = partial(_delete_old, seldom=minute % _SELDOM == 0)
        # weeks are counted before what they are counted from goes
        for what, job in (
            ("weeks could not be counted", _count_weeks),
            ("what is over time could not be deleted", delete),
        ):
            try:
                await in_thread(job, site)
            except Exception as error:  # the loop outlives whatever happens
                words.problem_number(log, what, error)
        await asyncio.sleep(_SWEEP_SECONDS)


async def _group_questions(site: Site) -> None:
    """Gather unanswered questions and have a process of its own compare new ones: the encoder's
    memory is given back, and no filer waits for it."""
    while True:
        await asyncio.sleep(_QUESTIONS_SECONDS)
        try:
            await in_thread(gather, site.engine)
            if await in_thread(has_ungrouped, site.engine):
                await _compare_questions(site)
        except Exception as error:  # the loop outlives whatever happens
            words.problem_number(log, "unanswered questions could not be gathered", error)


async def _compare_questions(site: Site) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.cli", "questions", "--group"),
        cwd=ROOT,
        env=child_environment(site.settings),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        if await process.wait():
            log.error("unanswered questions could not be compared: try helpdesk questions --group")
    finally:
        if process.returncode is None:
            process.kill()


def _count_weeks(site: Site) -> None:
    keep_finished_weeks(site.engine, site.court.time_zone)


def _delete_old(site: Site, *, seldom: bool) -> None:
    lines = apply_retention(site.engine, site.settings, site.court.retention, seldom=seldom)
    if sum_of(lines):
        log.info("deleted: %s", ", ".join(f"{n.deleted} {n.kind}" for n in lines if n.deleted))
    remember(site.engine, lines, by=SWEEPER)
    forget_runs_before(site.engine, utc_now() - timedelta(days=site.court.retention.audit))


async def _send_mail(site: Site) -> None:
    """Remind of help sessions and send the e-mails of the outbox, for ever; an error is logged and
    does not end it."""
    while True:
        try:
            await in_thread(remind, site.engine, site.settings, site.court, utc_now())
        except Exception as error:  # the loop outlives whatever happens
            words.problem_number(log, "nobody could be reminded of a help session", error)
        try:
            await send_due(site.engine, site.settings)
        except Exception as error:  # the loop outlives whatever happens
            words.problem_number(log, "the e-mails of the outbox could not be sent", error)
        await asyncio.sleep(_MAIL_SECONDS)
