"""Finds passwords, PINs and one-time codes in what a filer wrote.

A word such as "password" is looked for first; what follows or stands before it is then
judged. After "is" or a colon any word counts that is no ordinary one ("wrong",
"expired"). Without such a link a word counts only when it looks like a secret.
"""

import re
from collections.abc import Iterator

from bot.privacy.bare import is_numbered
from bot.privacy.codes import find_codes
from bot.privacy.keys import KEY, KEY_WORDS
from bot.privacy.logins import find_login_pairs
from bot.privacy.plain_words import find_plain_word
from bot.privacy.reading import BARRIER, Reading
from bot.privacy.spans import Span
from bot.privacy.tokens import LONG, Level, Token, token_at, value_at
from bot.privacy.words import is_ordinary

_HINT = re.compile(
    r"\s-u\s|auth|contra\b|entr[oa]|ingres|acced|p[a-z/.@$*45]{0,3}[sw]|p\s?[:=]|clave|kennw|contras|mot|senha|haslo|paro|pin|cod[ei]|otp|token|key"
    r"|log|sign|cred|user|secur|://[^\s/@]{1,160}@|@[^\s@]{3,80}\s{0,3}[/|:]|mfa|2fa|"
    r"(?:pacer|ecf|nextgen)\s?[:=]"
)
_OF_OURS = (
    r"(?:(?:my|our|his|her|their|the|a|your|pacer|pacer's|cm/ecf|cmecf|ecf|nextgen|old|new"
    r"|current|temp|temporary|account|login|court|client's|user|only|correct|right|mi|la|su|una)\s+)"
)

