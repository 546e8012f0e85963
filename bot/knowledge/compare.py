"""Two versions of an article beside each other: which words went, which came."""

import difflib
import re
from dataclasses import dataclass

from bot.knowledge.edit import LABELS, draft_of
from bot.knowledge.model import Article

SAME, REMOVED, ADDED = "same", "removed", "added"
# with the space behind it, so that changed words in a row stay together
_PIECE = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """Some words in a row; ``kind`` is :data:`SAME`, :data:`REMOVED` or :data:`ADDED`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One field that differs."""

    label: str
    pieces: tuple[Piece, ...]


def compare(old: Article, new: Article) -> list[Difference]:
    """The fields that differ, in the order of the form."""
    before, after = draft_of(old), draft_of(new)
    return [
        Difference(label, tuple(_pieces(before.text(field), after.text(field))))
        for field, label in LABELS.items()
        if before.text(field) != after.text(field)
    ]


def _pieces(old: str, new: str) -> list[Piece]:
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    found: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(before[a:b])))
            continue
        if a != b:
            found.append(Piece(REMOVED, "".join(before[a:b])))
        if c != d:
            found.append(Piece(ADDED, "".join(after[c:d])))
    return found
