"""Typing errors: an unknown word one slip away from a word of the examples is read as that word.

The encoder cuts a mistyped word into pieces that mean something else, and no example holds it. A
word counts as unknown where neither the encoder's vocabulary nor the examples have it, so a real
word that filers seldom use is left alone. With errors in three words of ten, 95 questions in 100
are right with this and 85 without (docs/decisions/0002-understanding.md).
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_SHORTEST = 4
_LONGEST = 24
"""Letters of a word that is looked at: shorter ones have too many neighbours, longer ones are
no words."""
_OFTEN = 5
"""In how many examples a word must stand to be put in another's place."""
_TIMES = 50
"""How many times as often as the unknown word, which may stand in a few examples itself."""


class Spelling:
    """Puts right single slips, from how many examples each word stands in."""

    def __init__(self, counts: dict[str, int], known: Collection[str]) -> None:
        self._counts = counts
        self._known = known
        self._nearby: dict[str, list[str]] = defaultdict(list)
        for word, times in counts.items():
            if times >= _OFTEN and _SHORTEST <= len(word) <= _LONGEST:
                for key in (word, *_without_a_letter(word)):
                    self._nearby[key].append(word)

    def correct(self, text: str) -> str:
        """The text with each unknown word replaced by the most frequent one a slip away."""
        return _WORD.sub(lambda found: self._word(found.group()), text)

    def _word(self, written: str) -> str:
        word = _plain(written)
        if not _SHORTEST <= len(word) <= _LONGEST or word in self._known:
            return written
        least = _TIMES * self._counts.get(word, 0)
        near = {
            other
            for key in (word, *_without_a_letter(word))
            for other in self._nearby.get(key, ())
            if self._counts[other] >= least and _one_slip(word, other)
        }
        # the second key keeps the choice the same from run to run
        return max(near, key=lambda other: (self._counts[other], other)) if near else written


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """In how many of ``texts`` each word stands."""
    counts = Counter(
        word for text in texts for word in {_plain(found) for found in _WORD.findall(text)}
    )
    return dict(counts)


def save(counts: dict[str, int], file: Path) -> None:
    """Write what :func:`load` reads."""
    file.write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")


def load(file: Path) -> dict[str, int]:
    """The counts that :func:`save` wrote."""
    counts: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
    return counts


def _plain(word: str) -> str:
    return word.lower().replace("\u2019", "'")


def _without_a_letter(word: str) -> set[str]:
    """The word without one of its letters; the first is seldom mistyped and stays."""
    return {word[:i] + word[i + 1 :] for i in range(1, len(word))}


def _one_slip(word: str, other: str) -> bool:
    """Whether one letter is missing, added or wrong, or two neighbours are swapped."""
    if len(word) != len(other):
        short, long = sorted((word, other), key=len)
        return len(long) - len(short) == 1 and any(
            long[:i] + long[i + 1 :] == short for i in range(len(long))
        )
    wrong = [i for i in range(len(word)) if word[i] != other[i]]
    if len(wrong) == 2:
        first, second = wrong
        swapped = word[first] == other[second] and word[second] == other[first]
        return second == first + 1 and swapped
    return len(wrong) == 1