_STOP = (
    r"(?:and|but|or|because|since|so|when|if|while|as|it|what|who|how|why|where|than|says?|said"
    r"|not|cannot|can't|does|doesn't|until|then|user\w*|e-?mail|phone|bar|reset|links?|help"
    r"|issues?|problems?|protect\w*|attempts?|numbers?|code|size|page|zip)\b"
)
_MODIFIER = (
    rf"(?:[ \t]+(?:from|in|by|via)[ \t]+(?:your|the|an?|my|that)[ \t]+e-?mail"
    rf"|[ \t]+(?!{_STOP})(?!\W)(?!is\b|was\b|are\b)[^\s.,;:=?!\"{BARRIER}]+)"
)
_IS = (
    r"(?:is|was|are|were|be|es|e|era|ist|war|lautet|est|sera|should\s+be|would\s+be|must\s+be"
    r"|has\s+(?:always\s+)?been|used\s+to\s+be|reads?|equals?|being)"
)
_FULL_LINK = re.compile(
    rf"(?:'s\s+|\s*\([a-z /]{{1,20}}\)\s*[:=]?|,\s*which[^,\n]{{1,40}},\s*{_IS}\s"
    rf"|{_MODIFIER}{{0,9}}?(?:[\"']?[ \t]*(?<!\d)(?:[:=]+>?|->|-->|>)\s*"
    rf"|[ \t]+{_IS}(?=[\s:=])\s*[:=-]*\s*))(?:(?:is|=)\s+)?"
)
_LOOSE_LINK = re.compile(
    r"(?:\.{2,3})?\s*[-,(\[>]*\s*(?:\((?:or|and)\s+)?(?:(?:was\s+)?(?:changed|set|reset|updated"
    r"|switched)\s+(?:back\s+)?(?=(?:from|to)\b))?(?:(?:to|of|from|as|like|isn't|isnt|not|field"
    r"|box|with|a|(?:de|desde)(?=\s+\S*\d)|por|(?:de|del|para|for|en)\s+(?:mi\s+cuenta|pacer|ecf|cm/ecf|nextgen)|vieja|nueva"
    r"|anterior|actual|temporal)\s+){0,2}"
)
_SHOULD = re.compile(r"\s+(?:must|should|would|has|used)\b")
_FILLERS = re.compile(
    r"(?:\s*(?:now|currently|still|actually|just|simply|always|probably|definitely"
    r"|supposed\s+to\s+be|set\s+(?:to|as)|as\s+follows|the\s+following|exactly|literally|this"
    r"|here|like"
    r"|i\s+think|i\s+believe|basically|either|originally|previously|something\s+like|called|below"
    r"|only|it's|its|written\s+as|spelled|typed)\b[\s:=,-]*)+"
)
_ANNOUNCED = re.compile(
    r"(?:here(?:'s|\s+is|s|\s+are)|this\s+is|these\s+are|that's|that\s+is)\s+(?:(?:my|our|the|her"
    r"|his|their|pacer|ecf|cm/ecf|old|new|current|right|correct)\s+){0,2}$"
)
_CHANGED = re.compile(r"(?:chang|set|reset|updat|made|make|switch)\w*\s+(?:\w+\s+){0,3}$")
_CLOSED = re.compile(
    r"\S+(?:$|\s*\n|(?<=[.,;!?])\s|\s+(?:and|but|so|then|yesterday|today|last|it|still|now"
    r"|because|for|on|please)\b)"
)
#: One word in brackets: "my password (marigold) keeps failing". Capitals begin names of places
#: and courts.
_ALONE = re.compile(r"(?=[^A-Z])[^\s()]{5,}\)")
#: "the password you sent me (Kx9-pp2-Qa)"
_IN_BRACKETS = re.compile(r"(?:[ \t]+[a-z']+){1,6}[ \t]*\((?=[^\s()]{5,40}\))")
_USER = re.compile(
    r"\b(?:user[\s_-]?names?|user[\s_-]?ids?|userids?|login(?:\s+(?:name|id))?|log-in|logon"
    r"|users?|uid|un|u/n|usr|usuario|benutzername|benutzer|id|e-?mail(?:\s+address)?|account"
    r"|acct)"
    rf"(?:\s*[:=-]+\s*|\s+(?:is|was|=|es)\s+|\s+)(?!and\b|or\b|/|&|with\b|on\b|but\b|works?\b"
    rf"|is\b|my\b)[^\s{BARRIER}]+[\s,;/|.]+(?:(?:and|with|my|the|both|then|y|und|et|&|a"
    rf"|using)\s+){{0,3}}$"
)
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[a-z]{2,}[\s,;/|]+(?:(?:and|with|my|the)\s+){0,2}$")
_USER_WORD = re.compile(r"\b(?:user[\s_-]?(?:name|id)?|userid|login|id)\s+(?:is\s+)?$")
_USER_AND = re.compile(
    r"(?:user[\s_-]?(?:names?|ids?)?|userid|logins?|log-in|id|e-?mail|un)\s*(?:/|and|&|\+|,)\s*"
    r"(?:my\s+|the\s+)?$"
)
_PAIR_GAP = re.compile(r"\s*[/|:;,]\s*|\s+(?:and|with|y|&|then)\s+")
_USER_NEXT = re.compile(
    r"\S+\s*[,;/]?\s*(?:and\s+)?(?:my\s+|the\s+)?(?:user[\s_-]?(?:name|id)|userid|user|login|uid"
    r"|un)\b"
)
_GIVEN_WITH = re.compile(
    r"(\S+)\s+(?:with|using|and|w/)\s+(?:the\s+|my\s+|a\s+)?(?:temp\s+|temporary\s+|pacer\s+)?$"
)
_LIST_GAP = re.compile(
    r"\s*(?:,|/|;|\||&|\bor\b|\band\b|\bthen\b|\bto\b|\bplus\b|\by\b|\bo\b|\ba\b)\s*(?:(?:and|then"
    r"|or|also|even|now|tried|later|finally|to|with|it|was|y|la|el|new|nueva|luego|despues)\s+){0,3}"
    r"|\s*\n\s*"
)

_BEFORE_KEY = re.compile(
    rf"(?P<link>\s*(?:=|\s(?:is|was|as|for|being|in|into|es|ist|como|(?:are|were)"
    rf"(?:\s+both)?))\s+){_OF_OURS}{{0,4}}$"
)
_JUDGED = re.compile(
    r"(?P<word>\S+)\s+(?:(?:is|was|isn'?t|wasn'?t|gets?|got|keeps?|being|doesn'?t|won'?t)\s+)?"
    r"(?:not|work(?:s|ing)?|rejected"
    r"|refused|accepted|considered|ok|good|enough|getting\s+rejected|being\s+rejected|fine)"
    r"\b[^.,\n]{0,20}?\b(?:a|an|as\s+my|as\s+the|as)\s+(?:\w+\s+){0,2}$"
)
_JUDGED_PHRASE = re.compile(
    rf"[\"'](?P<words>[^\"'\n{BARRIER}]{{4,60}})[\"']\s+(?:ok|okay|good|fine|allowed|valid|enough|strong|accepted)"
    r"\s+(?:as|for)\s+(?:(?:a|my|the|our)\s+)?(?:\w+\s+)?$"
)
_TRIED = re.compile(
    r"(?:us(?:e|ed|ing|es)|tr(?:y|ied|ying)|typ(?:e|ed|ing|es)|enter(?:ed|ing|s)?|put(?:ting)?"
    r"|set|chose|picked|have|had|with|gave|given|us[aeo]|usaba|usando|puse|probe|intente|escribi|tengo)\s+(?:in\s+)?$"
)

