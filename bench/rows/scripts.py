"""``helpdesk talk`` over the whole suite of conversation scripts, reckoned for 200 of them."""

import json
import subprocess
import time

from bench import ours
from bench.measure import Measured, Row, Say
from bench.places import ROOT, BenchError

SUITE = ROOT / "tests" / "conversations"
_FOR = 200
_MOST_ROUNDS = 3  # a round takes a minute


def one_round() -> tuple[float, int]:
    """Seconds of the command, its private copy's start included, and how many scripts it played.

    Raises:
        BenchError: it could not be run, or scripts failed.
    """
    with ours.private_place() as place:
        begun = time.perf_counter()
        done = subprocess.run(
            [ours.HELPDESK, "talk", "--json", str(SUITE)],
            cwd=ROOT,
            env=place.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - begun
    if done.returncode:
        raise BenchError(f"`helpdesk talk` ended with {done.returncode}: {done.stderr[-300:]}")
    return seconds, int(json.loads(done.stdout.splitlines()[-1])["passed"])


def measure(rounds: int, say: Say) -> Measured:
    """Each round: the whole suite."""
    ours.train_if_needed()
    numbers: list[float] = []
    played = 0
    for number in range(min(rounds, _MOST_ROUNDS)):
        seconds, played = one_round()
        say(f"  round {number + 1}: {played} scripts in {seconds:.1f} s")
        numbers.append(seconds * _FOR / played)
    return Measured(tuple(numbers), note=f"reckoned from {played} scripts")


ROW = Row(
    name="scripts",
    title=f"`helpdesk talk`, {_FOR} conversation scripts, start included",
    unit="s",
    most=60,
    measure=measure,
)
