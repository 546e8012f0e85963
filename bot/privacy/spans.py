"""What a detector reports: a piece of the plain view and what it is."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """The piece `start:end` of the plain view holds something of the given kind."""

    start: int
    end: int
    kind: str


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