_STRONG_NEAR = re.compile(
    rf"{KEY_WORDS}|\bpass\b|log(?:ged|ging)?[\s-]?(?:me\s+)?(?:in|on)\b|sign(?:ed|ing)?[\s-]?"
    rf"(?:in|on)\b|credentials?|\bcreds?\b|user[\s-]?(?:name|id)"
)
_PASSING = re.compile(
    r"\b(?:(?:chang|set|reset|updat|switch|mak|made)\w*\s+(?:it|this|that|mine|them)\s+"
    r"(?:back\s+)?(?:to|from)|(?:is|will|would|does|do|can|could)(?=\s+\S+\s+(?:a|an|be|ok|okay"
    r"|good|meet|valid"
    r"|fine|acceptable|strong|long|work|pass|satisfy|follow|count|allowed|accepted|enough)\b)|typ"
    r"(?:e|ed|ing)|enter(?:ed|ing)?|try(?:ing)?|tried|used\s+to\s+be|us(?:e|ed|ing)|it(?:'?s|\s+is)|either|"
    r"(?:mine|hers|his|ours|theirs)\s+(?:is|was)|(?:old|new|last|previous|current|other"
    r"|temporary)\s+one\s+(?:is|was))\s+"
)
_TYPED = re.compile(
    r"\b(?:(?:typ(?:e|ed|ing)|enter(?:ed|ing)?|tr(?:y|ied|ying)|us(?:e|ed|ing)|put(?:ting)?)\s+"
    r"(?:in\s+)?|(?:chang|reset|switch|updat|set)\w*\s+(?:it|this|that|mine|them)\s+(?:back\s+)?"
    r"(?:from|to)\s+|(?:mine|one\s+i\s+(?:have|had|use|used|wrote))(?:\s+\w+){0,3}\s+(?:is|was)\s+"
    r"|(?:escrib\w+|tecle\w+|puse|pongo|uso|use|probe|intente)\s+(?:con\s+)?)(?=\S{0,60}\d)"
)
_AS_USER = re.compile(
    r"\s+(?:as|for|in|into)\s+(?:my\s+|the\s+)?(?:user|login|log-in|id\b|account|pacer\s+(?:user"
    r"|id|account))"
)
_REACH = 90


def find_passwords(reading: Reading) -> Iterator[Span]:
    """Yield passwords, PINs, one-time codes and the password of a login pair."""
    low = reading.low
    yield from _typed_ones(reading)
    if _HINT.search(low) is None:
        return
    keys = [key for key in KEY.finditer(low) if not _in_address(low, key.start("key"))]
    passed = 0
    for key in keys:
        if key.start() < passed:
            continue
        for span in (
            *_after(reading, key),
            *find_plain_word(reading, key),
            *_before(reading, key),
        ):
            yield span
            if span.end - span.start >= LONG:
                passed = span.end
    yield from find_codes(low)
    yield from find_login_pairs(reading)
    if keys:
        yield from _in_passing(reading)
    yield from _strong_ones(reading)


def _in_address(low: str, place: int) -> bool:
    """Return whether the word at `place` is part of a web address's path."""
    begin = max(low.rfind(space, max(0, place - 200), place) for space in " \n\t")
    token = low[begin + 1 : place]
    return ("://" in token or ".gov/" in token or token.startswith("www.")) and not token.endswith(
        ("?", "&")
    )


