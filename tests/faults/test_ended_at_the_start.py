"""A signal while `helpdesk run` still looks whether to train: it ends, and starts nothing."""

import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT, child_environment
from tests.faults.helpdesk_run import own_settings

_SLOW_DISK = """
import time
import bot.run
from bot.cli import main
look = bot.run.is_trained
def slowly(settings):
    print("looks", flush=True)
    time.sleep(1)
    return look(settings)
bot.run.is_trained = slowly
raise SystemExit(main(["run"]))
"""


def test_a_signal_while_it_looks_whether_to_train(tmp_path: Path) -> None:
    settings = own_settings(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", _SLOW_DISK],
        cwd=ROOT,
        env=child_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as helpdesk:
        assert helpdesk.stdout
        said = helpdesk.stdout.readline()
        while said and not said.endswith("looks\n"):
            said += helpdesk.stdout.readline()
        helpdesk.terminate()
        try:
            rest, _ = helpdesk.communicate(timeout=10)
        finally:
            helpdesk.terminate()
    assert helpdesk.returncode == 0
    assert "Ended before anything was started." in rest
    assert "Starting" not in rest
