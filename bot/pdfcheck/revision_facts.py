"""What the earlier revisions of a file hold that the current one does not."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ChangedPages:
    """length: of the earlier revision in bytes; pages: its pages (counted from 0) whose content
    no current page has."""

    length: int
    pages: tuple[int, ...]


@dataclass(slots=True)
class EarlierRevisions:
    """Incremental updates leave what they replace in the file (ISO 32000-2, 7.5.6).

    count: how many there are; scripts, attachments: places, as object labels, that hold one and
    that no longer do or that nothing points to any more; changed: where words may be lost
    """

    count: int = 0
    scripts: set[str] = field(default_factory=set)
    attachments: set[str] = field(default_factory=set)
    changed: list[ChangedPages] = field(default_factory=list)
