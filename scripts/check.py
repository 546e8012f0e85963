"""``make test``: lint, types, training, tests, scripts and questions; one closing count.

Each check's output is shown when it fails. The closing line counts tests and scripts together; a
failed check that has no count of its own counts as one failure.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.testing.limits import FOLLOW_UP_LIMITS, LIMITS, Limit, missed

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
# Both lots take about as long; each test has folders, ports and a database of its own.
WHOLE = ("tests/faults", "tests/web", "tests/browser")
PARTS = tuple(f"--ignore={folder}" for folder in WHOLE)
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


@dataclass
class Count:
    """How many tests and scripts passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    said: list[str] = field(default_factory=list)
    """What failed, a line each: repeated at the end, since a long output is often shown in part."""

    def add(self, what: str, passed: int, failed: int) -> None:
        """Count the parts of one check."""
        self.passed += passed
        self.failed += failed
        if failed:
            self.said.append(f"{what}: {failed}")


def run(title: str, command: list[str], *, show: bool = False) -> tuple[int, str]:
    """Run one check; returns its exit code and output, which is shown when asked or failed."""
    print(f"== {title}", flush=True)
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    shown = f"{done.stdout}\n" if done.returncode or show else ""
    how = "failed" if done.returncode else "ok"
    # in one piece: another check may run beside it
    print(f"{shown}   {title}: {how}, {time.monotonic() - begun:.0f} s", flush=True)
    return done.returncode, done.stdout


def simple(count: Count, title: str, command: list[str]) -> None:
    """A check without a count of its own: one test."""
    code, _ = run(title, command)
    count.add(title, int(code == 0), int(code != 0))


def pytest(count: Count, title: str, *paths: str) -> None:
    """The tests of these folders, or all but those that are ignored."""
    command = [PYTHON, "-m", "pytest", "-q", "-rs", "--durations=5", *paths]
    code, output = run(title, command, show=True)
    # tests/conftest.py writes them so
    count.said += [line[3:] for line in output.splitlines() if line.startswith("!! ")]
    last = [line for line in output.splitlines() if _COUNT.search(line)][-1:]
    found = {word.rstrip("s"): int(n) for n, word in _COUNT.findall("".join(last))}
    count.skipped += found.get("skipped", 0)
    failed = found.get("failed", 0) + found.get("error", 0)
    count.add(title, found.get("passed", 0), failed)
    if code and not failed:
        count.add(f"{title} ended by themselves with {code}", 0, 1)


# what `rasa data validate` may warn of, and why it does not concern us
KNOWN_WARNINGS = (
    "pkg_resources is deprecated as an API",  # Rasa's own import; setuptools is held below 81
)


def rasa_validate(count: Count) -> None:
    """``rasa data validate``: no warning but those named."""
    command = [PYTHON, "-m", "rasa", "data", "validate", "--fail-on-warnings"]
    code, output = run("rasa data validate", command)
    warned = [line for line in output.splitlines() if re.search(r"UserWarning:| WARNING ", line)]
    new = [line for line in warned if not any(known in line for known in KNOWN_WARNINGS)]
    print("".join(f"   {line}\n" for line in new), end="", flush=True)
    count.add("rasa data validate", int(not code and not new), int(bool(code or new)))


def rasa_test(count: Count) -> None:
    """``rasa test`` on the stories that it can judge."""
    with tempfile.TemporaryDirectory() as folder:
        command = [PYTHON, "-W", "ignore", "-m", "rasa", "test", "core", "--e2e"]
        command += ["--stories", "tests/stories", "--model", "models/helpdesk.tar.gz"]
        command += ["--fail-on-prediction-errors", "--out", folder]
        simple(count, "rasa test", command)


def mutations(count: Count) -> None:
    """Deliberate mistakes, each of which scripts must notice."""
    code, output = run(
        "do scripts notice mistakes", [PYTHON, "scripts/mutations.py"], show=True
    )  # fmt: skip
    found = re.search(r"(\d+) of (\d+) changes were noticed", output)
    noticed, of = (int(found[1]), int(found[2])) if found else (0, 1)
    failed = max(of - noticed, int(code != 0 and of == noticed))
    count.add("mistakes that scripts did not notice", noticed, failed)


def scripts(count: Count) -> None:
    """The conversation scripts against a private copy of the whole help desk, and whether they
    exercise at least 95 % of what there is."""
    command = [PYTHON, "-m", "bot.cli", "coverage", "tests/conversations"]
    code, output = run("conversation scripts", command, show=True)
    found = re.search(r"(\d+) scripts? passed, (\d+) failed, (\d+) s", output)
    if found:
        count.add("conversation scripts", int(found[1]), int(found[2]))
        played = int(found[1]) + int(found[2])
        print(f"   {played} scripts played in {found[3]} s", flush=True)
    if code and not (found and int(found[2])):
        count.add("what scripts exercise", 0, 1)


def questions(count: Count, title: str, file: str, limits: Sequence[Limit]) -> None:
    """Labelled questions, against the shares that the assistant must reach."""
    with tempfile.TemporaryDirectory() as folder:
        command = [PYTHON, "-m", "bot.cli", "evaluate", file, "--report", folder]
        code, _ = run(title, command)
        summary = {}
        if code == 0:
            summary = json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))
    print(f"   {title}: {summary}", flush=True)
    good = bool(summary) and not missed(summary, limits)
    count.add(title, int(good), int(not good))


def beside(*lanes: Callable[[], object]) -> None:
    """Run checks beside each other, which touch no file of one another's."""
    with ThreadPoolExecutor(len(lanes)) as pool:
        for done in [pool.submit(lane) for lane in lanes]:
            done.result()


def looks(count: Count) -> None:
    """What needs no model."""
    simple(count, "lint", [PYTHON, "-m", "ruff", "check", "."])
    simple(count, "format", [PYTHON, "-m", "ruff", "format", "--check", "."])
    simple(count, "types", [PYTHON, "-m", "mypy", "bot", "actions"])


def answers(count: Count) -> None:
    """What filers say, against the shares that the assistant must reach."""
    questions(count, "unseen questions", "tests/questions.tsv", LIMITS)
    questions(count, "words after an answer", "tests/follow_ups.tsv", FOLLOW_UP_LIMITS)


def conversations(count: Count) -> None:
    """All scripts, and whether they notice mistakes."""
    scripts(count)
    mutations(count)


def main() -> int:
    """Run all checks; 0 when nothing failed."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    begun = time.monotonic()
    count = Count()
    train = [PYTHON, "-m", "bot.cli", "train"]
    beside(partial(looks, count), partial(simple, count, "training", train))
    beside(
        partial(pytest, count, "tests of parts", *PARTS),
        partial(pytest, count, "tests of the whole", *WHOLE),
    )
    rasa_validate(count)
    rasa_test(count)
    beside(partial(conversations, count), partial(answers, count))
    for line in count.said:
        print(f"failed: {line}")
    print(f"All checks took {time.monotonic() - begun:.0f} s.")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if count.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
