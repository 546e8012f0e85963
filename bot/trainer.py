"""The process that trains, ``python -m bot.trainer [--force]``: Rasa says hundreds of lines
meanwhile, which belong in a log (``bot.run.train``)."""

import sys

from bot.settings import load_settings
from bot.training import TrainingError, train


def main(arguments: list[str]) -> int:
    """Train; what went wrong is the last line."""
    try:
        train(load_settings(), force="--force" in arguments)
    except TrainingError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
