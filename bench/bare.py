"""The bot of ``rasa init``: started, asked and trained as its own documentation says."""

import http.client
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.client import Client
from bench.places import BARE_BOT, BARE_UNTRAINED, BARE_VENV, BenchError
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

RASA = str(BARE_VENV / "bin" / "rasa")
GREETING = "hello"
MESSAGES = (
    "hello",
    "I am great",
    "are you a bot?",
    "hello there",
    "I am sad",
    "yes",
    "good morning",
    "bye",
)
"""One conversation; every message is one that the bot knows."""


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """For the bare bot's processes. TensorFlow's chatter goes nowhere, as in ours."""
    return clean_environment({"TF_CPP_MIN_LOG_LEVEL": "3", **(more or {})})


def say(client: Client, sender: str, text: str) -> float:
    """Send one message; returns the seconds until the answer.

    Raises:
        BenchError: there was none.
    """
    begun = time.perf_counter()
    status, answer = client.post("/webhooks/rest/webhook", {"sender": sender, "message": text})
    seconds = time.perf_counter() - begun
    if status != 200 or not answer:
        raise BenchError(f"The bare bot answered {text!r} with {status} {answer!r}")
    return seconds


def new_sender() -> str:
    """The id of a new conversation."""
    return secrets.token_hex(16)


def spawn(port: int) -> Started:
    """Start ``rasa run`` without waiting."""
    command = [RASA, "run", "--port", str(port), "--interface", "127.0.0.1"]
    return start("bare", command, BARE_BOT, environment())


def answers(port: int) -> bool:
    """Whether a first message is answered."""
    if not listens(port):
        return False
    try:
        with Client(port) as client:
            say(client, new_sender(), GREETING)
    except (BenchError, OSError, http.client.HTTPException):
        return False
    return True


def wait_for_first_answer(port: int, started: Started) -> float:
    """Returns the seconds from the start to the first answer.

    Raises:
        BenchError: no answer came.
    """
    return wait_until(lambda: answers(port), started)


@contextmanager
def running() -> Iterator[tuple[Started, int]]:
    """``rasa run``, up while the block lasts; yields it and its port."""
    [port] = free_ports(1)
    started = spawn(port)
    try:
        wait_for_first_answer(port, started)
        yield started, port
    finally:
        end(started)


@contextmanager
def running_actions() -> Iterator[Started]:
    """``rasa run actions`` with the bot's own actions, up while the block lasts."""
    [port] = free_ports(1)
    command = [RASA, "run", "actions", "--port", str(port)]
    started = start("bare-actions", command, BARE_BOT, environment())
    try:
        wait_until(lambda: listens(port), started)
        yield started
    finally:
        end(started)


def train_from_nothing() -> float:
    """Train the untouched project without model or cache; returns the seconds."""
    with tempfile.TemporaryDirectory(prefix="bench-bare-") as folder:
        project = Path(folder) / "bot"
        shutil.copytree(BARE_UNTRAINED, project)
        seconds = run_to_end("bare-train", [RASA, "train", "--force"], project, environment())
        if not list(project.glob("models/*.tar.gz")):
            raise BenchError("`rasa train` of the bare bot made no model")
        return seconds
