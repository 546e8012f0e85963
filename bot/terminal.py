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
    print(json.dumps(result, ensure_ascii=False), flush=True)
