"""Rasa component: spaCy's tokens, and entities by rules (systems, account kinds, roles, errors)."""

from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.settings import load_settings

PATTERNS_FILE = "patterns.yml"


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER,
        DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR,
    ],
    is_trainable=True,
)
class SpacyEntities(GraphComponent):
    """spaCy's English tokenizer and an entity ruler; the patterns travel with the model."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``patterns``: the file with the entities' patterns, below ``HELPDESK_DATA``."""
        return {"patterns": "shared/entities.yml"}

    def __init__(
        self,
        config: dict[str, Any],
        patterns: list[dict[str, Any]],
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        self._config = config
        self._patterns = patterns
        self._model_storage = model_storage
        self._resource = resource
        self._pipeline = make_pipeline(patterns)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpacyEntities":
        """Called by Rasa before training."""
        patterns = read_patterns(load_settings().data_dir / config["patterns"])
        return cls(config, patterns, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SpacyEntities":
        """Called by Rasa when a model is loaded."""
        with model_storage.read_from(resource) as folder:
            patterns = yaml.safe_load((folder / PATTERNS_FILE).read_text(encoding="utf-8"))
        return cls(config, patterns, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing to learn; stores the patterns in the model."""
        with self._model_storage.write_to(self._resource) as folder:
            (folder / PATTERNS_FILE).write_text(yaml.safe_dump(self._patterns), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples need no entities: the rules are not learnt."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set tokens and entities on each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            document = self._pipeline(text)
            message.set(TOKENS_NAMES[TEXT], [Token(t.text, t.idx) for t in document if t.text])
            found = [
                {
                    "entity": e.label_,
                    "value": e.ent_id_ or e.text,
                    "start": e.start_char,
                    "end": e.end_char,
                    "extractor": "SpacyEntities",
                }
                for e in document.ents
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def make_pipeline(patterns: list[dict[str, Any]]) -> Any:
    """A blank English pipeline with an entity ruler; matching ignores case."""
    import spacy

    pipeline = spacy.blank("en")
    ruler: Any = pipeline.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(patterns)
    return pipeline


def read_patterns(file: Path) -> list[dict[str, Any]]:
    """``label: {canonical value: [spellings]}`` as spaCy's patterns."""
    labels: dict[str, dict[str, list[str]]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        {"label": label, "pattern": spelling, "id": value}
        for label, values in labels.items()
        for value, spellings in values.items()
        for spelling in [value, *spellings]
    ]
