"""Unanswered questions: which turns they are, groups, what becomes an example, the file that is
trained from."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.conversations import start_conversation
from bot.db.tables import turns
from bot.outcomes import ANSWERED, DECLINED, NOT_UNDERSTOOD, OFFERED
from bot.questions import store
from bot.questions.anonymous import LONGEST, complaints, perhaps_names, suggest, words_of
from bot.questions.grouping import Vectors, middles
from bot.questions.review import ReviewError, export, keep_examples, suggestions
from bot.questions.training_file import FILE_NAME, ExampleError, known_examples, training_file
from bot.ratings import rate
from bot.settings import ROOT

TOPICS = ROOT / "data" / "topics"
CHOICES = [
    {"id": "mfa", "title": "My second factor", "payload": "/mfa", "topic": "mfa"},
    {"id": "none_of_these", "title": "None of these", "payload": "/none_of_these"},
]


@dataclass
class Chat:
    """A stored conversation, written turn by turn."""

    engine: Engine
    at: datetime = field(default_factory=lambda: utc_now() - timedelta(hours=2))

    def __post_init__(self) -> None:
        self.id = start_conversation(self.engine)[0].id
        self.count = 0

    def turn(self, text: str, outcome: str, topic: str | None = None, **more: object) -> str:
        """Store one turn; returns its message id."""
        self.count += 1
        reply = {"text": "x", "outcome": outcome, "choices": more.pop("choices", [])}
        with self.engine.begin() as connection:
            connection.execute(
                turns.insert().values(
                    conversation_id=self.id,
                    message_id=f"m{self.count}",
                    text=text,
                    masked_kinds=[],
                    asked_at=self.at + timedelta(seconds=self.count),
                    reply=reply,
                    outcome=outcome,
                    topic=topic,
                    **more,
                )
            )
        return f"m{self.count}"


def gathered(engine: Engine) -> dict[str, str]:
    """Text and kind of each open question."""
    return {question.text: question.kind for question in store.open_questions(engine)}


def group_of(engine: Engine, *texts: str) -> store.Group:
    """One group of questions with these texts."""
    chat = Chat(engine)
    for text in texts:
        chat.turn(text, NOT_UNDERSTOOD)
    store.gather(engine)
    found = store.open_questions(engine)
    store.set_groups(engine, {q.turn_id: found[-1].turn_id for q in found})
    [group] = store.open_groups(engine)
    return group


@contextmanager
def statements(engine: Engine, deed: Callable[[str], object]) -> Iterator[None]:
    """Does something before each statement that is run meanwhile."""

    def look(*arguments: Any) -> None:
        deed(arguments[2])

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", look)


def test_two_processes_gather_at_the_same_time(engine: Engine) -> None:
    Chat(engine).turn("qwertz", NOT_UNDERSTOOD)
    noted: list[int] = []

    def other_process(statement: str) -> None:
        # between our reading and our writing
        if "INSERT INTO questions" in statement and not noted:
            noted.append(0)
            noted[0] = store.gather(engine)

    with statements(engine, other_process):
        store.gather(engine)
    assert noted == [1]
    assert gathered(engine) == {"qwertz": store.NOT_ANSWERED}


def test_a_message_id_that_another_conversation_has_too_means_nothing(engine: Engine) -> None:
    rated, other = Chat(engine), Chat(engine)
    message = rated.turn("it shows nothing", ANSWERED, "link_trouble")
    assert other.turn("how do I link", ANSWERED, "link_accounts") == message
    rate(engine, rated.id, message, helped=False, topic="link_trouble")
    assert store.gather(engine) == 1
    assert gathered(engine) == {"it shows nothing": store.RATED_NO}


def test_many_questions_are_gathered_in_as_few_statements_as_one(engine: Engine) -> None:
    for _ in range(30):
        chat = Chat(engine)
        chat.turn("qwertz", NOT_UNDERSTOOD)
        rated = chat.turn("it shows nothing", ANSWERED, "link_trouble")
        rate(engine, chat.id, rated, helped=False, topic="link_trouble")
    asked: list[str] = []
    with statements(engine, asked.append):
        assert store.gather(engine) == 60
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_only_unanswered_questions_are_gathered_and_once(engine: Engine) -> None:
    chat = Chat(engine)
    chat.turn("how do I link", ANSWERED, "link_accounts")
    chat.turn("qwertz", NOT_UNDERSTOOD)
    chat.turn("the screen is blue", OFFERED, choices=CHOICES)
    chat.turn("My second factor", ANSWERED, "mfa")
    chat.turn("the screen is red", OFFERED, choices=CHOICES)
    chat.turn("None of these", NOT_UNDERSTOOD)
    chat.turn("can I bring my dog", DECLINED, "out_of_scope")
    chat.turn("should I sue", DECLINED, "legal_advice")
    chat.turn("File: a.pdf", NOT_UNDERSTOOD, upload_id="x")
    chat.turn("123 ???", NOT_UNDERSTOOD)
    rated = chat.turn("it shows nothing", ANSWERED, "link_trouble")
    rate(engine, chat.id, rated, helped=False, topic="link_trouble")
    assert store.gather(engine) == 4
    assert gathered(engine) == {
        "qwertz": store.NOT_ANSWERED,
        "the screen is red": store.NOT_TAKEN,
        "can I bring my dog": store.OUT_OF_SCOPE,
        "it shows nothing": store.RATED_NO,
    }
    assert store.gather(engine) == 0


def test_choices_that_were_just_shown_may_still_be_taken(engine: Engine) -> None:
    chat = Chat(engine, at=utc_now())
    chat.turn("the screen is blue", OFFERED, choices=CHOICES)
    assert store.gather(engine) == 0
    chat.turn("no, the other one", NOT_UNDERSTOOD)
    assert store.gather(engine) == 2


def test_rasas_name_for_no_topic_is_no_guess(engine: Engine) -> None:
    Chat(engine).turn("my dog barks", NOT_UNDERSTOOD, intent="nlu_fallback")
    store.gather(engine)
    assert [question.guess for question in store.open_questions(engine)] == [None]


def test_groups_are_sorted_by_size_and_say_when(engine: Engine) -> None:
    for texts in (["my dog barks"], ["the scrn is blu", "the screen is blue", "screen is blue"]):
        chat = Chat(engine)
        for text in texts:
            chat.turn(text, NOT_UNDERSTOOD, intent="mfa")
    store.gather(engine)
    assert store.has_ungrouped(engine)
    found = store.open_questions(engine)
    places = middles([q.text for q in found], by_letters)
    store.set_groups(
        engine, {q.turn_id: found[p].turn_id for q, p in zip(found, places, strict=True)}
    )
    assert not store.has_ungrouped(engine)
    first, second = store.open_groups(engine)
    assert (first.title, len(first.questions)) == ("the screen is blue", 3)
    assert first.kinds == {store.NOT_ANSWERED: 3}
    assert first.guesses == {"mfa": 3}
    assert first.last_at - first.first_at == timedelta(seconds=2)
    assert second.title == "my dog barks"


def by_letters(texts: Sequence[str]) -> Vectors:
    """Vectors in which texts with the same letters are near."""
    rows = np.array([[t.count(c) for c in "abcdefghijklmnopqrstuvwxyz"] for t in texts], float)
    normed: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return normed


def test_the_encoder_puts_paraphrases_together() -> None:
    from bot.assistant.encoder import shared_encoder

    texts = [
        "the scanner makes crooked pages",
        "my scanned pages come out crooked",
        "where can I park near the courthouse",
        "is there parking at the court house",
    ]
    found = middles(texts, shared_encoder().encode)
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[2]
    assert middles([], shared_encoder().encode) == []
    assert middles(["one"], shared_encoder().encode) == [0]


def test_a_decided_group_is_open_no_more(engine: Engine) -> None:
    group = group_of(engine, "qwertz", "asdf jk")
    ids = [question.turn_id for question in group.questions]
    assert store.decide(engine, ids, store.SET_ASIDE, who="Kim") == 2
    assert store.decide(engine, ids, "mfa", who="Lou") == 0
    assert store.open_groups(engine) == []
    assert store.gather(engine) == 0


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my name is Ann Lee, how do I link", "how do I link"),
        ("This is Robert van Houten from Dewey. cannot log in", "from Dewey. cannot log in"),
        ("Mr. Smith wants to file, where", "wants to file, where"),
        ("In re Johnson the menu is gone", "the menu is gone"),
        ("mail me at ann@example.com please", "mail me at please"),
        ("call 860-555-0100 or (203) 555 0100 about linking", "call or about linking"),
        ("case 24-20456 will not open", "case will not open"),
        ("case 3:24-bk-20456-JJT will not open", "case will not open"),
        ("my password is Tiger7!x and it fails", "my password is and it fails"),
        ("see https://example.com/ann?x=1 there", "see there"),
        ("file is 50 MB, limit 35?", "file is 50 MB, limit 35?"),
        ("since 2016 no menu", "since no menu"),
        ("a [link](intent) {x} `y`", "a link (intent) x y"),
    ],
)
def test_what_names_somebody_is_taken_out(text: str, left: str) -> None:
    assert suggest(text) == left
    assert complaints(suggest(text)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no words"),
        ("12 34", "no words"),
        ("x" * (LONGEST + 1), "more than 300"),
        ("write to ann@example.com", "e-mail"),
        ("look at www.example.com", "web address"),
        ("case 24-20456", "long number"),
        ("number 1 2 3 4", "long number"),
        ("my name is Ann", "a name"),
        ("ask Judge Tancredi", "a name"),
        ("my ssn is 123-45-6789", "number of a person"),
        ("a [link](x)", "Brackets"),
    ],
)
def test_what_may_name_somebody_is_refused(text: str, says: str) -> None:
    assert any(says in complaint for complaint in complaints(text))


def test_the_longest_text_passes() -> None:
    assert complaints("a" * LONGEST) == []


def test_words_that_may_be_names_are_pointed_out() -> None:
    known = words_of(["Sign in to PACER", "Upgrade with Adobe"])
    assert perhaps_names("Why does Fernandez see no PACER menu in Adobe. Then what", known) == [
        "Fernandez"
    ]


def test_a_group_becomes_examples_that_load(engine: Engine, tmp_path: Path) -> None:
    from bot.assistant.importer import TopicImporter

    group = group_of(
        engine,
        'my name is Ann Lee, the scanner hums: is it "broken"?',
        "- # the scanner's humming & 'smoking' | maybe",
    )
    offered = suggestions(group, TOPICS)
    assert {one.text for one in offered} == {
        'the scanner hums: is it "broken"?',
        "# the scanner's humming & 'smoking' maybe",
    }
    texts = [one.text for one in offered]
    taken = [(one.original, one.text) for one in offered]
    assert keep_examples(engine, group, "pdf_fix", taken, topics_dir=TOPICS, who="Kim") == 2
    assert store.open_groups(engine) == []
    assert store.count_examples(engine) == {"pdf_fix": 2}

    shutil.copytree(TOPICS / "pdf_fix", tmp_path / "pdf_fix")
    files = export(engine, tmp_path)
    (tmp_path / "pdf_fix" / FILE_NAME).write_text(files["pdf_fix"], "utf-8")
    importer = TopicImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(tmp_path)])
    loaded = {
        example.get("text")
        for example in importer.get_nlu_data().training_examples
        if example.get("intent") == "pdf_fix" and not example.get("entities")
    }
    assert set(texts) <= loaded
    # what is there already is not written again
    assert export(engine, tmp_path) == {}


def test_a_text_that_is_refused_keeps_nothing(engine: Engine) -> None:
    group = group_of(engine, "the scanner hums")
    known = next(text for text, topic in known_examples(TOPICS).items() if topic == "mfa")
    with pytest.raises(ReviewError) as caught:
        keep_examples(
            engine,
            group,
            "pdf_fix",
            [(text, text) for text in ("the scanner hums", "I am Ann Lee", known.upper())],
            topics_dir=TOPICS,
            who="Kim",
        )
    assert set(caught.value.faults) == {1, 2}
    assert "example of mfa" in " ".join(caught.value.faults[2])
    assert store.count_examples(engine) == {}
    assert len(store.open_groups(engine)) == 1


def test_the_same_example_twice_is_kept_once(engine: Engine) -> None:
    group = group_of(engine, "the scanner hums", "the  scanner hums")
    taken = [("the scanner hums", "it hums"), ("the scanner hums", "it  hums")]
    assert keep_examples(engine, group, "pdf_fix", taken, topics_dir=TOPICS, who="Kim") == 1
    assert store.open_groups(engine) == []


def test_what_is_not_taken_stays_open(engine: Engine) -> None:
    group = group_of(engine, "the scanner hums", "my dog barks")
    taken = [("the scanner hums", "the scanner hums")]
    keep_examples(engine, group, "pdf_fix", taken, topics_dir=TOPICS, who="Kim")
    [left] = store.open_groups(engine)
    assert left.texts == ["my dog barks"]


@pytest.mark.parametrize("text", ["a\nb", "a\n- b", "a\x00b", "  a"])
def test_a_text_that_would_be_read_otherwise_is_refused(text: str) -> None:
    with pytest.raises((ExampleError, yaml.YAMLError)):
        training_file("mfa", [text])
