"""Takes numbers and passwords out of what filers type, before anything keeps it.

This is the one door through which a filer's text goes before Rasa, a log or a table
sees it. What is removed, and what has to stay: "Masking" in the design notes.
"""

import re
from dataclasses import dataclass

from bot.privacy.answers import find_answers
from bot.privacy.numbers import find_certain_numbers, find_numbers_in_context
from bot.privacy.passwords import find_passwords
from bot.privacy.reading import hide, read
from bot.privacy.spans import Span, settle, without_removed

__all__ = ["Masked", "mask", "notice"]

_REPLACEMENTS = {
    "ssn": "[Social Security number removed]",
    "itin": "[taxpayer number removed]",
    "ein": "[taxpayer number removed]",
    "card": "[card number removed]",
    "bank_account": "[bank account number removed]",
    "password": "[password removed]",
    "security_answer": "[security answer removed]",
}
_NAMES = {
    "ssn": "a Social Security number",
    "itin": "a taxpayer number",
    "ein": "a taxpayer number",
    "card": "a card number",
    "bank_account": "a bank account number",
    "password": "a password or code",
    "security_answer": "the answer to a security question",
}
_REMOVED = re.compile("|".join(re.escape(text) for text in sorted(set(_REPLACEMENTS.values()))))
# What is left after a removal can look like a secret of its own; few messages need two rounds.
_ROUNDS = 5


@dataclass(frozen=True)
class Masked:
    """A message without its secrets, and the kinds of secrets that were in it."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str) -> Masked:
    """Return `text` with numbers and passwords replaced by words in square brackets.

    `kinds` lists what was removed in order of appearance, each kind once: ssn, itin,
    ein, card, bank_account, password, security_answer. Any string is accepted and
    nothing is raised. Masking a masked text changes nothing and finds nothing.
    """
    kinds: list[str] = []
    for _ in range(_ROUNDS):
        found = _find(text)
        if not found:
            break
        kinds.extend(kind for _, _, kind in found)
        text = _replace(text, found)
    return Masked(text, tuple(dict.fromkeys(kinds)))


def notice(kinds: tuple[str, ...]) -> str:
    """Return what to tell a filer whose message lost something; empty for no kinds."""
    names = list(dict.fromkeys(_NAMES[kind] for kind in kinds if kind in _NAMES))
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    told = (
        f"I removed {listed} from your message and did not keep it; "
        "the court never asks for that in this chat."
    )
    if "password" in kinds:
        told += (
            " If you typed a password and it also went anywhere else, "
            "such as an e-mail or another site, change it."
        )
    return told


def _find(text: str) -> list[tuple[int, int, str]]:
    """Return start, end and kind of every secret in `text`, in order of place."""
    reading = hide(read(text), _REMOVED)
    spans: list[Span] = [
        *find_certain_numbers(reading),
        *find_passwords(reading),
        *find_answers(reading),
        *find_numbers_in_context(reading),
    ]
    return [
        (*reading.original(start, end), kind)
        for start, end, kind in settle(without_removed(spans, reading.low))
    ]


def _replace(text: str, found: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    kept = 0
    for start, end, kind in found:
        pieces += [text[kept:start], _REPLACEMENTS[kind]]
        kept = end
    pieces.append(text[kept:])
    return "".join(pieces)
