"""What a row is, what measuring it gives, and how two things are measured in turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Say = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """One number a round, ours and the bare bot's (empty where there is nothing to compare)."""

    ours: tuple[float, ...]
    bare: tuple[float, ...] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Median of ours by median of bare."""
        return median(self.ours) / median(self.bare) if self.bare else None


@dataclass(frozen=True)
class Row:
    """One line of the table. ``limit`` is the greatest ratio that passes, ``most`` the greatest
    number of ours; without either it is only stated."""

    name: str
    title: str
    unit: str
    measure: Callable[[int, Say], Measured]
    limit: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Result:
    """A row with what was measured, or with the reason why it could not be."""

    row: Row
    measured: Measured | None
    problem: str = ""

    @property
    def passed(self) -> bool | None:
        """None where the row is only stated."""
        if self.measured is None:
            return False
        if self.row.most is not None:
            return median(self.measured.ours) <= self.row.most
        if self.row.limit is None or self.measured.ratio is None:
            return None
        return self.measured.ratio <= self.row.limit


def in_turns(
    rounds: int, ours: Callable[[], float], bare: Callable[[], float], say: Say
) -> Measured:
    """Measure both in each round; who goes first changes, so that neither has an advantage."""
    our_numbers: list[float] = []
    bare_numbers: list[float] = []
    for number in range(rounds):
        turns = [(ours, our_numbers), (bare, bare_numbers)]
        for measure, numbers in turns if number % 2 == 0 else reversed(turns):
            numbers.append(measure())
        say(f"  round {number + 1}: ours {our_numbers[-1]:.4g}, bare {bare_numbers[-1]:.4g}")
    return Measured(tuple(our_numbers), tuple(bare_numbers))


def median_ms(seconds: Sequence[float]) -> float:
    """The median in milliseconds."""
    return median(seconds) * 1000
