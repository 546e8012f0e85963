"""One topic, one folder: merges what topic and flow files declare into Rasa's domain.

Rasa reads ``nlu``, ``responses``, ``rules`` and ``stories`` from every file under ``data/`` by
itself, but drops domain entries that stand there. This importer keeps them. Named in config.yml.
"""

from pathlib import Path
from typing import Any

import rasa.shared.utils.io
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

# responses are read by Rasa itself; taken here too, each would be reported as defined twice
DECLARED = ("intents", "entities", "slots", "actions", "forms")


class TopicImporter(RasaFileImporter):
    """Rasa's own file importer, with domain entries taken from the data files too."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        # articles and the court profile are no training data
        self._nlu_files: list[str] = [f for f in self._nlu_files if _is_training_file(f)]

    def get_domain(self) -> Domain:
        """The domain of domain.yml and of every topic and flow file."""
        domain = super().get_domain()
        for file in sorted({*self._nlu_files, *self._story_files}):
            declared = declared_in(Path(file))
            if declared:
                domain = domain.merge(Domain.from_dict(declared))
        return domain


def _is_training_file(file: str) -> bool:
    return Path(file).name != "court.yml"


def declared_in(file: Path) -> dict[str, Any]:
    """The domain entries of one file, empty when it has none."""
    content = rasa.shared.utils.io.read_yaml_file(file)
    if not isinstance(content, dict):
        return {}
    return {key: content[key] for key in DECLARED if key in content}
