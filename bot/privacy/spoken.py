"""Finds numbers that are spelled in words, wholly or in part, in English or Spanish.

"one two three, four five, six seven eight nine" is read as 3-2-4 digits by its pauses;
"my social is one twenty-three forty-five 6789" by the word beside it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.privacy.cues import Cues
from bot.privacy.reading import Reading
from bot.privacy.spans import Span

_UNITS = {
    word: str(value)
    for words in (
        "zero one two three four five six seven eight nine",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
    )
    for value, word in enumerate(words.split())
}
_UNITS["oh"] = _UNITS["o"] = "0"
_TEENS = {
    word: str(value)
    for words in (
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        # a dash for "once", which is an English word
        "diez - doce trece catorce quince",
    )
    for value, word in enumerate(words.split(), start=10)
    if word != "-"
}
_TENS = {
    word: str(value)
    for words in (
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    )
    for value, word in enumerate(words.split(), start=2)
}
_TENS["fourty"] = "4"
_TIMES = {"double": 2, "triple": 3, "doble": 2}
_HUNDRED = "hundred"
_NUMERALS = frozenset([*_UNITS, *_TEENS, *_TENS, *_TIMES, _HUNDRED])

_TOKEN = rf"(?:{'|'.join(sorted(_NUMERALS, key=len, reverse=True))}|\d{{1,9}})(?![a-z0-9])"
_BETWEEN = r"[\s,.;/|-]{1,3}(?:(?:dash|hyphen|minus|then|and|slash|dot|guion|y)[\s,.;-]{1,3}){0,2}"
_RUN = re.compile(rf"(?<![a-z0-9]){_TOKEN}(?:{_BETWEEN}{_TOKEN})+")
_PIECE = re.compile(rf"({_TOKEN})")
_WORDS = re.compile(r"[a-z]+")
_LEAST_WORDS = 2


class _Digits(NamedTuple):
    """Digits of a run, and for each but the first what stood before it."""

    text: str
    pauses: tuple[str, ...]


def find_spoken_numbers(reading: Reading, cues: Cues) -> Iterator[Span]:
    """Yield secret numbers of which at least two words are numerals."""
    low = reading.low
    numerals = sum(word in _NUMERALS for word in _WORDS.findall(low))
    if numerals < _LEAST_WORDS:
        return
    for found in _RUN.finditer(low):
        words = _WORDS.findall(found.group())
        if sum(word in _NUMERALS for word in words) < _LEAST_WORDS:
            continue
        kind = _kind(low, found, _digits(found.group()), cues)
        if kind:
            yield Span(found.start(), found.end(), kind)


def _kind(low: str, found: re.Match[str], digits: _Digits, cues: Cues) -> str:
    """Return what the spoken digits are, or nothing."""
    size = len(digits.text)
    cue = cues.before(found.start()) or cues.after(found.end())
    beside = cues.immediate(found.start())
    if cue is not None:
        if cue.kind in ("ssn", "itin", "ein"):
            return cue.kind if size >= 8 else ""
        if cue.kind == "card" and size >= 13:
            return "card"
        if cue.kind in ("bank", "account") and size >= 8:
            return "bank_account"
    if size != 9 or beside is not None or any(letter.isdigit() for letter in found.group()):
        return ""
    if _is_grouped(digits.pauses):
        return "ssn"
    around = low[: found.start()] + low[found.end() :]
    alone = not around.strip(" \t\r\n.,;:?!-")
    return "ssn" if alone or (cue is None and not _counts_up(digits.text)) else ""


def _is_grouped(pauses: tuple[str, ...]) -> bool:
    """Return whether nine digits fall into 3-2-4 by the pauses between them."""
    outer = {pauses[2], pauses[4]}
    inner = {pause for index, pause in enumerate(pauses) if index not in (2, 4)}
    return "" not in outer and outer.isdisjoint(inner)


def _counts_up(digits: str) -> bool:
    return digits in "0123456789" or digits in "9876543210"


def _digits(text: str) -> _Digits:
    """Return the digits that a run of numerals and digits stands for."""
    pieces = _PIECE.split(text)
    digits = ""
    pauses: list[str] = []
    times = 1
    tens_open = hundred_open = False
    for index in range(1, len(pieces), 2):
        numeral, pause = pieces[index], _pause(pieces[index - 1])
        if numeral in _TIMES:
            times = _TIMES[numeral]
            continue
        joined = pause in (" ", "-", "y", "and")
        if numeral == _HUNDRED:
            if digits:
                digits += "00"
                pauses += ["", ""]
                hundred_open = True
            continue
        value = (_UNITS.get(numeral) or _TEENS.get(numeral) or numeral) * times
        times = 1
        if tens_open and joined and numeral in _UNITS and value != "0":
            digits = digits[:-1] + value
            tens_open = hundred_open = False
            continue
        if numeral in _TENS:
            value = _TENS[numeral] + "0"
        tens_open = numeral in _TENS
        if hundred_open and joined and len(value) <= 2:
            digits = digits[: -len(value)] + value
            hundred_open = False
            continue
        hundred_open = False
        if digits:
            pauses.append(pause)
        pauses += [""] * (len(value) - 1)
        digits += value
    return _Digits(digits, tuple(pauses))


def _pause(between: str) -> str:
    """Return the plainest form of what stands between two numerals."""
    return between.strip() or between[:1]
