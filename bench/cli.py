"""The command ``python -m bench``."""

import argparse
import http.client
import json
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from bench import baseline, machine, table
from bench.alone import alone
from bench.measure import Result, Row
from bench.places import RESULTS, BenchError
from bench.rows import ROWS

PASSED, FAILED, WRONG_USE = 0, 1, 2
LEAST_ROUNDS = 5


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; returns 0, 1 when a limit is passed over or a row failed, 2 on wrong use."""
    parsed = _parser().parse_args(arguments)
    names = parsed.rows.split(",") if parsed.rows else [row.name for row in ROWS]
    unknown = sorted(set(names) - {row.name for row in ROWS})
    if unknown:
        say(f"No such row: {', '.join(unknown)}. Rows: {', '.join(row.name for row in ROWS)}")
        return WRONG_USE
    if parsed.rounds < 1:
        say("--rounds must be at least 1.")
        return WRONG_USE
    if parsed.write and (parsed.rows or parsed.rounds < LEAST_ROUNDS):
        say(f"--write wants all rows and at least {LEAST_ROUNDS} rounds.")
        return WRONG_USE
    # so that a `kill` ends what was started too
    signal.signal(signal.SIGTERM, _interrupt)
    results: list[Result] = []
    try:
        with alone():
            baseline.set_up(say)
            about = machine.describe()
            for row in ROWS:
                if row.name in names:
                    results.append(_measured(row, parsed.rounds))
                    if parsed.json:
                        print(json.dumps(table.as_json(results[-1])), flush=True)
    except BenchError as error:
        say(str(error))
        return FAILED
    except KeyboardInterrupt:
        say("Ended before all rows were measured.")
        return FAILED
    failed = [result.row.name for result in results if result.passed is False]
    text = table.markdown(results, about, parsed.rounds)
    if parsed.json:
        print(json.dumps({"machine": about, "rounds": parsed.rounds, "failed": failed}))
    else:
        print(text, end="")
    if parsed.write:
        RESULTS.write_text(f"# What `make bench` measured\n\n{text}", encoding="utf-8")
    return FAILED if failed else PASSED


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Compare the help desk with the bot of `rasa init`."
    )
    parser.add_argument("--rows", metavar="A,B", help=f"of: {', '.join(row.name for row in ROWS)}")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help="default %(default)s")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--write", action="store_true", help="write bench/RESULTS.md")
    return parser


def _measured(row: Row, rounds: int) -> Result:
    """Measure a row; one that cannot be measured does not stop the others."""
    say(f"{row.name}: {row.title}")
    try:
        return Result(row, row.measure(rounds, say))
    except (BenchError, OSError, http.client.HTTPException) as error:
        problem = str(error) or type(error).__name__
        say(f"  not measured: {problem}")
        return Result(row, None, problem)
