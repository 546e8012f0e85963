"""Finds passwords that are plain words with no link before them ("pw sunshine").

Such a word counts only where the line says no more than a password and what it is.
"""

import re
from collections.abc import Iterator

from bot.privacy.keys import KEY
from bot.privacy.reading import Reading
from bot.privacy.spans import Span
from bot.privacy.words import is_nearly_ordinary

_PLAIN_VALUE = re.compile(
    r"(?P<comma>(?:\s+(?:everywhere|always|for\s+(?:both|all|everything)))?,)?[ \t]+"
    r"(?P<word>[^\W\d_]{4,20})(?=[ \t]*[.!?]?[ \t]*(?:\n|\Z)|[.!;][ \t]"
    r"|,?[ \t]+(?:and|y|thanks?|thx|please|pls|can\s+(?:you|u)|help)\b"
    r"|,?[ \t]+(?:(?:old|new|user\w*|log-?in|and\s+new|y\s+la\s+nueva)\b|(?:it\s+)?says?\b"
    r"|dice\b|not\b|does\s?n|dosent|won'?t|is\s?n'?t|is\s+(?:not|wrong|rejected|invalid|refused)\b"
    r"|no\s+(?:funciona|sirve|la\s+acepta)))"
)
_SHORT_KEY = re.compile(r"pws?|pwd|psw|p/w|p\.w\.")
_OWNED = re.compile(r"\b(?:my|our|old|new|her|his|mi|nuestra)\s+(?:(?:pacer|ecf|cm/ecf)\s+)?$")
_OWN_LINE = re.compile(
    r"(?:\A|[\n.,;:!?]|\b(?:tried|try|used|use|is))\s*(?:[-*>]+\s*)?(?:(?:my|our|the|old|new|temp|his|her"
    r"|pacer|ecf|cm/ecf|mi|\w{2,20}'s)\s+){0,3}$"
)
_NOT_TAKEN = re.compile(
    r"(?:no\s+(?:me\s+)?acepta|not\s+tak(?:e|ing)|not\s+accept(?:ing)?|n'?t\s+(?:take|accept)|reject(?:s|ed|ing))\s+\S+\s+$"
)
_SHARED = re.compile(r"\b(?:same|share[ds]?|use[ds]?|always)\b[^.,\n]{0,30}$")


def find_plain_word(reading: Reading, key: re.Match[str]) -> Iterator[Span]:
    """Yield the plain word of "pw sunshine", "my password redsox says invalid" and "we all use
    the same password, lawoffice": a line that names no more than a password and what it is."""
    low, start, end = reading.low, key.start("key"), key.end()
    value = _PLAIN_VALUE.match(low, end, end + 120)
    if value is None or is_nearly_ordinary(value["word"]) or KEY.fullmatch(value["word"]):
        return
    lead = low[max(0, start - 60) : start]
    if value["comma"]:
        fits = _SHARED.search(lead) is not None
    elif _SHORT_KEY.fullmatch(key["key"]):
        fits = _OWN_LINE.search(lead) is not None
    else:
        # "Forgot my password Grace" is signed
        signed = reading.plain[value.start("word")].isupper()
        owned = _OWNED.search(lead) is not None
        begins = _OWN_LINE.search(lead) is not None or _NOT_TAKEN.search(lead) is not None
        fits = owned and begins and not signed
    if fits:
        yield Span(*value.span("word"), "password")
