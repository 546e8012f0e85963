"""One topic, one folder: Rasa's importer for files that hold examples, rules and domain entries.

Rasa reads ``nlu``, ``responses``, ``rules`` and ``stories`` from every file under ``data/`` by
itself, but drops domain entries that stand there; this importer merges them into the domain. It
also reads each file once, with libyaml: Rasa's own readers parse the same examples six times in
pure Python, which took longer than the training. Named in config.yml.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

import rasa.shared.data
import yaml
from rasa.shared.constants import TEST_STORIES_FILE_PREFIX
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

# responses are read with the examples; taken here too, each would be reported as defined twice
DECLARED = ("intents", "entities", "slots", "actions", "forms")
_EXAMPLES = ("nlu", "responses")
_STORIES = ("stories", "rules")
_KNOWN = {"version", *DECLARED, *_EXAMPLES, *_STORIES}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TrainingFileError(RasaException):
    """A training file has a mistake; the message names the file and the entry."""


class Example(Message):
    """A labelled text. Rasa copies all of them in depth at each of several merges and hashes each
    by a fingerprint of all its data, which took three seconds of a training; what stands in an
    example's file is text, so a copy may share it."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Example":
        data = {k: v if isinstance(v, str) else deepcopy(v, memo) for k, v in self.data.items()}
        return Example(data, set(self.output_properties), self.time, deepcopy(self.features, memo))

    def __hash__(self) -> int:
        """Equal for equal messages, since their texts are."""
        return hash(self.get(TEXT))


class TopicImporter(RasaFileImporter):
    """Examples, stories and domain of all topic and flow files, each file read once."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        self._domain_path = domain_path
        self._domain: Domain | None = None
        self.config_file = config_file
        files = rasa.shared.data.get_data_files(training_data_paths, _is_yaml)
        read = {file: read_training_file(Path(file)) for file in sorted(files)}
        self._files = {file: content for file, content in read.items() if content}
        self._nlu_files = self._holding(_EXAMPLES)
        self._story_files = [f for f in self._holding(_STORIES) if not _is_test_file(f)]
        self._conversation_test_files = [f for f in self._holding(_STORIES) if _is_test_file(f)]

    def _holding(self, keys: tuple[str, ...]) -> list[str]:
        return [file for file, content in self._files.items() if any(k in content for k in keys)]

    def get_domain(self) -> Domain:
        """The domain of domain.yml and of every topic and flow file."""
        if self._domain is None:
            self._domain = self._merged_domain()
        return self._domain

    def _merged_domain(self) -> Domain:
        domain = super().get_domain()
        for content in self._files.values():
            declared = {key: content[key] for key in DECLARED if key in content}
            if declared:
                domain = domain.merge(Domain.from_dict(declared))
        return domain

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples and responses of all files."""
        reader = RasaYAMLReader()
        for file in self._nlu_files:
            content = self._files[file]
            reader.filename = file
            reader._parse_nlu(content.get("nlu"))
            reader.responses.update(content.get("responses") or {})
        return TrainingData(
            [Example(message.data) for message in reader.training_examples],
            reader.entity_synonyms,
            reader.regex_features,
            reader.lookup_tables,
            reader.responses,
        )

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The stories and rules of all files."""
        return self._stories_of(self._story_files)

    def get_conversation_tests(self) -> StoryGraph:
        """The test stories; none lie under ``data/``, since Rasa would train on them."""
        return self._stories_of(self._conversation_test_files)

    def _stories_of(self, files: list[str]) -> StoryGraph:
        steps = []
        for file in files:
            reader = YAMLStoryReader(self.get_domain(), file)
            steps += reader.read_from_parsed_yaml(self._files[file])
        return StoryGraph(steps)


def _is_yaml(file: str) -> bool:
    return file.endswith((".yml", ".yaml"))


def _is_test_file(file: str) -> bool:
    return Path(file).name.startswith(TEST_STORIES_FILE_PREFIX)


def read_training_file(file: Path) -> dict[str, Any]:
    """The content of a topic or flow file; empty for a YAML file that is no training file.

    Raises:
        TrainingFileError: it is no YAML, or an entry has not the shape that Rasa needs.
    """
    try:
        content = _parsed(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TrainingFileError(f"{file} is not valid YAML: {error}") from error
    if not isinstance(content, dict) or not {*_EXAMPLES, *_STORIES, *DECLARED} & set(content):
        return {}
    unknown = set(content) - _KNOWN
    if unknown:
        raise TrainingFileError(f"{file}: unknown entry {', '.join(sorted(map(str, unknown)))}.")
    for item in content.get("nlu") or ():
        if not isinstance(item, dict) or not isinstance(item.get("examples"), str):
            raise TrainingFileError(f"{file}: nlu: each entry needs intent: and examples: |.")
    for key in _STORIES:
        for item in content.get(key) or ():
            if not isinstance(item, dict) or not isinstance(item.get("steps"), list):
                raise TrainingFileError(f"{file}: {key}: each entry needs a name and steps:.")
    return content


def _parsed(text: str) -> Any:
    loader = _LOADER(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
