"""Rasa component: one dense vector for each message, from the sentence encoder."""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant import spelling
from bot.assistant.encoder import shared_encoder
from bot.assistant.normalize import normalize

ORIGIN = "SentenceFeaturizer"
NORMALIZED = "normalized_text"
"""Set on each message with a text: what :func:`bot.assistant.normalize.normalize` made of it, and
:mod:`bot.assistant.spelling` of what a filer wrote."""
WORDS_FILE = "words.json"
_TRAINING_WORKERS = 2


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceFeaturizer(GraphComponent):
    """Adds the normalized text, and its vector as a dense sentence feature. What it learns are the
    examples' words, to put typing errors right."""

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, counts: dict[str, int] | None = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._spelling = (
            None if counts is None else spelling.Spelling(counts, shared_encoder().vocabulary())
        )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceFeaturizer":
        """Called by Rasa before training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceFeaturizer":
        """Called by Rasa when a model is loaded; loads the encoder, so that the first filer does
        not wait for it."""
        shared_encoder().encode(["ready"])
        with model_storage.read_from(resource) as folder:
            counts = spelling.load(folder / WORDS_FILE)
        return cls(model_storage, resource, counts)

    def train(self, training_data: TrainingData) -> Resource:
        """Count the examples' words."""
        texts = (m.get(TEXT) for m in training_data.training_examples if m.get(INTENT))
        counts = spelling.count_words(text for text in texts if text)
        with self._model_storage.write_to(self._resource) as folder:
            spelling.save(counts, folder / WORDS_FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode all examples, two batches at once, since nobody else is served meanwhile."""
        examples = [m for m in training_data.training_examples if m.get(TEXT) and m.get(INTENT)]
        if examples:
            # as written: what they say wrong teaches the classifier how people type
            texts = [normalize(message.get(TEXT)) for message in examples]
            self._add(examples, texts, workers=_TRAINING_WORKERS)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Encode what a filer wrote."""
        wordy = [m for m in messages if m.get(TEXT)]
        if wordy:
            texts = [normalize(message.get(TEXT)) for message in wordy]
            if self._spelling:
                texts = [self._spelling.correct(text) for text in texts]
            self._add(wordy, texts)
        return messages

    def _add(self, messages: list[Message], texts: list[str], workers: int = 1) -> None:
        vectors = shared_encoder().encode(texts, workers)
        for message, text, vector in zip(messages, texts, vectors, strict=True):
            message.set(NORMALIZED, text)
            message.add_features(
                Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, ORIGIN)
            )


def sentence_vector(message: Message) -> np.ndarray[Any, Any] | None:
    """The vector that :class:`SentenceFeaturizer` put on a message, or None."""
    for feature in message.features:
        if feature.origin == ORIGIN and feature.attribute == TEXT:
            row: np.ndarray[Any, Any] = feature.features[0]
            return row
    return None
