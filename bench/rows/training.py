"""Training from nothing."""

from bench import bare, ours
from bench.measure import Measured, Row, Say, in_turns


def measure(rounds: int, say: Say) -> Measured:
    """Each round trains both without model and cache, one after the other."""
    return in_turns(rounds, ours.train_from_nothing, bare.train_from_nothing, say)


ROW = Row(
    name="training",
    title="training from nothing, 28 topics / bare training",
    unit="s",
    limit=0.4,
    measure=measure,
)
