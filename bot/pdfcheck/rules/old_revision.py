"""What an earlier revision still holds (ISO 32000-2, 7.5.6): anybody can bring it back."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.page_facts import PageFacts
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules.fixes import PRINT, PRINT_TO_PDF, RULE_9037, iso


def judge(document: Document) -> Iterator[Hit]:
    """A hit for scripts, and one for attachments, that only earlier revisions show."""
    earlier = document.earlier
    for places, what in ((earlier.scripts, "a script"), (earlier.attachments, "an attached file")):
        if places:
            yield _hit(f"An earlier version inside the file holds {what}.", None, places)


def judge_pages(facts: PageFacts, document: Document) -> Iterator[Hit]:
    """A hit for each page whose earlier words are shown nowhere any more. The words are not
    repeated here."""
    for page, words in sorted(facts.lost_words.items()):
        count = "1 word" if words == 1 else f"{words:,} words"
        yield _hit(
            f"An earlier version of page {page} inside the file holds {count} that the file no "
            "longer shows. Whoever gets the file can bring them back.",
            page,
            set(),
        )


def _hit(message: str, page: int | None, places: set[str]) -> Hit:
    first = min(places, default=None)
    return Hit(
        message=message,
        page=page,
        object=None if first == "trailer" else first,
        detail=f"{len(places)} places in earlier revisions" if len(places) > 1 else None,
        fix=(
            "If what was taken out is not for the public: " + PRINT_TO_PDF[0].lower()
            + PRINT_TO_PDF[1:] + " The copy has no earlier versions."
        ),
    )  # fmt: skip


RULE = Rule(
    id="old_revision",
    severity="warn",
    title="An earlier version inside the file",
    looks_for=(
        "Incremental updates: earlier cross-reference sections named by /Prev. The file is opened "
        "as it was at the first and the latest two, and scripts, attached files and words of pages "
        "that the current revision no longer has are counted."
    ),
    why="What was deleted or blacked out can be read by anyone who opens the earlier version.",
    mend=PRINT,
    sources=(iso("7.5.6"), RULE_9037),
    innocent="Programs save quickly by adding to the end of the file.",
    judge=judge,
    judge_pages=judge_pages,
)
