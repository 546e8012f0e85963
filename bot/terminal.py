"""What every command says and returns."""

import json
import sys
from typing import Any

OK, FAILED, WRONG_USE = 0, 1, 2


def say(text: str) -> None:
    """A line for people, on standard error, so that standard output holds results only."""
    print(text, file=sys.stderr, flush=True)


def show(result: dict[str, Any]) -> None:
    """One JSON object on a line."""
    line = json.dumps(result, ensure_ascii=False)
    try:
        line.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        # Such as the name of a file that is no text; as an escape it stays what it is.
        line = json.dumps(result)
    print(line, flush=True)
