"""What ``helpdesk check-pdf`` does and shows."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from bot.court import CourtProfileError, load_court
from bot.pdfcheck.batch import Mending, Outcome, Source, check_all, find_files
from bot.pdfcheck.profile import Profile
from bot.pdfcheck.repair.result import Consent
from bot.pdfcheck.summary import summarize
from bot.pdfcheck.text import clean
from bot.settings import Settings
from bot.terminal import FAILED, OK, WRONG_USE, say, show

_COLOURS = {"accept": "green", "reject": "red", "unreadable": "red"}
_FLAGS = {"rights": "--confirm-rights", "even_signed": "--even-signed"}


def check_pdf(parsed: argparse.Namespace, settings: Settings) -> int:
    """Check the named files and folders; returns 0, 1 or 2 as the help says."""
    try:
        profile = load_court(settings.court_file).pdf
    except CourtProfileError as error:
        say(str(error))
        return WRONG_USE
    at_once = parsed.jobs if parsed.jobs is not None else os.cpu_count() or 1
    wrong = _wrong_use(parsed, at_once)
    if wrong:
        say(wrong)
        return WRONG_USE
    sources = find_files(parsed.files, parsed.fix)
    if not sources:
        say("There is no PDF in these folders.")
        return WRONG_USE
    mending = None
    if parsed.fix:
        mending = Mending(parsed.fix, Consent(parsed.confirm_rights, parsed.even_signed))
    counts: Counter[str] = Counter()
    try:
        with _ended_by_signals():
            _check_and_tell(sources, profile, mending, at_once, parsed.json, counts)
    except KeyboardInterrupt:
        say(f"Stopped after {counts['files']} of {len(sources)} files.")
        return WRONG_USE
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None  # nothing more can be told there
        say(f"The results cannot be written: {error.strerror}")
        return WRONG_USE
    if counts["error"]:
        return WRONG_USE
    return FAILED if counts["refused"] else OK


def _check_and_tell(
    sources: list[Source],
    profile: Profile,
    mending: Mending | None,
    at_once: int,
    as_json: bool,
    counts: Counter[str],
) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal of an old kind lacks our quotation marks.
        sys.stdout.reconfigure(errors="replace")
    output = Console(highlight=False)
    # A line for a program or a log is never broken; on a terminal words stay whole.
    output.soft_wrap = not output.is_terminal
    with _progress(len(sources), quiet=as_json and output.is_terminal) as progress:
        task = progress.add_task("Checking", total=len(sources))
        for outcome in check_all(sources, profile, mending, at_once=at_once):
            _count(outcome, counts)
            if as_json:
                show(outcome.to_dict())
            else:
                _print(outcome, output)
            progress.advance(task)
    if len(sources) > 1 and not as_json:
        output.print(_total(counts), style="bold")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Have the signals that end a program end it as Ctrl-C does: what is unfinished is tidied."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # Under nohup the one for a closed terminal is ignored, and stays so.
    ending = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) == signal.SIG_DFL]
    for number in ending:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in ending:
            signal.signal(number, signal.SIG_DFL)


def _wrong_use(parsed: argparse.Namespace, at_once: int) -> str | None:
    problems = [problem for path in parsed.files if (problem := _problem(path))]
    if problems:
        return "\n".join(problems)
    if at_once < 1:
        return "--jobs must be 1 or more."
    if (parsed.confirm_rights or parsed.even_signed) and not parsed.fix:
        return "--confirm-rights and --even-signed go with --fix DIR."
    if parsed.fix:
        try:
            parsed.fix.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return f"{clean(parsed.fix, 300)} cannot be made a folder: {error.strerror}"
        if not os.access(parsed.fix, os.W_OK | os.X_OK):
            return f"{clean(parsed.fix, 300)} cannot be written to."
    return None


def _problem(path: Path) -> str | None:
    try:
        path.stat()
    except FileNotFoundError:
        return f"No such file: {clean(path, 300)}"
    except OSError as error:
        return f"{clean(path, 300)} cannot be read: {error.strerror}"
    return None


def _progress(files: int, *, quiet: bool) -> Progress:
    errors = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=quiet or files < 2 or not errors.is_terminal,
    )


def _count(outcome: Outcome, counts: Counter[str]) -> None:
    counts["files"] += 1
    counts["error"] += outcome.error is not None
    counts["mended"] += outcome.copy_path is not None
    if outcome.report is not None:
        counts["refused"] += outcome.report.verdict != "accept"


def _print(outcome: Outcome, output: Console) -> None:
    # File names and findings are other people's text: no markup is read in them.
    output.print(Text(clean(outcome.path, 300), style="bold"))
    if outcome.report is not None:
        first, _, rest = summarize(outcome.report).partition("\n")
        output.print(Text(first, style=_COLOURS[outcome.report.verdict]))
        if rest:
            output.print(Text(rest.strip("\n")))
    if outcome.error is not None:
        output.print(Text(clean(outcome.error, 300), style="red"))
    if outcome.repair is not None:
        for line, style in _repair_lines(outcome):
            output.print(Text(line, style=style))
    output.print()


def _repair_lines(outcome: Outcome) -> list[tuple[str, str]]:
    repair = outcome.repair
    assert repair is not None
    lines: list[tuple[str, str]] = []
    if outcome.copy_path is not None:
        lines.append((f"Mended copy: {clean(outcome.copy_path, 300)}", "green"))
        lines += [(f"  - {change}", "") for change in repair.changes]
    elif outcome.report is not None and outcome.report.verdict != "accept":
        lines.append((f"No mended copy: {repair.why_not}", "yellow"))
        lines.append((f"  {repair.by_hand}", ""))
        lines += [(f"  To confirm here, add {_FLAGS[need]}.", "") for need in repair.needs]
    elif repair.needs:
        lines.append((f"No mended copy: {repair.why_not}", "yellow"))
    lines += [(f"Attachment: {clean(path, 300)}", "") for path in outcome.attachment_paths]
    return lines


def _total(counts: Counter[str]) -> str:
    accepted = counts["files"] - counts["refused"] - counts["error"]
    parts = [f"{counts['files']} files", f"{accepted} to be accepted"]
    parts.append(f"{counts['refused']} to be refused")
    if counts["mended"]:
        parts.append(
            "1 mended copy" if counts["mended"] == 1 else f"{counts['mended']} mended copies"
        )
    if counts["error"]:
        parts.append(f"{counts['error']} not read or not written")
    return ", ".join(parts) + "."
