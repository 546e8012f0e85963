"""One word or quoted phrase, and whether it reads as a secret."""

import re
from dataclasses import dataclass
from enum import IntEnum

from bot.privacy.reading import BARRIER, Reading
from bot.privacy.words import is_ordinary


class Level(IntEnum):
    """How much like a secret a word has to look before it counts as one."""

    AFTER_NAME = 0
    NO_ORDINARY_WORD = 1
    LOOKS_SECRET = 2
    SURELY_SECRET = 3


LONG = 256
"""Longer words are judged by their beginning, so that time stays in proportion to length."""

_WORD = re.compile(rf"[^\s{BARRIER}]{{1,{LONG}}}")
_REST = re.compile(rf"[^\s{BARRIER}]*")
_QUOTES = {'"': '"', "'": "'", "`": "`", "<": ">", "(": ")", "[": "]", "{": "}"}
_PLAIN_WORD = re.compile(r"[ \t]+([a-z0-9]{3,})(?![a-z0-9])")
_NEXT = re.compile(rf"[ \t]+([^\s{BARRIER}]+)")
_TAIL = re.compile(r"[.,;:?)\]}\"'`>*]+$")
_SIGN = re.compile(r"[!@#$%^&*_+=~?|<>]")
_NUMBER_UNIT = re.compile(
    r"\s*(?:\+|-)?\s*(?:char|letter|digit|day|month|year|week|hour|minute|second|time|attempt"
    r"|word|symbol|upper|lower|special|bytes?|dpi|px|docs?|files?|or\s+more|to\s+\d|plus\b|long\b"
    r"|mb\b|kb\b"
    r"|page|people|user|account|%)"
)

_ADDRESS = r"[^\s@]+@[^\s@]+\.[a-z]{2,}"
_LINK = r"[a-z]+://\S*|www\.\S+|[a-z0-9.-]+\.(?:gov|com|org|net|edu|us|info|io)(?:/\S*)?"
_CASE = r"(?:\d:)?\d{2,4}-(?:[a-z]{2,4}-)?\d{1,6}(?:[-(][a-z0-9)]+)*"
_PHONE = r"\+?(?:1[-.]?)?\(?\d{3}\)?[-.]?\d{3}[-.]\d{4}"
_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}/\d{1,4}|\d{1,2}:\d{2}(?::\d{2})?(?:am|pm)?"
_REDACTED = r"[x*#.-]{3,}\d{1,4}"
_NEVER = re.compile(rf"{_REDACTED}|{_LINK}|{_CASE}|{_PHONE}|{_DATE}")
_NEVER_IN_FIELD = re.compile(_ADDRESS)
_BENIGN = re.compile(
    rf"1?[2-9]\d{{2}}[2-9]\d{{6}}|{_ADDRESS}|{_LINK}|{_CASE}|{_PHONE}|{_DATE}"
    r"|\d{1,3}%[a-z]+|[a-z]{0,9}\$\d[\d,.]*|[a-z]+@\d{1,2}(?::\d\d)?[ap]m|\d{1,2}(?::\d\d)?[ap]m@[a-z]+"
    r"|[\w.()&#+,'-]+\.(?:pdf|docx?|xlsx?|txt|jpe?g|png|tiff?|zip|jsf|html?|xml|csv|msg|eml|php|aspx?"
    r"|cgi|pl|exe)"
    r"|\$?\d+(?:[.,]\d+)*-?(?:am|pm|mb|kb|gb|k|m|b|s|ms|min|mins|hrs?|days?|x|th|st|nd|rd|pp?|pt"
    r"|dpi|px|in|bit|digit|char\w*|step|factor|year|month|hour|minute|page|times?)(?:-\w+)?"
    r"|[a-z]{2}\d{4,6}|phv\d+|win(?:dows)?-?\d+\w*|ie-?\d+|edge\d+|chrome\d+|firefox\d+|safari\d+"
    r"|ios-?\d*[\d.]*"
    r"|macos\d*|office-?\d+|[om]365|\w+365|mp3|mp4|h264|pdf/?[a-z]?(?:-?\d[a-z]?)?|pdf-?\d[\d.]*"
    r"|v(?:er)?\.?\d[\w.]*|[23]fa|[be]2[be]|ch\.?\d+|chapter\d+|sect?\.?\d+|b\d{1,4}[a-z]?"
    r"(?:-\d)?|(?:ao|js|ss|w)-?\d{1,3}[a-z]?|[a-z]-?\d{1,3}[a-z]?|\d{1,4}-?[a-z]{1,2}|\d+-\d+"
    r"|form-?\d+\w*|sha-?\d+|utf-?\d+|base64|html5"
    r"|(?:err|error|ora|http|ssl)\w*[-_]?\d+|0x[0-9a-f]+|err(?:_[a-z]+)+|[a-z]+(?:_[a-z]+)+|(?:19"
    r"|20)\d\d|covid-?19|24x7|24/7|4got\w*|2day|2moro\w*|2nite|2night|b4|l8r?|gr8|w8|sum1|any1"
    r"|some1|no1|every1|4ever|2gether|w/o|[\d.]+x[\d.]+|nextgen[\d.]+\w*|cm/?ecf[\d.]*"
    r"|(?:cm/ecf|and/or|i/o|n/a|w/o|q&a|at&t|r&d|[a-z]&[a-z]|https?|c\+\+|f\d{1,2}|ctrl\+\w+"
    r"|alt\+\w+|shift\+\w+|1password)"
    r"|(?:doc|docket|dkt|claim|case|cases|ecf|acct|account|no|room|apt|suite|ste|unit|ticket|form"
    r"|entry|bar|adv|ap|poc|ex|exh|phone|tel|fax|order|receipt|line|item|page|pacer"
    r"|juris|box|chapter|rule|id)\.?#\d[\d-]*|[a-z]+=\d+|us\$\d+|[a-z]+\d{1,2}:\d\d"
)
_REFERENCE = re.compile(r"://|^[a-z./_-]+#\d+$|^[a-z_]+=[a-z0-9._-]+$")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_BRAND_WORDS = (
    "nextgen lastpass onedrive iphone ipad javascript powerpoint dropbox sharepoint onepass "
    "nextchapter bestcase keepass icloud macbook youtube linkedin mccarthy mcdonald "
    "efiling efile ecf cmecf paypal roboform dashlane nordpass logmeonce wifi esignature "
    "docusign formfiller javascript airdrop facetime webex adobeacrobat pdfs edge eoir"
)
_BRANDS = frozenset(_BRAND_WORDS.split())


