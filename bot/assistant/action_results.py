"""Validates what the action server returns, each event by the schema of its own kind.

Rasa builds the schema, proves the schema itself right and tries every kind of event in turn, anew
for every single action: with a current jsonschema that is two thirds of a message's time (70 of
110 ms of processor time, measured with py-spy). The check of the result stays.
"""

from typing import Any

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.shared.exceptions import RasaException
from rasa.shared.utils.schemas.events import EVENT_SCHEMA

Validator = jsonschema.Draft202012Validator
_WHOLE = Validator(
    {
        "type": "object",
        "properties": {
            "events": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["event"],
                    "properties": {"event": {"type": "string"}},
                },
            },
            "responses": {"type": "array", "items": {"type": "object"}},
        },
    }
)


def install() -> None:
    """Put the quick validation in the place of Rasa's, in this process."""
    kinds = {
        kind["properties"]["event"]["const"]: Validator(kind) for kind in EVENT_SCHEMA["oneOf"]
    }

    def problem_of(result: Any) -> str | None:
        for error in _WHOLE.iter_errors(result):
            return str(error.message)
        for event in result.get("events") or ():
            validator = kinds.get(event["event"])
            if validator is None:
                return f"unknown event {event['event']!r}"
            for error in validator.iter_errors(event):
                return str(error.message)
        return None

    def validate(self: RemoteAction, result: Any) -> bool:
        problem = problem_of(result)
        if problem is not None:
            raise RasaException(
                f"The action server's answer to {self.name()} has the wrong shape: {problem}"
            )
        return True

    RemoteAction._validate_action_result = validate
