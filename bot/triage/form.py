"""What a filer's words mean in answer to the help request's questions. No Rasa here."""

import re

ROLES = ("Attorney", "Paralegal or assistant", "Trustee or trustee's staff", "Creditor", "Other")
_ROLE_WORDS = (
    (
        "Paralegal or assistant",
        (
            "paralegal",
            "assistant",
            "secretary",
            "staff of",
            "office manager",
            "clerk at",
            "legal aide",
        ),
    ),
    ("Trustee or trustee's staff", ("trustee",)),
    (
        "Creditor",
        (
            "creditor",
            "credit union",
            "bank",
            "limited",
            "claims",
            "lender",
            "servicer",
            "collections",
        ),
    ),
    ("Attorney", ("attorney", "lawyer", "counsel", "atty", "solo", "associate", "partner")),
)
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}\.[A-Za-z]{2,24}")
_PHONE = re.compile(
    r"(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4}(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.I
)
_NAME_LEAD = re.compile(
    r"^\W*(?:hi|hello|sure|ok|yes)?[,.\s]*"
    r"(?:my name is|name is|my name's|name's|i am|i'm|this is|it is|it's|call me|name:)\s+",
    re.IGNORECASE,
)
_QUESTION_START = re.compile(
    r"^\W*(?:how|what|where|when|why|who|which|can|could|do|does|did|is|are|will|would|should|may)\b",
    re.IGNORECASE,
)
_DETAILS_LIMIT = 3000


def read_name(text: str) -> str | None:
    """A person's name out of an answer such as ``My name is Ann Lee``; None when there is none."""
    name = " ".join(_NAME_LEAD.sub("", text).strip(" .,;!").split())
    letters = sum(c.isalpha() for c in name)
    if letters < 2 or len(name) > 80 or len(name.split()) > 8 or "?" in name or "@" in name:
        return None
    return name


def read_contact(text: str) -> str | None:
    """The e-mail addresses and phone numbers in an answer, joined; None when there is none."""
    found = _EMAIL.findall(text) + [m.group(0).strip() for m in _PHONE.finditer(text)]
    return ", ".join(dict.fromkeys(found))[:200] or None


def read_role(text: str) -> str | None:
    """One of :data:`ROLES`; None when the answer is empty."""
    lowered = text.lower().strip()
    for role in ROLES:
        if lowered == role.lower():
            return role
    for role, words in _ROLE_WORDS:
        if any(word in lowered for word in words):
            return role
    return "Other" if lowered else None


def read_details(text: str) -> str | None:
    """The problem in the filer's words; None when nothing is said."""
    words = text.strip()
    return words[:_DETAILS_LIMIT] if any(c.isalnum() for c in words) else None


def sounds_like_a_question(text: str) -> bool:
    """Whether somebody who was asked for a name or a phone number asks something back."""
    return "?" in text or bool(_QUESTION_START.match(text)) or len(text.split()) > 8
