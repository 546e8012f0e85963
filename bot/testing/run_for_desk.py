"""Carries out one run that was begun at the desk, in a process of its own that gives way to the
servers: ``python -m bot.testing.run_for_desk NUMBER``."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.db.engine import make_engine
from bot.processes import end_with_parent
from bot.settings import ROOT, Settings, load_settings
from bot.testing.runs import (
    FAILED,
    FINISHED,
    SCRIPTS,
    STOPPED,
    Run,
    end_run,
    note_progress,
    run_of,
    still_on,
)

LONGEST_MINUTES = 20
CONVERSATIONS = ROOT / "tests" / "conversations"
_WORKERS = 2
_BEAT_SECONDS = 20.0
_NICENESS = 15
_SHORT = 12  # signs of the number that stands for what a model was trained from
log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Somebody wants no more of it."""


def main() -> int:
    """Do it; whatever happens, the run has an end in the table. It ends with the web server."""
    end_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _give_up)
    settings = load_settings()
    engine = make_engine(settings.database_url)
    run = run_of(engine, int(sys.argv[1]))
    if run is None or not run.is_on:
        return 1
    os.nice(_NICENESS)
    ended = threading.Event()
    threading.Thread(target=_beat, args=(engine, run, ended), daemon=True).start()
    try:
        work = _play if run.kind == SCRIPTS else _ask
        end_run(engine, run.id, FINISHED, **work(engine, settings, run))
    except _Stopped:
        end_run(engine, run.id, STOPPED, "It was stopped before its end.")
    except KeyboardInterrupt:
        end_run(engine, run.id, STOPPED, "The help desk was ended meanwhile. Start it anew.")
    except Exception as error:
        log.exception("run %s failed", run.id)
        end_run(engine, run.id, FAILED, str(error)[:2000] or type(error).__name__)
    finally:
        ended.set()
    return 0


def _give_up(*_: object) -> None:
    """Unwind, so that the private copy is ended and its folder deleted; a second signal does not
    disturb that."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _beat(engine: Engine, run: Run, ended: threading.Event) -> None:
    """Say that the run goes on; end everything when it takes too long."""
    latest = time.monotonic() + LONGEST_MINUTES * 60
    while not ended.wait(_BEAT_SECONDS):
        if time.monotonic() > latest:
            try:
                end_run(engine, run.id, FAILED, f"It took longer than {LONGEST_MINUTES} minutes.")
            finally:  # also without a database, which is told of the silence later
                os._exit(1)  # the private copy's servers end with their parent
        try:
            still_on(engine, run.id)
        except SQLAlchemyError:
            log.exception("the run could not be said to go on")


def _counter(engine: Engine, run: Run, total: int) -> Callable[[bool], None]:
    done = wrong = 0
    said = 0.0

    def count(right: bool) -> None:
        nonlocal done, wrong, said
        done, wrong = done + 1, wrong + (not right)
        if done < total and time.monotonic() - said < 1:
            return
        said = time.monotonic()
        if not note_progress(engine, run.id, total=total, done=done, wrong=wrong):
            raise _Stopped

    note_progress(engine, run.id, total=total, done=0, wrong=0)
    return count


def _play(engine: Engine, settings: Settings, run: Run) -> dict[str, Any]:
    from bot.testing.coverage import LEAST
    from bot.testing.run_scripts import ScriptRun
    from bot.training import content_hash

    played = []
    with TemporaryDirectory(prefix="helpdesk-courts-") as folder:
        scripts = ScriptRun([CONVERSATIONS / run.place], settings, Path(folder), root=ROOT)
        with scripts.stage(log.info) as stage:
            count = _counter(engine, run, len(scripts.scripts))
            for one in stage.play(_WORKERS):
                played.append(one)
                count(one.passed)
            coverage = stage.coverage(played)
    here = f"{ROOT}/"
    results = [{**one.to_dict(), "file": one.file.removeprefix(here)} for one in played]
    summary: dict[str, Any] = {"passed": sum(one.passed for one in played)}
    summary["failed"] = len(played) - summary["passed"]
    summary["model"] = content_hash(settings)[:_SHORT]
    if coverage is not None and not run.place:
        summary |= {"coverage": coverage.share, "coverage_wanted": LEAST}
    return {"summary": summary, "results": results}


def _ask(engine: Engine, settings: Settings, run: Run) -> dict[str, Any]:
    from bot.knowledge.seed import topic_folders
    from bot.testing.evaluate import judge_all, read_questions, summarize
    from bot.testing.private_copy import open_copy
    from bot.testing.report.page import About, page
    from bot.training import content_hash

    topics = [folder.name for folder in topic_folders(settings.topics_dir)]
    questions = read_questions(settings.questions_file, topics)
    judged = []
    with open_copy(settings, log.info) as copy:
        count = _counter(engine, run, len(questions))
        database = copy.settings.database_url
        for one in judge_all(copy.url, questions, topics, _WORKERS, database):
            judged.append(one)
            count(one.right)
    summary = summarize(judged)
    model = content_hash(settings)[:_SHORT]
    about = About(settings.questions_file.name, f"{run.started_at:%Y-%m-%d}", model)
    html = page(judged, summary, about, settings.data_dir, ROOT / "config.yml")
    results = [one.to_dict() for one in judged]
    return {"summary": {**summary, "model": model}, "results": results, "report": html}


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    raise SystemExit(main())
