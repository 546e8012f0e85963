"""Scans that are hard to read or larger than they need be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.page_facts import PageFact, PageFacts, page_list
from bot.pdfcheck.rule import Mend, Rule
from bot.pdfcheck.rules.fixes import TXEB
from bot.pdfcheck.rules.too_large import megabytes

#: What courts ask for where this one has said nothing (TXNB, CANB, TXEB).
USUAL_DPI = 300
#: Below this, small print is hard to read.
_LEAST_DPI = 150
_MARGIN = 1.25
#: A page of text in black and white at 300 dpi (CCITT group 4), generously.
_PLAIN_PAGE = 60_000
_WORTH_SAYING = 100_000


@dataclass(frozen=True, slots=True)
class _Scan:
    page: int
    dpi: float
    bits: int
    bytes: int


def judge_pages(facts: PageFacts, document: Document) -> Iterator[Hit]:
    """At most three hits: too coarse, too fine, in colour; each names its pages."""
    scans = [scan for scan in map(_scan, facts.pages) if scan is not None]
    asked = facts.dpi_asked
    wanted = asked or USUAL_DPI
    say = f"The court asks for {asked} dpi." if asked else (
        f"The court has stated no resolution here; {USUAL_DPI} dpi is usual."
    )  # fmt: skip
    coarse = [scan for scan in scans if round(scan.dpi) < _LEAST_DPI]
    if coarse:
        least = min(scan.dpi for scan in coarse)
        yield _hit(
            f"{_pages(coarse)} scanned at only {least:.0f} dpi, which is hard to read. {say}",
            coarse,
            f"Scan again at {wanted} dpi in black and white.",
            0,
        )
    fine = [scan for scan in scans if scan.dpi > wanted * _MARGIN]
    saved = sum(round(scan.bytes * (1 - (wanted / scan.dpi) ** 2)) for scan in fine)
    if saved > _WORTH_SAYING:
        most = max(scan.dpi for scan in fine)
        yield _hit(
            f"{_pages(fine)} scanned at {most:.0f} dpi, more than needed. {say} About "
            f"{megabytes(saved)} could be saved.",
            fine,
            f"Scan at {wanted} dpi, or make the file smaller: Acrobat, Reduced Size PDF.",
            saved,
        )
    rich = [scan for scan in scans if scan.bits > 1 and scan.bytes > _PLAIN_PAGE]
    saved = sum(scan.bytes - _PLAIN_PAGE for scan in rich)
    if saved > _WORTH_SAYING:
        kind = "in color" if any(scan.bits > 8 for scan in rich) else "in shades of grey"
        yield _hit(
            f"{_pages(rich)} scanned {kind}. If that is plain text, black and white would save "
            f"about {megabytes(saved)}.",
            rich,
            "Scan text in black and white at 300 dpi; keep color for photos.",
            saved,
        )


def _scan(page: PageFact) -> _Scan | None:
    """The page as a scan, or None where pictures cover less than half of it."""
    pictures = page.scan
    if not pictures:
        return None
    largest = max(pictures, key=lambda picture: picture.placed_width * picture.placed_height)
    return _Scan(page.number, largest.dpi, largest.bits, sum(p.bytes for p in pictures))


def _pages(scans: list[_Scan]) -> str:
    numbers = [scan.page for scan in scans]
    words = page_list(numbers)
    return f"{words[0].upper()}{words[1:]} {'was' if len(numbers) == 1 else 'were'}"


def _hit(message: str, scans: list[_Scan], fix: str, saved: int) -> Hit:
    numbers = [scan.page for scan in scans]
    size = megabytes(sum(scan.bytes for scan in scans))
    detail = f"{page_list(numbers)}, pictures of {size}"
    if saved:
        detail += f", about {megabytes(saved)} to save"
    return Hit(message=message, page=numbers[0], detail=detail, fix=fix)


RULE = Rule(
    id="scan_quality",
    severity="note",
    title="Resolution and color of scans",
    looks_for=(
        "Pages of which pictures cover half or more: pixels divided by the placed size (matrix of "
        "the image), bits per pixel, bytes in the file. Coarse below 150 dpi; fine above 1.25 "
        "times what the court asks for, 300 dpi where it asks for nothing."
    ),
    why="A page that cannot be read helps nobody, and needless bytes run into the size limit.",
    mend=Mend(
        acrobat="File, Save As Other, Reduced Size PDF or Optimized PDF.",
        word="Compress Pictures, then save as PDF with “Minimum size”.",
        preview="File, Export, Quartz filter “Reduce File Size”; look at the result.",
        scan="In the app choose black and white (or “document”), 300 dpi.",
    ),
    sources=(
        TXEB,
        "https://www.txnb.uscourts.gov and https://www.canb.uscourts.gov (300 dpi)",
        "https://www.gand.uscourts.gov (200 dpi or less)",
    ),
    innocent="Scanners and phones begin with color.",
    judge_pages=judge_pages,
)
