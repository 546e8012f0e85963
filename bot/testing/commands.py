"""The testers' commands: chat, talk, evaluate. Each imports what it needs when it is called."""

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.settings import ROOT, Settings
from bot.terminal import FAILED, OK, WRONG_USE, say, show

if TYPE_CHECKING:
    from bot.testing.compare import Comparison
    from bot.testing.evaluate import Judged
    from bot.testing.limits import Limit
    from bot.testing.record import Recorder

Add = Callable[[str, Callable[[argparse.Namespace, Settings], int], str], argparse.ArgumentParser]
_REACHED = "All limits for going live are reached."
_MOST_WORKERS = 64
_URL = "a running help desk; without it a private copy is started"


def add_commands(add: Add) -> None:
    """Declare the commands and their arguments."""
    chat = add("chat", _chat, "Chat in the terminal.")
    chat.add_argument("--url", help=_URL)
    talk = add("talk", _talk, "Play conversation scripts.")
    talk.add_argument("paths", type=Path, nargs="*", metavar="PATH", help="files or folders")
    record = talk.add_argument_group("recording, in place of playing")
    record.add_argument("--record", type=Path, metavar="FILE", help="write a chat to FILE")
    record.add_argument("--from", dest="stored", metavar="ID", help="a stored conversation instead")
    record.add_argument("--name", metavar="TEXT", help="what the script is called")
    talk.add_argument("--junit", type=Path, metavar="FILE", help="write the results as JUnit XML")
    talk.add_argument("--url", help=_URL)
    talk.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_workers(talk)
    talk.add_argument("--coverage", action="store_true", help="then say what no script exercises")
    covered = add("coverage", _talk, "Play scripts and say what none of them exercises.")
    covered.set_defaults(coverage=True, junit=None, url=None, record=None)
    covered.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files or folders")
    covered.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_workers(covered)
    compared = add("compare", _compare, "Set two models or commits side by side.")
    compared.add_argument("old", metavar="OLD", help="a model (.tar.gz), a commit, or . for here")
    compared.add_argument("new", metavar="NEW", help="the same")
    compared.add_argument(
        "--questions", type=Path, default=ROOT / "tests" / "questions.tsv", metavar="FILE"
    )
    compared.add_argument(
        "--scripts",
        type=Path,
        nargs="*",
        default=[ROOT / "tests" / "conversations"],
        metavar="PATH",
    )
    compared.add_argument(
        "--least", type=float, default=0.1, metavar="SHARE", help="change in confidence to list"
    )
    compared.add_argument("--report", type=Path, metavar="DIR", help="write the report to DIR")
    compared.add_argument("--json", action="store_true", help="one JSON object a line")
    evaluate = add("evaluate", _evaluate, "Ask labelled questions and count the right answers.")
    evaluate.add_argument("file", type=Path, help="tab-separated, with the columns text and topic")
    evaluate.add_argument("--report", type=Path, metavar="DIR", help="write the report to DIR")
    evaluate.add_argument("--url", help=_URL)
    evaluate.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_workers(evaluate)


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=_workers, default=4, help="how many conversations at once (default 4)"
    )


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text!r}: choose a number from 1 to {_MOST_WORKERS}")
    return int(text)


def _system(stack: ExitStack, url: str | None, settings: Settings) -> tuple[str, str | None]:
    """The address of the help desk to use: the given one, else that of a private copy, with the
    address of its database.

    Raises:
        HelpDeskUnreachableError: nobody answers at the given address.
        StartError: the private copy does not start.
    """
    from bot.testing.client import check_reachable
    from bot.testing.private_copy import open_copy

    if url:
        check_reachable(url.rstrip("/"))
        return url.rstrip("/"), None
    say("Starting a private copy of the help desk.")
    copy = stack.enter_context(open_copy(settings, say))
    return copy.url, copy.settings.database_url


