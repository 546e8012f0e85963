"""Takes numbers and passwords out of what filers type, before anything keeps it.

This is the one door through which a filer's text goes before Rasa, a log or a table
sees it. What is removed, and what has to stay: "Masking" in the design notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.privacy.announced import lead_of
from bot.privacy.answers import find_answers
from bot.privacy.bare import find_bare_passwords
from bot.privacy.cues import Cues
from bot.privacy.encoded import starts_with_code
from bot.privacy.identity import find_identity_numbers
from bot.privacy.keys import KEY
from bot.privacy.numbers import find_certain_numbers, find_numbers_in_context
from bot.privacy.odd_forms import find_odd_forms
from bot.privacy.passwords import find_passwords
from bot.privacy.reading import Reading, hide, read, read_codes
from bot.privacy.spans import Span, settle, without_removed
from bot.privacy.spoken import find_spoken_numbers
from bot.privacy.tables import find_table_secrets
from bot.privacy.words import is_ordinary

__all__ = ["Masked", "mask", "notice"]

_REPLACEMENTS = {
    "ssn": "[Social Security number removed]",
    "itin": "[taxpayer number removed]",
    "ein": "[taxpayer number removed]",
    "card": "[card number removed]",
    "bank_account": "[bank account number removed]",
    "password": "[password removed]",
    "security_answer": "[security answer removed]",
    "identity": "[identity number removed]",
}
_NAMES = {
    "ssn": "a Social Security number",
    "itin": "a taxpayer number",
    "ein": "a taxpayer number",
    "card": "a card number",
    "bank_account": "a bank account number",
    "password": "a password or code",
    "security_answer": "the answer to a security question",
    "identity": "a passport or other identity number",
}
_REMOVED = re.compile("|".join(re.escape(text) for text in sorted(set(_REPLACEMENTS.values()))))
# What is left after a removal can look like a secret of its own; few messages need two rounds.
_ROUNDS = 5


@dataclass(frozen=True)
class Masked:
    """A message without its secrets, and the kinds of secrets that were in it."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str, previous: str = "") -> Masked:
    """Return `text` with numbers and passwords replaced by words in square brackets.

    `kinds` lists what was removed in order of appearance, each kind once: ssn, itin,
    ein, card, bank_account, password, security_answer, identity. Any string is accepted and
    nothing is raised. Masking a masked text changes nothing and finds nothing.

    `previous` is what the same filer wrote before: after "here is my password" the next
    message counts as one, unless it reads as talk.
    """
    kinds: list[str] = []
    lead = lead_of(previous) if previous else ""
    if lead:
        found = _find_after(lead, text)
        kinds.extend(kind for _, _, kind in found)
        text = _replace(text, found)
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


def _find_after(lead: str, text: str) -> list[tuple[int, int, str]]:
    """Return what `_find` finds in `text` where `lead` stands before it."""
    size = len(lead)
    return [
        (start - size, end - size, kind) for start, end, kind in _find(lead + text) if start >= size
    ]


def _find(text: str) -> list[tuple[int, int, str]]:
    """Return start, end and kind of every secret in `text`, in order of place."""
    shown = read_codes(text)
    if shown is None:
        return [*settle(_spans(read(text)))]
    # A secret may itself hold what reads as a code ("aB%20xK9"), so both views count.
    typed = [span for span in _spans(read(text)) if not _is_written_in_codes(text, span)]
    return [*settle([*_spans(shown), *typed])]


def _spans(view: Reading) -> Iterator[Span]:
    """Yield what the detectors find in one view of a message, by its place in the message."""
    reading = hide(view, _REMOVED)
    cues = Cues(reading.low)
    spans: list[Span] = [
        *find_certain_numbers(reading, cues),
        *find_table_secrets(reading),
        *find_passwords(reading),
        *find_answers(reading),
        *find_identity_numbers(reading),
        *find_bare_passwords(reading),
        *find_numbers_in_context(reading, cues),
        *find_odd_forms(reading, cues),
        *find_spoken_numbers(reading, cues),
    ]
    for start, end, kind in settle(without_removed(spans, reading.low)):
        yield Span(*reading.original(start, end), kind)


def _is_written_in_codes(text: str, span: Span) -> bool:
    """Return whether a word of codes is all that was found, such as "%20is%20wrong"."""
    piece = text[span.start : span.end]
    if starts_with_code(piece):
        return True
    shown = read_codes(piece)
    return shown is not None and all(
        is_ordinary(word) or KEY.fullmatch(word) is not None for word in shown.low.split()
    )


def _replace(text: str, found: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    kept = 0
    for start, end, kind in found:
        pieces += [text[kept:start], _REPLACEMENTS[kind]]
        kept = end
    pieces.append(text[kept:])
    return "".join(pieces)
