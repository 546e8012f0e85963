"""Rasa component: which topic or conversational intent a message is about."""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant import topic_model
from bot.assistant.encoder import DIMENSION
from bot.assistant.features import NORMALIZED, sentence_vector

KNOWS_A_WORD = "knows_a_word"
"""Set on each classified message: whether any of its words stood in the examples."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Sets ``intent``, ``intent_ranking`` and :data:`KNOWS_A_WORD`.

    Needs ``SentenceFeaturizer`` before it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``alpha``, ``epochs``: see :func:`bot.assistant.topic_model.train`."""
        return {"alpha": 3e-5, "epochs": 5, "ranking_length": 10}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: topic_model.TopicModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TopicClassifier":
        """Called by Rasa before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TopicClassifier":
        """Called by Rasa when a model is loaded."""
        with model_storage.read_from(resource) as folder:
            model = topic_model.load(folder)
        model.probabilities(np.zeros((1, DIMENSION), dtype=np.float32), ["ready"])
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have a text and an intent."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        vectors = [sentence_vector(message) for message in examples]
        if any(vector is None for vector in vectors):
            raise ValueError("TopicClassifier needs SentenceFeaturizer before it in config.yml.")
        self._model = topic_model.train(
            np.stack([vector for vector in vectors if vector is not None]),
            [message.get(NORMALIZED) for message in examples],
            [message.get(INTENT) for message in examples],
            alpha=self._config["alpha"],
            epochs=self._config["epochs"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            topic_model.save(self._model, folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Classify each message that has a text."""
        for message in messages:
            vector = sentence_vector(message)
            if self._model is None or vector is None:
                continue
            text = message.get(NORMALIZED)
            row = self._model.probabilities(vector[np.newaxis, :], [text])[0]
            best = np.argsort(-row)[: self._config["ranking_length"]]
            ranking = [{"name": self._model.labels[i], "confidence": float(row[i])} for i in best]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set(KNOWS_A_WORD, self._model.knows_a_word(text))
        return messages
