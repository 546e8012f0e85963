"""What the pages of a file show: their text, their pictures, and text under dark boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

POINTS_PER_INCH = 72
#: How Word's black highlighting hides words.
ON_BLACK = "black on a black box"
NEVER_APPLIED = "a mark for redaction that was never applied"


@dataclass(frozen=True, slots=True)
class Picture:
    """width, height: in pixels; placed_width, placed_height: on the page, in points;
    bits: per pixel; bytes: as it lies in the file."""

    width: int
    height: int
    placed_width: float
    placed_height: float
    bits: int
    bytes: int

    @property
    def dpi(self) -> float:
        """The lesser of the two resolutions, 0 where it is not placed."""
        if min(self.placed_width, self.placed_height) <= 0:
            return 0.0
        across = self.width / self.placed_width
        down = self.height / self.placed_height
        return min(across, down) * POINTS_PER_INCH


#: Of a page, from which on pictures make it a scan; smaller ones in pixels are logos.
_SHARE_OF_PAGE = 0.5
_LEAST_PIXELS = 200


@dataclass(frozen=True, slots=True)
class Covered:
    """Text under a dark box. letters: how many letters and digits; by: what covers it. The text
    itself is kept nowhere."""

    letters: int
    by: str


@dataclass(frozen=True, slots=True)
class PageFact:
    """number: counted from 1; width, height: in points, as the page is shown; rotation: in degrees;
    is_blank: nothing is painted on it; comments: what notes and text boxes on it say."""

    number: int
    text: str
    width: float
    height: float
    is_blank: bool
    rotation: int = 0
    pictures: tuple[Picture, ...] = ()
    covered: tuple[Covered, ...] = ()
    comments: str = ""

    @property
    def has_text(self) -> bool:
        """Whether there is a letter or digit that a search would find."""
        return any(char.isalnum() for char in self.text)

    @property
    def scan(self) -> list[Picture]:
        """The pictures that make the page a scan; none where they cover less than half of it."""
        # A logo or a coloured square is no scan, however large it is shown.
        found = [p for p in self.pictures if p.dpi > 0 and min(p.width, p.height) >= _LEAST_PIXELS]
        area = sum(picture.placed_width * picture.placed_height for picture in found)
        return found if area >= self.width * self.height * _SHARE_OF_PAGE else []


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The pages that were looked at; `left_out` says in plain words what was not.

    lost_words: how many words an earlier revision shows and no current page, by its page number
    """

    pages: Sequence[PageFact]
    left_out: str | None = None
    dpi_asked: int | None = None
    lost_words: Mapping[int, int] = field(default_factory=dict)


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers as people write them: "page 3", "pages 1, 4–6"; at most eight parts."""
    parts: list[str] = []
    for start, end in _runs(sorted(set(numbers))):
        parts.append(str(start) if start == end else f"{start}–{end}")
    named = ", ".join(parts[:8]) + (" and more" if len(parts) > 8 else "")
    return f"page {named}" if len(set(numbers)) == 1 else f"pages {named}"


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for number in numbers:
        if start is None or previous is None:
            start = previous = number
        elif number == previous + 1:
            previous = number
        else:
            yield start, previous
            start = previous = number
    if start is not None and previous is not None:
        yield start, previous
