"""Pages that nobody can search: pictures without text."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.page_facts import PageFact, PageFacts, page_list
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.values import entries, is_dictionary, name_of

_FIX = (
    "Make the PDF from the document itself instead of a scan. For a scan: recognize its text "
    "(Acrobat: Scan & OCR) as the last step, since printing to PDF drops it."
)
#: Letters and digits of a stamp: a court's line at the top, a Bates number, "Exhibit A".
_MOST_OF_A_STAMP = 120


def judge_pages(facts: PageFacts, document: Document) -> Iterator[Hit]:
    """A hit that names the pages without text, and one for scans with no more than a stamp. A blank
    page counts only where no page has text."""
    yield from _without_text(facts, document)
    stamped = [page.number for page in facts.pages if _is_stamped_scan(page)]
    if stamped:
        words = page_list(stamped)
        yield Hit(
            message=(
                f"On {words} a few words at most can be searched, such as a stamp; the rest is a "
                "picture. If that is a scan of text, courts ask for its text, too."
            ),
            page=stamped[0],
            detail=words,
            fix=_FIX,
        )


def _is_stamped_scan(page: PageFact) -> bool:
    # The length comes first: few pages are that short.
    if not page.has_text or len(page.text) > 4 * _MOST_OF_A_STAMP or not page.scan:
        return False
    return sum(map(str.isalnum, page.text)) <= _MOST_OF_A_STAMP


def _without_text(facts: PageFacts, document: Document) -> Iterator[Hit]:
    answered = _pages_with_answers(document)
    without = [page for page in facts.pages if not page.has_text and page.number not in answered]
    is_all = len(without) == len(facts.pages)
    numbers = [page.number for page in without if is_all or not page.is_blank]
    if not numbers:
        return
    which = "No page has" if is_all else f"On {page_list(numbers)} there is no"
    many = f"{len(numbers):,} of {len(facts.pages):,} pages"
    yield Hit(
        message=(
            f"{which} text that can be searched: pictures or drawings only. CM/ECF takes that, "
            "but courts ask for searchable text."
        ),
        page=numbers[0],
        detail=f"{many}: {page_list(numbers)}",
        fix=_FIX,
    )


def _pages_with_answers(document: Document) -> set[int]:
    """Pages whose only text may stand in form fields or typewriter comments."""
    found = {
        field.page
        for field in document.fields.fields
        if field.page is not None and any(char.isalnum() for char in field.value or "")
    }
    for number, page in enumerate(document.pages.pages, 1):
        for annotation in entries(page.get("/Annots")):
            if is_dictionary(annotation) and name_of(annotation.get("/Subtype")) == "/FreeText":
                found.add(number)
    return found


RULE = Rule(
    id="no_text_layer",
    severity="note",
    title="Pages without searchable text",
    looks_for=(
        "Pages on which no letter or digit can be read from text operators, invisible text "
        "(rendering mode 3, as text recognition writes it) counted as text. Pages that are "
        "pictures for one half or more, with no more letters than a stamp has (120)."
    ),
    why="Judges and staff search filings; readers for the blind need text.",
    mend=Mend(
        acrobat="Scan & OCR, Recognize Text, In This File; save.",
        word="File, Save As, PDF, instead of print and scan.",
        preview="Export as PDF with “Embed Text” (macOS 13 and later).",
        chrome="Chrome does not recognize text.",
        scan="Switch text recognition (OCR, “searchable PDF”) on in the app.",
    ),
    sources=(
        "https://ww3.ca2.uscourts.gov (Working with PDFs, 2d Cir.)",
        "https://www.nvb.uscourts.gov (PDF document preparation: OCR before flattening is lost)",
    ),
    innocent="A scan is a picture.",
    judge_pages=judge_pages,
)
