"""Pages that are not letter size, and pages that lie on their side."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.page_facts import POINTS_PER_INCH, PageFacts, page_list
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import TXEB, iso

_LETTER = (612.0, 792.0)
_SIZES = {
    "legal size": (612.0, 1008.0),
    "A4": (595.3, 841.9),
    "tabloid": (792.0, 1224.0),
    "A3": (841.9, 1190.6),
    "A5": (419.5, 595.3),
}
#: An eighth of an inch: scanners cut a little more or less.
_MARGIN = 9.0


def judge_pages(facts: PageFacts, document: Document) -> Iterator[Hit]:
    """A hit for each size that is not letter, and one for turned pages; each names its pages."""
    by_size: dict[str, list[int]] = {}
    turned: list[int] = []
    for page in facts.pages:
        width, height = sorted((page.width, page.height))
        if not _is(width, height, _LETTER):
            by_size.setdefault(_name(width, height), []).append(page.number)
        if page.width > page.height + _MARGIN or page.rotation == 180:
            turned.append(page.number)
    for size, numbers in by_size.items():
        yield Hit(
            message=(
                f"{_begin(numbers)} not letter size (8.5 by 11 inches) but {size}. Courts ask for "
                "letter size."
            ),
            page=numbers[0],
            detail=f"{size}: {page_list(numbers)}",
            fix="Print to a new PDF with paper Letter and “Fit”, or set Letter in the program.",
        )
    if turned:
        yield Hit(
            message=(
                f"{_begin(turned)} wider than high or turned around. Text that stands on its side "
                "or on its head is hard to read on a screen."
            ),
            page=turned[0],
            detail=page_list(turned),
            fix=(
                "If the text does not stand upright on the screen: in Acrobat, Organize Pages, "
                "Rotate, then save. A wide table may stay as it is."
            ),
        )


def _begin(numbers: list[int]) -> str:
    words = page_list(numbers)
    return f"{words[0].upper()}{words[1:]} {'is' if len(numbers) == 1 else 'are'}"


def _is(width: float, height: float, size: tuple[float, float]) -> bool:
    return abs(width - size[0]) <= _MARGIN and abs(height - size[1]) <= _MARGIN


def _name(width: float, height: float) -> str:
    for name, size in _SIZES.items():
        if _is(width, height, size):
            return name
    return f"{width / POINTS_PER_INCH:.1f} by {height / POINTS_PER_INCH:.1f} inches"


RULE = Rule(
    id="page_size",
    severity="note",
    title="Page size and turned pages",
    looks_for=(
        "/MediaBox, /CropBox, /Rotate (inherited) and /UserUnit: pages that show neither 8.5 by 11 "
        "inches nor an eighth of an inch more or less; pages wider than high, or upside down."
    ),
    why="Pages of another size print badly, and turned pages are hard to read on a screen.",
    mend=Mend(
        acrobat="Print, Adobe PDF, paper Letter, Fit. Organize Pages, Rotate for turned ones.",
        word="Layout, Size, Letter; then save as PDF again.",
        preview="File, Print, Paper Size US Letter, Scale to Fit, PDF, Save as PDF.",
        chrome="Print, “Save as PDF”, More settings, Paper size Letter.",
        scan="In the app set the page size to Letter instead of Auto or A4.",
    ),
    sources=(
        TXEB,
        "https://www.txnb.uscourts.gov",
        "https://www.insb.uscourts.gov",
        iso("7.7.3.3"),
    ),
    innocent="Phone photos and paper from abroad have other sizes.",
    judge_pages=judge_pages,
)
