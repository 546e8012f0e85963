"""Finds the password of a pair such as "login: jdoe / Secret9"."""

import re
from collections.abc import Iterator

from bot.privacy.keys import KEY
from bot.privacy.reading import BARRIER, Reading
from bot.privacy.spans import Span
from bot.privacy.tokens import Level, Token, value_at
from bot.privacy.words import is_ordinary

_IN_LINK = re.compile(r"://[^\s/@:]{1,80}:(?P<value>[^\s/@\ue000]{1,80})@")
# as programs are told a login
_TOLD = re.compile(
    r"\bauthorization\s*[:=]\s*(?:basic|bearer)\s+(?P<value>[^\s\ue000\"']{6,2000})"
    r"|\s-u\s+[\"']?[^\s:\ue000]{1,80}:(?P<second>[^\s\ue000\"']{4,80})"
)
_ENTERED = re.compile(
    r"\b(?:entro|entraba|ingreso|accedo|log(?:ged|ging)?\s?in|sign(?:ed|ing)?\s?in)\s+(?:con|with)\s+"
    r"(?:el\s+usuario\s+)?[^\s/|:,;\ue000]{2,40}\s+(?:y|and|&)\s+(?:con\s+|with\s+)?"
)
_PAIR_OF_LOGIN = re.compile(
    r"@[^\s@]{1,80}\.[a-z]{2,9}\s{0,3}[/|:]\s{0,3}(?=\S)"
    r"|(?<!\S)[^\s/|:,;]{2,40}\s*[/|:]\s*(?=\S{4,60}[,]?\s+(?:is|are|was)\s+(?:my|our|the|her"
    r"|his)\s+(?:\w+\s+)?(?:log-?in|credentials|creds)\b)"
)
_PAIR = re.compile(
    r"\b(?:(?:user[\s_-]?(?:names?|ids?)?|login|log-in|logon|id|e-?mail|u)\s*(?:/|and|&|\+|,"
    r"|or)\s*(?:my\s+|the\s+)?(?:pass(?:words?|codes?)?|pw|pwd|pin|p)"
    r"|log[\s-]?ins?|logons?|sign[\s-]?ins?|credentials?|creds?|user[\s_-]?names?|userid|user|"
    r"(?:pacer|cm/?ecf|ecf|nextgen)(?=\s*[:=]))\b"
    r"(?P<more>(?:\s+(?:info|information|details|id|name|for\s+(?:\w+\s+)?(?:pacer|ecf|cm/ecf"
    r"|nextgen)|i\s+(?:use|have|tried|used)))*)"
    rf"(?P<link>\s*[:=]+\s*|[ \t]+(?:is|are|was|were|with|as|using)\s+"
    rf"|[ \t]+)(?P<user>[^\s/|:,;{BARRIER}]+)"
    rf"(?P<gap>\s*[/|:;,]\s*|\s+(?:and|with|y|&|then)\s+(?:password\s+)?|[ \t]+)(?=[^\s{BARRIER}])"
)
_LETTERED = re.compile(
    rf"\bu(?:n|ser|sr|id)?\s*[:=]\s*[^\s{BARRIER}]+(?:\s[\s,;/|]*|[,;/|])"
    r"p(?:w|wd|ass|s)?\s*[:=]\s*"
)


_LONG_ENOUGH = re.compile(r"[^\s/,;]{5,}(?!/)")


def find_login_pairs(reading: Reading) -> Iterator[Span]:
    """Yield the password of "login: jdoe / Secret9" and of "u: jdoe p: tiger"."""
    low = reading.low
    for lettered in _LETTERED.finditer(low):
        value = value_at(reading, lettered.end(), Level.NO_ORDINARY_WORD)
        if value is not None:
            yield Span(value.start, value.end, "password")
    yield from (Span(*found.span("value"), "password") for found in _IN_LINK.finditer(low))
    for told in _TOLD.finditer(low):
        yield Span(*told.span("value" if told["value"] else "second"), "password")
    for entered in _ENTERED.finditer(low):
        value = value_at(reading, entered.end(), Level.LOOKS_SECRET)
        if value is not None and _mixes_digits(value):
            yield Span(value.start, value.end, "password")
    for named in _PAIR_OF_LOGIN.finditer(low):
        value = value_at(reading, named.end(), Level.LOOKS_SECRET)
        if value is not None and _mixes_digits(value):
            yield Span(value.start, value.end, "password")
    for pair in _pairs(low):
        if (
            not any(c.isalnum() for c in pair["user"])
            or pair["user"][-1] in "?.!"
            or (pair["user"].isdigit() and len(pair["user"]) < 3)
        ):
            continue
        is_name = reading.plain[pair.start("user")].isupper()
        level = _pair_level(pair, is_name)
        value = value_at(reading, pair.end(), level)
        if value is not None and level is Level.LOOKS_SECRET and not _mixes_digits(value):
            continue
        key = KEY.match(low, value.start) if value is not None else None
        if value is not None and (key is None or key["signs"]):
            yield Span(value.start, value.end, "password")


def _pairs(low: str) -> Iterator[re.Match[str]]:
    """Yield what reads as a pair. An ordinary word is no user name, and may begin a pair itself:
    "login credentials are jdoe and Secret9"."""
    pair = _PAIR.search(low)
    while pair is not None:
        ordinary = is_ordinary(pair["user"])
        if not ordinary:
            yield pair
        pair = _PAIR.search(low, pair.start("user") if ordinary else pair.end())


def _mixes_digits(value: Token) -> bool:
    low = value.low
    return not low.isdigit() and (any(c.isdigit() for c in low) or not low.isalpha())


def _pair_level(pair: re.Match[str], is_name: bool) -> Level:
    """Return how much like a secret the second half of a pair has to look. `is_name`: its first
    half begins with a capital, as places and people do."""
    names_both = (
        re.search(r"pass|pw|\bp\b|pin|cred", pair.group()[: pair.start("user") - pair.start()])
        is not None
    )
    gap = pair["gap"].strip()
    linked = bool(pair["link"].strip())
    if names_both and (gap in ("/", ":", "|") or (linked and gap)):
        return Level.NO_ORDINARY_WORD
    # "login jdoe/summer": two names of things with a slash between them are written with capitals
    close = pair["gap"] == "/" and not is_name and _LONG_ENOUGH.match(pair.string, pair.end())
    if close or (gap == "/" and (":" in pair["link"] or "=" in pair["link"])):
        return Level.NO_ORDINARY_WORD
    return Level.LOOKS_SECRET