@dataclass(frozen=True)
class Token:
    """The piece `start:end` of a reading, without quotes and closing punctuation."""

    reading: Reading
    start: int
    end: int
    quoted: bool = False
    field: bool = False

    @property
    def low(self) -> str:
        """The piece in small letters."""
        return self.reading.low[self.start : self.end]

    @property
    def after(self) -> int:
        """Where to read on: after the closing quote, if there is one."""
        return self.end + self.quoted

    def fits(self, level: Level) -> bool:
        """Return whether the piece looks at least as secret as `level` says."""
        low = self.low
        if not low.strip("-_=.*'\"!?()[]#:/|"):
            return False
        if self.quoted:
            return low == "password" or not _is_talk(low.split())
        if _NEVER.fullmatch(low.rstrip("!")) or (self.field and _NEVER_IN_FIELD.fullmatch(low)):
            return False
        if level <= Level.NO_ORDINARY_WORD:
            return not is_ordinary(low) and not low.endswith("'s") and not self._counts_something()
        if _BENIGN.fullmatch(low.removesuffix("!")) or is_ordinary(low):
            return False
        return self._looks_secret() if level is Level.LOOKS_SECRET else self._surely_secret()

    def is_known_form(self) -> bool:
        """Return whether the piece is a size, a form number or the like and no secret."""
        return not self.quoted and _BENIGN.fullmatch(self.low.removesuffix("!")) is not None

    def _counts_something(self) -> bool:
        return self.low.rstrip("+").isdigit() and (self.end - self.start < 3 or self._before_unit())

    def _before_unit(self) -> bool:
        return _NUMBER_UNIT.match(self.reading.low, self.end) is not None

    def _looks_secret(self) -> bool:
        low = self.low
        letters = any(c.isalpha() for c in low)
        digits = any(c.isdigit() for c in low)
        if low.isdigit():
            return len(low) >= 4 and not self._before_unit()
        if letters and digits:
            return len(low) >= 4
        if letters and _SIGN.search(low.rstrip("!?")):
            return len(low) >= 4
        plain = self.reading.plain[self.start : self.end]
        return (
            letters
            and _INNER_CAPITAL.search(plain) is not None
            and low.strip("!") not in _BRANDS
            and "/" not in low
        )

    def _surely_secret(self) -> bool:
        low = self.low
        letters = sum(c.isalpha() for c in low)
        digits = any(c.isdigit() for c in low)
        return (
            letters >= 2
            and digits
            and len(low) >= 6
            and _SIGN.search(low) is not None
            and _REFERENCE.search(low) is None
        )


