"""A few words after an answer that mean nothing without it: "where is that", "how long does it
take", "is it free", "and my secretary?". No Rasa here."""

import re
from enum import Enum

from bot.knowledge.corrections import LOGINS
from bot.knowledge.follow_up import step_before


class Aspect(Enum):
    """What of the last answer is asked for: its steps, a date or hour, a time it takes, a price, or
    what to do when it failed."""

    HOW = "how"
    WHEN = "when"
    DURATION = "duration"
    COST = "cost"
    FAILED = "failed"


_LEAD = r"(?:(?:ok(?:ay)?|and|so|but|yes|well|sorry|then|also|great|thanks|hm+|alright)[\s,.]+)*"
_IT = r"(?:it|that|this|those|they|these|them|the next one)"
_BAD = (
    r"(?:an? )?(?:invalid|error|wrong|incorrect|failed|not valid|denied)"
    r"(?: (?:login|password|message|username))?"
)
_TAIL = r"(?:\s+(?:please|then|exactly|again|now|anyway))*"
_FULL: dict[Aspect, tuple[str, ...]] = {
    Aspect.HOW: (
        "how",
        rf"how (?:do|can|would) (?:i|you|we) (?:do {_IT}|know|tell|find out|see(?: {_IT})?)",
        rf"where|where(?: is|'s|s| are) {_IT}",
        rf"where (?:do|can) (?:i|we) (?:find|see|click|go|do)(?: {_IT})?",
        r"(?:on )?which page|show me(?: how)?",
        r"and|and then|then what|what now|now what|and after(?: that)?",
        r"(?:and )?(?:what(?: is|'s|s)? |the )?next(?: step)?",
        r"what do i do (?:then|next|after(?: that)?)",
    ),
    Aspect.WHEN: (
        rf"when|when(?: is|'s|s| was| were| are) {_IT}",
        rf"(?:at )?what (?:time|days?)(?: is {_IT})?",
    ),
    Aspect.DURATION: (
        rf"how long|how long (?:does|will|would|did) {_IT} take|how soon",
        rf"how (?:many days|fast|quick)(?: is {_IT})?",
        rf"is {_IT} (?:quick|fast)|does {_IT} take long",
    ),
    Aspect.COST: (
        rf"(?:is|are) {_IT} (?:free|for free)|free",
        rf"how much(?: is {_IT}| does {_IT} cost)?|what(?: is|'s) the cost",
        rf"what(?: does|'s|s| do) {_IT} cost|does {_IT} cost(?: anything| something| money)?",
        r"is there a (?:fee|charge|cost)(?: for (?:it|that))?",
        r"do i (?:have to )?pay(?: for (?:it|that))?",
    ),
    Aspect.FAILED: (
        rf"(?:{_IT} )?(?:still )?(?:says|said|gives|shows)(?: me)? (?:that {_IT} is )?{_BAD}",
        rf"what if {_IT} (?:stays|fails|is|isn't|does|doesn't|won't|still|keeps)\b[\w\s']{{0,20}}",
    ),
}
_PATTERNS = tuple(
    (aspect, re.compile(rf"\W*{_LEAD}(?:{'|'.join(words)}){_TAIL}\W*", re.IGNORECASE))
    for aspect, words in _FULL.items()
)
# in an answer: what says when, how long, and what it costs
_SAYS: dict[Aspect, re.Pattern[str]] = {
    Aspect.WHEN: re.compile(
        r"\b(?:January|February|March|April|May|June|July|August|September|October|November"
        r"|December) \d|\bhours\b|\bdays, times\b",
        re.IGNORECASE,
    ),
    Aspect.DURATION: re.compile(r"\bhow long\b|\bat once\b|\bbusiness days?\b", re.IGNORECASE),
    Aspect.COST: re.compile(r"\bfree\b|\bcosts?\b|\$\d|\bno PACER fee\b", re.IGNORECASE),
}
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s+(?=[A-Z*{\[a-z])|\n+")
_STILL = re.compile(r"\b(?:still|again|keeps?|kept)\b", re.IGNORECASE)
_FEW_WORDS = 8

_STAFF = re.compile(
    rf"\W*{_LEAD}(?:what about |how about |(?:and )?for |does |and )?(?:my|our|the|his|her) "
    r"(?:secretary|paralegal|legal assistant|assistant|staff|clerk|associate)s?"
    r"(?: (?:too|as well|then))?\W*",
    re.IGNORECASE,
)
_BEFORE_STAFF = frozenset(
    {
        "shared_account",
        "register_pacer_account",
        "link_accounts",
        "link_trouble",
        "central_sign_on",
        "efiling_registration",
        "limited_user_or_trustee",
        "nextgen_overview",
    }
)
_NUMBER = re.compile(
    rf"\W*{_LEAD}(?:what(?: is|'s|s) )?(?:the|your|their|pacer'?s?|and pacer'?s?)\s?"
    r"(?:phone|number|phone number|e-?mail|hours|address)?\W*",
    re.IGNORECASE,
)
_NOBODY_ANSWERS = re.compile(
    r"\b(?:nobody|no ?one|no body) (?:answers|picks up|is there|calls back)\b", re.IGNORECASE
)
_OTHER_HALF = re.compile(
    rf"\W*{_LEAD}(?:what about |how about )?(?:my|the) (?:user ?name|user ?id|login|password)\W*",
    re.IGNORECASE,
)
_FOR_ME = re.compile(r"\b(?:do|make|fix|mend|flatten) (?:it|that|this) for me\b", re.IGNORECASE)
_SIGN_UP = re.compile(
    rf"\W*{_LEAD}how (?:do|can) (?:i|we) (?:sign up|book(?: one| it| that)?|join|register|attend)"
    r"(?: for (?:it|that|one))?\W*",
    re.IGNORECASE,
)


def asks_about(text: str) -> Aspect | None:
    """What a few words ask about the last answer; None where they say anything of their own."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for aspect, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return aspect
    return None


def sentences_on(aspect: Aspect, text: str) -> tuple[str, ...]:
    """The sentences of an answer that say when, how long, or what it costs."""
    says = _SAYS[aspect]
    parts = (part.strip(" -") for part in _SENTENCE_ENDS.split(text))
    return tuple(re.sub(r"^\d+\. ", "", part) for part in parts if says.search(part))


def still_fails(text: str, topic: str | None, asked: str) -> bool:
    """Whether a short message such as ``still no menu`` says once more what the answer on
    ``topic`` was for; ``asked`` is the topic that it names."""
    same = topic is not None and (asked == topic or step_before(topic, asked, None) == asked)
    return same and len(text.split()) <= _FEW_WORDS and bool(_STILL.search(text))


def leads_to(text: str, topic: str | None) -> str | None:
    """The topic that a few words mean after an answer on ``topic``."""
    if topic is None or len(text.split()) > _FEW_WORDS:
        return None
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if topic in _BEFORE_STAFF and _STAFF.fullmatch(text):
        return "limited_user_or_trustee"
    if topic == "contact_human" and _NUMBER.fullmatch(text):
        return topic
    if _NOBODY_ANSWERS.search(text):
        return "contact_human"
    if topic in LOGINS and _OTHER_HALF.fullmatch(text):
        return topic
    if topic in {"pdf_fix", "pdf_rejected"} and _FOR_ME.search(text):
        return "check_my_pdf"
    if topic == "zoom_help_session" and _SIGN_UP.fullmatch(text):
        return topic
    if topic == "link_accounts" and asks_about(text) is Aspect.FAILED:
        return "link_trouble"
    if topic == "pdf_rejected" and asks_about(text) is Aspect.HOW:
        return "pdf_fix"
    return None
