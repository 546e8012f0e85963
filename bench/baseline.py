"""Sets up what we are compared with: plain ``pip install rasa`` and the bot of ``rasa init``.

Done once, into ``.cache/bench/``; to do it again, delete that folder. pip finds a set of versions
that works without any constraint of ours: Rasa itself pins setuptools 70.3, which still holds the
``pkg_resources`` that it imports.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.places import BARE_BOT, BARE_UNTRAINED, BARE_VENV, CACHE, LOGS, BenchError

RASA = "rasa==3.6.21"
_STAMP = CACHE / "ready"
_STARTS_AS_3_10 = "import sys; sys.exit(sys.version_info[:2] != (3, 10))"


def find_python_3_10() -> Path:
    """A Python 3.10 that really starts: a pyenv shim may exist and fail.

    Raises:
        BenchError: there is none.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [*sorted(pyenv.glob("versions/3.10*/bin/python")), Path("/usr/bin/python3.10")]
    on_path = shutil.which("python3.10")
    if on_path:
        candidates.insert(0, Path(on_path))
    for candidate in candidates:
        if _starts_as_3_10(candidate):
            return candidate
    raise BenchError(
        "The benchmark compares with plain Rasa, which needs Python 3.10, and none starts here: "
        "install it (for example with: uv python install 3.10) so that python3.10 is on the PATH."
    )


def _starts_as_3_10(python: Path) -> bool:
    try:
        done = subprocess.run([python, "-c", _STARTS_AS_3_10], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def set_up(say: Callable[[str], None]) -> None:
    """Install Rasa, make its bot and train it, unless that is done.

    Raises:
        BenchError: a step failed.
    """
    if _STAMP.is_file():
        return
    say(f"Setting up plain {RASA} and its bot in {CACHE} (once, several minutes, 2.7 GB).")
    LOGS.mkdir(parents=True, exist_ok=True)
    for folder in (BARE_VENV, BARE_BOT, BARE_UNTRAINED):
        shutil.rmtree(folder, ignore_errors=True)
    _run("venv", [str(find_python_3_10()), "-m", "venv", str(BARE_VENV)])
    _run("pip", [str(BARE_VENV / "bin" / "python"), "-m", "pip", "install", RASA])
    BARE_BOT.mkdir()
    rasa = str(BARE_VENV / "bin" / "rasa")
    _run("init", [rasa, "init", "--no-prompt", "--init-dir", str(BARE_BOT)])
    # `rasa init` also trains; a copy without its results is there to be trained from nothing
    shutil.copytree(
        BARE_BOT, BARE_UNTRAINED, ignore=shutil.ignore_patterns("models", ".rasa", "__pycache__")
    )
    _STAMP.write_text(f"{RASA}\n", encoding="ascii")


def _run(name: str, command: Sequence[str]) -> None:
    log = LOGS / f"setup-{name}.log"
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    with log.open("wb") as output:
        done = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    if done.returncode:
        raise BenchError(f"Setting up the bare bot failed at {name!r}; see {log}")
