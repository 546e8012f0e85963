"""``make run`` on a ready checkout until the page answers."""

import http.client

from bench import ours
from bench.client import Client
from bench.measure import Measured, Row, Say
from bench.places import ROOT, BenchError
from bench.processes import end, listens, start, wait_until


def page_answers(place: ours.Place) -> bool:
    """Whether the page is there and a question is answered."""
    if not listens(place.web_port):
        return False
    try:
        with Client(place.web_port) as client:
            return client.get("/") == 200 and ours.answers(place)
    except (OSError, http.client.HTTPException):
        return False


def one_start(place: ours.Place) -> float:
    """Seconds from ``make run`` to the first answer."""
    started = start("make-run", ["make", "run"], ROOT, place.environment())
    try:
        return wait_until(lambda: page_answers(place), started)
    finally:
        end(started)


def measure(rounds: int, say: Say) -> Measured:
    """The first start is not counted: it makes the database, and what else is not yet ready."""
    if not (ROOT / "Makefile").is_file():
        raise BenchError("There is no Makefile.")
    ours.train_if_needed()
    with ours.private_place() as place:
        one_start(place)
        return Measured(tuple(one_start(place) for _ in range(rounds)))


ROW = Row(
    name="make_run",
    title="`make run` on a ready checkout until the page answers",
    unit="s",
    measure=measure,
)
