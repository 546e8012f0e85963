"""Finds passwords that no word for password announces.

By their shape alone ("Tiger7!x"), as the second half of a pair ("jdoe:Hunter2024!"),
beside talk of what was refused ("won't take Bluebird#77"), among the passwords that many
people choose ("Welcome1"), and where one word is tried in several spellings.
"""

import re
from collections.abc import Iterator

from bot.privacy.reading import BARRIER, Reading
from bot.privacy.spans import Span
from bot.privacy.tokens import Level, Token, token_at
from bot.privacy.words import is_ordinary

_NUMBERED = re.compile(
    r"(?:chapter|ch|rule|form|section|sec|schedule|exhibit|part|page|step|line|docket|doc|document|case"
    r"|claim|attachment|annex|appendix|windows|adobe|acrobat|version|release|option|motion|order"
    r"|entry|event|file|scan|image|img|note|footnote|item|question|error|step|count|debtor|creditor"
    r"|box|room|suite|floor|apt|unit|ticket|receipt|invoice|check|volume|vol|article|title|item"
    r"|bldg|building|plan|petition|notice|proof|letter|draft|copy)s?[\W_]*\d"
    r"|(?:ref|reference|inv|invoice|id|acct|account|conf|confirmation|ticket|tracking|po|serial|sn)#"
)

_SIGN_INSIDE = re.compile(r"[A-Za-z0-9][!@$%^*~#&]+[A-Za-z0-9]")
_SIGN_OR_END = re.compile(r"[A-Za-z0-9][!@$%^*~#&]")
_NOT_INSIDE = re.compile(
    r"\$\d[\d,.]*(?![a-z])|@\d{1,2}(?::\d\d)?[ap]m|@[a-z][a-z-]*$|%[0-9a-f]{2}|\.[a-z]{2,4}$|://"
    r"|[/\\()=?\[\]{}|]"
)
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|txt|jpe?g|png|tiff?)$")
_LETTERS = re.compile(r"[a-z]+")
_WORD = re.compile(rf"[^\s{BARRIER}]+")
_LONGEST = 64
_LEAST = 6

_USER = r"[a-z0-9][\w.-]{1,39}(?:@[\w-]{1,40}(?:\.[\w-]{1,20}){1,3})?"
_PAIR = re.compile(
    rf"(?<!\S)(?P<user>{_USER})(?:[ \t]?[:/|][ \t]?|[ \t]-{{1,2}}[ \t])(?=[^\s/|:{BARRIER}]{{6}})"
)
_AFTER_ADDRESS = re.compile(r"@[\w-]{1,60}(?:\.[\w-]{2,20}){1,3}[ \t,;]{1,4}(?=\S{6})")
_ONLY_PAIR = re.compile(
    rf"(?:\A|(?<=\n))(?P<user>{_USER})(?P<gap>:|[ \t]+)"
    r"(?=\S{6,64}(?:[ \t]*(?:\n|\Z)|[ \t]+(?:that'?s|those\s+are|is\s+what|are\s+what)\b))"
)

_WELL_KNOWN = re.compile(
    r"(?<![\w@.-])(?:passw[o0]rd\d{1,4}|p[a@][s$]{2}w0rd\d{0,4}|p@[s$]{2}word\d{1,4}|welcome\d{1,4}"
    r"|letmein\d{0,4}|qwerty\d{1,6}|changeme\d{1,4}|iloveyou\d{0,4}|abc123|admin123)[!@#$*]{0,3}"
    r"(?![\w@-]|\s*[:=])"
)
_ABOUT_LOGIN = (
    r"(?:pacer|ecf|cm/ecf|nextgen|it|site|system|page|login|screen|they|computer|portal|sistema"
    r"|pagina)"
)
_REFUSED_AFTER = re.compile(
    r"[\"')]?[,:]?\s+(?:(?:is|was|are|isn'?t|wasn'?t|gets?|got|keeps?|being|just|still|always|but"
    rf"|and|{_ABOUT_LOGIN})\s+){{0,4}}(?:not\s|never\s|no\s+(?:la\s+|lo\s+|me\s+)?(?:acept|func|sirv"
    r"|dej|entr)|won'?t\b|wont\b|would\s?n'?t\b|do[es]{0,3}n'?t\b|dosent\b|did\s?n'?t\b"
    r"|reject|refus|denied|invalid|incorrec|wrong|says?\b|said\b|dice\b|too\s+(?:short|long|weak"
    r"|simple)|has\s+(?:an?\s+)?(?:illegal|invalid)|fail)"
)
_REFUSED_BEFORE = re.compile(
    r"(?:reject\w*|refus\w*|(?:not|n'?t|never|no)\s+(?:take|like|accept\w*|recogni[sz]e|let|acepta"
    r"|reconoce)|say(?:s|ing)?|dice|why\s+is|log(?:ged)?\s+(?:me\s+)?in\s+with|get\s+in\s+with"
    r"|entr[ao]r?\s+con|puse|instead\s+of)\s+(?:my\s+|that\s+|mi\s+)?[\"'(]?$"
)
_LOGIN_TALK = re.compile(
    r"(?:ca\s?n'?t|cannot|can\s+not|won'?t|unable\s+to|not\s+able\s+to)\s+(?:get|log|sign)\w*\s*"
    r"(?:me\s+)?(?:in|on)\b|log(?:ged|ging)?[ -]?in\b|let\s+me\s+in|locked\s+(?:me\s+)?out"
    r"|put(?:ting)?\s+in|strong\s+enough|contrasen|passw|(?:all|both)\s+(?:rejected|refused|wrong)"
)
_NEAR = 90
_RESET_TO = re.compile(r"\breset\w*\s+(?:it|this|that|mine|hers|his|me)\s+(?:back\s+)?to\s+(?=\S)")
_REACH = 60


