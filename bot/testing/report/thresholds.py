"""Whether the classifier would be unsure with another threshold: asks the component itself."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.testing.evaluate import Judged

_COMPONENT = "bot.assistant.unsure.Unsure"


def read_config(config_file: Path) -> dict[str, Any]:
    """The settings of the component in ``config.yml``; empty when it is not in the pipeline."""
    pipeline = yaml.safe_load(config_file.read_text(encoding="utf-8"))["pipeline"]
    return next((dict(entry) for entry in pipeline if entry["name"] == _COMPONENT), {})


def unsure_with(config: Mapping[str, Any], key: str) -> Callable[[Judged, float], bool]:
    """Says whether a question would be asked back with another value of the setting ``key``."""
    from bot.assistant.unsure import Unsure

    settings = {**Unsure.get_default_config(), **config}

    def is_unsure(one: Judged, value: float) -> bool:
        from rasa.shared.nlu.training_data.message import Message

        guesses = [{"name": name, "confidence": sure} for name, sure in one.guesses]
        message = Message(
            data={
                "text": one.text,
                "intent": guesses[0],
                "intent_ranking": list(guesses),
                "entities": [{"entity": kind} for kind in one.entities],
            }
        )
        Unsure({**settings, key: value}).process([message])
        return bool(message.get("intent")["name"] == "nlu_fallback")

    return is_unsure