def _after(reading: Reading, key: re.Match[str]) -> Iterator[Span]:
    """Yield what follows a word for password and is one."""
    low, end = reading.low, key.end()
    full = _FULL_LINK.match(low, end, end + 160)
    if full is not None:
        level = Level.LOOKS_SECRET if _SHOULD.match(full.group()) else Level.NO_ORDINARY_WORD
        first = _linked(reading, full.end(), level, field=":" in full.group())
        if first is not None and not (len(full.group().split()) > 2 and first.is_known_form()):
            second = (
                _second_of_pair(reading, first)
                if _USER_AND.search(low, max(0, key.start() - 30), key.start("key"))
                else None
            )
            yield from _with_more(reading, second or first)
            return
    bracketed = _IN_BRACKETS.match(low, end, end + 120)
    if bracketed is not None:
        inside = token_at(reading, bracketed.end())
        if inside is not None and inside.fits(Level.LOOKS_SECRET):
            yield Span(inside.start, inside.end, "password")
    before = low[max(0, key.start("key") - 110) : key.start("key")]
    known = any(
        pattern.search(before) for pattern in (_USER, _ANNOUNCED, _ADDRESS)
    ) or _given_with_user(before)
    loose = _LOOSE_LINK.match(low, end, end + 60)
    if loose is None or loose.end() == end or (key["weak"] and not known and "\n" in loose.group()):
        return
    known = known or _USER_NEXT.match(low, loose.end(), loose.end() + 80) is not None
    words = loose.group().split()
    changed = len(words) > 1 or _CHANGED.search(before[-40:]) is not None
    closed = (
        changed and words[-1:] in (["to"], ["as"]) and _CLOSED.match(low, loose.end()) is not None
    )
    known = known or (changed and words[-1:] == ["from"])
    alone = loose.group().endswith("(") and _ALONE.match(reading.plain, loose.end()) is not None
    judged = closed or alone
    level = Level.AFTER_NAME if known else Level.NO_ORDINARY_WORD if judged else Level.LOOKS_SECRET
    first = value_at(reading, loose.end(), level, field=True)
    if first is not None:
        yield from _with_more(reading, first)


def _second_of_pair(reading: Reading, first: Token) -> Token | None:
    """Return the password of "username/password is jdoe / tiger", whose first value is the name."""
    gap = _PAIR_GAP.match(reading.low, first.after)
    return value_at(reading, gap.end(), Level.NO_ORDINARY_WORD) if gap else None


def _given_with_user(before: str) -> bool:
    """Return whether the words before end like "I have jdoe with"."""
    given = _GIVEN_WITH.search(before[-60:])
    return given is not None and not is_ordinary(given.group(1)) and given.group(1)[0].isalnum()


def _linked(reading: Reading, place: int, level: Level, field: bool) -> Token | None:
    """Return the value at `place`, or after small words such as "now" or "the following"."""
    first = value_at(reading, place, level, field=field)
    if first is not None:
        return first
    skipped = _FILLERS.match(reading.low, place, place + 60)
    return value_at(reading, skipped.end(), level) if skipped else None


def _with_more(reading: Reading, first: Token) -> Iterator[Span]:
    """Yield the value and others listed after it ("Hunter2, Hunter3 and Hunter4")."""
    yield Span(first.start, first.end, "password")
    last = first
    for _ in range(10):
        gap = _LIST_GAP.match(reading.low, last.after, last.after + 40)
        level = (
            Level.NO_ORDINARY_WORD if gap and gap.group().strip() == "to" else Level.LOOKS_SECRET
        )
        following = value_at(reading, gap.end(), level) if gap else None
        if following is None:
            return
        yield Span(following.start, following.end, "password")
        last = following


def _before(reading: Reading, key: re.Match[str]) -> Iterator[Span]:
    """Yield what stands before "as my password", "is my password" and the like."""
    low, start = reading.low, key.start("key")
    linked = _BEFORE_KEY.search(low, max(0, start - 60), start)
    if linked is None:
        yield from _judged(reading, start)
        return
    begin = max(0, linked.start() - 70)
    token = _last_token(reading, begin, linked.start())
    if token is None or BARRIER in low[token.end : start]:
        return
    if is_ordinary(token.low):
        yield from _judged(reading, start)
    tried = _TRIED.search(low, max(0, token.start - 24), token.start) is not None
    lead = low[max(0, token.start - 30) : token.start].rstrip(" \t\"'")
    alone = lead[-1:] in ("", ".", "!", "?", "\n") and linked["link"].strip() in (
        "is",
        "=",
        "was",
        "es",
    )
    plain_counts = token.quoted or ((tried or alone) and linked["link"].strip() != "for")
    if token.fits(Level.NO_ORDINARY_WORD if plain_counts else Level.LOOKS_SECRET):
        yield Span(token.start, token.end, "password")
        yield from _listed_before(reading, token)