def _chat(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.chat import chat

    with ExitStack() as stack:
        chat(_system(stack, parsed.url, settings)[0])
    return OK


def _record(parsed: argparse.Namespace, settings: Settings) -> int:
    from sqlalchemy.exc import SQLAlchemyError

    from bot.clock import utc_now
    from bot.court import load_court
    from bot.db.engine import make_engine
    from bot.testing.record import (
        Recorder,
        RecordError,
        check_new,
        recorded,
        script_of,
        write_script,
    )
    from bot.testing.tracker import TrackerReader

    zone, ended = load_court(settings.court_file).time_zone, OK
    try:
        check_new(parsed.record)
        if parsed.stored:
            events = TrackerReader(settings.database_url)
            engine = make_engine(settings.database_url)
            heard, begun = recorded(engine, parsed.stored, zone, events)
        else:
            recorder, begun = (
                Recorder(parsed.record),
                utc_now().replace(tzinfo=UTC).astimezone(zone),
            )
            ended = _chat_with(recorder, parsed.url, settings)
            heard = recorder.heard
        name = parsed.name or parsed.record.stem.replace("_", " ")
        write_script(parsed.record, script_of(name, heard, begun), say)
    except RecordError as error:
        say(str(error))
        return WRONG_USE
    except SQLAlchemyError as error:
        first = str(error).splitlines()[0]
        say(
            "No stored conversation can be read here. Either this help desk has not run yet "
            f"(make run), or DATABASE_URL names another database. ({first})"
        )
        return FAILED
    return ended


def _chat_with(recorder: "Recorder", url: str | None, settings: Settings) -> int:
    """Chat until the end; what was said before Ctrl-C, or before the help desk went away, is
    kept."""
    from bot.chat import chat
    from bot.testing.client import HelpDeskUnreachableError

    try:
        with ExitStack() as stack:
            chat(_system(stack, url, settings)[0], recorder.note)
    except KeyboardInterrupt:
        if not recorder.heard:
            raise
    except HelpDeskUnreachableError as error:
        if not recorder.heard:
            raise
        say(str(error))
        return FAILED
    return OK


def _talk(parsed: argparse.Namespace, settings: Settings) -> int:
    if parsed.record:
        return _record(parsed, settings)
    if not parsed.paths:
        say("Name scripts to play, or --record FILE to write one.")
        return WRONG_USE
    from bot.testing.coverage import LEAST, text_of
    from bot.testing.results import failure_text, with_progress, write_junit
    from bot.testing.run_scripts import ScriptRun
    from bot.testing.scripts import ScriptError

    played, coverage = [], None
    _make_room(parsed.junit and parsed.junit.parent)
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="helpdesk-courts-")))
            run = ScriptRun(parsed.paths, settings, folder, url=parsed.url, root=ROOT)
            stage = stack.enter_context(run.stage(say))
            begun = time.monotonic()
            for one in with_progress(stage.play(parsed.workers), len(run.scripts)):
                played.append(one)
                if parsed.json:
                    show(one.to_dict())
                elif not one.passed:
                    print(failure_text(one), flush=True)
            seconds = time.monotonic() - begun
            if parsed.coverage:
                coverage = stage.coverage(played)
    except ScriptError as error:
        say(str(error))
        return WRONG_USE
    passed = sum(p.passed for p in played)
    if parsed.junit:
        write_junit(parsed.junit, played)
    if parsed.json:
        show({"passed": passed, "failed": len(played) - passed})
    else:
        print(
            f"{passed} script{'' if passed == 1 else 's'} passed, {len(played) - passed} failed, "
            f"{seconds:.0f} s"
        )
    if coverage is None:
        return OK if passed == len(played) else FAILED
    if parsed.json:
        for line in coverage.to_lines():
            show(line)
    else:
        print(text_of(coverage))
    return OK if passed == len(played) and coverage.share >= LEAST else FAILED


