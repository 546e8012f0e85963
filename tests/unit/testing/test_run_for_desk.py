"""A run that was begun at the desk, in its own process."""

import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT

_BEATS = """
import sys, threading
from bot.clock import utc_now
from bot.db.engine import make_engine
from bot.testing import run_for_desk
from bot.testing.runs import RUNNING, SCRIPTS, Run

run_for_desk.LONGEST_MINUTES, run_for_desk._BEAT_SECONDS = 0, 0.05
run = Run(1, SCRIPTS, "", "Ann Lee", utc_now(), None, RUNNING, 0, 0, 0, "", None)
beat = threading.Thread(
    target=run_for_desk._beat, args=(make_engine(sys.argv[1]), run, threading.Event())
)
beat.start()
beat.join()
"""


def test_a_run_that_takes_too_long_ends_without_a_database_too(tmp_path: Path) -> None:
    without_tables = f"sqlite:///{tmp_path / 'helpdesk.db'}"
    done = subprocess.run(
        [sys.executable, "-c", _BEATS, without_tables], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 1
