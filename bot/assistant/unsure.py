"""Rasa component: when the classifier's first choice is not sure enough to be an answer."""

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.classifier import KNOWS_A_WORD
from bot.assistant.features import NORMALIZED

_SYSTEM = re.compile(r"\b(?:PACER|CM/ECF)\b", re.IGNORECASE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Unsure(FallbackClassifier):
    """Rasa's FallbackClassifier with four things that a clerk knows.

    Few words say little, so they need more certainty. "I forgot my password" names no system, so
    both are offered. And whether a question is declined as legal advice or as case information
    matters less than that it is declined, so these do not make each other unsure. And a message
    without one known word is not about something else: it is not understood.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``short_words``/``short_threshold``: up to how many words which confidence is asked,
        but for ``courtesy``, intents that are short by nature.
        ``same_for_each_system``: topics that only the named system tells apart, for messages of up
        to ``system_words`` words. ``declined``: topics that end alike."""
        return {
            **FallbackClassifier.get_default_config(),
            "short_words": 5,
            "short_threshold": 0.65,
            "courtesy": [],
            "system_words": 8,
            "same_for_each_system": [],
            "declined": [],
        }

    def process(self, messages: list[Message]) -> list[Message]:
        """Let ``nlu_fallback`` take over where the first choice is unsure."""
        for message in messages:
            if message.get("intent_ranking"):
                self._offer_each_system(message)
        super().process(messages)
        return messages

    def _offer_each_system(self, message: Message) -> None:
        topics = self.component_config["same_for_each_system"]
        words = str(message.get(TEXT) or "").split()
        few = len(words) <= self.component_config["system_words"]
        if message.get(INTENT)["name"] not in topics or not few or _names_system(message):
            return
        ranking = message.get("intent_ranking")
        share = sum(g["confidence"] for g in ranking if g["name"] in topics) / len(topics)
        both = [{"name": topic, "confidence": share} for topic in topics]
        others = [guess for guess in ranking if guess["name"] not in topics]
        message.set(INTENT, both[0], add_to_output=True)
        message.set("intent_ranking", both + others, add_to_output=True)

    def _should_fallback(self, message: Message) -> bool:
        ranking = message.get("intent_ranking") or []
        declined = self.component_config["declined"]
        if ranking and ranking[0]["name"] in declined:
            if not message.get(KNOWS_A_WORD, True):
                return True
            alike = sum(g["confidence"] for g in ranking if g["name"] in declined)
            other = max((g["confidence"] for g in ranking if g["name"] not in declined), default=0)
            unsure = alike < self.component_config["threshold"]
            return bool(unsure or alike - other < self.component_config["ambiguity_threshold"])
        return self._too_short(message) or bool(super()._should_fallback(message))

    def _too_short(self, message: Message) -> bool:
        words = str(message.get(TEXT) or "").split()
        intent = message.get(INTENT)
        return bool(
            len(words) <= self.component_config["short_words"]
            and intent["name"] not in self.component_config["courtesy"]
            and intent["confidence"] < self.component_config["short_threshold"]
        )


def _names_system(message: Message) -> bool:
    """Whether the filer names a system, or mistypes its name."""
    found = any(entity["entity"] == "system" for entity in message.get(ENTITIES) or ())
    return found or bool(_SYSTEM.search(str(message.get(NORMALIZED) or "")))