def _evaluate(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.knowledge.seed import topic_folders
    from bot.testing.evaluate import QuestionsError, judge_all, read_questions, summarize
    from bot.testing.limits import limits_for, missed

    topics = [folder.name for folder in topic_folders(settings.topics_dir)]
    _make_room(parsed.report)
    try:
        questions = read_questions(parsed.file, topics)
    except QuestionsError as error:
        say(str(error))
        return WRONG_USE
    judged = []
    with ExitStack() as stack:
        url, database = _system(stack, parsed.url, settings)
        for one in judge_all(url, questions, topics, parsed.workers, database):
            judged.append(one)
            if parsed.json:
                show(one.to_dict())
            elif one.predicted != one.expected:
                got = one.predicted or f"{one.outcome} {list(one.offered)}"
                print(f"{one.expected} -> {got} ({one.confidence or 0:.2f}): {one.text}")
    summary = summarize(judged)
    limits = limits_for([question.before for question in questions])
    if parsed.report:
        _write_report(parsed, settings, judged, summary, limits)
    if parsed.json:
        show(summary)
    else:
        print("  ".join(f"{key} {value}" for key, value in summary.items()))
        print("\n".join(f"Below the limit: {one}" for one in missed(summary, limits)) or _REACHED)
    return OK


def _write_report(
    parsed: argparse.Namespace,
    settings: Settings,
    judged: "Sequence[Judged]",
    summary: Any,
    limits: "Sequence[Limit]",
) -> None:
    from bot.testing.report.files import write_report
    from bot.testing.report.page import About, page
    from bot.training import content_hash

    model = f"behind {parsed.url}" if parsed.url else content_hash(settings)[:12]
    about = About(parsed.file.name, _now(settings), model, tuple(limits))
    html = page(judged, summary, about, settings.data_dir, ROOT / "config.yml")
    write_report(parsed.report, judged, summary, html)
    say(f"The report is in {parsed.report / 'report.html'}")


def _compare(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.knowledge.seed import topic_folders
    from bot.testing.compare import KINDS, compare, grouped
    from bot.testing.evaluate import QuestionsError, read_questions
    from bot.testing.report.files import Sides, write_comparison
    from bot.testing.sides import known_to_all, open_side

    topics = [folder.name for folder in topic_folders(settings.topics_dir)]
    _make_room(parsed.report)
    try:
        questions = read_questions(parsed.questions, topics)
        files = sorted(file.resolve() for path in parsed.scripts for file in _yaml_files(path))
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="helpdesk-compare-")))
            old, new = (
                stack.enter_context(open_side(name, settings, folder / part, say))
                for name, part in ((parsed.old, "old"), (parsed.new, "new"))
            )
            asked, left_out = known_to_all(questions, (old, new), folder / "questions.tsv")
            if left_out:
                say(f"{left_out} questions are on topics that not both know; they are left out.")
            runs = []
            for side in (old, new):
                number = len(asked.read_text(encoding="utf-8").splitlines()) - 1
                say(f"{side.label} gets {number} questions and {len(files)} files of scripts.")
                answers = side.answers(asked, say)
                runs.append((answers, side.scripts(files, say) if files else []))
            prints = [side.fingerprint() for side in (old, new)]
    except QuestionsError as error:
        say(str(error))
        return WRONG_USE
    found = compare(runs[0][0], runs[1][0], runs[0][1], runs[1][1], parsed.least)
    same = prints[0] == prints[1] != ""
    if parsed.report:
        write_comparison(
            parsed.report, found, Sides(old.label, new.label, same, _now(settings))
        )  # fmt: skip
        say(f"The report is in {parsed.report / 'compare.html'}")
    if parsed.json:
        for change in found.changes:
            show(change.to_dict())
        show(found.summary())
    else:
        for change, more in (row for kind in KINDS for row in grouped(found, kind)):
            others = f" and {more} more like this" if more else ""
            print(f"{change.kind}: {change.what}{others}\n  {change.old} -> {change.new}")
        print(_verdict(found, old.label, new.label))
        if same:
            print("Both use the same model.")
    return FAILED if found.broken else OK


def _verdict(found: "Comparison", old: str, new: str) -> str:
    """What came of a comparison, in lines for people."""
    from bot.testing.compare import KINDS

    lines = [f"old: {old}", f"new: {new}", f"{'':14}{'questions':>10}{'scripts':>10}"]
    lines.append(f"{'compared':14}{found.questions:>10}{found.scripts:>10}")
    lines += [
        f"{kind:14}{found.count('question', kind):>10}{found.count('script', kind):>10}"
        for kind in KINDS
    ]
    for words, before, after, bound in found.share_rows():
        lines.append(f"{words}: {before:.1%} -> {after:.1%} ({bound})")
    if not found.against:
        return "\n".join([*lines, "Nothing speaks against the new one."])
    lines.append("This speaks against the new one:")
    return "\n".join([*lines, *(f"  {reason}" for reason in found.against)])


def _make_room(folder: Path | None) -> None:
    """Make the folder of a report: where that cannot be, it is told before minutes of work.

    Raises:
        OSError: it cannot be made.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)


def _yaml_files(path: Path) -> list[Path]:
    return list(path.rglob("*.yml")) if path.is_dir() else [path]


def _now(settings: Settings) -> str:
    """The present moment at the court, for people."""
    from bot.clock import utc_now
    from bot.court import load_court

    zone = load_court(settings.court_file).time_zone
    return f"{utc_now().replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d at %H:%M %Z}"