def find_bare_passwords(reading: Reading) -> Iterator[Span]:
    """Yield passwords that their shape, a name before them or a refusal beside them tells."""
    low = reading.low
    for known in _WELL_KNOWN.finditer(low):
        yield Span(*known.span(), "password")
    if _SIGN_OR_END.search(low) is not None:
        yield from _shaped(reading)
    yield from _paired(reading)
    yield from _respelled(reading)
    for reset in _RESET_TO.finditer(low):
        token = token_at(reading, reset.end())
        if token is not None and _mixed(token) and token.fits(Level.LOOKS_SECRET):
            yield Span(token.start, token.end, "password")


def is_numbered(low: str) -> bool:
    """Return whether a word is a numbered thing of the court's, such as "exhibit#12"."""
    return any(_NUMBERED.match(part) for part in low.split("!"))


def _shaped(reading: Reading) -> Iterator[Span]:
    """Yield words of capitals, small letters, digits and a sign: with the sign inside nothing
    else is written so; with it at the end ("Hunter2024!") the words around have to tell."""
    passed = 0
    for sign in _SIGN_OR_END.finditer(reading.low):
        if sign.start() < passed:
            continue
        token = _word_around(reading, sign.start())
        passed = token.end if token is not None else sign.end()
        named = _FILE_NAME.search(token.low) if token is not None else None
        if token is not None and named is not None:
            token = Token(reading, token.start, token.start + named.start())
        if token is None or not _strong(token):
            continue
        inside = _SIGN_INSIDE.search(token.low.replace("#", "").replace("&", "")) is not None
        if inside or _refused(reading, token):
            yield Span(token.start, token.end, "password")


def _word_around(reading: Reading, place: int) -> Token | None:
    """Return the word that `place` is in; none for one that is longer than any password."""
    low = reading.low
    begin = place
    while begin > 0 and place - begin <= _LONGEST and not _is_edge(low[begin - 1]):
        begin -= 1
    if place - begin > _LONGEST:
        return None
    token = token_at(reading, begin)
    return token if token is not None and token.end - token.start <= _LONGEST else None


def _is_edge(letter: str) -> bool:
    return letter.isspace() or letter == BARRIER


def _strong(token: Token) -> bool:
    """Return whether the word has all that a password is asked for and reads as nothing else."""
    low = token.low
    plain = token.reading.plain[token.start : token.end]
    return (
        len(low) >= _LEAST
        and any(sign.isupper() for sign in plain)
        and any(sign.islower() for sign in plain)
        and any(sign.isdigit() for sign in plain)
        and _NOT_INSIDE.search(low) is None
        and not token.is_known_form()
        and not is_numbered(low)
        and not all(is_ordinary(part) for part in _LETTERS.findall(low))
    )


def _refused(reading: Reading, token: Token) -> bool:
    low = reading.low
    if _REFUSED_AFTER.match(low, token.end, token.end + _REACH) is not None:
        return True
    if _REFUSED_BEFORE.search(low, max(0, token.start - _REACH), token.start) is not None:
        return True
    return _LOGIN_TALK.search(low, max(0, token.start - _NEAR), token.end + _NEAR) is not None


def _paired(reading: Reading) -> Iterator[Span]:
    """Yield the second half of "jdoe:Hunter2024!", and of a line that is no more than a pair."""
    for pair in _PAIR.finditer(reading.low):
        token = token_at(reading, pair.end())
        if token is not None and _is_user(pair["user"]) and _has_sign(token) and _strong(token):
            yield Span(token.start, token.end, "password")
    for address in _AFTER_ADDRESS.finditer(reading.low):
        token = token_at(reading, address.end())
        if token is not None and _has_sign(token) and _strong(token):
            yield Span(token.start, token.end, "password")
    for pair in _ONLY_PAIR.finditer(reading.low):
        token = token_at(reading, pair.end())
        if token is None or not _is_user(pair["user"]) or not _strong(token):
            continue
        if _has_sign(token) or pair["gap"] == ":" or "@" in pair["user"]:
            yield Span(token.start, token.end, "password")


def _is_user(word: str) -> bool:
    return not is_ordinary(word) and not word.isdigit() and not is_numbered(f"{word}1")


def _has_sign(token: Token) -> bool:
    return _SIGN_OR_END.search(token.low) is not None


def _mixed(token: Token) -> bool:
    low = token.low
    return (
        len(low) >= _LEAST
        and any(sign.isalpha() for sign in low)
        and any(sign.isdigit() for sign in low)
        and not is_numbered(low)
    )


def _respelled(reading: Reading) -> Iterator[Span]:
    """Yield a word with digits that stands there with different capitals ("tiger7 and Tiger7")."""
    seen: dict[str, Token] = {}
    for word in _WORD.finditer(reading.low):
        if not _LEAST <= word.end() - word.start() <= _LONGEST:
            continue
        token = token_at(reading, word.start())
        if token is None or not _mixed(token):
            continue
        first = seen.setdefault(token.low, token)
        if _plain(first) != _plain(token) and token.fits(Level.LOOKS_SECRET):
            yield Span(first.start, first.end, "password")
            yield Span(token.start, token.end, "password")


def _plain(token: Token) -> str:
    return token.reading.plain[token.start : token.end]
