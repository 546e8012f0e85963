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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


@dataclass
class Count:
    """How many tests and scripts passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


def run(title: str, command: list[str], *, show: bool = False) -> tuple[int, str]:
    """Run one check; returns its exit code and output, which is shown when asked or failed."""
    print(f"== {title}", flush=True)
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode or show:
        print(done.stdout, flush=True)
    print(
        f"   {'failed' if done.returncode else 'ok'}, {time.monotonic() - begun:.0f} s", flush=True
    )
    return done.returncode, done.stdout


def simple(count: Count, title: str, command: list[str]) -> None:
    """A check without a count of its own: one test."""
    code, _ = run(title, command)
    count.passed += code == 0
    count.failed += code != 0


def pytest(count: Count) -> None:
    """All of tests/."""
    code, output = run("tests", [PYTHON, "-m", "pytest", "-q", "-rs", "--durations=5"], show=True)
    last = [line for line in output.splitlines() if _COUNT.search(line)][-1:]
    found = {word.rstrip("s"): int(n) for n, word in _COUNT.findall("".join(last))}
    count.passed += found.get("passed", 0)
    count.skipped += found.get("skipped", 0)
    count.failed += found.get("failed", 0) + found.get("error", 0)
    if code and not found.get("failed") and not found.get("error"):
        count.failed += 1


def scripts(count: Count) -> None:
    """The conversation scripts against a private copy of the whole help desk, and whether they
    exercise at least 95 % of what there is."""
    command = [PYTHON, "-m", "bot.cli", "coverage", "tests/conversations"]
    code, output = run("conversation scripts", command, show=True)
    found = re.search(r"(\d+) scripts passed, (\d+) failed", output)
    if found:
        count.passed += int(found[1])
        count.failed += int(found[2])
    if code and not (found and int(found[2])):
        count.failed += 1


def questions(count: Count) -> None:
    """The unseen questions, against the shares that the assistant must reach."""
    least = {"right": 0.88, "right_or_offered": 0.96, "declined_right": 0.90}
    with tempfile.TemporaryDirectory() as folder:
        command = [PYTHON, "-m", "bot.cli", "evaluate", "tests/questions.tsv", "--report", folder]
        code, _ = run("unseen questions", command)
        summary = {}
        if code == 0:
            summary = json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))
    print(f"   {summary}", flush=True)
    good = bool(summary) and summary["wrong"] <= 0.05
    good = good and all(summary[key] >= share for key, share in least.items())
    count.passed += good
    count.failed += not good


def main() -> int:
    """Run all checks; 0 when nothing failed."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    begun = time.monotonic()
    count = Count()
    simple(count, "lint", [PYTHON, "-m", "ruff", "check", "."])
    simple(count, "format", [PYTHON, "-m", "ruff", "format", "--check", "."])
    simple(count, "types", [PYTHON, "-m", "mypy", "bot", "actions"])
    simple(count, "training", [PYTHON, "-m", "bot.cli", "train"])
    pytest(count)
    scripts(count)
    questions(count)
    print(f"All checks took {time.monotonic() - begun:.0f} s.")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if count.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
