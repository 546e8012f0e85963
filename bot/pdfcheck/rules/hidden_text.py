"""Words under black boxes: covered, not removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.page_facts import NEVER_APPLIED, ON_BLACK, PageFacts
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import RULE_9037, iso

_REDACT = (
    "Redact in the original: delete the words, then make the PDF again. Or use a real redaction "
    "tool (Acrobat Pro: Redact, mark, then Apply). Try to copy the text under the box before you "
    "file."
)
_APPLY = (
    "Open the file in Acrobat Pro: Redact a PDF, Apply, and save under a new name. Try to copy the "
    "text under the marks before you file."
)


def judge_pages(facts: PageFacts, document: Document) -> Iterator[Hit]:
    """A hit for each page with covered words, by what covers them. The words are not repeated."""
    for page in facts.pages:
        by: Counter[str] = Counter()
        boxes: Counter[str] = Counter()
        for covered in page.covered:
            by[covered.by] += covered.letters
            boxes[covered.by] += 1
        for what, letters in by.items():
            place = what if what == ON_BLACK else f"under {what}"
            yield Hit(
                message=(
                    f"Words stand {place} on page {page.number}. They are hidden from the eye, not "
                    "removed: anyone can select and copy them."
                ),
                page=page.number,
                detail=f"{letters:,} letters and digits in {boxes[what]:,}"
                + (" places" if boxes[what] > 1 else " place"),
                fix=_APPLY if what == NEVER_APPLIED else _REDACT,
            )


RULE = Rule(
    id="hidden_text",
    severity="warn",
    title="Words under black boxes",
    looks_for=(
        "Letters and digits, three or more, whose centre lies in an opaque dark rectangle or thick "
        "dark line that is painted after them; dark letters on a dark rectangle; under dark "
        "Square, Circle, Polygon and Highlight annotations, and dark Ink and Line annotations of "
        "six points or more; under Redact annotations that were never applied. A box painted "
        "before words that can be read on it is a background; words painted again on top are no "
        "secret."
    ),
    why="A box drawn over words hides them only from the eye. The words are filed with the page.",
    mend=Mend(
        acrobat="Acrobat Pro: Redact a PDF, mark the words, Apply, save under a new name.",
        word="Replace the words by “[redacted]” and make the PDF again. A black highlight hides "
        "nothing.",
        preview="Tools, Redact (macOS 11 and later), not the black rectangle of Markup.",
        chrome="Chrome cannot redact.",
        scan="Black out the words on paper with tape, copy the page, and scan the copy.",
    ),
    sources=(RULE_9037, iso("8.5.3", "12.5.6.23"), "https://free.law/projects/x-ray"),
    innocent="Drawing a black box is what most people think redaction is.",
    judge_pages=judge_pages,
)
