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
    (r"\b(\d+(?:\.\d+)?)\s?(?:mbs?|megs?|mega\s?bytes?)\b", r"\1 MB"),
    # "it dosent link" is no question about how to link
    (r"\bdo(?:e?s|se|es)[ae]?n'?t\b|\bdose not\b", "doesn't"),
    (r"\b(do|did|is|was|wo|ca|could|would|have|has)n?nt\b", r"\1n't"),
    (r"\bleg[ae][cs]+[ae]?y\b", "Legacy"),
    (r"\bupgrde|\bupgarde?|\buprade|\bupgradd?e", "upgrade"),
)
# How near a deadline is says nothing about what does not work, so it must not weigh: actions read
# it from the whole text (bot.knowledge.plain_words.deadline_is_near).
_CLOCK = r"(?:midnight|noon|\d{1,2}(?::\d\d)?\s?(?:[ap]\.?m\b\.?)?|end of (?:the )?day)"
_TIME = r"(?:\w+|half an|a few|an)\s(?:minutes?|mins?|hours?|hrs?)\b"
_WHEN = (
    rf"(?:(?:by|at|before|in|within)\s(?:about\s)?)?(?:today|tonight|tomorrow|{_TIME}|{_CLOCK})"
    rf"(?:\s(?:at|by|before)\s{_CLOCK}|\s(?:today|tonight|tomorrow))?"
)
# no longer runs: every place of a long one would be tried to its end
_JOINED = r"(?:[\s,;.!-]{1,9}(?:and|but|so|because|cuz|with)\b)?[\s,;.!-]{0,9}\b"
_HURRY = re.compile(
    rf"{_JOINED}(?:"
    rf"(?:i|we)(?:'ve| have|'ve got| have got| got)(?: like| about| only| just| maybe)? {_TIME}"
    r"(?: left| to go| to file)?"
    rf"|(?:(?:i|we) have |there is |there's )?(?:(?:a|an|my|the|this) )?(?:\w+ )?"
    rf"(?:(?:is|was|it's) )?due {_WHEN}"
    rf"|(?:(?:my|the|a) )?deadline(?: is| was|'s)? {_WHEN}"
    r"|please hurry|hurry up|asap|please help"
    r")(?![\w'])[.!,]*"
    # "it won't link, hearing tomorrow" asks nothing of the hearing
    r"|[,;.!-]{1,9}\s{0,9}(?:and |but )?(?:(?:i|we)(?:'ve| have| got) )?(?:(?:a|my|the|our) )?"
    rf"(?:hearing|trial|341(?: meeting)?)(?: is|'s)? {_WHEN}[.!,]*\s{{0,9}}$",
    re.IGNORECASE,
)
_WORDS_TO_KEEP = 3
_COMPILED = tuple((re.compile(p, re.IGNORECASE), r) for p, r in _SPELLINGS)
_REMOVED = re.compile(r"\[[A-Za-z ]+ removed\]")
_SPACE = re.compile(r"\s+")
# of a long run of stops the first say as much, and each further one would be tried as a beginning
_STOPS = re.compile(r"([\s,;.!-]{9})[\s,;.!-]+")


def normalize(text: str) -> str:
    """The text with known spellings made one, runs of space shortened, and without the deadline
    that a filer in a hurry adds, where enough words are left."""
    text = _REMOVED.sub(" ", text)
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    text = _SPACE.sub(" ", text).strip()
    without = _HURRY.sub(" ", _STOPS.sub(r"\1", text))
    without = _SPACE.sub(" ", without).strip()
    return without if len(without.split()) >= _WORDS_TO_KEEP else text
