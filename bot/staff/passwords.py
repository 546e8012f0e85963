"""Passwords: how they are hashed, and which are refused because anybody would try them first."""

import re
import threading
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_CHARS = 15
MOST_CHARS = 200
# 64 MiB each with the library's defaults
_AT_ONCE = threading.BoundedSemaphore(2)

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_COMMON_WORDS = frozenset(
    "password passwort passphrase letmein welcome admin administrator login signin user guest "
    "secret default changeme change me please iloveyou love dragon monkey football baseball "
    "sunshine princess master shadow superman batman trustno trust hello hallo freedom whatever "
    "summer winter spring autumn january february march april may june july august september "
    "october november december monday tuesday wednesday thursday friday saturday sunday "
    "court clerk clerks desk helpdesk help office judge docket filing efiling bankruptcy district "
    "federal pacer cmecf ecf nextgen zoom computer internet my your the is "
    "this our new old one two three test testing temp temporary access account correct horse "
    "battery staple".split()
)
_LEET = str.maketrans("013457@$!|", "oieastasil")
_JUNK = re.compile(r"[^a-z]+")


class WeakPasswordError(ValueError):
    """A new password is too short, too long, or one of those that are tried first."""


class Passwords:
    """Hashing by Argon2id with the library's defaults, at most two at once in a process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def hash(self, password: str) -> str:
        """What is stored."""
        with _AT_ONCE:
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether this is the password. Takes as long when there is none to compare with."""
        with _AT_ONCE:
            try:
                self._hasher.verify(stored or _nobodys_hash(), password[: MOST_CHARS + 1])
            except (VerificationError, InvalidHashError):
                return False
            return stored is not None


@cache
def _nobodys_hash() -> str:
    return PasswordHasher().hash("nobody has this password")


def check_new(password: str, about: Iterable[str] = ()) -> None:
    """Take a new password or say what is wrong with it; ``about`` are words that anybody who
    knows its owner would try: names, the court.

    Raises:
        WeakPasswordError
    """
    if len(password) < LEAST_CHARS:
        raise WeakPasswordError(
            f"This password has {len(password)} characters. Use at least {LEAST_CHARS}: "
            "four or five words that do not belong together are easy to keep in mind."
        )
    if len(password) > MOST_CHARS:
        raise WeakPasswordError(f"This password is too long. Use at most {MOST_CHARS} characters.")
    if is_common(password, about):
        raise WeakPasswordError(
            "This password is one of the first that others would try. "
            "Use four or five words that do not belong together."
        )


def is_common(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a password is made only of what is tried first: one sign or a short piece over and
    over, rows of keys, common words and the owner's names, with digits and signs between them.

    A rule, not a list: lists of stolen passwords hold hardly any of 15 characters, and those that
    they hold are put together in these ways.
    """
    plain = password.lower()
    if _repeats(plain) or len(set(plain)) < 5:
        return True
    words = _COMMON_WORDS | {
        part for word in about for part in _JUNK.split(word.lower()) if len(part) > 2
    }
    return any(
        _covered(_JUNK.sub("", text), words)
        for text in (plain, plain.translate(_LEET))
        # where digits make most of it, they are what must not be guessed
        if _few_digits(plain)
    ) or _walks(plain)


def _repeats(text: str) -> bool:
    """Made of one piece of at most six signs: ``abcabcabcabcabc``."""
    return any(
        (text[:length] * (len(text) // length + 1)).startswith(text) for length in range(1, 7)
    )


def _few_digits(text: str) -> bool:
    return sum(c.isdigit() for c in text) <= 8


def _walks(text: str) -> bool:
    """Only pieces of four and more along a row of keys or of the alphabet, either way."""
    rows = [way * 2 for row in _ROWS for way in (row, row[::-1])]
    at = 0
    while at < len(text):
        end = at + 4
        while end <= len(text) and any(text[at:end] in row for row in rows):
            end += 1
        if end == at + 4:
            return len(text) - at < 3
        at = end - 1
    return True


def _covered(text: str, words: frozenset[str]) -> bool:
    """Whether at most three different words of ``words`` make up all the letters."""
    ways: list[frozenset[str] | None] = [frozenset()] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for word in words:
            before = ways[end - len(word)] if len(word) <= end else None
            if before is None or not text.endswith(word, 0, end):
                continue
            used = before | {word}
            best = ways[end]
            if best is None or len(used) < len(best):
                ways[end] = used
    found = ways[len(text)]
    return found is not None and len(found) <= 3
