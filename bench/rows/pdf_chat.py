"""Chat answers while two PDF checks run all the time, against an idle machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bench import ours
from bench.client import Client
from bench.measure import Measured, Row, Say, in_turns
from bench.pdf_samples import samples
from bot.pdfcheck import Checker, Profile

CONVERSATIONS_A_ROUND = 6
AT_ONCE = 2


def measure(rounds: int, say: Say) -> Measured:
    """Each round: some conversations beside the checks, and as many without."""
    with ours.running() as (_, place):

        def p95() -> float:
            seconds: list[float] = []
            for _ in range(CONVERSATIONS_A_ROUND):
                with Client(place.web_port) as client:
                    seconds += [ours.ask(client, question) for question in ours.QUESTIONS]
            return sorted(seconds)[round(0.95 * (len(seconds) - 1))] * 1000

        def busy() -> float:
            with _checks():
                return p95()

        p95()  # not counted: caches fill
        return in_turns(rounds, busy, p95, say)


@contextmanager
def _checks() -> Iterator[None]:
    """Two checks at any time while the block lasts."""
    files, profile, over = samples(), Profile(), threading.Event()

    def check(checker: Checker, start: int) -> None:
        at = start
        while not over.is_set():
            checker.check_sync(files[at % len(files)], profile)
            at += 1

    with Checker(children=AT_ONCE) as checker:
        threads = [
            threading.Thread(target=check, args=(checker, n * len(files) // AT_ONCE))
            for n in range(AT_ONCE)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()


ROW = Row(
    name="pdf_chat",
    title="chat answers, 95th percentile, while two PDF checks run / idle",
    unit="ms",
    limit=1.3,
    measure=measure,
)
