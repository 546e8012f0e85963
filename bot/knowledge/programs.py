"""Questions that only name a program, such as "and in Word?", after an answer on PDFs."""

import re
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
    Program(
        r"i?phones?|android|ipad|tablet|camera|scanner|scan(?:ned)?",
        r"\bphone\b|\bscan",
        "phone scan",
    ),
)
_MOST_WORDS = 9
_ELLIPSIS = re.compile(
    r"^\W*(?:and|but|ok(?:ay)?|so|or|what about|how about|what if|how|how do i|can i|is it|"
    r"i (?:use|have|am on|only have)|i'm (?:on|using)|in|on|with|from|using)\b",
    re.IGNORECASE,
)


def program_asked_for(text: str, topic: str | None) -> str | None:
    """A pattern of the lines that speak of the program which a few words after an answer on PDFs
    name; None where they do not."""
    if topic not in _PDF_TOPICS or len(text.split()) > _MOST_WORDS or not _ELLIPSIS.search(text):
        return None
    for program in PROGRAMS:
        if re.search(rf"\b(?:{program.spoken})\b", text, re.IGNORECASE):
            return program.written
    return None


def with_program_first(article: Article, written: str) -> Article:
    """The article with the steps that speak of the program before the others."""
    lines = article.sections[STEPS].split("\n")
    about = [line for line in lines if re.search(written, line, re.IGNORECASE)]
    others = [line for line in lines if line not in about]
    return replace(article, sections={**article.sections, STEPS: "\n".join([*about, *others])})
