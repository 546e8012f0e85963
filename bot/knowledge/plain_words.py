"""What short messages plainly mean, whatever the classifier makes of them. No Rasa here."""

import re

_SHORT = 10
_PERSON = (
    r"(?:person|human(?: being)?|someone|somebody|anyone|anybody|people|staff|representative|rep"
    r"|agent|operator|live agent)"
)
_ADJECTIVES = r"(?:(?:an?|the|some|any|your|real|actual|live|human|other)\s+){0,3}"
_WANTS_A_PERSON = re.compile(
    rf"\b(?:talk|speak|chat)\s+(?:to|with)\s+{_ADJECTIVES}{_PERSON}\b"
    rf"|\b(?:real|live|actual)\s+{_PERSON}\b"
    rf"|\b(?:give|get|want|need|connect|transfer)\b[\w\s]{{0,12}}\b(?:a|an)\s+"
    r"(?:person|human|operator|representative|agent)\b"
    r"|\b(?:can|could|is there)\s+(?:a|some)\s?(?:person|human|one|body)\s+(?:\w+\s+){0,2}help\b"
    rf"|^\W*(?:an?\s+)?(?:person|human|operator|representative|agent)(?:\s+please)?\W*$",
    re.IGNORECASE,
)
# these are topics of their own
_OTHER_PLACE = re.compile(r"\b(?:zoom|video|filing agent|pacer)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?|^\W*(?:how|what|where|when|why|who|which|can|could|do|does|did|is|are|will|should)\b",
    re.IGNORECASE,
)
_LEGACY = re.compile(r"\blegacy\b", re.IGNORECASE)
_UPGRADED = re.compile(r"\bupgraded\b|\bthe new (?:kind|type|one)\b", re.IGNORECASE)
_UPGRADE_DONE = re.compile(
    r"\b(?:done|finished|completed?|upgraded now|now upgraded|(?:is|says|got|have) upgraded"
    r"|i upgraded|went through|what next|now what|what now)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never|isn'?t|won'?t|can'?t|doesn'?t|didn'?t|but)\b", re.IGNORECASE)
# a deadline within hours; "today" alone may be about anything
_DEADLINE = r"(?:deadline|due|filing|file|statute|expires?|bar date|last day|window|late|hearing)"
_NEAR = (
    r"(?:today|tonight|midnight|this (?:morning|afternoon|evening)|end of (?:the )?day|eod|"
    r"(?:in|within|only|have|got|about)\s+(?:\w+\s+){0,3}(?:minutes?|mins?|hours?|hrs?)|"
    r"(?:minutes?|mins?|hours?|hrs?) (?:left|to go)|right now|at (?:4|5|6)(?: ?p\.?m)?)"
)
_DEADLINE_NEAR = re.compile(
    rf"\b{_DEADLINE}\b.{{0,40}}\b{_NEAR}\b|\b{_NEAR}\b.{{0,40}}\b{_DEADLINE}\b"
    r"|\bby midnight\b|\bbefore midnight\b|\b(?:minutes?|mins?|hours?|hrs?) (?:left|to go)\b",
    re.IGNORECASE | re.DOTALL,
)
_NEED_UPGRADE = frozenset(
    {
        "account_type",
        "link_accounts",
        "link_trouble",
        "efiling_registration",
        "central_sign_on",
        "nextgen_overview",
        "limited_user_or_trustee",
    }
)


_MAKE_IT_RIGHT = (
    r"(?:fix|mend|repair|flatten|unlock|clean(?: up)?|correct|sanitize|decrypt|convert)"
)
_THE_FILE = r"(?:it|this|that|them|one|file|form|pdf|document|mine)"
_WANTS_A_COPY = re.compile(
    rf"\b{_MAKE_IT_RIGHT}\s+(?:\w+\s+){{0,2}}?{_THE_FILE}\b"
    r"|\b(?:fixed|mended|repaired|flattened|corrected|clean)\s+(?:copy|version|file|one|pdf)\b"
    r"|\b(?:make|do)\s+(?:me\s+)?(?:the|a|that|it|this)\b.{0,20}\b(?:copy|for me)\b",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\b(?:how|where|which|what|steps?|myself|with)\b|\b(?:on|in|using)\s+(?:a|an|the|my)?\s?"
    r"(?:mac|word|acrobat|preview|chrome|reader|iphone|ipad|windows)",
    re.IGNORECASE,
)


def wants_a_copy(text: str) -> bool:
    """Whether a short message asks us to mend the file, rather than how to do it oneself."""
    return (
        len(text.split()) <= _SHORT
        and bool(_WANTS_A_COPY.search(text))
        and not (_HOW.search(text) or _NOT.search(text))
    )


def wants_a_person(text: str) -> bool:
    """Whether a short message asks for a human being."""
    return (
        len(text.split()) <= _SHORT
        and bool(_WANTS_A_PERSON.search(text))
        and not _OTHER_PLACE.search(text)
    )


def deadline_is_near(text: str) -> bool:
    """Whether a message speaks of a deadline within hours, as somebody who is stuck says it."""
    return bool(_DEADLINE_NEAR.search(text))


def has_words(text: str) -> bool:
    """Whether there is any letter or digit, so that something can be understood."""
    return any(c.isalnum() for c in text)


def learned(text: str, topic: str | None, came_from: str | None) -> str | None:
    """The topic that a short report after an answer leads to: somebody who was linking and says
    ``it says legacy`` has to upgrade; somebody who says that the upgrade is done goes back.

    ``topic`` is that of the last answer, ``came_from`` the one that it interrupted.
    """
    if not topic or len(text.split()) > _SHORT or _NOT.search(text):
        return None
    if topic in _NEED_UPGRADE and _LEGACY.search(text) and not _ASKS.search(text):
        return "upgrade_legacy_account"
    if topic == "account_type" and _UPGRADED.search(text) and not _ASKS.search(text):
        return came_from or "link_accounts"
    if topic == "upgrade_legacy_account" and _UPGRADE_DONE.search(text):
        return came_from or "link_accounts"
    return None
