"""The clerks' queue with 50,000 requests, set beside the same queue with 500."""

from functools import cache

from bench import desk
from bench.measure import Measured, Row, Say, in_turns

_MANY, _FEW = 50_000, 500
_NOTE = (
    f"{desk.CLERKS} clerks, each a page a second on average: the whole queue, its live refresh, "
    f"filters, search, a later page; ours has {_MANY:,} requests, half of them open, and the other "
    f"column has {_FEW} on our own server; SQLite"
)


@cache
def _measure(rounds: int, say: Say) -> Measured:
    with desk.running(_MANY) as many, desk.running(_FEW) as few:
        desk.p95_ms(*many), desk.p95_ms(*few)  # not counted: caches fill
        found = in_turns(rounds, lambda: desk.p95_ms(*many), lambda: desk.p95_ms(*few), say)
    return Measured(found.ours, found.bare, _NOTE)


GROWTH = Row(
    name="queue",
    title=f"the clerks' queue, p95, with {_MANY:,} requests / with {_FEW}",
    unit="ms",
    limit=1.5,
    measure=_measure,
)
TIME = Row(
    name="queue_p95",
    title=f"the clerks' queue, p95, with {_MANY:,} requests and {desk.CLERKS} clerks",
    unit="ms",
    most=200.0,
    measure=lambda rounds, say: Measured(_measure(rounds, say).ours),
)
