"""Finds numbers of passports, driver's licences, aliens and health cards beside their names.

A bar or law licence is public and stays. Sources: uscis.gov (A-numbers), cms.gov (Medicare).
"""

import re
from collections.abc import Iterator

from bot.privacy.reading import Reading
from bot.privacy.spans import Span

_HINT = re.compile(
    r"pass?port|pasaport|licen|\bdl\b|alien|\ba[ -]number|\ba ?#|green card|medic|state id"
)
# "pasaporte mexicano", "passport from Ghana"
_PASSPORT = (
    r"(?:pass?|pasa)port[es]{0,2}\b(?:\s+(?:from\s+|de\s+)?[a-z]{4,14}(?=[\s:#]+[a-z]{0,2}\d))?"
)
_LICENCE = (
    r"(?:driver'?s?'?|driving|operator'?s?)[ -]?(?:licen[sc]e|lic)\b\.?|\bd\.?l\b\.?"
    r"|\blicencia\s+de\s+(?:conducir|manejar)"
)
_ALIEN = (
    r"\b(?:alien|uscis)(?:\s+registration)?\b|\ba[ -]number|\ba(?= ?#[\s:#]{0,3}a?(?:\d[ -]?){8})"
    r"|\bgreen\s+card\b"
)
_LINK = (
    r"(?:\s*[:=#-]\s*|\s+(?:numbers?|num\.?|nos?\.?|nr\.?|card|id|is|was|are|es|numero|de|ct|ny|ma"
    r"|my|the|her|his|i\s+(?:put|typed|entered|used))(?=[\s:=#.]))"
)
_VALUE = r"(?P<value>[a-z]{0,3}\d(?:[ -]?[a-z0-9]){5,16})(?![\w-]|[/.]\d)"
_NAMED = re.compile(
    rf"(?:{_PASSPORT}|{_LICENCE}|{_ALIEN}|\bmedicare\b|\bmedicaid\b|\bstate\s+id\b)"
    rf"(?:{_LINK}){{0,6}}[\s:=#.]*{_VALUE}"
)
_LICENCE_OF_NINE = re.compile(
    r"\blicen(?:[sc]e|cia)(?:\s+(?:numbers?|num\.?|no\.?|numero|is|es)|\s*[:=#])*\s*"
    r"(?P<value>\d{9})(?![\w-])"
)
_NO_NUMBER = re.compile(
    r"\d{1,2}-\d{5}(?:-?[a-z]{2,4})?|\d:\d\d-.*|\d{3}[ -]\d{3}[ -]\d{4}|\d{5}-\d{4}"
    r"|\d{1,2}-\d{1,2}-\d{4}|\d{4}-\d\d-\d\d"
)
_LEAST_DIGITS = 5


def find_identity_numbers(reading: Reading) -> Iterator[Span]:
    """Yield the numbers of a person's papers, each beside the word that names the paper."""
    low = reading.low
    if _HINT.search(low) is None:
        return
    for pattern in (_NAMED, _LICENCE_OF_NINE):
        for found in pattern.finditer(low):
            start, end = _number(low, *found.span("value"))
            value = low[start:end]
            if sum(c.isdigit() for c in value) >= _LEAST_DIGITS and not _NO_NUMBER.fullmatch(value):
                yield Span(start, end, "identity")


def _number(low: str, start: int, end: int) -> tuple[int, int]:
    """Return the piece without words that follow the number ("531234567 do you")."""
    for word in re.finditer(r"[^ ]+", low[start:end]):
        if not any(c.isdigit() for c in word.group()):
            return start, start + word.start() - 1
    return start, end
