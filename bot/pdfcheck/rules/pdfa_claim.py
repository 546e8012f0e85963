"""The file says that it is PDF/A (ISO 19005): a claim, not proof."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.metadata import xmp
from bot.pdfcheck.rule import Mend, Rule

_PART = re.compile(rb"pdfaid:part(?:\s*=\s*[\"']|[^<>]{0,80}>)\s*(\d)")
_CONFORMANCE = re.compile(rb"pdfaid:conformance(?:\s*=\s*[\"']|[^<>]{0,80}>)\s*([A-Za-z])")


def judge(document: Document) -> Iterator[Hit]:
    """One hit for the claim in the XMP metadata."""
    data = xmp(document)
    part = _PART.search(data)
    if part is None:
        return
    level = _CONFORMANCE.search(data)
    name = f"PDF/A-{part.group(1).decode()}{level.group(1).decode().lower() if level else ''}"
    yield Hit(
        message=(
            f"The file says that it is {name}, the kind made to last. That is its own claim and "
            "was not proved here. CM/ECF takes it; a file that is mended may lose the claim."
        ),
        detail=name,
    )


RULE = Rule(
    id="pdfa_claim",
    severity="note",
    title="Says that it is PDF/A",
    looks_for="pdfaid:part in the XMP metadata of the catalog.",
    why="Some courts ask for PDF/A. Only a validator can prove it.",
    mend=Mend(
        acrobat="Print Production, Preflight, PDF/A compliance proves it.",
        word="Save As PDF, Options, “PDF/A compliant” makes it.",
    ),
    sources=(
        "https://www.paeb.uscourts.gov/court-info/pdfa_faqs",
        "https://ecf.almb.uscourts.gov/PDF/A/FAQ/faq.html",
        "ISO 19005",
    ),
    judge=judge,
)
