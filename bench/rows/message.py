"""One message through web, Rasa and an action that reads the database."""

from bench import bare, ours
from bench.client import Client
from bench.measure import Measured, Row, Say, in_turns, median_ms

CONVERSATIONS_A_ROUND = 5


def measure(rounds: int, say: Say) -> Measured:
    """Each round: some conversations of eight messages, each over one connection that is kept."""
    with ours.running() as (_, place), bare.running() as (_, bare_port):

        def our_round() -> float:
            seconds: list[float] = []
            for _ in range(CONVERSATIONS_A_ROUND):
                with Client(place.web_port) as client:
                    seconds += [ours.ask(client, question) for question in ours.QUESTIONS]
            return median_ms(seconds)

        def bare_round() -> float:
            seconds: list[float] = []
            for _ in range(CONVERSATIONS_A_ROUND):
                sender = bare.new_sender()
                with Client(bare_port) as client:
                    seconds += [bare.say(client, sender, text) for text in bare.MESSAGES]
            return median_ms(seconds)

        our_round(), bare_round()  # not counted: caches fill
        return in_turns(rounds, our_round, bare_round, say)


ROW = Row(
    name="message",
    title="one message through web, Rasa and an action that reads the database / bare bot's REST",
    unit="ms",
    limit=0.7,
    measure=measure,
)
