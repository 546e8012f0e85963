"""Where things lie, and the one error of the benchmark."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
LOGS = CACHE / "logs"

OUR_VENV = ROOT / ".venv"
OUR_MODELS = CACHE / "models"

BARE_VENV = CACHE / "venv"
BARE_BOT = CACHE / "bare"
BARE_UNTRAINED = CACHE / "bare-untrained"

RESULTS = ROOT / "bench" / "RESULTS.md"


class BenchError(RuntimeError):
    """Something cannot be measured; the message says what and where to look."""