def _is_talk(words: list[str]) -> bool:
    """Return whether quoted words are plain English, such as a message on the screen."""
    if not all(word.strip("?.!,'").replace("'", "").isalpha() for word in words):
        return False
    ordinary = sum(
        is_ordinary(word) or word.strip("?.!,") in ("password", "passwords") for word in words
    )
    return 2 * ordinary > len(words)


def token_at(reading: Reading, place: int) -> Token | None:
    """Return the word that begins at `place`, without quotes and closing punctuation."""
    found = _WORD.match(reading.low, place)
    if found is None:
        return None
    start, end = found.span()
    while start < end and (reading.low[start] in _QUOTES or reading.low[start] == "*"):
        start += 1
    if found.end() - found.start() == LONG:
        return Token(reading, start, end)
    tail = _TAIL.search(reading.low, start, end)
    if tail is not None and tail.start() > start:
        end = tail.start()
    return Token(reading, start, end) if start < end else None


def value_at(reading: Reading, place: int, level: Level, field: bool = False) -> Token | None:
    """Return the secret that begins at `place` or after blanks, if it fits the level.

    A quoted phrase is taken whole. Of several plain words ("correct horse battery")
    those are taken that follow the first one up to an ordinary word or a stop.
    `field` says that a colon stood before, after which an e-mail address is no secret.
    """
    low = reading.low
    while place < len(low) and low[place] in " \t\r\n-=:>,":
        place += 1
    quoted = _quoted_at(reading, place)
    if quoted is not None and (
        low[place] not in "([<{" or quoted.low.isalnum() or level <= Level.NO_ORDINARY_WORD
    ):
        return quoted if quoted.fits(level) else None
    token = token_at(reading, place)
    if token is None:
        return None
    token = Token(reading, token.start, token.end, field=field)
    if token.fits(level) and token.end - token.start >= LONG:
        rest = _REST.match(low, token.end)
        return Token(reading, token.start, rest.end() if rest else token.end)
    if not token.fits(level):
        return (
            _phrase(token) if level is Level.NO_ORDINARY_WORD and is_ordinary(token.low) else None
        )
    if level <= Level.NO_ORDINARY_WORD and token.low.isalpha():
        return _lengthened(token, named=level is Level.AFTER_NAME)
    return token


def _quoted_at(reading: Reading, place: int) -> Token | None:
    low = reading.low
    if place >= len(low) or low[place] not in _QUOTES:
        return None
    closing = _QUOTES[low[place]]
    end = low.find(closing, place + 1, place + 80)
    while closing == "'" and 0 < end < len(low) - 1 and low[end + 1].isalnum():
        end = low.find(closing, end + 1, place + 80)
    inner = low[place + 1 : end] if end > place + 1 else ""
    if not inner.strip() or "\n" in inner or BARRIER in inner:
        return None
    return Token(reading, place + 1, end, quoted=True)


def _phrase(first: Token) -> Token | None:
    """Return a pass phrase whose first word is an ordinary one ("correct horse battery staple")."""
    words = list(_PLAIN_WORD.finditer(first.reading.low, first.end, first.end + 100))
    end, count = first.end, 0
    for word in words:
        if word.start() != end or is_ordinary(word.group(1)):
            break
        end, count = word.end(), count + 1
    return Token(first.reading, first.start, end) if count >= 3 else None


def _lengthened(token: Token, named: bool) -> Token | None:
    """Return the token with the plain words that go on from it, if it is a phrase.

    "subject to change" is no phrase: a small word right after the first plain one says
    that it is talk, unless a user name stood before (`named`).
    """
    low, end = token.reading.low, token.end
    for count in range(4):
        found = _NEXT.match(low, end)
        if found is None:
            break
        following = token_at(token.reading, found.start(1))
        if following is None:
            break
        if following.low in ("to", "of", "than", "that") and count == 0 and not named:
            return None
        if is_ordinary(following.low) or not following.low.isalnum():
            break
        end = following.end
        if end != found.end():
            break
    return Token(token.reading, token.start, end, field=token.field)
