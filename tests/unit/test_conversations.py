"""Conversations and turns, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot import conversations as talk
from bot.clock import utc_now
from bot.db import tables
from bot.outcomes import ANSWERED, ASKED, Choice, Reply
from bot.triage.requests import find, make_request

ANSWER = Reply(
    "Reset it.",
    ANSWERED,
    "mfa",
    choices=(Choice("not_solved", "That did not work", "/not_solved"),),
)


@pytest.fixture
def started(engine: Engine) -> talk.Conversation:
    return talk.start_conversation(engine)[0]


def test_a_token_opens_its_conversation_only(engine: Engine) -> None:
    first, first_token = talk.start_conversation(engine)
    second, second_token = talk.start_conversation(engine)
    assert talk.conversation_by_token(engine, first_token) == first
    assert talk.conversation_by_token(engine, second_token) == second
    assert talk.conversation_by_sender(engine, first.sender_id) == first
    assert len({first.id, second.id, first.sender_id, second.sender_id}) == 4


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "' OR 1=1 --", "a" * 10_000])
def test_a_wrong_token_opens_nothing(engine: Engine, token: str) -> None:
    talk.start_conversation(engine)
    assert talk.conversation_by_token(engine, token) is None


def test_the_token_is_not_stored(engine: Engine) -> None:
    conversation, token = talk.start_conversation(engine)
    with engine.connect() as connection:
        row = connection.execute(sa.select(tables.conversations)).one()
    assert token not in map(str, row)
    assert conversation.sender_id != token
    assert row.token_hash == talk.hash_token(token)


def test_rasa_gets_a_sender_that_its_channel_takes(started: talk.Conversation) -> None:
    from bot.assistant.channel import read_message

    assert read_message({"sender": started.sender_id, "text": "hi"})[0] == started.sender_id


def test_a_turn_is_stored_before_it_is_answered(engine: Engine, started: talk.Conversation) -> None:
    assert talk.open_turn(engine, started.id, "m1", "hello", masked_kinds=("ssn",)) is None
    turn = talk.turn_by_message(engine, started.id, "m1")
    assert turn is not None
    assert (turn.text, turn.masked_kinds, turn.reply) == ("hello", ("ssn",), None)
    talk.close_turn(engine, started.id, "m1", ANSWER, intent="mfa", confidence=0.75)
    turn = talk.turn_by_message(engine, started.id, "m1")
    assert turn is not None
    assert (turn.reply, turn.intent, turn.confidence) == (ANSWER, "mfa", 0.75)


def test_a_repeated_message_gives_the_stored_turn(
    engine: Engine, started: talk.Conversation
) -> None:
    talk.open_turn(engine, started.id, "m1", "hello")
    talk.close_turn(engine, started.id, "m1", ANSWER)
    repeated = talk.open_turn(engine, started.id, "m1", "something else")
    assert repeated is not None
    assert (repeated.text, repeated.reply) == ("hello", ANSWER)
    assert len(talk.turns_of(engine, started.id)) == 1


def test_the_same_message_id_in_two_conversations(engine: Engine) -> None:
    for _ in range(2):
        conversation, _token = talk.start_conversation(engine)
        assert talk.open_turn(engine, conversation.id, "m1", "hello") is None


def test_of_many_at_once_one_wins(engine: Engine, started: talk.Conversation) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda n: talk.open_turn(engine, started.id, "m1", f"text {n}"), range(8))
        )
    assert results.count(None) == 1
    assert len({turn.text for turn in results if turn}) == 1


def test_a_turn_of_no_conversation(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        talk.open_turn(engine, "nobody", "m1", "hello")


def test_what_was_typed_does_not_stand_in_an_error(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as caught:
        talk.open_turn(engine, "nobody", "m1", "a private matter")
    assert "private" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", "😀 é 李", "<b>&amp;</b>", "'; DROP TABLE turns; --", "%s :text \\", "x" * 20_000],
)
def test_any_text_comes_back_whole(engine: Engine, started: talk.Conversation, text: str) -> None:
    talk.open_turn(engine, started.id, "m1", text)
    talk.close_turn(engine, started.id, "m1", Reply(text, ASKED))
    (turn,) = talk.turns_of(engine, started.id)
    assert turn.text == text
    assert turn.reply == Reply(text, ASKED)


def test_turns_in_order_and_the_last_of_them(engine: Engine, started: talk.Conversation) -> None:
    for number in range(5):
        talk.open_turn(engine, started.id, f"m{number}", str(number))
    assert [turn.text for turn in talk.turns_of(engine, started.id)] == list("01234")
    assert [turn.text for turn in talk.turns_of(engine, started.id, last=2)] == list("34")
    assert [turn.text for turn in talk.turns_of(engine, started.id, last=9)] == list("01234")


def test_a_choice_is_known_only_where_it_was_shown(
    engine: Engine, started: talk.Conversation
) -> None:
    talk.open_turn(engine, started.id, "m1", "hello")
    talk.close_turn(engine, started.id, "m1", ANSWER)
    other, _ = talk.start_conversation(engine)
    known = talk.payload_of_choice(engine, started.id, "not_solved")
    assert known == ("/not_solved", "That did not work")
    assert talk.payload_of_choice(engine, started.id, "restart") is None
    assert talk.payload_of_choice(engine, other.id, "not_solved") is None


def test_a_choice_is_known_for_twenty_turns(engine: Engine, started: talk.Conversation) -> None:
    talk.open_turn(engine, started.id, "m0", "hello")
    talk.close_turn(engine, started.id, "m0", ANSWER)
    for number in range(1, 20):
        talk.open_turn(engine, started.id, f"m{number}", "more")
    assert talk.payload_of_choice(engine, started.id, "not_solved") is not None
    talk.open_turn(engine, started.id, "m20", "more")
    assert talk.payload_of_choice(engine, started.id, "not_solved") is None


def test_forgetting_takes_everything_but_the_help_request(
    engine: Engine, started: talk.Conversation
) -> None:
    other, other_token = talk.start_conversation(engine)
    for conversation in (started, other):
        talk.open_turn(engine, conversation.id, "m1", "hello")
    now = utc_now()
    with engine.begin() as connection:
        connection.execute(
            tables.uploads.insert().values(
                id="u" * 32,
                conversation_id=started.id,
                name="a.pdf",
                bytes=1,
                sha256="",
                created_at=now,
                delete_at=now,
            )
        )
        connection.execute(
            tables.reports.insert().values(
                id="r1",
                conversation_id=started.id,
                upload_id="u" * 32,
                verdict="accept",
                report={},
                created_at=now,
            )
        )
        connection.execute(
            sa.text("CREATE TABLE IF NOT EXISTS events (id integer, sender_id varchar(255))")
        )
        connection.execute(
            sa.text("INSERT INTO events VALUES (1, :a), (2, :b)"),
            {"a": started.sender_id, "b": other.sender_id},
        )
    request = make_request(
        engine,
        conversation_id=started.id,
        name="Ann Lee",
        contact="ann@example.com",
        role="Attorney",
        topic=None,
        details="It fails.",
        report_id="r1",
    )
    talk.delete_conversation(engine, started)
    assert talk.conversation_by_sender(engine, started.sender_id) is None
    assert talk.turns_of(engine, started.id) == []
    assert talk.conversation_by_token(engine, other_token) == other
    assert len(talk.turns_of(engine, other.id)) == 1
    kept = find(engine, request.code)
    assert kept is not None
    assert (kept.name, kept.conversation_id, kept.report_id) == ("Ann Lee", None, None)
    with engine.begin() as connection:
        left = connection.execute(sa.text("SELECT sender_id FROM events")).scalars().all()
        connection.execute(sa.text("DROP TABLE events"))
    assert left == [other.sender_id]


def test_forgetting_twice_does_no_harm(engine: Engine, started: talk.Conversation) -> None:
    talk.delete_conversation(engine, started)
    talk.delete_conversation(engine, started)


def test_a_filer_who_comes_back_while_others_are_deleted_is_not_idle(engine: Engine) -> None:
    first, second = (talk.start_conversation(engine)[0] for _ in range(2))
    moment = utc_now()
    idle = talk.idle_before(engine, moment)
    assert next(idle) == first
    talk.open_turn(engine, second.id, "m1", "I am back")
    assert list(idle) == []
