"""Finds Social Security and card numbers in forms that their digits alone do not tell.

Digits spread out one by one, parted by commas, brackets or line ends, or with a letter
in the place of the digit it looks like. Most count only beside a word that names them.
"""

import re
from collections.abc import Iterator

from bot.privacy.cues import Cues
from bot.privacy.reading import BARRIER, Reading
from bot.privacy.spans import Span

_DIGIT = re.compile(r"\d")
_PART = rf"[^\w${BARRIER}]{{1,4}}"
_LIKE = r"[\dolisbzeagqt]"
_PARTED = re.compile(
    rf"(?<![\w$])[(\[{{]?{_LIKE}{{3}}{_PART}{_LIKE}{{2}}{_PART}{_LIKE}{{4}}[)\]}}]?(?!\w)"
)
_SOLID = re.compile(rf"(?<![\w$]){_LIKE}{{9}}(?!\w)")
_ONE_BY_ONE = re.compile(rf"(?<![\w$.])\d(?:[^\w${BARRIER}]{{1,3}}\d){{8}}(?!\w)(?![^\w\s]?\d)")
_HARD_GAP = r"(?:[ \t]{0,2}[-._/|,][ \t]{0,2}|[ \t]{2,4})"
_SPREAD = re.compile(
    rf"(?<![\w.,-])\d \d \d{_HARD_GAP}\d \d{_HARD_GAP}\d \d \d \d(?!\w)(?!{_HARD_GAP}\d)(?! \d)"
)
_TAXPAYER = ("ssn", "itin", "ein")
_LEAST_DIGITS = 5
"""How many of nine places have to be true digits when the rest are letters like them: more than
half, beside a word for such a number."""


def find_odd_forms(reading: Reading, cues: Cues) -> Iterator[Span]:
    """Yield Social Security numbers that are parted in other ways than by dashes or blanks."""
    low = reading.low
    if _DIGIT.search(low) is None:
        return
    yield from (Span(*found.span(), "ssn") for found in _SPREAD.finditer(low))
    for pattern in (_PARTED, _SOLID, _ONE_BY_ONE):
        for found in pattern.finditer(low):
            if sum(letter.isdigit() for letter in found.group()) < _LEAST_DIGITS:
                continue
            cue = cues.immediate(found.start())
            if cue is None or cue.kind not in _TAXPAYER:
                cue = cues.named_after(found.end())
            if cue is not None and cue.kind in _TAXPAYER:
                yield Span(*found.span(), cue.kind)
