"""Finds answers to security questions, as PACER asks them when an account is made."""

import re
from collections.abc import Iterator

from bot.privacy.reading import Reading
from bot.privacy.spans import Span
from bot.privacy.words import is_ordinary

_HINT = re.compile(
    r"maiden|pet|first|favou?rite|best|secret|answer|school|teacher|mascot|born|street|city|car"
    r"|friend|nickname|hero|team|food|movie|book|band|honeymoon|color"
)
_THINGS = (
    r"maiden\s+name\s+of\s+(?:my\s+)?(?:mother|mom)|(?:mother'?s?|mom'?s?|mum'?s?|wife'?s?"
    r"|grandmother'?s?)\s+(?:maiden|birth|family)\s*(?:name)?"
    r"|(?:first|1st|favorite|favourite|childhood|childhood\s+best|best|oldest|high\s+school)\s+"
    r"(?:pet|dog|cat|car|school|teacher|job|employer|friend|boss|street|concert"
    r"|movie|film|book|band|team|sports\s+team|food|color|colour|nickname|hero|kiss|girlfriend"
    r"|boyfriend|singer|song|mascot|sweetheart|vacation|roommate)(?:'?s)?"
    r"(?:\s+(?:name|mascot))?"
    r"|name\s+of\s+(?:my|your)\s+(?:first|favorite|favourite|childhood|best|high|elementary)\s+"
    r"(?:\w+\s+){0,2}\w+"
    r"|pet'?s?\s+name|school\s+mascot|(?:city|town|place|hospital)\s+(?:where\s+)?(?:i\s+was"
    r"|of\s+(?:my\s+)?birth|i\s+was\s+born)(?:\s*born)?(?:\s+in)?"
    r"|(?:street|house)\s+i\s+grew\s+up\s+(?:on|in)"
)
_ANSWER_WORDS = (
    r"(?:security|secret|challenge|recovery)\s+(?:question\s+)?(?:answers?|responses?)"
    r"|answers?\s+(?:to|for|of)\s+(?:(?:my|the|your|our)\s+)?(?:first|second|third)?\s*"
    r"(?:security|secret|challenge)\s+questions?(?:\s+(?:#?\d|one|two|three))?"
    r"|(?:security|secret|challenge)\s+questions?\W[^\n\ue000]{0,80}?\banswers?"
)
_LINK = (
    r"\s*(?:[:=]|\?\s*(?:answer|a)\s*[:=-]|\?[ ]+(?=\S+\s*$)|\s(?:is|was|are|were|would be"
    r"|should be)\b\s*:?|'s\b|\s-\s|\()\s*"
)
_SURE = r"(?:mother'?s?|mom'?s?)\s+maiden\s+name"
_CUED = re.compile(
    rf"\b(?:(?:{_THINGS}|{_ANSWER_WORDS}){_LINK}|(?:{_SURE}|{_ANSWER_WORDS})\s+)(?:(?:still"
    rf"|actually|just|called|named|an?|the)\s+)*"
)
_NAME = r"[^\s,.;:?\ue000\"()]+"
_ENDS = (
    r"(?:and|but|so|or|it|i|is|was|because|can|please|for|not|does|will|when|then|however|phone"
    r"|case)\b"
)
_VALUE = re.compile(rf"[\"'(]?(?:(?:mrs?|ms|dr|st)\. )?{_NAME}(?:[ ](?!{_ENDS}){_NAME}){{0,3}}")
_BACKWARD = re.compile(
    r"(?<![^\s,.;:\ue000])(?:(?P<value>[^\s,.;:\ue000]+)[,\s]+(?:that\s+is|that's|which\s+is|is|was|as)\s+"
    r"(?:my|the)\s+"
    r"(?:security|secret)\s+(?:question\s+)?(?:answer|response)|"
    r"(?P<tried>[^\s,.;:\ue000]+)\s+(?:for|as|is)\s+(?:my\s+)?mother'?s\s+maiden\s+name)"
)


def find_answers(reading: Reading) -> Iterator[Span]:
    """Yield answers to security questions that a filer typed beside the question."""
    low = reading.low
    if _HINT.search(low) is None:
        return
    for cued in _CUED.finditer(low):
        found = _VALUE.match(low, cued.end())
        if found is not None and not is_ordinary(low[found.start() : found.end()].split()[0]):
            start = found.start() + (found.group()[0] in "\"'(")
            yield Span(start, found.end(), "security_answer")
    for back in _BACKWARD.finditer(low):
        group = "value" if back["value"] else "tried"
        if not is_ordinary(back[group]):
            yield Span(*back.span(group), "security_answer")
