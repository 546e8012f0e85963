"""Takes out of a question whatever could name a person or a case, before it becomes an example.

Numbers, addresses and what stands behind plain words for a name are taken out; a name that stands
alone no program finds for sure, so such words are pointed out, and a person must have looked.
"""

import re
from collections.abc import Collection

from bot.privacy import mask

LONGEST = 300
_REMOVED = re.compile(r"\[[A-Za-z ]+ removed\]")
_EMAIL = re.compile(r"\S+@\S+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
# a case, claim, phone or account number, and any other with four digits or more
_CASE = re.compile(r"(?<!\w)(?:\d:)?\d{2}-[A-Za-z]{2,4}-\d+(?:-\w+)*")
_NUMBER = re.compile(r"(?<!\w)[#+(]*\w*(?:\d[\s().:/-]{0,2}){3,}\d[\w-]*\)?")
_NAME = r"[A-Z][\w'\u2019.-]*(?:\s+(?:[A-Z]\.?|de|la|van|von)(?=\s))?(?:\s+[A-Z][\w'\u2019-]+)*"
_AFTER_CUE = re.compile(
    rf"\b((?i:my name is|name's|this is|i am|i'm|signed,?|sincerely,?|regards,?|on behalf of"
    rf"|client is|debtor is|trustee is)\s+){_NAME}"
)
_TITLED = re.compile(
    rf"\b(?i:mr|mrs|ms|miss|dr|judge|atty|attorney|trustee|lic|sr|sra)\.?\s+{_NAME}"
)
_IN_RE = re.compile(rf"\b(?i:in re:?)\s+{_NAME}")
_SHOUTED = re.compile(r"[A-Z]{2,}")
_WORD = re.compile(r"[\w'\u2019-]+")
_MARKUP = re.compile(r"[\[\]{}<>|`\\]")
_SPACE = re.compile(r"\s+")
_CAPITAL = re.compile(r"(?<![.?!:]\s)(?<!^)\b([A-Z][a-z'\u2019-]+)\b")


def suggest(text: str) -> str:
    """The question without what was found in it; a person may still have to change it."""
    text = _REMOVED.sub(" ", mask(text).text)
    for pattern in (_EMAIL, _ADDRESS, _CASE, _NUMBER, _TITLED, _IN_RE):
        text = pattern.sub(" ", text)
    text = _AFTER_CUE.sub(" ", text)
    text = _SPACE.sub(" ", _MARKUP.sub(" ", text)).strip(" ,;-")
    return text[:LONGEST].strip()


def complaints(text: str) -> list[str]:
    """Why a text must not become an example; empty when nothing was found."""
    found = []
    if not any(c.isalpha() for c in text):
        found.append("There are no words in it.")
    if len(text) > LONGEST:
        found.append(f"It has more than {LONGEST} characters: keep the question only.")
    if mask(text).kinds or _REMOVED.search(text):
        found.append("It holds a password or a number of a person.")
    if _EMAIL.search(text):
        found.append("It holds an e-mail address.")
    if _ADDRESS.search(text):
        found.append("It holds a web address.")
    if _NUMBER.search(text):
        found.append("It holds a long number, such as of a case or telephone.")
    if _AFTER_CUE.search(text) or _TITLED.search(text) or _IN_RE.search(text):
        found.append("It seems to hold a name.")
    if _MARKUP.search(text):
        found.append("Brackets and other signs of markup must go.")
    return found


def perhaps_names(text: str, known: Collection[str]) -> list[str]:
    """Words that may be names: written with a capital within a sentence, and in none of the
    examples that are ``known`` (words in small letters)."""
    return list(
        dict.fromkeys(
            word
            for word in _CAPITAL.findall(text)
            if word.lower() not in known and not _SHOUTED.fullmatch(word)
        )
    )


def words_of(texts: Collection[str]) -> frozenset[str]:
    """All words of some texts, in small letters: what :func:`perhaps_names` calls known."""
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))
