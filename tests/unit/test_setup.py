"""``scripts/setup.sh`` called twice at once in one folder, as two ``make run`` do."""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT, child_environment, load_settings

STAMPED = ("requirements.lock", "rasa.lock", "scripts/setup.sh", "bot/assistant/make_encoder.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that is not set up."""
    for name in STAMPED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".tools").mkdir()
    return tmp_path


def _finish(checkout: Path) -> None:
    """What a first call leaves when it is through."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / ".tools" / "encoder.onnx").touch()
    files = [str(checkout / name) for name in STAMPED]
    everything = b"".join(Path(file).read_bytes() for file in files)
    sum_of_all = subprocess.run(["cksum"], input=everything, capture_output=True, check=True)
    stamp = f"{sum_of_all.stdout.decode().strip()} {checkout} {sys.executable}"
    (checkout / ".venv" / ".helpdesk-stamp").write_text(stamp, encoding="utf-8")


def test_a_second_call_waits_for_the_first_and_then_has_nothing_to_do(checkout: Path) -> None:
    environment = child_environment(load_settings()) | {"HELPDESK_PYTHON": sys.executable}
    environment.pop("HELPDESK_VENV", None)
    first = (checkout / ".tools" / "setup.lock").open("w")
    fcntl.flock(first, fcntl.LOCK_EX)
    with (
        subprocess.Popen(
            ["sh", "scripts/setup.sh"],
            cwd=checkout,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        ) as second,
        first,
    ):
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(0.3)
        _finish(checkout)
        first.close()
        assert second.stderr.read() == ""
        assert second.wait(20) == 0
