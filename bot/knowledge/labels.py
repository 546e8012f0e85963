"""Whether somebody does not find on the screen what the steps of an answer name. No Rasa here."""

import re

from bot.knowledge.short_questions import LEAD

_MOST_SIGNS = 120
_LABEL = re.compile(r'\*\*([^*:]{2,60})\*\*(?!:)|"([^"]{2,60})"')
_THING = r"(?:button|link|tab|option|menu|line|page|field|box|bot[oó]n|enlace|men[uú]|opci[oó]n)"
_NOT_THERE = re.compile(
    rf"\W*{LEAD}(?:(?:there(?: is|'s|s) no|there isn'?t(?: an?| any)?"
    r"|(?:i|we|it)(?: just| still)? (?:do not|don'?t|can'?t|cannot|can not|doesn'?t|does not)"
    r" (?:see|find|show|give me|get)(?: an?| the| any| my)?"
    r"|no (?:veo|encuentro|me sale|aparece)(?: el| la| ning[uú]n| ninguna)?) (?P<seen>[^\n]{2,60}?)"
    rf"|(?:i|we) (?:do not|don'?t) have (?:an?|the|any)? ?(?P<had>[^\n]{{2,60}}?)(?= {_THING}\b)"
    rf"|no (?P<none>[^\n]{{2,60}}?)(?= {_THING}\b))"
    rf"(?: {_THING})?(?: (?:anywhere|there|for me|at all|here|on (?:my|the) screen))*\W*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SAYS_WHICH = 4


def is_missing(text: str, steps: str) -> bool:
    """Whether few words such as "i don't see utilities" say that a button, menu or line which the
    steps of an answer name, in bold or quoted, is not there."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    found = _NOT_THERE.fullmatch(text) if len(text) <= _MOST_SIGNS else None
    if found is None:
        return False
    named = _words(found["seen"] or found["had"] or found["none"])
    labels = (_words(bold or quoted) for bold, quoted in _LABEL.findall(steps))
    says_which = any(len(word) >= _SAYS_WHICH for word in named)
    return says_which and any(named <= label for label in labels)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
