"""Finds Social Security, taxpayer, card and bank account numbers.

Formats: Social Security numbers are written 3-2-4, employer numbers 2-7, cards in
fours or 4-6-5. Bare digits count only beside a word that says what they are.
Sources: ssa.gov (numbers never issued), irs.gov (ITIN ranges), ISO/IEC 7812 (Luhn).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.privacy.cues import BEFORE, Cue, Cues
from bot.privacy.reading import Reading
from bot.privacy.spans import Span

_DIGIT = re.compile(r"\d")

_GAP = r"(?:[ \t]{0,2}[-._/\\~*|]{1,2}[ \t]{0,2}|[ \t]{1,3})"
_SSN = re.compile(rf"(?<!\d)\d{{3}}(?P<one>{_GAP})\d{{2}}(?P<two>{_GAP})\d{{4}}(?!\d)")
_CARD_GAP = r"(?:,|[\s\-._/*|]{1,3})"
_FOURS = re.compile(rf"(?<!\d)\d{{4}}(?:{_CARD_GAP}\d{{4}}){{3,}}(?:[ -]\d{{1,3}})?(?!\d)")
_FOUR_SIX = re.compile(rf"(?<!\d)3\d{{3}}{_CARD_GAP}\d{{6}}{_CARD_GAP}\d{{4,5}}(?!\d)")
_RUN = re.compile(r"\d+(?:[\s\-._/*()]{1,3}\d+)*")
_IBAN = re.compile(
    r"(?<![a-z0-9])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?(?![a-z0-9])"
)
_CVV = re.compile(
    r"\b(?:cvv2?|cvc2?|csc|cid|(?:card )?security code|card verification (?:code|value|number))\b"
    r"[\s:=#(]{0,3}(?:(?:number|code|no|is|was"
    r"|on the back)[\s:=#.(]{1,3}){0,3}(?P<value>\d{3,4})(?!\d|[-./]\d)"
)

_UNIT = re.compile(
    r"[ \t]?(?:%|bytes?\b|[kmg]i?b\b|kilobytes?|megabytes?|gigabytes?|pages?\b|characters?\b"
    r"|chars?\b|digits?\b|days?\b|hours?\b|minutes?\b|"
    r"seconds?\b|years?\b|dollars?\b|px\b|pixels?\b|dpi\b|docs?\b|documents?\b|files?\b|times?\b)"
)
_MASKED_TAIL = re.compile(r"(?:ending|ends|end|last\s+\w+|final\s+\w+)\W+(?:\w+\W+){0,4}$")
_PHONE = re.compile(r"(?:\+?1[\s\-.]{0,2})?\(?\d{3}\)?[\s\-./]{0,3}\d{3}[\s\-./]{1,3}\d{4}")
_TELEPHONING = re.compile(
    r"\b(?:phones?|telephone|tel|call|called|calling|dial|fax|cell|mobile|reach|text|contact)\b"
)
_DATED = re.compile(r"\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d")
_ATTACHED = re.compile(r"(?:[a-z\\_@]|(?<!\d)/|[a-z0-9]-)\Z")
_SENTENCE_END = re.compile(r"\n|[.?!;]\s")
# How nine digits are grouped when only a word somewhere near says that they are a secret.
_NINE = ([9], [2, 7], [3, 3, 3], [3, 2, 4], [1] * 9)


class _Run(NamedTuple):
    """Digits with at most a few separators between the groups."""

    start: int
    end: int
    groups: tuple[tuple[int, int], ...]

    @property
    def digits(self) -> int:
        return sum(end - start for start, end in self.groups)


def find_certain_numbers(reading: Reading, cues: Cues) -> Iterator[Span]:
    """Yield numbers whose form alone says what they are."""
    low = reading.low
    if _DIGIT.search(low) is None:
        return
    yield from _ibans(low, cues)
    yield from _written_cards(low, cues)
    yield from _solid_cards(low, cues)
    yield from _written_ssns(low, cues)


def find_numbers_in_context(reading: Reading, cues: Cues) -> Iterator[Span]:
    """Yield numbers that a word nearby makes a secret."""
    low = reading.low
    for found in _CVV.finditer(low):
        yield Span(*found.span("value"), "card")
    if _DIGIT.search(low) is None:
        return
    if not cues.name_a_secret():
        return
    for found in _RUN.finditer(low):
        for run in _candidates(found):
            kind = _kind_in_context(low, run, cues)
            if kind:
                yield Span(run.start, run.end, kind)


def _ibans(low: str, cues: Cues) -> Iterator[Span]:
    for found in _IBAN.finditer(low):
        cue = cues.immediate(found.start())
        if (cue is not None and cue.kind == "bank") or _iban_checks(found.group()):
            yield Span(found.start(), found.end(), "bank_account")


def _written_cards(low: str, cues: Cues) -> Iterator[Span]:
    for found in _FOURS.finditer(low):
        digits = _only_digits(found.group())
        even = len({gap.strip() for gap in re.split(r"\d+", found.group())[1:4]}) == 1
        if _luhn(digits[:16]) or (
            even and not _are_years(digits) and not _names_other(cues, found.start())
        ):
            yield Span(found.start(), found.end(), "card")
    for found in _FOUR_SIX.finditer(low):
        digits = _only_digits(found.group())
        if _luhn(digits) or not _names_other(cues, found.start()):
            yield Span(found.start(), found.end(), "card")


def _solid_cards(low: str, cues: Cues) -> Iterator[Span]:
    for found in _RUN.finditer(low):
        run = _run(found)
        if (
            13 <= run.digits <= 19
            and len(run.groups) > 1
            and _grouped_card(low, run)
            and not _names_other(cues, run.start)
        ):
            yield Span(run.start, run.end, "card")
            continue
        for start, end in run.groups:
            if _card_like(low[start:end]) and not _inside_link(low, start):
                yield Span(start, end, "card")


def _written_ssns(low: str, cues: Cues) -> Iterator[Span]:
    for found in _SSN.finditer(low):
        start, end = found.span()
        gaps = found["one"] + found["two"]
        cue = cues.secret_before(start, ("ssn", "itin", "ein")) or cues.after(end)
        named = cue is not None and cue.kind in ("ssn", "itin", "ein")
        if not named and _is_other_number(low, start, end, gaps, cues):
            continue
        digits = _only_digits(found.group())
        yield Span(start, end, _taxpayer_kind(digits, cue))


def _is_other_number(low: str, start: int, end: int, gaps: str, cues: Cues) -> bool:
    """Return whether 3-2-4 digits are a piece of a version, a foreign phone number or a list."""
    if gaps.strip() == ".." and (
        low[max(0, start - 1) : start] == "." or re.match(r"\.\d", low[end : end + 2])
    ):
        return True
    if re.search(r"\+\d{1,3}[\s\-.(]{1,2}$", low[max(0, start - 7) : start]):
        return True
    return not gaps.strip() and _names_other(cues, start)


def _taxpayer_kind(digits: str, cue: Cue | None) -> str:
    """Return ssn or itin for nine digits; 987-65-432x is kept for advertisements."""
    if digits[0] != "9" or digits.startswith("98765432"):
        return "ssn"
    return "ssn" if cue is not None and cue.kind == "ssn" else "itin"


def _candidates(found: re.Match[str]) -> Iterator[_Run]:
    """Yield the numbers that a run of digits may be: its long groups, or all of it."""
    run = _run(found)
    long_groups = [group for group in run.groups if group[1] - group[0] >= 7]
    if [end - start for start, end in run.groups] == [2, 7]:
        long_groups = []
    if not long_groups:
        yield from _pieces(run)
    for start, end in long_groups:
        yield _Run(start, end, ((start, end),))


def _pieces(run: _Run) -> Iterator[_Run]:
    """Yield the run, cut after a first piece of 19 digits when it is longer than any number."""
    groups: list[tuple[int, int]] = []
    digits = 0
    for group in run.groups:
        size = group[1] - group[0]
        if groups and digits + size > 19:
            yield _Run(groups[0][0], groups[-1][1], tuple(groups))
            groups, digits = [], 0
        groups.append(group)
        digits += size
    yield _Run(groups[0][0], groups[-1][1], tuple(groups))


def _kind_in_context(low: str, run: _Run, cues: Cues) -> str:
    """Return the kind that the words around a number give it, or nothing."""
    digits = run.digits
    if (
        digits < 5
        or digits > 19
        or low[max(0, run.start - 1) : run.start] == "$"
        or _UNIT.match(low, run.end)
    ):
        return ""
    if digits < 8 and _MASKED_TAIL.search(low, max(0, run.start - 30), run.start):
        return ""
    if _DATED.search(low, run.start, run.end):
        return ""
    near = cues.immediate(run.start)
    if near is not None and near.kind != "other":
        return _kind_beside(low, run, near)
    if _ATTACHED.search(low, max(0, run.start - 2), run.start):
        return ""
    after = cues.named_after(run.end)
    zipcode = [end - start for start, end in run.groups] == [5, 4]
    if after is not None and (
        (digits == 9 and not zipcode) or after.kind not in ("ssn", "itin", "ein")
    ):
        return _kind_beside(low, run, after)
    if near is not None or (8 <= digits <= 17 and _reads_as_phone(low, run)):
        return ""
    return _kind_around(low, run, cues)


def _kind_beside(low: str, run: _Run, cue: Cue) -> str:
    """Return the kind of a number that the cue names directly."""
    digits = run.digits
    if cue.kind in ("ssn", "itin", "ein"):
        if cue.kind != "ssn":
            return cue.kind if digits == 9 else ""
        return (
            "ssn" if 8 <= digits <= 10 and not (digits == 10 and _reads_as_phone(low, run)) else ""
        )
    if cue.kind == "card":
        return "card" if digits >= 12 else ""
    if cue.kind == "bank":
        called = low[cue.start : cue.end] in ("checking", "bank", "savings") and _reads_as_phone(
            low, run
        )
        return "" if called or _reads_as_date(low, run) else "bank_account"
    if cue.kind == "account":
        fits = digits >= 8 or digits == 6
        return (
            "bank_account"
            if fits and not _reads_as_phone(low, run) and not _reads_as_date(low, run)
            else ""
        )
    return ""


def _kind_around(low: str, run: _Run, cues: Cues) -> str:
    """Return the kind of a number that a cue in the same sentence or so suggests."""
    digits = run.digits
    nearest = cues.before(run.start)
    sizes = [end - start for start, end in run.groups]
    if sizes in _NINE:
        cue = cues.secret_before(run.start, ("ssn", "itin", "ein", "bank")) or cues.after(run.end)
        if cue is not None and cue.kind in ("ssn", "itin", "ein"):
            return cue.kind
    if digits >= 12:
        cue = cues.secret_before(run.start, ("card",)) or cues.after(run.end)
        if cue is not None and cue.kind == "card":
            return "card"
    if digits == 10 and _TELEPHONING.search(low, max(0, run.start - BEFORE), run.start):
        return ""
    if (
        digits >= 8
        and len(run.groups) == 1
        and nearest is not None
        and nearest.kind in ("bank", "account")
    ):
        if _SENTENCE_END.search(low, nearest.end, run.start):
            return ""
        return "bank_account"
    return ""


def _run(found: re.Match[str]) -> _Run:
    shift = found.start()
    groups = tuple((m.start() + shift, m.end() + shift) for m in re.finditer(r"\d+", found.group()))
    return _Run(found.start(), found.end(), groups)


def _only_digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _card_like(digits: str) -> bool:
    """Return whether the digits pass Luhn and begin as a card of that length does."""
    return _begins_as_card(digits) and _luhn(digits)


def _begins_as_card(digits: str) -> bool:
    size = len(digits)
    if size == 13:
        return digits[0] == "4"
    if size == 14:
        return digits[:2] in ("30", "36", "38", "39")
    if size == 15:
        return digits[:2] in ("34", "37")
    if size == 16:
        return digits[0] in "456" or digits[:2] in ("35", "22", "23", "24", "25", "26", "27")
    return 17 <= size <= 19 and digits[0] in "456"


def _grouped_card(low: str, run: _Run) -> bool:
    """Return whether oddly grouped digits are a card and not, say, two phone numbers."""
    sizes = [end - start for start, end in run.groups]
    phones = any(sizes[i : i + 3] == [3, 3, 4] for i in range(len(sizes)))
    if phones or not (min(sizes[:-1]) >= 3 or max(sizes) == 1):
        return False
    return _card_like(_only_digits(low[run.start : run.end]))


def _are_years(digits: str) -> bool:
    return all(digits[i : i + 2] in ("19", "20") for i in range(0, len(digits) - 3, 4))


def _names_other(cues: Cues, place: int) -> bool:
    """Return whether the words right before name something else, such as a docket."""
    cue = cues.immediate(place)
    return cue is not None and cue.kind in ("other", "pacer")


def _inside_link(low: str, place: int) -> bool:
    """Return whether the digits are part of a web address other than a value given in it."""
    begin = max(low.rfind(space, max(0, place - 200), place) for space in " \n\t")
    token = low[begin + 1 : place]
    return ("://" in token or token.startswith("www.") or "@" in token) and not token.endswith("=")


def _reads_as_phone(low: str, run: _Run) -> bool:
    begin = run.start - 1 if low[max(0, run.start - 1) : run.start] in ("(", "+") else run.start
    return _PHONE.fullmatch(low, begin, run.end) is not None


def _reads_as_date(low: str, run: _Run) -> bool:
    sizes = [end - start for start, end in run.groups]
    return sizes in ([4, 2, 2], [2, 2, 4], [1, 2, 4], [1, 1, 4], [2, 1, 4])


def _iban_checks(text: str) -> bool:
    """Return whether the check digits of an IBAN (ISO 13616) are right."""
    code = "".join(letter for letter in text if letter.isalnum())
    if (
        not 15 <= len(code) <= 34
        or sum(letter.isdigit() for letter in code) < 8
        or not code.isascii()
    ):
        return False
    turned = code[4:] + code[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1
