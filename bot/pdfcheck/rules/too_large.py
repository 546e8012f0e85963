"""The file is over the court's size limit. Limits are decimal: 35 MB is 35,000,000 bytes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.pdfcheck.file_facts import FileFacts
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.profile import Profile
from bot.pdfcheck.rule import Mend, Rule


def look_at_size(size: int, profile: Profile) -> Hit | None:
    """A hit when the file has more bytes than the court's limit; a file at the limit passes."""
    limit = profile.size_limit_bytes
    if limit is None or size <= limit:
        return None
    return Hit(
        message=f"The file has {megabytes(size)} and the court takes up to {megabytes(limit)}.",
        detail=f"{size:,} bytes, {size - limit:,} over the limit of {limit:,}",
        fix=(
            "Split it into parts and file them as attachments of one entry, or scan it again in "
            "black and white at 300 dpi. In Acrobat Pro, Reduce File Size makes it smaller."
        ),
    )


def size_note(size: int, profile: Profile) -> str | None:
    """The size in a sentence, where the court has stated no limit; else None."""
    if profile.size_limit_mb is not None:
        return None
    return (
        f"The file has {megabytes(size)}. The court's size limit is not known here: "
        "see Court Information in CM/ECF or ask the clerk."
    )


def megabytes(size: int) -> str:
    """The size in decimal megabytes, or kilobytes below one, such as "35.0 MB"."""
    if size < 1_000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1_000:,.0f} KB"
    # Never round a file over a limit down to it.
    return f"{size / 1_000_000:,.2f} MB" if size % 100_000 else f"{size / 1_000_000:,.1f} MB"


def judge_file(facts: FileFacts) -> Iterator[Hit]:
    """A hit for a file over the court's limit."""
    hit = look_at_size(facts.size, facts.profile)
    if hit is not None:
        yield hit


RULE = Rule(
    id="too_large",
    severity="reject",
    title="Over the court's size limit",
    looks_for="More bytes than the court's limit, counted decimally: 35 MB is 35,000,000 bytes.",
    why="CM/ECF refuses it at upload. Where the court has stated no limit, only the size is noted.",
    mend=Mend(
        acrobat="File, Save As Other, Reduced Size PDF. Or Organize Pages, Split.",
        word="Save As PDF with “Minimum size”.",
        preview="File, Export, Quartz filter “Reduce File Size”; look at the pages afterwards.",
        chrome="Print a range of pages at a time, each to its own PDF.",
        scan="Scan in black and white at 300 dpi instead of color.",
    ),
    sources=(
        "Court Information page (CourtInfo.pl) of each court",
        "https://www.insb.uscourts.gov (35.0 MB written as 35,000 KB)",
    ),
    innocent="Colour scans of plain text are the usual cause.",
    judge_file=judge_file,
)