def _judged(reading: Reading, start: int) -> Iterator[Span]:
    """Yield the secret in "Tiger9 was rejected as a password" and "is not a valid password"."""
    begin = max(0, start - 90)
    phrase = _JUDGED_PHRASE.search(reading.low, begin, start)
    if phrase is not None and not all(map(is_ordinary, phrase["words"].split())):
        yield Span(*phrase.span("words"), "password")
    judged = _JUDGED.search(reading.low, begin, start)
    token = token_at(reading, judged.start("word")) if judged else None
    if (
        token is not None
        and token.fits(Level.LOOKS_SECRET)
        and not _USER_WORD.search(reading.low, begin, token.start)
    ):
        yield Span(token.start, token.end, "password")


def _listed_before(reading: Reading, token: Token) -> Iterator[Span]:
    """Yield the values listed before one ("I tried Hunter2 and Hunter3 as my password")."""
    for _ in range(10):
        gap = re.search(
            r"(?:\s*,|\s*/|\s+and|\s+or|\s+then|,\s*and)\s*$",
            reading.low[max(0, token.start - 12) : token.start],
        )
        if gap is None:
            return
        end = max(0, token.start - 12) + gap.start()
        earlier = _last_token(reading, max(0, end - 60), end)
        if earlier is None or not earlier.fits(Level.LOOKS_SECRET):
            return
        token = earlier
        yield Span(token.start, token.end, "password")


def _last_token(reading: Reading, begin: int, end: int) -> Token | None:
    """Return the last word, or the last quoted words, of the piece `begin:end`."""
    piece = reading.low[begin:end].rstrip(" \t")
    quoted = re.search(r"(?<![a-z0-9])([\"'`])([^\"'`\n\ue000]{1,60})\1$", piece)
    if quoted is not None:
        return Token(reading, begin + quoted.start(2), begin + quoted.end(2), quoted=True)
    word = re.search(rf"[^\s{BARRIER}]+$", piece)
    return (
        token_at(reading, begin + word.start())
        if word and word.group()[-1] not in ".,;:?"
        else None
    )


def _in_passing(reading: Reading) -> Iterator[Span]:
    """Yield secrets in talk of a password that does not name them directly."""
    for cue in _PASSING.finditer(reading.low):
        value = value_at(reading, cue.end(), Level.LOOKS_SECRET)
        if value is None or (value.quoted and not any(c.isdigit() for c in value.low)):
            continue
        if is_numbered(value.low):
            continue
        if _USER_NEXT.match(
            reading.low, value.start, value.end + 30
        ) is None and not _AS_USER.match(reading.low, value.after):
            yield from _with_more(reading, value)


def _typed_ones(reading: Reading) -> Iterator[Span]:
    """Yield words of letters, digits and signs that somebody says to have typed, also where no
    word for password is near: "I typed Passw0rd! three times"."""
    for cue in _TYPED.finditer(reading.low):
        token = value_at(reading, cue.end(), Level.SURELY_SECRET)
        if token is None or is_numbered(token.low):
            continue
        # PACER's and the court's passwords have one; an address or a part number has none
        if any(sign.isupper() for sign in reading.plain[token.start : token.end]):
            yield from _with_more(reading, token)


def _strong_ones(reading: Reading) -> Iterator[Span]:
    """Yield words of letters, digits and signs that stand near talk of a login."""
    low = reading.low
    if re.search(r"\d", low) is None:
        return
    reached = 0
    for near in _STRONG_NEAR.finditer(low):
        begin, end = max(reached, near.start() - _REACH), min(len(low), near.end() + _REACH)
        reached = max(reached, end)
        for word in re.finditer(rf"[^\s{BARRIER}]+", low[begin:end]):
            cut_off = word.end() == end - begin and end < len(low) and not low[end].isspace()
            if (word.start() == 0 and begin > 0 and not low[begin - 1].isspace()) or cut_off:
                continue
            token = token_at(reading, begin + word.start())
            if token is not None and token.fits(Level.SURELY_SECRET) and not is_numbered(token.low):
                yield Span(token.start, token.end, "password")
