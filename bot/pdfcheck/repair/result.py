"""What came of mending a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.pdfcheck.report import Report

#: What a filer has to confirm first: the right to take restrictions off; that signatures go.
Need = Literal["rights", "even_signed"]


@dataclass(frozen=True, slots=True)
class Consent:
    """What the filer has confirmed.

    rights: may take the restrictions off this file; even_signed: knows that every change voids
    the digital signature.
    """

    rights: bool = False
    even_signed: bool = False

    def covers(self, need: Need) -> bool:
        """Whether this was confirmed."""
        return self.rights if need == "rights" else self.even_signed


NO_CONSENT = Consent()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was inside the original. It was taken out byte by byte and never opened.

    name: made harmless, and no other attachment of the file has the same; its bytes lie from
    `offset` on in the file of all attachments.
    """

    name: str
    bytes: int
    offset: int


@dataclass(frozen=True, slots=True)
class MendedCopy:
    """A copy that passed the check and has lost no page and no word. `report` is its own."""

    sha256: str
    bytes: int
    pages: int
    report: Report


@dataclass(frozen=True, slots=True)
class Repair:
    """A mended copy with the list of what changed, or why there is none and what to do by hand.

    changes: one plain sentence each; needs: what the filer has to confirm before a copy is made.
    """

    copy: MendedCopy | None
    changes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    why_not: str | None = None
    by_hand: str | None = None
    needs: tuple[Need, ...] = ()
    mended_in_ms: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, without absent ones."""
        values: dict[str, Any] = {
            "report": self.copy.report.to_dict() if self.copy else None,
            "changes": list(self.changes),
            "attachments": [{"name": a.name, "bytes": a.bytes} for a in self.attachments],
            "why_not": self.why_not,
            "by_hand": self.by_hand,
            "needs": list(self.needs),
        }
        kept = {key: value for key, value in values.items() if value}
        return {**kept, "mended_in_ms": self.mended_in_ms}
