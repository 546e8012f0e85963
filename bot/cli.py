"""The command ``helpdesk``. Each command imports what it needs when it is called."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.settings import Settings, SettingsError, load_settings

OK, FAILED, WRONG_USE = 0, 1, 2


def say(text: str) -> None:
    """A line for people, on standard error, so that standard output holds results only."""
    print(text, file=sys.stderr, flush=True)


def show(result: dict[str, Any]) -> None:
    """One JSON object on a line."""
    print(json.dumps(result, ensure_ascii=False), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 1 when a check failed, 2 on wrong use."""
    parsed = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        command: Callable[[argparse.Namespace, Settings], int] = parsed.command
        return command(parsed, settings)
    except SettingsError as error:
        say(str(error))
        return WRONG_USE
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:
        sys.stdout = None  # the reader went away; nothing is left to say
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="helpdesk", description="The help desk for a court's electronic filers."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[..., int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    run = add("run", _run, "Start everything on this machine.")
    run.add_argument("--port", type=int, help="port of the page (default 8000)")
    run.add_argument("--host", help="address to listen on (default 127.0.0.1: this machine only)")
    train = add("train", _train, "Train the assistant if data changed.")
    train.add_argument("--force", action="store_true", help="train even if nothing changed")
    chat = add("chat", _chat, "Chat in the terminal.")
    chat.add_argument("--url", help="a running help desk; without it a private copy is started")
    evaluate = add("evaluate", _evaluate, "Ask labelled questions and count the right answers.")
    evaluate.add_argument("file", type=Path, help="tab-separated, with the columns text and topic")
    evaluate.add_argument("--report", type=Path, metavar="DIR", help="write the mistakes to DIR")
    talk = add("talk", _talk, "Play conversation scripts.")
    talk.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files or folders")
    talk.add_argument("--junit", type=Path, metavar="FILE", help="write the results as JUnit XML")
    for sub in (evaluate, talk):
        sub.add_argument("--url", help="a running help desk; without it a private copy is started")
        sub.add_argument("--json", action="store_true", help="one JSON object a line")
        sub.add_argument("--workers", type=int, default=2, help="how many at once (default 2)")
    pdf = add("check-pdf", _check_pdf, "Check PDFs against what CM/ECF refuses.")
    pdf.add_argument("files", type=Path, nargs="+", metavar="FILE", help="PDF files")
    pdf.add_argument("--json", action="store_true", help="one JSON object a line")
    articles = add("articles", _articles, "List the articles, or show one.")
    articles.add_argument("topic", nargs="?", help="show this topic's article")
    articles.add_argument("--stale", action="store_true", help="only those not checked for long")
    articles.add_argument("--json", action="store_true", help="one JSON object a line")
    requests = add("requests", _requests, "List open help requests, or show one.")
    requests.add_argument("code", nargs="?", help="show the request with this code")
    requests.add_argument("--json", action="store_true", help="one JSON object a line")
    retention = add("retention", _retention, "Delete what is kept no longer.")
    retention.add_argument("--dry-run", action="store_true", help="only count what would go")
    retention.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def _run(parsed: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    from bot.court import CourtProfileError
    from bot.db.engine import DatabaseUrlError
    from bot.db.migrate import DatabaseUnreachableError
    from bot.knowledge.model import ArticleError
    from bot.run import run
    from bot.supervisor import StartError

    settings = replace(
        settings,
        web_port=parsed.port or settings.web_port,
        web_host=parsed.host or settings.web_host,
    )
    try:
        asyncio.run(run(settings, say))
    except (
        StartError,
        CourtProfileError,
        ArticleError,
        DatabaseUrlError,
        DatabaseUnreachableError,
    ) as error:
        say(str(error))
        return FAILED
    return OK


def _train(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.training import TrainingError, is_trained, model_path, train

    if is_trained(settings) and not parsed.force:
        say("The model is up to date.")
        return OK
    try:
        train(settings)
    except TrainingError as error:
        say(str(error))
        return FAILED
    say(f"Trained: {model_path(settings)}")
    return OK


def _system(stack: ExitStack, url: str | None, settings: Settings) -> str:
    """The address of the help desk to use: the given one, else a private copy's."""
    from bot.testing.private_copy import url_of

    return url.rstrip("/") if url else url_of(_own_copy(stack, settings))


def _own_copy(stack: ExitStack, settings: Settings) -> Settings:
    """A private copy that ends with ``stack``."""
    from bot.testing.private_copy import private_copy

    say("Starting a private copy of the help desk.")
    return stack.enter_context(private_copy(settings, say))


def _chat(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.chat import chat
    from bot.supervisor import StartError
    from bot.testing.client import HelpDeskUnreachableError

    try:
        with ExitStack() as stack:
            chat(_system(stack, parsed.url, settings))
    except (StartError, HelpDeskUnreachableError) as error:
        say(str(error))
        return FAILED
    return OK


def _evaluate(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.knowledge.seed import topic_folders
    from bot.supervisor import StartError
    from bot.testing.client import HelpDeskUnreachableError
    from bot.testing.evaluate import QuestionsError, judge_all, read_questions, summarize
    from bot.testing.report import write_report

    topics = [folder.name for folder in topic_folders(settings.topics_dir)]
    try:
        questions = read_questions(parsed.file, topics)
    except QuestionsError as error:
        say(str(error))
        return WRONG_USE
    judged = []
    try:
        with ExitStack() as stack:
            url = _system(stack, parsed.url, settings)
            for one in judge_all(url, questions, topics, parsed.workers):
                judged.append(one)
                if parsed.json:
                    show(one.to_dict())
                elif one.predicted != one.expected:
                    got = one.predicted or f"{one.outcome} {list(one.offered)}"
                    print(f"{one.expected} -> {got} ({one.confidence or 0:.2f}): {one.text}")
    except (StartError, HelpDeskUnreachableError) as error:
        say(str(error))
        return FAILED
    summary = summarize(judged)
    if parsed.report:
        write_report(parsed.report, judged, summary)
    if parsed.json:
        show(summary)
    else:
        print("  ".join(f"{key} {value}" for key, value in summary.items()))
    return OK


def _talk(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.knowledge.seed import topic_folders
    from bot.supervisor import StartError
    from bot.testing.private_copy import url_of
    from bot.testing.scripts import ScriptError, find_scripts, refuse_slots
    from bot.testing.slots import SlotReader
    from bot.testing.talk import play_all, read_responses, write_junit

    topics = [folder.name for folder in topic_folders(settings.topics_dir)]
    try:
        scripts = find_scripts(parsed.paths, topics)
        if parsed.url:
            refuse_slots(scripts)
    except ScriptError as error:
        say(str(error))
        return WRONG_USE
    played = []
    try:
        with ExitStack() as stack:
            if parsed.url:
                url, slots = parsed.url.rstrip("/"), None
            else:
                own = _own_copy(stack, settings)
                url, slots = url_of(own), SlotReader(own.database_url)
                stack.callback(slots.close)
            responses = read_responses(settings.data_dir)
            for one in play_all(url, scripts, responses, parsed.workers, slots):
                played.append(one)
                if parsed.json:
                    show(one.to_dict())
                elif not one.passed:
                    print(f"{one.file}:{one.failed_at}: {one.name}")
                    print(f"  expected {one.expected}\n  got      {one.got}")
    except StartError as error:
        say(str(error))
        return FAILED
    passed = sum(p.passed for p in played)
    if parsed.junit:
        write_junit(parsed.junit, played)
    if parsed.json:
        show({"passed": passed, "failed": len(played) - passed})
    else:
        print(f"{passed} scripts passed, {len(played) - passed} failed")
    return OK if passed == len(played) else FAILED


def _check_pdf(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.court import CourtProfileError, load_court
    from bot.pdfcheck import Checker, NotARegularFile, summarize

    try:
        profile = load_court(settings.court_file).pdf
    except CourtProfileError as error:
        say(str(error))
        return WRONG_USE
    missing = [file for file in parsed.files if not file.is_file()]
    if missing:
        say(f"No such file: {', '.join(map(str, missing))}")
        return WRONG_USE
    refused = False
    with Checker() as checker:
        for file in parsed.files:
            try:
                report = checker.check_sync(file, profile)
            except (OSError, NotARegularFile) as error:
                say(f"{file} cannot be read: {error}")
                return WRONG_USE
            refused |= report.verdict != "accept"
            if parsed.json:
                show({**report.to_dict(), "file": str(file)})
            else:
                print(f"{file}\n{summarize(report)}\n")
    return FAILED if refused else OK


def _articles(parsed: argparse.Namespace, settings: Settings) -> int:
    from datetime import datetime

    from bot.court import load_court
    from bot.db.engine import make_engine
    from bot.knowledge.answer import answer
    from bot.knowledge.store import all_articles
    from bot.run import prepare_database

    prepare_database(settings)
    court = load_court(settings.court_file)
    found = all_articles(make_engine(settings.database_url))
    if parsed.topic:
        titles = {article.topic: article.choice for article in found}
        chosen = [article for article in found if article.topic == parsed.topic]
        if not chosen:
            say(f"{parsed.topic!r} is no topic.")
            return WRONG_USE
        reply = answer(chosen[0], court, titles)
        show(reply.to_dict()) if parsed.json else print(reply.text)
        return OK
    for article in found:
        stale = article.is_stale(datetime.now(court.time_zone).date(), court.stale_after_days)
        if parsed.stale and not stale:
            continue
        if parsed.json:
            show(
                {
                    "topic": article.topic,
                    "title": article.title,
                    "checked_on": article.checked_on,
                    "stale": stale,
                    "edited_by": article.author,
                }
            )
        else:
            note = "  stale" if stale else ""
            print(f"{article.topic:26} {article.checked_on}{note}  {article.title}")
    return OK


def _requests(parsed: argparse.Namespace, settings: Settings) -> int:
    from dataclasses import asdict

    from bot.court import load_court
    from bot.db.engine import make_engine
    from bot.run import prepare_database
    from bot.triage.deadline import spoken_deadline
    from bot.triage.requests import find, open_requests

    prepare_database(settings)
    engine = make_engine(settings.database_url)
    zone = load_court(settings.court_file).time_zone
    found = find(engine, parsed.code) if parsed.code else None
    if parsed.code and found is None:
        say("There is no help request with this code.")
        return FAILED
    chosen = [found] if found else open_requests(engine)
    for request in chosen:
        if parsed.json:
            print(json.dumps(asdict(request), default=str, ensure_ascii=False))
            continue
        until = spoken_deadline(request.deadline_at, zone) if request.deadline_at else "no deadline"
        print(f"{request.code}  {request.state:10}  {until}  {request.name}, {request.contact}")
        if parsed.code:
            print(f"  {request.role}, topic {request.topic}\n  {request.details}")
    if not chosen:
        print("No open help requests.")
    return OK


def _retention(parsed: argparse.Namespace, settings: Settings) -> int:
    from dataclasses import asdict

    from bot.db.engine import make_engine
    from bot.retention import apply_retention
    from bot.run import prepare_database

    prepare_database(settings)
    engine = make_engine(settings.database_url)
    done = apply_retention(engine, settings, dry_run=parsed.dry_run)
    if parsed.json:
        show({**asdict(done), "dry_run": parsed.dry_run})
    else:
        verb = "would be deleted" if parsed.dry_run else "deleted"
        print(f"{done.files} files and {done.conversations} conversations {verb}.")
    return OK


if __name__ == "__main__":
    raise SystemExit(main())
