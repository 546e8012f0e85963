"""Numbers of people that a filing must not show (Fed. R. Bankr. P. 9037): all but the last four
digits of Social Security, taxpayer and financial account numbers are to be left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.page_facts import PageFacts
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import RULE_9037

_DASH = r"[-\u2010-\u2014]"
_SSN_WORDS = r"(?:ssn|itin|social\s+security|soc\.?\s*sec|taxpayer\s+id)"
_SSN = re.compile(rf"(?<![\w.-])\d{{3}}\s?{_DASH}\s?\d{{2}}\s?{_DASH}\s?\d{{4}}(?![\w-])")
#: Without dashes only beside a word that says what it is.
_NAMED_SSN = re.compile(
    rf"{_SSN_WORDS}[^\d\n]{{0,40}}?(?<!\d)(?P<number>\d{{3}}[ .]?\d{{2}}[ .]?\d{{4}})(?!\d)",
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
_ACCOUNT = re.compile(
    r"\b(?:account|acct|a/c|iban)\b\.?[ \t]*(?:numbers?|nos?\b|num\b|\#|id\b)?[ \t.:#()]{0,6}"
    r"(?<!\d)(?P<number>\d(?:[ -]?\d){7,16})(?![\d/])",
    re.IGNORECASE,
)
#: Every number above has at least eight digits with little between them; most pages have none.
_ANY = re.compile(r"\d(?:[\s.\u2010-\u2014-]{0,3}\d){7}")
_DATE = re.compile(r"(?:0?[1-9]|1[0-2])[- ](?:0?[1-9]|[12]\d|3[01])[- ](?:19|20)\d\d")


def judge(document: Document) -> Iterator[Hit]:
    """A hit for each number in the answer of a form field."""
    for field in document.fields.fields:
        for kind, number in _numbers(field.value or ""):
            yield _hit(kind, number, field.page, field.object, f", in the field “{field.name}”")


def judge_pages(facts: PageFacts, document: Document) -> Iterator[Hit]:
    """A hit for each number on a page, each once."""
    for page in facts.pages:
        for kind, number in _numbers(page.text):
            yield _hit(kind, number, page.number, None, "")


def _numbers(text: str) -> Iterable[tuple[str, str]]:
    if not _ANY.search(text):
        return ()
    found: dict[str, str] = {}
    for kind, number in _candidates(text):
        digits = "".join(char for char in number if char.isdigit())
        # Nobody's number has one digit only: such are lines to fill in.
        if len(set(digits)) > 1:
            found.setdefault(digits, kind)
    return [(kind, digits) for digits, kind in found.items()]


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    for match in _SSN.finditer(text):
        yield "Social Security or taxpayer number", match.group()
    for match in _NAMED_SSN.finditer(text):
        yield "Social Security or taxpayer number", match["number"]
    for match in _CARD.finditer(text):
        if _has_check_digit(match.group()):
            yield "card number", match.group()
    for match in _NAMED_CARD.finditer(text):
        if _has_check_digit(match["number"]):
            yield "card number", match["number"]
    for match in _ACCOUNT.finditer(text):
        if not _DATE.fullmatch(match["number"]):
            yield "account number", match["number"]


def _has_check_digit(number: str) -> bool:
    """Whether the last digit fits (ISO/IEC 7812, Luhn)."""
    digits = [int(char) for char in number if char.isdigit()]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _hit(kind: str, digits: str, page: int | None, label: str | None, where: str) -> Hit:
    return Hit(
        message=(
            f"What looks like a whole {kind} can be read in the file. Rule 9037 lets a filing show "
            "only the last four digits."
        ),
        page=page,
        object=label,
        detail=f"{kind} ending in {digits[-4:]}{where}",
        fix=(
            "Leave out all but the last four digits in the original and make the PDF again. A "
            "black box drawn over the number does not remove it. A form made for such numbers, "
            "such as Official Form 121, is filed in a way of its own: ask the clerk."
        ),
    )


RULE = Rule(
    id="personal_numbers",
    severity="warn",
    title="Whole numbers of people",
    looks_for=(
        "In the text of pages and in answers of form fields: nine digits written 3-2-4, or beside "
        "words such as SSN; card numbers whose beginning and check digit fit, but none in lists of "
        "numbers; eight to seventeen digits beside “account number”. The report shows the last "
        "four digits only."
    ),
    why="Filings are public. The court does not check them for you.",
    mend=Mend(
        acrobat="Acrobat Pro: Redact a PDF, Find Text & Redact, Patterns; Apply; save anew.",
        word="Shorten the number to its last four digits and make the PDF again.",
        preview="Tools, Redact (macOS 11 and later).",
        chrome="Chrome cannot redact.",
        scan="Black out the digits on paper, copy the page, and scan the copy.",
    ),
    sources=(RULE_9037, "11 U.S.C. § 107(c)"),
    innocent="Account statements and tax forms show whole numbers.",
    judge=judge,
    judge_pages=judge_pages,
)
