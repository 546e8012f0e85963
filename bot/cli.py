"""The command ``helpdesk``. Each command imports what it needs when it is called."""

import argparse
import errno
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from bot.pdfcheck.commands import add_check_pdf_command
from bot.questions.command import add_questions
from bot.settings import Settings, SettingsError, load_settings
from bot.staff.commands import add_staff_command
from bot.switch_command import add_switches_command
from bot.terminal import FAILED, OK, WRONG_USE, say, show
from bot.testing.commands import add_commands
from bot.triage.commands import add_requests_command

_LAST_PORT = 65535
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


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
    except (RuntimeError, ValueError) as error:
        if not _is_named(error):
            raise
        say(str(error))
        return FAILED
    except BrokenPipeError:
        sys.stdout = None  # the reader went away; nothing is left to say
        return FAILED
    except OSError as error:
        if error.filename is None and error.errno not in _OF_THE_DISK:
            raise
        say(f"{error.filename or 'A file'} cannot be used: {error.strerror}.")
        return FAILED
    except Exception as error:
        said = _what_the_database_says(error)
        if said is None:
            raise
        say(said)
        return FAILED


def _what_the_database_says(error: Exception) -> str | None:
    """In plain words, where a database that cannot be used is what ended the command; an error of
    ours in a statement is not."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    if not (isinstance(error, OperationalError) or type(error) is DatabaseError):
        return None
    from bot.db.engine import make_engine
    from bot.db.plain_words import in_plain_words

    return in_plain_words(make_engine(load_settings().database_url), error)


def _is_named(error: Exception) -> bool:
    """Whether an error's words say what to do, so that no trace is wanted."""
    from bot.assistant.wheel_files import EncoderMissingError
    from bot.court import CourtProfileError
    from bot.db.engine import DatabaseUrlError
    from bot.db.migrate import DatabaseUnreachableError
    from bot.folders import FolderError
    from bot.knowledge.model import ArticleError
    from bot.supervisor import StartError
    from bot.testing.client import HelpDeskUnreachableError
    from bot.testing.data_files import DataFileError
    from bot.testing.sides import SideError

    named = (
        CourtProfileError,
        ArticleError,
        DatabaseUrlError,
        DatabaseUnreachableError,
        DataFileError,
        EncoderMissingError,
        FolderError,
        HelpDeskUnreachableError,
        SideError,
        StartError,
    )
    return isinstance(error, named)


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
    run.add_argument("--port", type=_port, help="port of the page (default 8000)")
    run.add_argument("--host", help="address to listen on (default 127.0.0.1: this machine only)")
    train = add("train", _train, "Train the assistant if data changed.")
    train.add_argument("--force", action="store_true", help="train even if nothing changed")
    add_commands(add)
    add_check_pdf_command(add)
    articles = add("articles", _articles, "List the articles, or show one.")
    articles.add_argument("topic", nargs="?", help="show this topic's article")
    articles.add_argument("--stale", action="store_true", help="only those not checked for long")
    articles.add_argument("--json", action="store_true", help="one JSON object a line")
    add_requests_command(add)
    add_staff_command(add)
    add_switches_command(add)
    add_questions(add("questions", _questions, "List what filers asked and got no answer to."))
    retention = add("retention", _retention, "Delete what is kept no longer.")
    retention.add_argument("--dry-run", action="store_true", help="only count what would go")
    retention.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _port(text: str) -> int:
    """A port that a browser can be told: 0 would be another one at each start."""
    if not text.isdecimal() or not 1 <= int(text) <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: choose one from 1 to {_LAST_PORT}")
    return int(text)


def _run(parsed: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    from bot.run import run

    settings = replace(
        settings,
        web_port=parsed.port or settings.web_port,
        web_host=parsed.host or settings.web_host,
    )
    asyncio.run(run(settings, say))
    return OK


def _train(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.run import train
    from bot.training import is_trained, model_path

    if is_trained(settings) and not parsed.force:
        say("The model is up to date.")
        return OK
    say("Training the assistant from data/ (about a minute).")
    begun = time.monotonic()
    train(settings, force=parsed.force)
    say(f"Trained in {time.monotonic() - begun:.0f} s: {model_path(settings)}")
    return OK


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
            like = get_close_matches(parsed.topic, titles, 1)
            hint = f"did you mean {like[0]}?" if like else "helpdesk articles lists all."
            say(f"{parsed.topic!r} is no topic; {hint}")
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


def _questions(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.assistant.encoder import shared_encoder
    from bot.assistant.normalize import normalize
    from bot.questions.command import questions
    from bot.run import prepare_database

    if not parsed.group:
        prepare_database(settings)
    return questions(
        parsed, settings, lambda texts: shared_encoder().encode([normalize(t) for t in texts])
    )


def _retention(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.court import load_court
    from bot.db.engine import make_engine
    from bot.figures.count import keep_finished_weeks
    from bot.retention.job import apply_retention
    from bot.retention.runs import remember
    from bot.run import prepare_database

    prepare_database(settings)
    engine, court = make_engine(settings.database_url), load_court(settings.court_file)
    if not parsed.dry_run:
        # before their rows go
        keep_finished_weeks(engine, court.time_zone)
    lines = apply_retention(engine, settings, court.retention, dry_run=parsed.dry_run)
    remember(engine, lines, by="the command line", dry_run=parsed.dry_run)
    for line in lines:
        if parsed.json:
            show({**line.to_dict(), "dry_run": parsed.dry_run})
            continue
        verb = "to delete" if parsed.dry_run else "deleted"
        oldest = f"oldest kept {line.oldest[:10]}" if line.oldest else "none kept"
        print(f"{line.over:>8} {verb}  {line.title} (kept {line.keep}; {oldest})")
        if line.problem:
            say(f"{line.title}: {line.problem}")
    return FAILED if any(line.problem for line in lines) else OK


if __name__ == "__main__":
    raise SystemExit(main())
