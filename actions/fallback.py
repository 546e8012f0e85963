"""When the classifier is unsure: worded choices, then search results, then a person."""

from rasa_sdk import Tracker

from actions.answers import answer_after_answer, answer_plain_words, answer_topic, not_twice
from actions.base import HelpdeskAction, Result
from actions.choices import not_understood
from actions.in_context import meant_together


class ActionNotUnderstood(HelpdeskAction):
    """First time: choices from the classifier's best guesses. Second time in a row: a person,
    with what a search finds beside."""

    def name(self) -> str:
        return "action_not_understood"

    def act(self, tracker: Tracker) -> Result:
        if plain := answer_plain_words(tracker):
            return not_twice(tracker, plain)
        if together := meant_together(tracker):
            return answer_topic(tracker, together)
        if in_context := answer_after_answer(tracker):
            return not_twice(tracker, in_context)
        return not_understood(tracker)
