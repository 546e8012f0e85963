"""What a detector reports: a piece of the plain view and what it is."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.privacy.reading import BARRIER

_BETWEEN_BARRIERS = re.compile(rf"[^{BARRIER}]+")


class Span(NamedTuple):
    """The piece `start:end` of the plain view holds something of the given kind."""

    start: int
    end: int
    kind: str


def without_removed(spans: Iterable[Span], low: str) -> Iterator[Span]:
    """Yield the spans without those parts of them that were removed before."""
    for span in spans:
        if BARRIER not in low[span.start : span.end]:
            yield span
            continue
        for piece in _BETWEEN_BARRIERS.finditer(low, span.start, span.end):
            if piece.group().strip():
                yield Span(*piece.span(), span.kind)


def settle(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order of place, overlapping ones made one.

    Spans come most certain first; of two that overlap, the earlier one names the kind.
    """
    ranked = sorted(enumerate(spans), key=lambda item: (item[1].start, item[0]))
    settled: list[tuple[int, Span]] = []
    for rank, span in ranked:
        if not settled or span.start >= settled[-1][1].end:
            settled.append((rank, span))
            continue
        last_rank, last = settled[-1]
        best, kind = min((last_rank, last.kind), (rank, span.kind))
        settled[-1] = (best, Span(last.start, max(last.end, span.end), kind))
    return [span for _, span in settled]
