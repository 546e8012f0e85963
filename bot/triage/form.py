"""What a filer's words mean in answer to the help request's questions. No Rasa here."""

import re

from bot.triage.deadline import is_only_a_time

ROLES = ("Attorney", "Paralegal or assistant", "Trustee or trustee's staff", "Creditor", "Other")
_LAWYER = re.compile(r"\b(?:attorney|lawyer|counsel|atty|esq)", re.I)
_ROLE_WORDS = (
    (
        "Paralegal or assistant",
        re.compile(
            r"\b(?:paralegal|(?:legal |administrative )?assistant|secretary|staff of|office manager"
            r"|clerk at|legal aide)",
            re.I,
        ),
    ),
    ("Attorney", _LAWYER),
    (
        "Creditor",
        re.compile(
            r"\b(?:creditor|credit union|banks?\b|limited|claims|lender|servicer|collections)", re.I
        ),
    ),
    ("Attorney", re.compile(r"\b(?:solo|associate|partner|law firm)\b", re.I)),
)
_ONLY_A_ROLE = re.compile(
    r"(?:an? |the )?(?:attorney|lawyer|paralegal|(?:legal )?assistant|secretary|trustee|creditor"
    r"|debtor|other)(?: at law)?",
    re.I,
)
_EMAIL = re.compile(r"[^\s@<>,;:()\"]{1,64}@[^\s@<>,;:()\"]{1,190}\.[A-Za-z]{2,24}")
# as phones write what is said to them: ``ann dot lee at example dot com``
_SAID_SIGNS = {"at": "@", "dot": ".", "underscore": "_", "dash": "-", "hyphen": "-"}
_SAID_SIGN = re.compile(r"[ (\[]{1,2}(at|dot|underscore|dash|hyphen)[ )\]]{1,2}", re.I)
_SAID_PART = r"[\w.+-]{1,40}(?: (?:dot|underscore|dash|hyphen) [\w+-]{1,40}){0,4}"
_SAID_EMAIL = re.compile(
    # "I work at example.com" and "call me at" name no mailbox
    r"(?<![\w.+-])(?!(?:me|us|him|her|them|i|am|is|are|works?|working|office|home|look|find|e-?mail"
    r"|mail|reached|contact|site|website|page)\b)"
    rf"{_SAID_PART}[ (\[]{{1,2}}at[ )\]]{{1,2}}{_SAID_PART}(?: dot |\.)"
    r"(?:com|org|net|gov|edu|us|law|legal|biz|info)(?![\w.-]?\w)",
    re.I,
)
_PHONE = re.compile(
    r"(?<![\d+])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4}(?!\d)"
    r"(?:\s*(?:x|ext\.?)\s*\d{1,6})?"
    r"|\+\d{1,3}(?:[\s.()-]{0,2}\d){7,12}(?!\d)",  # a filer abroad
    re.I,
)
_NAME_LEAD = re.compile(
    r"^\W*(?:(?:hi|hello|sure|ok|yes)[,.\s]*)?"
    r"(?:my name is|name is|my name's|name's|i am|i'm|this is|it is|it's|call me|name:)\s+",
    re.IGNORECASE,
)
_NAME_AGAIN = re.compile(
    r"\b(?:(?:my|the) name(?:'s| is| should be)|it(?:'s| is) spelled|spell it|call me"
    r"|(?:change|correct|make) (?:my|the) name(?: to)?)"
    r"(?: actually| really)?:?\s+(?P<name>[^\d@]{2,80})$",
    re.IGNORECASE,
)
# "not john, its Jon Filer", where John was the name
_NOT_THIS_NAME = re.compile(
    r"\bnot (?P<wrong>[^\W\d_][\w'-]{1,30})[,;]? (?:but|it(?:'s|s| is))\s+(?P<name>[^\d@]{2,80})$",
    re.IGNORECASE,
)
_QUESTION_START = re.compile(
    r"^\W*(?:(?:wait|hold on|one moment|by the way|btw|but first)\b\W*)?"
    r"(?:how|what|where|when|why|who|which|can|could|do|does|did|is|are|will|would|should|may)\b",
    re.IGNORECASE,
)
# what masking leaves, with the words that led to it: ``, SSN [Social Security number removed]``
_MASKED = re.compile(
    r"[,;\s]{0,9}"
    r"(?:\b(?:my|and|ssn|ss|itin|ein|social(?: security)?(?: number)?|password|is)\b"
    r"[#:,\s]{0,9}){0,9}\[[A-Za-z ]{1,40} removed\]",
    re.IGNORECASE,
)
# of a link or other markup
_NO_NAME_SIGNS = re.compile(r"[\[\]<>{}]|://|\bwww\.")
# words of a problem, which no name has
_NO_NAME = re.compile(
    r"\b(?:my|is|are|not|still|pdf|pacer|ecf|accounts?|logins?|passwords?|upload\w*|fil(?:e|es|ing)"
    r"|link\w*|errors?|deadlines?|request|working|works?|doesn'?t|didn'?t|can'?t|won'?t)\b",
    re.IGNORECASE,
)
# the words are parted by something: were they not, goodbye could be read as good and bye as well,
# and a text of n such words in 2 to the power of n ways
_COURTESY = re.compile(
    r"^\W*(?:(?:hi|hello|hey|bye|goodbye|thanks?|thank you|thx|ok(?:ay)?|yes|yeah|yep|sure|no|nope"
    r"|please|fine|good|great|right|alright|so much|very much|a lot"
    r"|good (?:morning|afternoon|evening))(?:\W+|$))+$",
    re.IGNORECASE,
)
_ASKS_WHAT_TO_SAY = re.compile(
    r"^(?:(?:ok(?:ay)?|and|so|but|sorry|wait|hm+)\W+)?(?:what(?: ?for| do you mean| do you need"
    r"| (?:should|do|must|can) i (?:say|write|put|tell you|type)(?: (?:here|now|there))?)?|for what"
    r"|why(?: do you (?:ask|need (?:that|this|it)))?|which problem|like what)\W*$",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^\W*(?:y|yes|yep|yeah|ok|okay|sure|correct|right|exactly|fine|perfect|submit|send|please do"
    r"|please send|go ahead|do it|looks (?:good|right|fine)|sounds good|it is"
    r"|that's (?:right|correct))\b",
    re.IGNORECASE,
)
_NOT_YES = re.compile(
    r"\b(?:no|not|don'?t|but|wait|wrong|never|cancel|later|first)\b", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:chang\w*|wrong|correct(?:ion)?|fix|edit|update|mistake|typo|mistyped|misspell\w*|misspelt"
    r"|isn'?t right|not right|actually|instead|should be|i meant|go back to|back to)\b",
    re.IGNORECASE,
)
_CHANGED = (
    (
        "request_contact",
        r"phone|telephone|cell|number|e-?mail|contact|reach|call me|address",
    ),
    ("request_name", r"name|spell\w*|misspell\w*|misspelt"),
    ("request_deadline", r"deadline|date|due|day|hour|time|when"),
    ("request_role", r"role|job|position|attorney|paralegal|creditor|trustee"),
    ("request_details", r"problem|details?|description|what i wrote|text|message|words"),
)
_THERE_IS_ONE = re.compile(
    r"\bthere(?:'s|s| is| was) (?:one|a (?:date|day))\b|\bi (?:do )?have one\b"
    r"|\bs[ií] hay (?:una|uno)\b",
    re.IGNORECASE,
)
_DETAILS_LIMIT = 3000
_SHORT = 12


def read_name(text: str) -> str | None:
    """A person's name out of an answer such as ``My name is Ann Lee``; None when there is none."""
    if is_courtesy(text) or is_only_a_time(text):
        return None
    # phones type a curly apostrophe
    named = _NAME_LEAD.sub("", _MASKED.sub("", text.replace("\u2019", "'")))
    name = " ".join(named.strip(" .,;!").split())
    letters = sum(c.isalpha() for c in name)
    if _NO_NAME.search(name) or _NO_NAME_SIGNS.search(name):
        return None
    if letters < 2 or len(name) > 80 or len(name.split()) > 8 or "?" in name or "@" in name:
        return None
    return None if _ONLY_A_ROLE.fullmatch(name) else name


def read_contact(text: str) -> str | None:
    """The e-mail addresses and phone numbers in an answer, joined; None when there is none."""
    return ", ".join(dict.fromkeys(_emails(text) + _phones(text)))[:200] or None


def read_new_contact(text: str, given: str) -> str | None:
    """How somebody can be reached who gave ``given`` and now names another address or number: the
    new one, and of the other kind what was given. None where nothing new is named."""
    emails, phones = _emails(text), _phones(text)
    if all(one in given for one in emails + phones):
        return None
    kept = (emails or _emails(given)) + (phones or _phones(given))
    return ", ".join(dict.fromkeys(kept))[:200]


def _emails(text: str) -> list[str]:
    said = _SAID_EMAIL.sub(lambda found: _SAID_SIGN.sub(_sign, found.group()), text)
    return _EMAIL.findall(said)


def _sign(found: re.Match[str]) -> str:
    return _SAID_SIGNS[found.group(1).lower()]


def _phones(text: str) -> list[str]:
    return [found.group().strip() for found in _PHONE.finditer(text)]


def read_email(text: str) -> str | None:
    """The first e-mail address in a text; None when there is none."""
    return next(iter(_emails(text)), None)


def read_phone(text: str) -> str | None:
    """The first telephone number in a text; None when there is none."""
    found = _PHONE.search(text)
    return found.group() if found else None


def read_role(text: str) -> str | None:
    """One of :data:`ROLES`; None when the answer is empty or asks something."""
    lowered = text.lower().strip()
    if "?" in lowered:
        return None
    for role in ROLES:
        if lowered == role.lower():
            return role
    if "trustee" in lowered:
        return "Attorney" if _LAWYER.search(text) else "Trustee or trustee's staff"
    for role, words in _ROLE_WORDS:
        if words.search(text):
            return role
    return "Other" if lowered else None


def read_details(text: str) -> str | None:
    """The problem in the filer's words; None when nothing is said, or only asked what to say."""
    words = text.strip()
    says_some = any(c.isalnum() for c in words) and not _ASKS_WHAT_TO_SAY.match(words)
    return words[:_DETAILS_LIMIT] if says_some else None


def sounds_like_a_question(text: str) -> bool:
    """Whether somebody who was asked for a name or a phone number asks something back."""
    return "?" in text or begins_as_a_question(text) or len(text.split()) > 8


def begins_as_a_question(text: str) -> bool:
    """Whether the first word is one such as how or when, with or without a question mark."""
    return bool(_QUESTION_START.match(text))


def is_courtesy(text: str) -> bool:
    """Whether somebody only says hello, thanks, yes or no, which answers no question for a name."""
    return bool(_COURTESY.match(text))


def agrees(text: str) -> bool:
    """Whether this plainly says yes to ``Shall I send it?``."""
    short = len(text.split()) <= _SHORT // 2
    return short and bool(_YES.match(text)) and not _NOT_YES.search(text)


def read_new_name(text: str, given: str = "") -> str | None:
    """The name in ``no wait, my name is Jon Filer``; None where no name is told anew. ``given``:
    the name before, of which ``not john, its Jon`` corrects a part."""
    text = text.replace("\u2019", "'")
    found = _NAME_AGAIN.search(text)
    if not found and (other := _NOT_THIS_NAME.search(text)):
        found = other if other["wrong"].lower() in given.lower() else None
    # "my name is misspelled" names none
    return read_name(found["name"]) if found and not _CHANGE.search(found["name"]) else None


def speaks_of_a_deadline(text: str) -> bool:
    """Whether a filer names a deadline, and asks nothing."""
    return "?" not in text and bool(re.search(r"\b(?:deadline|due)\b", text, re.IGNORECASE))


def says_there_is_one(text: str) -> bool:
    """Whether somebody who named no deadline says that there is one after all."""
    return bool(_THERE_IS_ONE.search(text.replace("\u2019", "'")))


def read_change(text: str) -> str | None:
    """The answer that a filer wants to give again, as its slot: ``the phone number is wrong``."""
    if len(text.split()) > _SHORT or not _CHANGE.search(text):
        return None
    for slot, words in _CHANGED:
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return slot
    return None
