"""From paths of scripts to their results: checked, given a help desk, played."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.seed import read_articles, topic_folders
from bot.settings import Settings
from bot.testing.client import check_reachable
from bot.testing.coverage import Coverage, measure
from bot.testing.flows import Flows, read_flows
from bot.testing.private_copy import PrivateCopy, open_copy
from bot.testing.rehearsal import play_all, play_in_copy, with_court_values, write_courts
from bot.testing.script_files import find_scripts
from bot.testing.scripts import Known, Script, refuse_private
from bot.testing.talk import Played, Stage


def read_known(settings: Settings, root: Path) -> tuple[Known, Flows]:
    """The names that scripts may use, and the flows that declare them."""
    flows = read_flows(settings.data_dir, root / "domain.yml")
    topics = frozenset(folder.name for folder in topic_folders(settings.topics_dir))
    return Known(topics, frozenset(flows.responses), flows.slots), flows


@dataclass
class OpenStage:
    """A help desk on which a run's scripts can be played; ``copy`` when it is a private one."""

    scripts: Sequence[Script]
    flows: Flows
    courts: dict[str, Path]
    url: str
    copy: PrivateCopy | None

    def play(self, workers: int) -> Iterator[Played]:
        """Play all scripts; results as they come."""
        if self.copy is None:
            return play_all(Stage(self.url, self.flows), self.scripts, workers)
        return play_in_copy(self.copy, self.scripts, self.flows, self.courts, workers)

    def coverage(self, played: Sequence[Played]) -> Coverage | None:
        """What the scripts exercised; None where the help desk is not a private copy."""
        if self.copy is None:
            return None
        return measure(played, self.flows, read_articles(self.copy.settings.topics_dir))


class ScriptRun:
    """Scripts that were read and found without mistake."""

    def __init__(
        self,
        paths: Sequence[Path],
        settings: Settings,
        folder: Path,
        *,
        url: str | None = None,
        root: Path,
    ) -> None:
        """``folder`` takes the court profiles of scripts that change them.

        Raises:
            ScriptError: mistakes in the scripts, or one that cannot be played at ``url``.
        """
        known, self.flows = read_known(settings, root)
        self.scripts = find_scripts(paths, known)
        self._settings = settings
        self._url = url.rstrip("/") if url else None
        if self._url:
            refuse_private(self.scripts)
        self._courts = write_courts(self.scripts, settings.court_file, folder)
        self.scripts = with_court_values(self.scripts, self._courts, settings.court_file)

    @contextmanager
    def stage(self, say: Callable[[str], None]) -> Iterator[OpenStage]:
        """The help desk at the address, else a private copy that ends with the block.

        Raises:
            HelpDeskUnreachableError: nobody answers at the address.
            StartError: the private copy does not start.
        """
        if self._url:
            check_reachable(self._url)
            yield OpenStage(self.scripts, self.flows, self._courts, self._url, None)
            return
        say("Starting a private copy of the help desk.")
        faults = any(script.faults for script in self.scripts)
        with open_copy(self._settings, say, faults=faults) as copy:
            yield OpenStage(self.scripts, self.flows, self._courts, copy.url, copy)
