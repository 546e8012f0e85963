"""How the results of scripts are shown: progress, failures in the terminal, JUnit's XML."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from bot.testing.talk import Played

_LINES = 10  # of progress, where no terminal draws a bar


def with_progress(played: Iterable[Played], total: int) -> Iterator[Played]:
    """Pass results on and say on standard error how far it is: a bar on a terminal, else lines."""
    if sys.stderr.isatty():
        yield from _bar(played, total)
        return
    begun, failed = time.monotonic(), 0
    step = max(1, -(-total // _LINES))
    for done, one in enumerate(played, start=1):
        failed += not one.passed
        yield one
        if done % step == 0 and done < total:
            seconds = time.monotonic() - begun
            print(
                f"{done} of {total} scripts played, {failed} failed, {seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )


def _bar(played: Iterable[Played], total: int) -> Iterator[Played]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scripts", total=total, failed=0)
        failed = 0
        for one in played:
            failed += not one.passed
            progress.update(task, advance=1, failed=failed)
            yield one


def failure_text(one: Played) -> str:
    """A failed script for people: where, what was done, expected, got, why."""
    rows = (
        ("filer", one.deed),
        ("expected", one.expected),
        ("got", one.got),
        ("why", one.why),
    )
    lines = [f"FAILED {one.file}:{one.failed_at}: {one.name}"]
    lines += [f"  {word:9} {text}" for word, text in rows if text]
    return "\n".join(lines)


def write_junit(path: Path, played: Sequence[Played]) -> None:
    """The results in JUnit's XML."""
    failures = sum(not p.passed for p in played)
    suite = ElementTree.Element(
        "testsuite",
        name="helpdesk talk",
        tests=str(len(played)),
        failures=str(failures),
        time=f"{sum(p.seconds for p in played):.3f}",
    )
    for p in played:
        case = ElementTree.SubElement(
            suite, "testcase", classname=p.file, name=p.name, time=f"{p.seconds:.3f}"
        )
        if not p.passed:
            failure = ElementTree.SubElement(case, "failure", message=f"line {p.failed_at}")
            failure.text = _writable(failure_text(p))
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _writable(text: str) -> str:
    """Without the signs that XML cannot hold, which a hostile file's name may bring."""
    return "".join(c if c >= " " or c in "\n\t" else "?" for c in text)
