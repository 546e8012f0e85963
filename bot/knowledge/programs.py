"""Questions that only name a program, such as "and in Word?", after an answer on PDFs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.knowledge.model import STEPS, Article

MENDING = "pdf_fix"
_PDF_TOPICS = frozenset({MENDING, "pdf_rejected", "pdf_requirements", "check_my_pdf"})


@dataclass(frozen=True)
class Program:
    """``spoken``: a pattern of how filers name it; ``written``: of how the article does; ``way``:
    as the rules of PDFs name it (:meth:`bot.pdfcheck.rule.Mend.to_dict`)."""

    spoken: str
    written: str
    way: str


PROGRAMS = (
    Program(
        r"mac(?:book|os)?|macs|imac|apple|preview|safari", r"\bmac\b|\bpreview\b", "Mac Preview"
    ),
    Program(
        r"(?:ms |microsoft )?word(?:perfect)?|docx?|libreoffice|google docs", r"\bword\b", "Word"
    ),
    Program(r"acrobat|adobe(?: reader)?|reader", r"\bacrobat\b|\badobe\b", "Acrobat"),
    Program(r"chrome|edge|browser|firefox", r"\bchrome\b", "Chrome"),
    Program(r"windows(?: \d+)?|pc", r"\bmicrosoft print to pdf\b", "Chrome"),
    Program(r"i-?phones?|i-?pads?|ios", r"\biphone\b", "phone scan"),
    Program(r"androids?|galaxy|samsung", r"\bandroid\b", "phone scan"),
    Program(
        r"(?:cell ?|smart)?phones?|tablets?", r"\biphone\b|\bandroid\b|\bphone\b", "phone scan"
    ),
    Program(r"camera|scanner|scan(?:ned)?", r"\bphone\b|\bscan", "phone scan"),
)
_ON_A_PHONE = r"\biphone\b|\bandroid\b"
_NO_COMPUTER = re.compile(
    r"\b(?:don'?t|do not|haven'?t|have no|no|without an?) (?:have )?(?:an? |any )?(?:got )?"
    r"(?:an? |any )?(?:computer|laptop|desktop)\b|\bno tengo (?:una )?computadora\b",
    re.IGNORECASE,
)
# what is to be mended, as filers say it, and as the article's lines name it
_SUBJECTS: tuple[tuple[str, str], ...] = (
    (
        (
            r"pass ?words?|passcodes?|encrypt\w*|unlock\w*|locked|protect\w*|secur\w+"
            r"|restrict\w*|contrase\w+|clave|desbloque\w+"
        ),
        r"^- \*\*password",
    ),
    (
        (
            r"(?:too|so) (?:big|large)|smaller|shrink\w*|compress\w*|reduc\w+|split\w*|pieces"
            r"|file size|huge|\d+ ?(?:mb|megs?|megabytes?)|achic\w+|dividir"
        ),
        r"^- \*\*too large",
    ),
    (r"searchable|ocr", r"^- \*\*searchable"),
    (r"embedded|portfolio|(?:stuck |attached )?inside (?:the|a|my|it)", r"^- \*\*files inside"),
)
_FLATTENS = re.compile(
    r"\b(?:flatten\w*|fillable|fields?|boxes|(?:java)?scripts?|code|aplanar)\b", re.IGNORECASE
)
_MOST_WORDS = 9
_ELLIPSIS = re.compile(
    r"^\W*(?:and|but|ok(?:ay)?|so|or|what about|how about|what if|how|how do i|can i|is it|"
    r"i (?:use|have|am on|only have|(?:only )?got)|i'?m (?:on|using)|it'?s (?:on|in|from)|in|on"
    r"|with|from|using)\b",
    re.IGNORECASE,
)


def program_asked_for(text: str, topic: str | None) -> str | None:
    """A pattern of the lines that speak of the program which a few words after an answer on PDFs
    name; None where they do not."""
    if topic not in _PDF_TOPICS or len(text.split()) > _MOST_WORDS:
        return None
    if _NO_COMPUTER.search(text):
        return _ON_A_PHONE
    return program_named(text) if _ELLIPSIS.search(text) else None


def program_named(text: str) -> str | None:
    """A pattern of the lines that speak of the program which a text names."""
    for program in PROGRAMS:
        if re.search(rf"\b(?:{program.spoken})\b", text, re.IGNORECASE):
            return program.written
    return None


def with_asked_first(article: Article, text: str, program: str | None) -> Article:
    """The article with the steps that speak of the program, and of what ``text`` wants mended,
    before the others. Where it wants nothing that flattening does, with these alone, since the
    short answer is on flattening."""
    lines = article.sections[STEPS].split("\n")
    subjects = [
        written
        for spoken, written in _SUBJECTS
        if re.search(rf"\b(?:{spoken})\b", text, re.IGNORECASE)
    ]
    on_subject = _speaking(lines, subjects)
    on_program = [line for line in _speaking(lines, [program]) if line not in on_subject]
    others = [line for line in lines if line not in {*on_subject, *on_program}]
    alone = bool(on_subject) and not _FLATTENS.search(text)
    steps = [*on_program, *on_subject, *(() if alone else others)]
    short = "" if alone else article.short_answer
    return replace(
        article, short_answer=short, sections={**article.sections, STEPS: "\n".join(steps)}
    )


def _speaking(lines: list[str], patterns: Iterable[str | None]) -> list[str]:
    wanted = [pattern for pattern in patterns if pattern]
    return [line for line in lines if any(re.search(one, line, re.IGNORECASE) for one in wanted)]
