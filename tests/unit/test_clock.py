"""The clock that a private copy of the testers can set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import clock
from bot.settings import SettingsError, load_settings


@pytest.fixture
def clock_file(tmp_path: Path) -> Iterator[Path]:
    clock.follow(tmp_path / "clock")
    yield tmp_path / "clock"
    clock.follow(None)


def test_a_set_clock_runs_on_from_its_moment_and_can_be_put_back(clock_file: Path) -> None:
    eve = datetime(2026, 12, 24, 21, 55)
    clock.set_clock(clock_file, eve)
    assert timedelta(0) <= clock.utc_now() - eve < timedelta(seconds=5)
    clock.set_clock(clock_file, None)
    assert abs(clock.utc_now() - datetime.now(UTC).replace(tzinfo=None)) < timedelta(seconds=5)


def test_a_public_help_desk_refuses_a_clock_file() -> None:
    with pytest.raises(SettingsError, match="HELPDESK_CLOCK_FILE"):
        load_settings({"HELPDESK_CLOCK_FILE": "clock", "HELPDESK_HTTPS": "on"})
