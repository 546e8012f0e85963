"""Finds answers to security questions, as PACER asks them when an account is made."""

import re
from collections.abc import Iterator

from bot.privacy.reading import Reading
from bot.privacy.spans import Span
from bot.privacy.words import is_ordinary

_HINT = re.compile(
    r"maiden|pet|first|favou?rite|best|secret|answer|school|teacher|mascot|born|street|city|car"
    r"|friend|nickname|hero|team|food|movie|book|band|honeymoon|color"
    r"|soltera|mascota|respuesta|primer|favorit|infancia|naci\b"
)
_DE_MI = r"(?:\s+de(?:l|\s+(?:mi|la|su))\s+(?:madre|mama|padre|papa|abuela))?"
_SPANISH_THINGS = (
    rf"(?:apellidos?|nombres?)\s+de\s+soltera{_DE_MI}"
    r"|(?:nombre\s+de(?:l)?\s+)?(?:mi\s+)?primer[ao]?\s+"
    r"(?:mascota|perro|perra|gat[oa]|carro|coche|auto|escuela|maestr[oa]|profesora?|trabajo|jef[ea]"
    r"|amig[oa]|novi[oa]|calle|colegio)"
    r"|mi\s+(?:mascota|color|comida|pelicula|libro|equipo|cancion|maestr[oa]|artista|heroe)\s+"
    r"(?:favorit[oa]|de\s+(?:la\s+)?infancia)|nombre\s+de\s+mi\s+(?:mascota|perro|perra|gat[oa])"
    r"|(?:ciudad|lugar|pueblo|hospital)\s+(?:donde|en\s+(?:la\s+|el\s+)?que)\s+naci"
)
_SPANISH_ANSWERS = (
    r"respuestas?\s+(?:de|a)\s+(?:(?:mi|mis|la|las|su)\s+)?(?:preguntas?\s+(?:de\s+)?)?"
    r"(?:seguridad|secretas?)|preguntas?\s+(?:secretas?|de\s+seguridad)\W[^\n\ue000]{0,80}?"
    r"\b(?:la\s+|mi\s+)?respuesta"
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
    r"|(?:street|city|town)\s+(?:did\s+(?:you|i)\s+grow\s+up|(?:were|was)\s+(?:you|i)\s+born)"
    r"(?:\s+(?:on|in))?|where\s+(?:were\s+you|was\s+i)\s+born"
)
_ANSWER_WORDS = (
    r"(?:security|secret|challenge|recovery)\s+(?:question\s+)?(?:answers?|responses?)"
    r"|answers?\s+(?:to|for|of)\s+(?:(?:my|the|your|our)\s+)?(?:first|second|third)?\s*"
    r"(?:security|secret|challenge)\s+questions?(?:\s+(?:#?\d|one|two|three))?"
    r"|(?:security|secret|challenge)\s+questions?\W[^\n\ue000]{0,80}?\banswers?"
)
_SPANISH_LINK = r"(?:\s*[:=]\s*|\s+(?:es|era|fue|son|se\s+llam(?:a|aba))\b\s*:?\s*)"
_LINK = (
    r"\s*(?:[:=]|\?\s*(?:answer|a)\s*[:=-]|\?[ ]+(?=\S+\s*$)|\s(?:is|was|are|were|would be"
    r"|should be)\b\s*:?|'s\b|\s-\s|\("
    r"|[\s,:?.-]{1,4}(?:(?:and|but|so)\s+)?i\s+(?:said|put|typed|entered|answered|wrote|used)\s)\s*"
)
_SURE = r"(?:mother'?s?|mom'?s?)\s+maiden\s+name"
_CUED = re.compile(
    rf"\b(?:(?:(?:{_THINGS})(?:\s+question)?|{_ANSWER_WORDS}){_LINK}|(?:{_SURE}|{_ANSWER_WORDS})\s+)(?:(?:still"
    rf"|actually|just|called|named|an?|the)\s+)*"
)
_CUED_IN_SPANISH = re.compile(
    rf"\b(?:(?:{_SPANISH_THINGS}|{_SPANISH_ANSWERS}){_SPANISH_LINK}|(?:{_SPANISH_ANSWERS})\s+)(?:(?:el|la|un|una)\s+)?"
)
_GIVEN_FOR = re.compile(
    r"\b(?:answered|put|typed|said|entered)\s+(?P<value>[^\s,.;:\ue000]{2,40})\s+(?:for|as|to|on)\s+"
    rf"(?:(?:the|my)\s+)?(?:{_THINGS}|maiden\s+name|security\s+question)"
    r"|(?:\A|\n)\s*(?:my\s+)?maiden\s+name\s*[:=]\s*(?P<own>[^\s,.;:\ue000]{2,40})"
)
_NAME = r"[^\s,.;:?\ue000\"()]+"
_ENDS = (
    r"(?:and|but|so|or|it|i|is|was|because|can|please|for|not|does|will|when|then|however|phone"
    r"|case|y|pero|o|porque|cuando|ya|me|para)\b"
)
_VALUE = re.compile(rf"[\"'(]?(?:(?:mrs?|ms|dr|st)\. )?{_NAME}(?:[ ](?!{_ENDS}){_NAME}){{0,3}}")
_BACKWARD = re.compile(
    r"(?<![^\s,.;:\ue000])(?:(?P<value>[^\s,.;:\ue000]+)[,\s]+(?:that\s+is|that's|which\s+is|is|was|as)\s+"
    r"(?:my|the)\s+"
    r"(?:security|secret)\s+(?:question\s+)?(?:answer|response)|"
    r"(?P<tried>[^\s,.;:\ue000]+)\s+(?:for|as|is)\s+(?:my\s+)?mother'?s\s+maiden\s+name)"
)


#: "Name of first school? St Brigid." An answer after the question's mark is a name.
_ASKED = re.compile(rf"\b(?:{_THINGS})\s*\?[ ]+(?=\S)")
_STOPS = re.compile(r"\s*(?:[.!,;\n]|\Z)")


def find_answers(reading: Reading) -> Iterator[Span]:
    """Yield answers to security questions that a filer typed beside the question."""
    low = reading.low
    if _HINT.search(low) is None:
        return
    for cued in (*_CUED.finditer(low), *_CUED_IN_SPANISH.finditer(low)):
        found = _VALUE.match(low, cued.end())
        if found is not None and not is_ordinary(low[found.start() : found.end()].split()[0]):
            start = found.start() + (found.group()[0] in "\"'(")
            yield Span(start, found.end(), "security_answer")
    for asked in _ASKED.finditer(low):
        found = _VALUE.match(low, asked.end())
        if (
            found is not None
            and reading.plain[found.start()].isupper()
            and _STOPS.match(low, found.end()) is not None
            and not is_ordinary(found.group().split()[0])
        ):
            yield Span(*found.span(), "security_answer")
    for given in _GIVEN_FOR.finditer(low):
        group = "value" if given["value"] else "own"
        if not is_ordinary(given[group]):
            yield Span(*given.span(group), "security_answer")
    for back in _BACKWARD.finditer(low):
        group = "value" if back["value"] else "tried"
        if not is_ordinary(back[group]):
            yield Span(*back.span(group), "security_answer")
