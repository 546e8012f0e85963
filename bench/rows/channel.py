"""One message to our Rasa channel, without web and action."""

from bench import bare, ours
from bench.client import Client
from bench.measure import Measured, Row, Say, in_turns, median_ms

MESSAGES_A_ROUND = 40


def measure(rounds: int, say: Say) -> Measured:
    """Each round: greetings over one connection, each in a conversation of its own."""
    with ours.running() as (_, place), bare.running() as (_, bare_port):

        def our_round() -> float:
            with Client(place.rasa_port) as client:
                return median_ms([ours.greet_rasa(client, place) for _ in range(MESSAGES_A_ROUND)])

        def bare_round() -> float:
            with Client(bare_port) as client:
                return median_ms(
                    [
                        bare.say(client, bare.new_sender(), bare.GREETING)
                        for _ in range(MESSAGES_A_ROUND)
                    ]
                )

        our_round(), bare_round()  # not counted: caches fill
        return in_turns(rounds, our_round, bare_round, say)


ROW = Row(
    name="channel",
    title="the same without web and action: our Rasa channel / bare REST",
    unit="ms",
    limit=0.35,
    measure=measure,
)
