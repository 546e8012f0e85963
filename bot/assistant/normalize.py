"""Texts as the encoder should read them: the system's names as people and voice typing spell them.

The encoder has seen ``PACER`` and ``CM/ECF``, but not ``pace her`` or ``see em ecf``.
"""

import re

_SPELLINGS: tuple[tuple[str, str], ...] = (
    (
        (
            r"\b(?:c\.?m\.?|see\s?em|see\s?m|cm)\s?[/\\ -]?\s?"
            r"(?:and |slash )?(?:e\.?\s?c\.?\s?f|ecs|esf)\b\.?"
        ),
        "CM/ECF",
    ),
    (r"\bc\s?m\s?[/-]?\s?e\s?c\s?f\b", "CM/ECF"),
    (r"\bcm\s?ecf\b|\bcmecf\b|\bcem ecf\b|\bsee em\b", "CM/ECF"),
    (
        (
            r"\b(?:pace her|pace are|pay sir|paser|pacers|pa cer|pacr|paycer|pacerr|pace-er|pay cer"
            r"|p a c e r)\b"
        ),
        "PACER",
    ),
    (r"\bnext\s?(?:gen|jen|jenn|generation)\b", "NextGen"),
    (r"\bp\s?d\s?f'?s?\b|\bpdfs\b", "PDF"),
    (r"\bm\s?f\s?a\b|\b2\s?fa\b|\btwo[ -]factor\b", "MFA"),
    (r"\bpass\s?words?\b|\bpsswrd\b|\bpasswrd\b|\bpswd\b|\bpwd?\b|\bpassowrd\b", "password"),
    (r"\bacct'?s?\b|\bacount\b|\baccnt\b", "account"),
    (r"\batty'?s?\b", "attorney"),
)
_COMPILED = tuple((re.compile(p, re.IGNORECASE), r) for p, r in _SPELLINGS)
_REMOVED = re.compile(r"\[[A-Za-z ]+ removed\]")
_SPACE = re.compile(r"\s+")


def normalize(text: str) -> str:
    """The text with known spellings made one and runs of space shortened."""
    text = _REMOVED.sub(" ", text)
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    return _SPACE.sub(" ", text).strip()
