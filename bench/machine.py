"""Names the machine, so that figures from two of them are not mixed up."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.places import BARE_VENV, OUR_VENV


def describe() -> dict[str, str]:
    """What to know of the machine and of both environments."""
    return {
        "processor": f"{_cpu_model()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{_memory_gb():.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "ours": f"{_python(OUR_VENV)}, {_versions(OUR_VENV, 'rasa')}",
        "bare": f"{_python(BARE_VENV)}, {_versions(BARE_VENV, 'rasa', 'tensorflow')}",
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "measured on": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _python(venv: Path) -> str:
    return _output(venv, "import platform; print('Python', platform.python_version())")


def _versions(venv: Path, *packages: str) -> str:
    code = (
        "from importlib.metadata import version; "
        f"print(*[p + ' ' + version(p) for p in {packages!r}])"
    )
    return _output(venv, code)


def _output(venv: Path, code: str) -> str:
    done = subprocess.run([venv / "bin" / "python", "-c", code], capture_output=True, text=True)
    return done.stdout.strip() or "not installed"
