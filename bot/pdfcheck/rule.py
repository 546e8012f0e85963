"""The shape of a rule: what it looks for and what a filer is told. One file each in `rules/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from bot.pdfcheck.hit import Hit
from bot.pdfcheck.report import Severity

if TYPE_CHECKING:
    from bot.pdfcheck.document import Document
    from bot.pdfcheck.file_facts import FileFacts
    from bot.pdfcheck.page_facts import PageFacts
    from bot.pdfcheck.walk import Visit


class Stage(IntEnum):
    """When a rule judges the document."""

    AFTER_WALK = 1
    #: After all others, which still decode and so add to warnings and to what could not be seen.
    LAST = 2


@dataclass(frozen=True, slots=True)
class Mend:
    """How to mend a file, by the program at hand. None where that program is of no help."""

    acrobat: str | None = None
    word: str | None = None
    preview: str | None = None
    chrome: str | None = None
    scan: str | None = None

    def to_dict(self) -> dict[str, str]:
        """By program, in the order in which filers meet them, without absent ones."""
        ways = {
            "Acrobat": self.acrobat,
            "Word": self.word,
            "Mac Preview": self.preview,
            "Chrome": self.chrome,
            "phone scan": self.scan,
        }
        return {program: way for program, way in ways.items() if way is not None}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that CM/ECF refuses or that a filer should know.

    severity: by default, for NextGen 1.8 with forms refused; the profile may change it
    title: the fault in a few words; looks_for: what in the file, by its ISO 32000 names
    why: what it means for the filer, in plain words
    innocent: how honest files come by it
    court_error, court_error_before_1_8: the courts' own texts, None where none is known
    sources: pages and standards that say so
    judge_file: looks at size and first bytes, before the file is opened
    keys, names, look: looks at each dictionary of the walk that holds one of the keys or is
        called one of the names under /S, /Subtype or /Type
    judge: looks at the document after the walk
    judge_pages: looks at what the pages show; never decides that a file is refused
    """

    id: str
    severity: Severity
    title: str
    looks_for: str
    why: str
    mend: Mend
    sources: tuple[str, ...]
    innocent: str | None = None
    court_error: str | None = None
    court_error_before_1_8: str | None = None
    judge_file: Callable[[FileFacts], Iterable[Hit]] | None = None
    keys: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    look: Callable[[Visit, Document], Iterable[Hit]] | None = None
    judge: Callable[[Document], Iterable[Hit]] | None = None
    judge_pages: Callable[[PageFacts, Document], Iterable[Hit]] | None = None
    stage: Stage = Stage.AFTER_WALK

    def wants(self, visit: Visit) -> bool:
        """Whether this is a dictionary to look at."""
        return not (self.keys.isdisjoint(visit.values) and self.names.isdisjoint(visit.kinds))
