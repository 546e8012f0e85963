"""Numbers and birth dates of people that a filing must not show whole (Fed. R. Bankr. P. 9037):
only the last four digits of Social Security, taxpayer and financial account numbers, and only the
year of a birth, may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.page_facts import PageFacts
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import RULE_9037

_BIRTH_DATE = "birth date"
_DASH = r"[-\u00ad\u2010-\u2015\u2212]"
#: Two blanks, since a line may end behind a dash.
_BREAK = rf"\s{{0,2}}{_DASH}\s{{0,2}}"
_SSN = re.compile(rf"(?<![\w.-])\d{{3}}{_BREAK}\d{{2}}{_BREAK}\d{{4}}(?![\w-])")
#: As digits stand in a row of boxes.
_SPACED_SSN = re.compile(
    rf"(?<![\w.-])(?<!\d )\d \d \d ?{_DASH} ?\d \d ?{_DASH} ?\d \d \d \d(?![\w-]| \d)"
)
_SSN_WORDS = (
    r"(?:\bssn|\bs\.\s?s\.\s?n\b|\bs\.?s\.?\s?(?:\#|no\b|num)|\bi?tin\b|social\s+security"
    r"|soc\.?\s*sec|taxpayer\s+id)"
)
#: Forms have the word above the number.
_BELOW = r"(?:\r?\n[^\d\r\n]{0,20})?"
#: Without dashes only with a word that says what it is. The same sign has to stand twice: a ZIP
#: code may have nine digits and a dash.
_NAMED_SSN = re.compile(
    rf"{_SSN_WORDS}[^\d\r\n]{{0,40}}{_BELOW}(?<!\d)"
    rf"(?P<number>\d{{3}}(?P<gap>[ .]|{_DASH}|)\d{{2}}(?P=gap)\d{{4}}|\d(?: \d){{8}})(?! ?\d)",
    re.IGNORECASE,
)
#: What issuers' numbers begin with: Visa, Mastercard, Discover and UnionPay.
_ISSUER = r"(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6(?:011|[25]\d\d|4[4-9]\d))"
#: Groups of four with more such groups beside them are a table, or a list of numbers.
_CARD = re.compile(
    rf"(?<![\w-])(?<!\d{{4}} )(?:{_ISSUER}([ -])\d{{4}}\1\d{{4}}\1\d{{4}}"
    r"|3[47]\d{2}([ -])\d{6}\2\d{5})(?![\w-]| \d{4}\b)"
)
_NAMED_CARD = re.compile(
    r"(?:visa|master\s*card|amex|american\s+express|discover|card)\b[^\d\n]{0,30}?"
    r"(?<!\d)(?P<number>[3-6]\d{14,15})(?!\d)",
    re.IGNORECASE,
)
#: No part of a date or of an amount.
_DIGITS = r"(?<!\d)(?P<number>\d(?:[ -]?\d){7,16})(?![\d/]|\.\d)"
_ACCOUNT = re.compile(
    rf"\b(?:account|acct|a/c|iban)\b(?P<sign>[\t .:#()]{{0,8}}){_DIGITS}", re.IGNORECASE
)
_NAMED_ACCOUNT = re.compile(
    r"\b(?:account|acct|a/c|iban|loan)\b\.?[ \t]*(?:numbers?|nos?\b|num\b|\#|id\b)"
    rf"[ \t.:#()]{{0,6}}(?:\r?\n[ \t]*)?{_DIGITS}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:0?[1-9]|1[0-2])[- ](?:0?[1-9]|[12]\d|3[01])[- ](?:19|20)\d\d"
    r"|(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])"
)
_TELEPHONE = re.compile(r"(?:1[ -])?\d{3}[ -]\d{3}[ -]\d{4}")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_BIRTH = re.compile(
    r"(?:date\s+of\s+birth|birth\s?-?date|\bd\.?\s?o\.?\s?b\b|\bborn\s+on\b)"
    rf"[^\d\r\n]{{0,20}}?{_BELOW}(?<!\d)(?P<date>\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})"
    rf"|{_MONTH}\s\d{{1,2}},?\s\d{{4}})(?!\d)",
    re.IGNORECASE,
)
#: Every number above has at least eight digits with little between them; most pages have none.
_ANY = re.compile(r"\d(?:[\s.\u00ad\u2010-\u2015\u2212-]{0,5}\d){7}")
#: And every birth date has one of these, which cost next to nothing to look for.
_BIRTH_HINTS = ("irth", "IRTH", "DOB", "D.O.B", "dob", "born on", "Born on")
_IN_ORIGINAL = "Leave out all but {allowed} in the original and make the PDF again."
_IN_COMMENT = "Delete the comment or text box, or leave out all but {allowed} in it."
_IN_ANSWER = "Leave out all but {allowed} in the answer, and flatten the form anew."
_JOINTS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W\d_]+")


def judge(document: Document) -> Iterator[Hit]:
    """A hit for each number in the answer of a form field. Often only the name of the field says
    what its digits are."""
    for field in document.fields.fields:
        if not field.value:
            continue
        where = f"in the form field “{field.name}”"
        for number, kind in _numbers(f"{_JOINTS.sub(' ', field.name)}: {field.value}").items():
            yield _hit(kind, number, where, _IN_ANSWER, field.page, field.object)


def judge_pages(facts: PageFacts, document: Document) -> Iterator[Hit]:
    """A hit for each number on a page and in its comments, each once."""
    for page in facts.pages:
        on_page = _numbers(page.text)
        for number, kind in on_page.items():
            yield _hit(kind, number, "in the file", _IN_ORIGINAL, page.number)
        for number, kind in _numbers(page.comments).items():
            if number not in on_page:
                yield _hit(kind, number, "in a comment or text box", _IN_COMMENT, page.number)


def _numbers(text: str) -> dict[str, str]:
    """What was found, by its digits, and its kind."""
    found: dict[str, str] = {}
    if _ANY.search(text):
        for kind, number in _candidates(text):
            digits = "".join(char for char in number if char.isdigit())
            # Nobody's number has one digit only: such are lines to fill in.
            if len(set(digits)) > 1:
                found.setdefault(digits, kind)
    if any(hint in text for hint in _BIRTH_HINTS):
        for match in _BIRTH.finditer(text):
            found.setdefault(match["date"], _BIRTH_DATE)
    return found


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_SSN, _SPACED_SSN):
        for match in pattern.finditer(text):
            yield "Social Security or taxpayer number", match.group()
    for match in _NAMED_SSN.finditer(text):
        yield "Social Security or taxpayer number", match["number"]
    for match in _CARD.finditer(text):
        if _has_check_digit(match.group()):
            yield "card number", match.group()
    for match in _NAMED_CARD.finditer(text):
        if _has_check_digit(match["number"]):
            yield "card number", match["number"]
    for match in _NAMED_ACCOUNT.finditer(text):
        if not _DATE.fullmatch(match["number"]):
            yield "account number", match["number"]
    for match in _ACCOUNT.finditer(text):
        number = match["number"]
        # "about your account 800-555-0100"
        is_call = _TELEPHONE.fullmatch(number) and not {":", "#"} & set(match["sign"])
        if not is_call and not _DATE.fullmatch(number):
            yield "account number", number


def _has_check_digit(number: str) -> bool:
    """Whether the last digit fits (ISO/IEC 7812, Luhn)."""
    digits = [int(char) for char in number if char.isdigit()]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _hit(
    kind: str, number: str, where: str, way: str, page: int | None, label: str | None = None
) -> Hit:
    is_birth = kind == _BIRTH_DATE
    ending = number[-4:] if number[-4:].isdigit() else number[-2:]
    allowed = "the year" if is_birth else "the last four digits"
    form = "" if is_birth else (
        " A form made for such numbers, such as Official Form 121, is filed in a way of its own: "
        "ask the clerk."
    )  # fmt: skip
    return Hit(
        message=(
            f"What looks like a whole {kind}, ending in {ending}, can be read {where}. Rule 9037 "
            f"lets a filing show only {allowed}."
        ),
        page=page,
        object=label,
        detail=f"{kind} ending in {ending}, {where}",
        fix=(f"{way.format(allowed=allowed)} A black box drawn over it does not remove it.{form}"),
    )


RULE = Rule(
    id="personal_numbers",
    severity="warn",
    title="Whole numbers and birth dates of people",
    looks_for=(
        "In the text of pages, in comments and in answers of form fields: nine digits written "
        "3-2-4, or with words such as SSN; card numbers whose beginning and check digit fit, but "
        "none in lists of numbers; eight to seventeen digits with “account” or “loan number”; a "
        "whole date with “date of birth”, “DOB” or “born on”. The name of a form field counts as "
        "words. The report shows the last four digits or the year only."
    ),
    why="Filings are public. The court does not check them for you.",
    mend=Mend(
        acrobat="Acrobat Pro: Redact a PDF, Find Text & Redact, Patterns; Apply; save anew.",
        word="Shorten it to the last four digits or the year, and make the PDF again.",
        preview="Tools, Redact (macOS 11 and later).",
        chrome="Chrome cannot redact.",
        scan="Black out the digits on paper, copy the page, and scan the copy.",
    ),
    sources=(RULE_9037, "11 U.S.C. § 107(c)"),
    innocent="Account statements and tax forms show whole numbers.",
    judge=judge,
    judge_pages=judge_pages,
)
