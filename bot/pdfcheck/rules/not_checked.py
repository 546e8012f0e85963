"""A part of the file could not be looked at, so nobody can say that it is clean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.pdfcheck.document import Document
from bot.pdfcheck.hit import Hit
from bot.pdfcheck.qpdf_warnings import sort_warnings
from bot.pdfcheck.rule import Rule, Stage
from bot.pdfcheck.rules.fixes import CHECK_AGAIN, GET_AGAIN, PRINT, PRINT_TO_PDF
from bot.pdfcheck.text import clean

_MAY_HOLD = "so it may hold something that CM/ECF refuses."


def stopped(reason: str, *, is_busy: bool = False) -> Hit:
    """The hit for a check that was ended. reason: plain words after "because"; is_busy: the file
    need not be the cause."""
    hit = _hit(f"The file could not be checked completely because {reason}, {_MAY_HOLD}", reason)
    return replace(hit, fix=CHECK_AGAIN) if is_busy else hit


def _hit(message: str, reason: str) -> Hit:
    return Hit(
        message=message,
        detail=clean(reason, 300),
        fix="If you can open it: " + PRINT_TO_PDF[0].lower() + PRINT_TO_PDF[1:],
    )


def judge(document: Document) -> Iterator[Hit]:
    """One hit for all that could not be seen: limits, unreadable objects, failed decodes."""
    reasons = list(dict.fromkeys(document.unseen))
    hiding = sort_warnings(document.warnings).hiding
    if hiding:
        reasons.append(f"a part could not be read for certain ({clean(hiding[0], 120)})")
    if not reasons:
        return
    more = f", and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    reason = "; ".join(reasons[:3]) + more
    if document.is_cut_off:
        cut = "because its end is missing, as after a download or an upload that was cut off"
        hit = _hit(f"The file could not be checked completely {cut}.", reason)
        yield replace(hit, fix=GET_AGAIN)
    else:
        yield _hit(f"The file could not be checked completely, {_MAY_HOLD}", reason)


RULE = Rule(
    id="not_checked",
    severity="reject",
    title="Could not be checked completely",
    looks_for=(
        "A limit that was reached, a check that was ended, objects that read as nothing: decode "
        "errors, entries that point to something else; pages, fields or the like that stand twice, "
        "of which programs read one or the other. Never taken for clean."
    ),
    why="Something that CM/ECF refuses may lie in the part that could not be seen.",
    mend=PRINT,
    sources=("our own reading",),
    innocent="Very large or damaged files end here as well.",
    judge=judge,
    stage=Stage.LAST,
)
