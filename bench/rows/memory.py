"""Memory of the whole stack after 200 conversations."""

import time

from bench import bare, ours
from bench.client import Client
from bench.measure import Measured, Row, Say, in_turns
from bench.processes import memory_mb

CONVERSATIONS = 200
MESSAGES = 3
BARE_MESSAGES = ("hello", "I am great", "bye")
_SETTLE_SECONDS = 2.0


def our_memory() -> float:
    """MB of supervisor, web, Rasa and action server, started anew and used."""
    with ours.running() as (started, place):
        for number in range(CONVERSATIONS):
            with Client(place.web_port) as client:
                for turn in range(MESSAGES):
                    ours.ask(client, ours.QUESTIONS[(number + turn) % len(ours.QUESTIONS)])
        time.sleep(_SETTLE_SECONDS)
        return memory_mb(started.process.pid)


def bare_memory() -> float:
    """MB of ``rasa run`` and ``rasa run actions``, started anew and used."""
    with bare.running_actions() as actions, bare.running() as (server, port):
        for _ in range(CONVERSATIONS):
            sender = bare.new_sender()
            with Client(port) as client:
                for text in BARE_MESSAGES:
                    bare.say(client, sender, text)
        time.sleep(_SETTLE_SECONDS)
        return memory_mb(server.process.pid) + memory_mb(actions.process.pid)


def measure(rounds: int, say: Say) -> Measured:
    """Each round starts both anew, one after the other."""
    measured = in_turns(rounds, our_memory, bare_memory, say)
    note = f"PSS of all processes after {CONVERSATIONS} conversations of {MESSAGES} messages"
    return Measured(measured.ours, measured.bare, note)


ROW = Row(
    name="memory",
    title="memory of the whole stack after 200 conversations / bare bot with its action server",
    unit="MB",
    limit=0.55,
    measure=measure,
)
