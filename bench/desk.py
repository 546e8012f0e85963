"""A desk with many requests: web alone, over a database filled beforehand, and clerks who look at
the queue all at once."""

import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.engine import Engine

from bench.client import Client
from bench.ours import Place, private_place
from bench.places import ROOT, BenchError
from bench.processes import end, listens, start, wait_until
from bot.clock import utc_now
from bot.court import load_court
from bot.db.engine import make_engine
from bot.db.migrate import migrate
from bot.db.tables import help_requests
from bot.knowledge.seed import seed
from bot.settings import load_settings
from bot.staff import sessions
from bot.staff.accounts import add_account
from bot.triage.ranking import rank_due
from bot.triage.requests import AT_ONCE, STATES, new_code

CLERKS = 20
PAGES_EACH = 8
# as the page refreshes itself, but ten times as often
_PAUSE_SECONDS = 1.0
_PATHS = (
    "/desk/queue",
    "/desk/queue/rows",
    "/desk/queue/rows",
    "/desk/queue?state=waiting&topic=mfa",
    "/desk/queue?text=linking+fails",
    "/desk/queue?order=deadline&page=3",
)
_TOPICS = ("mfa", "link_trouble", "pdf_rejected", "forgot_cmecf_password", "pacer_fees")
_WORDS = (
    "linking fails after the upgrade, no filing menus, code refused, the document is malformed, "
    "password forgotten, trustee, deadline, motion, account of the firm, cannot see my cases"
).split()


@contextmanager
def running(requests: int) -> Iterator[tuple[Place, list[str]]]:
    """Web over a database with this many requests, half of them open; yields where it is, and the
    cookies of clerks who have signed in."""
    with private_place() as place:
        engine = make_engine(f"sqlite:///{place.var / 'helpdesk.db'}")
        tokens = _fill(engine, requests)
        engine.dispose()
        started = start(
            f"desk-{requests}", [sys.executable, "-m", "bot.web"], ROOT, place.environment()
        )
        try:
            wait_until(lambda: listens(place.web_port), started)
            yield place, tokens
        finally:
            end(started)


def p95_ms(place: Place, tokens: list[str]) -> float:
    """Milliseconds that 95 of 100 pages take at most while all clerks look at the queue.

    Raises:
        BenchError: a page did not come.
    """
    seconds: list[float] = []
    problems: list[str] = []

    def look(number: int, token: str) -> None:
        chance = random.Random(number)  # noqa: S311  the same pages in each round
        with Client(place.web_port, cookies={"desk": token}) as client:
            for _ in range(PAGES_EACH):
                time.sleep(chance.uniform(0, 2 * _PAUSE_SECONDS))
                path = chance.choice(_PATHS)
                begun = time.perf_counter()
                status = client.get(path)
                seconds.append(time.perf_counter() - begun)
                if status != 200:
                    problems.append(f"{path}: {status}")

    threads = [threading.Thread(target=look, args=pair) for pair in enumerate(tokens)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems or len(seconds) != CLERKS * PAGES_EACH:
        raise BenchError(f"Pages of the queue did not come: {problems[:3]}")
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000


def _fill(engine: Engine, requests: int) -> list[str]:
    migrate(engine)
    settings = load_settings()
    seed(engine, settings.topics_dir)
    chance, now = random.Random(1), utc_now()  # noqa: S311
    rows = []
    for number in range(requests):
        # as many open as ended, since it is the open ones that cost
        state = chance.choice(STATES[:3] if number % 2 else STATES[3:])
        age = timedelta(minutes=chance.randrange(1, 60 * 24 * 30))
        rows.append(
            {
                "code": new_code(),
                "name": f"Filer {number}",
                "contact": f"filer{number}@example.com",
                "role": "Attorney",
                "topic": chance.choice(_TOPICS),
                "details": " ".join(chance.choices(_WORDS, k=20)),
                "deadline_at": now + timedelta(minutes=chance.randrange(-600, 6000))
                if number % 3
                else None,
                "state": state,
                "created_at": now - age,
                "updated_at": now - age,
                "claimed_by": None if state == "waiting" else f"clerk{number % CLERKS}",
                "tries": 1,
                "mendable": False,
                "rank": 0,
                "rank_until": AT_ONCE if number % 2 else None,
            }
        )
    with engine.begin() as connection:
        connection.execute(help_requests.insert(), rows)
    rank_due(engine, now, load_court(settings.court_file).triage)
    return [
        sessions.begin(engine, add_account(engine, f"clerk{number}", "clerk", by="bench"))
        for number in range(CLERKS)
    ]
