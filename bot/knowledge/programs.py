"""Questions that only name a program, such as "and in Word?", after an answer on PDFs."""

import re
from dataclasses import replace

from bot.knowledge.model import STEPS, Article

MENDING = "pdf_fix"
_PDF_TOPICS = frozenset({MENDING, "pdf_rejected", "pdf_requirements", "check_my_pdf"})
# how a filer names a program, and how the article does
_PROGRAMS: tuple[tuple[str, str], ...] = (
    (r"mac(?:book|os)?|macs|imac|apple|preview|safari", r"\bmac\b|\bpreview\b"),
    (r"(?:ms |microsoft )?word(?:perfect)?|docx?|libreoffice|google docs", r"\bword\b"),
    (r"acrobat|adobe(?: reader)?|reader", r"\bacrobat\b|\badobe\b"),
    (r"chrome|edge|browser|firefox", r"\bchrome\b"),
    (r"windows(?: \d+)?|pc", r"\bmicrosoft print to pdf\b"),
    (r"i?phones?|android|ipad|tablet|camera|scanner", r"\bphone\b|\bscan"),
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
    for spoken, written in _PROGRAMS:
        if re.search(rf"\b(?:{spoken})\b", text, re.IGNORECASE):
            return written
    return None


def with_program_first(article: Article, written: str) -> Article:
    """The article with the steps that speak of the program before the others."""
    lines = article.sections[STEPS].split("\n")
    about = [line for line in lines if re.search(written, line, re.IGNORECASE)]
    others = [line for line in lines if line not in about]
    return replace(article, sections={**article.sections, STEPS: "\n".join([*about, *others])})
