"""Plays many scripts: those alike in court and clock side by side, those with faults one by one."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.court import CourtProfile, CourtProfileError, load_court
from bot.testing.flows import Flows
from bot.testing.private_copy import PrivateCopy, write_court
from bot.testing.scripts import Script, ScriptError
from bot.testing.talk import Played, Stage, play
from bot.testing.tracker import TrackerReader
from bot.triage.hours import zone_name

WORKERS = 4
"""Conversations at once: two cores are busy with the servers, and half of a turn is waiting."""


def play_all(stage: Stage, scripts: Sequence[Script], workers: int = WORKERS) -> Iterator[Played]:
    """Play scripts that need nothing of their own; results in order."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda script: play(stage, script), scripts)


def play_in_copy(
    copy: PrivateCopy,
    scripts: Sequence[Script],
    flows: Flows,
    courts: Mapping[str, Path],
    workers: int = WORKERS,
) -> Iterator[Played]:
    """Play all scripts in a private copy, which is given the court and clock that each wants.

    ``courts`` comes from :func:`write_courts`. Results come group by group.
    """
    tracker = TrackerReader(copy.settings.database_url)
    stage = Stage(copy.url, flows, tracker, copy)
    used = copy.settings.court_file
    try:
        for court, clock in _settings_wanted(scripts):
            file = courts.get(court, copy.settings.court_file)
            if file != used:
                copy.use_court(file)
                used = file
            copy.set_clock(_utc(clock, load_court(file).time_zone) if clock else None)
            alike = [s for s in scripts if (_key(s), s.clock) == (court, clock)]
            yield from play_all(stage, [s for s in alike if not s.faults], workers)
            yield from (play(stage, s) for s in alike if s.faults)
    finally:
        tracker.close()


def _settings_wanted(scripts: Sequence[Script]) -> list[tuple[str, datetime | None]]:
    """Each (court, clock) once; the court's own and the present first, few changes of court."""
    wanted = {(_key(script), script.clock) for script in scripts}
    return sorted(wanted, key=lambda pair: (pair[0], str(pair[1] or "")))


def _key(script: Script) -> str:
    return json.dumps(script.court, sort_keys=True, default=str) if script.court else ""


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def with_court_values(
    scripts: Sequence[Script], courts: Mapping[str, Path], base: Path
) -> list[Script]:
    """The scripts, with each ``{name}`` in what they expect replaced by the value of the court
    that they are played with: what articles may name, and ``{time_zone}``."""
    loaded: dict[Path, CourtProfile] = {}
    filled = []
    for script in scripts:
        file = courts.get(_key(script), base)
        if file not in loaded:
            loaded[file] = load_court(file)
        court = loaded[file]
        filled.append(script.filled({**court.values, "time_zone": zone_name(court.time_zone)}))
    return filled


def write_courts(scripts: Sequence[Script], base: Path, folder: Path) -> dict[str, Path]:
    """Write the court profile that each script with changes wants; by the changes.

    Raises:
        ScriptError: the changes make no court profile.
    """
    files: dict[str, Path] = {}
    mistakes: list[str] = []
    for script in scripts:
        key = _key(script)
        if not key or key in files:
            continue
        files[key] = folder / f"court-{len(files)}.yml"
        try:
            write_court(base, script.court, files[key])
        except CourtProfileError as error:
            said = re.sub(rf"{re.escape(str(files[key]))}(, line \d+)?: ", "", str(error))
            mistakes.append(f"{script.file}:{script.line}: court: {said}")
    if mistakes:
        raise ScriptError("\n".join(mistakes))
    return files
