"""An article taken apart into what can answer one question: its sentences and list items.

No Rasa here; how alike two texts are comes from outside.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.knowledge.model import GOOD_TO_KNOW, IF_THAT_FAILS, NEXT_STEP, STEPS, Article
from bot.knowledge.search import STOP_WORDS

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"{\[*])")
_ITEMS = re.compile(r"\n+(?=(?:- |\d+\. ))|\n{2,}")
_BULLET = re.compile(r"^(?:- |\d+\. )")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[^\W_]{3,40}")
# docs/decisions/0015: chosen on 101 questions after an answer
_SHARED_WORDS = 0.15
FITS = 0.3
"""From this score on a passage answers a question."""
_OF_THE_BEST = 0.6
_STEM = 6
# what filers say, and what the articles call it; words without their plural
_CALLED = {
    said: written
    for written, words in {
        "staff": "paralegal secretary secretaries assistant bookkeeper receptionist helper",
        "mail": "email emails",
        "color": "colour colored coloured",
        "lost": "stolen broke broken died dead gone",
        "leave": "left leaving quit retire retired retiring fired resigned",
        "refund": "refunded reimbursed reimburse",
        "bill": "invoice statement",
        "phone": "cell cellphone mobile",
        "attorney": "lawyer",
        "picture": "screenshot photo",
    }.items()
    for said in words.split()
}


@dataclass(frozen=True)
class Passage:
    """One piece of an article, in Markdown and with placeholders, and the heading above it; empty
    above the short answer."""

    heading: str
    text: str

    @cached_property
    def plain(self) -> str:
        """Its words alone, to compare with a question."""
        words = _LINK.sub(r"\1", self.text).replace("**", "")
        return _PLACEHOLDER.sub(lambda found: found.group(1).replace("_", " "), words)

    def shares_a_word(self, text: str) -> bool:
        """Whether a word that says something stands in both."""
        return not _words(self.plain).isdisjoint(_words(text))


def passages_of(article: Article) -> tuple[Passage, ...]:
    """The pieces of ``article`` in the order in which a filer reads them."""
    found = [Passage("", sentence) for sentence in _SENTENCE_ENDS.split(article.short_answer)]
    for heading in (STEPS, GOOD_TO_KNOW, IF_THAT_FAILS, NEXT_STEP):
        items = _ITEMS.split(article.sections.get(heading, ""))
        texts = (_BULLET.sub("", item.strip()) for item in items)
        found += [Passage(heading, text) for text in texts if text]
    return tuple(found)


@dataclass(frozen=True)
class Fit:
    """A passage and how well it fits a question: some 0 (not at all) to 1.15 (word for word)."""

    passage: Passage
    score: float


def fitting(
    passages: Sequence[Passage],
    likeness: Sequence[float],
    text: str,
    *,
    most: int = 3,
    least: float = FITS,
) -> tuple[Fit, ...]:
    """The passages that answer ``text``, the best first, at most ``most``; none where none does.

    ``likeness``: a number a passage, up to 1, how alike it and ``text`` are. ``least``: the score
    from which on one counts.
    """
    shared = _shared(passages, text)
    fits = [
        Fit(passage, alike + _SHARED_WORDS * share)
        for passage, alike, share in zip(passages, likeness, shared, strict=True)
    ]
    least = max(least, _OF_THE_BEST * max((fit.score for fit in fits), default=0.0))
    best = sorted(fits, key=lambda fit: -fit.score)[:most]
    return tuple(fit for fit in best if fit.score >= least)


def _shared(passages: Sequence[Passage], text: str) -> list[float]:
    """For each passage, 0 to 1: whether it shares words with ``text`` that few others hold."""
    wanted, held = _words(text), [_words(passage.plain) for passage in passages]
    weights = {word: 1 / max(1, sum(word in words for words in held)) for word in wanted}
    return [min(1.0, sum(weights[word] for word in wanted & words)) for words in held]


def _words(text: str) -> frozenset[str]:
    words = (word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS)
    return frozenset(_stem(word) for word in words)


def _stem(word: str) -> str:
    single = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    return _CALLED.get(word, _CALLED.get(single, single))[:_STEM]
