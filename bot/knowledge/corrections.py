"""Which login a filer meant after all: "no, I meant my PACER password". No Rasa here."""

import re

_BY_SYSTEM = {"pacer": "forgot_pacer_credentials", "court": "forgot_cmecf_password"}
LOGINS = frozenset(_BY_SYSTEM.values())
"""The topics on a forgotten login."""
_SYSTEM = re.compile(
    r"\b(?P<pacer>pacer|(?:for|to) (?:search|look|view)(?:ing)?(?: at)?(?: up)?(?: cases)?)\b"
    r"|\b(?P<court>c\.?m[ /-]?e\.?c\.?f|e\.?c\.?f|court|clerk|nextgen|corte|tribunal"
    r"|filing (?=one|login|log|password|account|system|id|side)"
    r"|(?:for|to) (?:e-?)?fil(?:e|ing))(?:'s)?\b",
    re.IGNORECASE,
)
# what stands before a system that was not meant: "not the pacer one", "instead of pacer"
_NOT_THIS = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|instead of|rather than|other than|nothing to do with)"
    r"(?:\s+(?:about|the|my|for|in|to|a|on|with))*\s*$",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^\W*(?:no|nope|nah|not|wrong|actually|sorry|wait|oops|i mean|i meant|the other"
    r"|and|what about|how about|y|es|perdón|me refiero|quise decir)\b"
    r"|\bi mean(?:t)?\b|\bthe other (?:one|login|password|system|account)\b|\bnot (?:the|my|for)\b",
    re.IGNORECASE,
)
_OTHER_ONE = re.compile(r"\bthe other\b", re.IGNORECASE)
# words that say nothing but which login; any other word makes it a question of its own
_SAYS_NO_MORE = re.compile(
    r"^(?:no|nope|nah|not|wrong|actually|sorry|wait|oops|i|i'm|it|it's|its|mean|meant|the|that|"
    r"that's|this|my|for|one|ones|other|a|an|is|was|isn't|wasn't|about|in|to|on|with|of|and|but|"
    r"password|passwords|login|log|sign|username|user|name|account|credentials|system|site|filing|"
    r"bankruptcy|please|thing|instead|rather|than|e|c|m|s|forgot|locked|out|talking|asking|need|"
    r"reset|lost|what|how|y|el|la|los|las|de|del|para|en|es|era|mi|me|refiero|quise|decir|"
    r"perdón|a|al|que|sino|otra|otro|contraseña|clave|cuenta|usuario|acceso)$",
    re.IGNORECASE,
)
_MOST_WORDS = 14


def corrected_login(text: str, topic: str | None, *, offered: bool = False) -> str | None:
    """The topic of the login that a few words name, after an answer on ``topic`` that they
    correct, or after both logins were ``offered``.

    None when the last answer was not on a forgotten login, when no one system is left as the one
    that is meant, or when the words ask for something else, such as a bill.
    """
    if not text or len(text.split()) > _MOST_WORDS:
        return None
    if not offered and topic not in LOGINS:
        return None
    rest = _SYSTEM.sub(" ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    if not all(_SAYS_NO_MORE.match(word) for word in re.findall(r"[\w']+", rest)):
        return None
    meant, excluded = _systems(text)
    corrects = _CORRECTS.search(text) or topic in {_BY_SYSTEM[system] for system in excluded}
    if not offered and not corrects:
        return None
    if not meant and not excluded and _OTHER_ONE.search(text):
        excluded = {system for system, name in _BY_SYSTEM.items() if name == topic}
    if not meant and excluded:
        meant = _BY_SYSTEM.keys() - excluded
    if len(meant) != 1:
        return None
    return _BY_SYSTEM[meant.pop()]


def _systems(text: str) -> tuple[set[str], set[str]]:
    """The systems that are named as meant, and as not meant."""
    meant: set[str] = set()
    excluded: set[str] = set()
    for found in _SYSTEM.finditer(text):
        system = "pacer" if found["pacer"] else "court"
        (excluded if _NOT_THIS.search(text[: found.start()]) else meant).add(system)
    return meant - excluded, excluded
