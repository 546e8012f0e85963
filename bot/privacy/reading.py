"""A plain view of a message, in which numbers and passwords are easy to see.

People paste dashes, spaces, digits and quotes of many alphabets, and a page may hide
characters between digits. Detectors read the plain view; what they find is cut out
of the text as the filer typed it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.privacy.encoded import decode, has_codes
from bot.privacy.lookalikes import LETTERS, spaced_words

BARRIER = "\ue000"
"""Stands for text that has been removed already; no detector reads across it."""

_NEEDS_FOLDING = re.compile(r"[^\t\n\r -~]")
_SOFT_HYPHEN = "\u00ad"
_SAME = {
    **dict.fromkeys("\u2212\u2043\u30fc\uff70\u02d7\u207b\u208b\u2796", "-"),
    **dict.fromkeys("\u00b7\u2022\u2024\u2027\u30fb\u3002\u22c5\u2219", "."),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u300c\u300d", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u00b4\u02bc", "'"),
    **dict.fromkeys("\u2192\u21d2\u27a1\u279c", "="),
    "\u2026": ".",
    "\u0142": "l",
    "\u0141": "L",
    "\u0131": "i",
    **dict.fromkeys("\ufe30\ufe13\u2236\ua789\u02d0\ua4fd", ":"),
    "\u2044": "/",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
    "\x0b": " ",
    "\x0c": " ",
    # blanks and fillers that Unicode counts among letters and signs
    **dict.fromkeys("\u115f\u1160\u3164\uffa0", ""),
    "\u2800": " ",
    # the marks before a Spanish question and call
    **dict.fromkeys("\u00bf\u00a1", " "),
    BARRIER: "?",
    **LETTERS,
}


@dataclass(frozen=True)
class Reading:
    """A message as detectors see it.

    `plain` keeps the capitals, `low` does not; both have the same length. `places`
    gives for each character its index in the original, and is None when both agree.
    """

    plain: str
    low: str
    places: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where the piece `start:end` stands in the original text."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end]


def read(text: str) -> Reading:
    """Return the plain view of `text`; any string is accepted."""
    if _NEEDS_FOLDING.search(text) is None:
        return _join_letters(Reading(text, text.lower(), None))
    return _fold_all(zip(text, range(len(text)), strict=True), len(text))


def read_codes(text: str) -> Reading | None:
    """Return the plain view of what a page would show for `text`, if it holds any codes."""
    return _fold_all(decode(text), len(text)) if has_codes(text) else None


def _fold_all(shown: Iterable[tuple[str, int]], length: int) -> Reading:
    letters: list[str] = []
    places: list[int] = []
    for letter, place in shown:
        folded = _fold(letter)
        if letter == _SOFT_HYPHEN and letters and letters[-1].isdigit():
            folded = "-"
        if folded:
            letters.append(folded)
            places.append(place)
    places.append(length)
    plain = "".join(letters)
    return _join_letters(Reading(plain, _lower(plain), tuple(places)))


def _join_letters(reading: Reading) -> Reading:
    """Return the reading with words such as "p a s s w o r d" put together."""
    between = spaced_words(reading.low)
    if not between:
        return reading
    left_out = frozenset(between)
    kept = [at for at in range(len(reading.plain)) if at not in left_out]
    plain = "".join(reading.plain[at] for at in kept)
    places = (
        *(reading.original(at, at)[0] for at in kept),
        reading.original(0, len(reading.plain))[1],
    )
    return Reading(plain, _lower(plain), places)


def hide(reading: Reading, pattern: re.Pattern[str]) -> Reading:
    """Return the reading with everything that `pattern` matches turned into barriers."""

    def wall(found: re.Match[str]) -> str:
        return BARRIER * len(found.group())

    plain = pattern.sub(wall, reading.plain)
    return Reading(plain, _lower(plain), reading.places)


def _lower(plain: str) -> str:
    low = plain.lower()
    if len(low) == len(plain):
        return low
    return "".join(small if len(small := c.lower()) == 1 else c for c in plain)


@lru_cache(maxsize=8192)
def _fold(letter: str) -> str:
    """Return the plain character for `letter`, or nothing for an invisible one."""
    if " " <= letter <= "~" or letter in "\t\n\r":
        return letter
    if letter in _SAME:
        return _SAME[letter]
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if category in ("Mn", "Me", "Cf", "Cc"):
        return ""
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    parts = unicodedata.normalize("NFKD", letter)
    if len(parts) > 1 and any(not unicodedata.combining(part) for part in parts[1:]):
        return letter
    return parts[0]
