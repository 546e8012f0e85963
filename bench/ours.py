"""The help desk: started by its own command on free ports, with a folder and model of its own."""

import http.client
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import Client
from bench.places import OUR_MODELS, OUR_VENV, ROOT, BenchError
from bench.processes import (
    Started,
    clean_environment,
    end,
    free_ports,
    listens,
    run_to_end,
    start,
    wait_until,
)

HELPDESK = str(OUR_VENV / "bin" / "helpdesk")
GREETING = "hello"
QUESTIONS = (
    "I forgot my PACER password",
    "How do I link my CM/ECF account to my PACER account?",
    "How do I upgrade my legacy PACER account?",
    "What is Central Sign-On?",
    "How do I register for an individual PACER account?",
    "What are the requirements for a PDF?",
    "How much does PACER cost?",
    "How do I set up multifactor authentication?",
)
"""One conversation; every question is answered from the article in the database."""


@dataclass(frozen=True)
class Place:
    """Ports, folder and secret of one private help desk."""

    var: Path
    web_port: int
    rasa_port: int
    action_port: int
    secret: str

    def environment(self) -> dict[str, str]:
        """Names every setting that a ``.env`` in the checkout could otherwise change."""
        return clean_environment(
            {
                "HELPDESK_VAR": str(self.var),
                "HELPDESK_UPLOADS": str(self.var / "uploads"),
                "HELPDESK_DATA": str(ROOT / "data"),
                "HELPDESK_MODELS": str(OUR_MODELS),
                "DATABASE_URL": f"sqlite:///{self.var / 'helpdesk.db'}",
                "LOCK_STORE": "",
                "HELPDESK_HOST": "127.0.0.1",
                "HELPDESK_PORT": str(self.web_port),
                "HELPDESK_RASA_PORT": str(self.rasa_port),
                "HELPDESK_ACTION_PORT": str(self.action_port),
                "HELPDESK_RASA_SECRET": self.secret,
                "HELPDESK_HTTPS": "off",
                "HELPDESK_LIMIT_MESSAGES": "off",
                "HELPDESK_LIMIT_UPLOADS": "off",
                "HELPDESK_LIMIT_CONVERSATIONS": "off",
                "HELPDESK_LIMIT_LOOKUPS": "off",
                "HELPDESK_LOG_LEVEL": "INFO",
            }
        )


@contextmanager
def private_place() -> Iterator[Place]:
    """An empty folder and free ports, while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="bench-ours-") as folder:
        web, rasa, action = free_ports(3)
        yield Place(Path(folder), web, rasa, action, secrets.token_hex(24))


def train_if_needed() -> None:
    """See to it that the benchmark's own model fits the present data.

    Raises:
        BenchError: there is no help desk to train, or training failed.
    """
    if not os.access(HELPDESK, os.X_OK):
        raise BenchError(f"{HELPDESK} is not there: call `make setup` first.")
    with private_place() as place:
        run_to_end("ours-train", [HELPDESK, "train"], ROOT, place.environment())


def train_from_nothing() -> float:
    """Train without model or cache; returns the seconds."""
    with private_place() as place:
        models = place.var / "models"
        environment = {
            **place.environment(),
            "HELPDESK_MODELS": str(models),
            "RASA_CACHE_DIRECTORY": str(place.var / "cache"),
        }
        seconds = run_to_end("ours-train", [HELPDESK, "train", "--force"], ROOT, environment)
        if not list(models.glob("*.tar.gz")):
            raise BenchError("`helpdesk train --force` made no model")
        return seconds


def ask(client: Client, question: str) -> float:
    """Ask one question through web; returns the seconds until the answer.

    Raises:
        BenchError: it was not answered from an article.
    """
    begun = time.perf_counter()
    status, reply = client.post("/api/messages", {"text": question})
    seconds = time.perf_counter() - begun
    outcome = reply.get("outcome") if isinstance(reply, dict) else None
    if status != 200 or outcome != "answered":
        raise BenchError(f"The help desk answered {question!r} with {status} {reply!r}")
    return seconds


def greet_rasa(client: Client, place: Place) -> float:
    """Greet our Rasa channel in a new conversation; returns the seconds until the answer.

    Raises:
        BenchError: there was none.
    """
    begun = time.perf_counter()
    status, reply = client.post(
        "/webhooks/helpdesk/webhook",
        {"sender": secrets.token_hex(16), "text": GREETING},
        {"X-Helpdesk-Secret": place.secret},
    )
    seconds = time.perf_counter() - begun
    messages = reply.get("messages") if isinstance(reply, dict) else None
    if status != 200 or not messages:
        raise BenchError(f"Our channel answered {GREETING!r} with {status} {reply!r}")
    return seconds


def spawn(place: Place) -> Started:
    """Start ``helpdesk run`` without waiting."""
    return start("ours", [HELPDESK, "run"], ROOT, place.environment())


def answers(place: Place) -> bool:
    """Whether a first question is answered."""
    if not listens(place.web_port):
        return False
    try:
        with Client(place.web_port) as client:
            ask(client, QUESTIONS[0])
    except (BenchError, OSError, http.client.HTTPException):
        return False
    return True


def wait_for_first_answer(place: Place, started: Started) -> float:
    """Returns the seconds from the start to the first answer.

    Raises:
        BenchError: no answer came, or the program trained first, since data changed meanwhile.
    """
    seconds = wait_until(lambda: answers(place), started)
    if (place.var / "log" / "training.log").exists():
        raise BenchError("The data changed while the benchmark ran, so starting meant training.")
    return seconds


@contextmanager
def running() -> Iterator[tuple[Started, Place]]:
    """The whole stack, up while the block lasts."""
    train_if_needed()
    with private_place() as place:
        started = spawn(place)
        try:
            wait_for_first_answer(place, started)
            yield started, place
        finally:
            end(started)
