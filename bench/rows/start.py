"""From the start of a trained help desk to the first answer over HTTP."""

from bench import bare, ours
from bench.measure import Measured, Row, Say, in_turns
from bench.processes import end, free_ports


def bare_start() -> float:
    """Seconds from ``rasa run`` to the first answer."""
    [port] = free_ports(1)
    started = bare.spawn(port)
    try:
        return bare.wait_for_first_answer(port, started)
    finally:
        end(started)


def our_start(place: ours.Place) -> float:
    """Seconds from ``helpdesk run`` to the first answer of the whole stack."""
    started = ours.spawn(place)
    try:
        return ours.wait_for_first_answer(place, started)
    finally:
        end(started)


def measure(rounds: int, say: Say) -> Measured:
    """The first start of each is not counted: it reads the files from disk and, with us, makes
    the database."""
    ours.train_if_needed()
    with ours.private_place() as place:
        our_start(place), bare_start()
        return in_turns(rounds, lambda: our_start(place), bare_start, say)


ROW = Row(
    name="start",
    title="from `helpdesk run` (trained) to the first answer, whole stack / bare `rasa run`",
    unit="s",
    limit=0.25,
    measure=measure,
)
