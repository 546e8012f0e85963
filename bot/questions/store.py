"""The unanswered questions: which turns they are, which ask alike, and what was decided of each."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.db.tables import questions, training_examples, turns
from bot.outcomes import DECLINED, NOT_UNDERSTOOD, OFFERED
from bot.ratings import was_no_help

NOT_ANSWERED = "not_understood"
NOT_TAKEN = "not_taken"
RATED_NO = "rated_no"
OUT_OF_SCOPE = "out_of_scope"
KINDS: Mapping[str, str] = {
    NOT_ANSWERED: "not understood",
    NOT_TAKEN: "choices shown, none taken",
    RATED_NO: "answer rated as no help",
    OUT_OF_SCOPE: "declined as out of scope",
}
SET_ASIDE = "set_aside"
"""Decided: neither a topic's question nor out of scope, such as a slip of the keyboard."""

MOST_OPEN = 2000
"""So many of the newest are compared and shown: older ones wait until these are decided."""

_LOOK_BACK = timedelta(days=7)
# a filer may still press one of the choices
_SETTLED_AFTER = timedelta(minutes=30)
# another process may have noted it meanwhile, or its conversation was deleted
_NOTE = sa.text(
    "INSERT INTO questions (turn_id, kind) SELECT id, CAST(:kind AS VARCHAR(16)) FROM turns "
    "WHERE id = :turn_id ON CONFLICT DO NOTHING"
)
_NONE_OF_THESE = "none_of_these"
_UNSURE = "nlu_fallback"  # Rasa's name for no topic at all


@dataclass(frozen=True)
class Question:
    """One message that was not answered. ``text`` is masked; ``guess`` the topic that the
    assistant thought of, None where it was sure of none; ``at`` in UTC."""

    turn_id: int
    kind: str
    text: str
    guess: str | None
    at: datetime


@dataclass(frozen=True)
class Group:
    """Questions that ask alike; ``number`` is that of the one in the middle."""

    number: int
    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        """The question in the middle."""
        middle = (q.text for q in self.questions if q.turn_id == self.number)
        return next(middle, self.questions[0].text)

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind, most first."""
        return dict(Counter(q.kind for q in self.questions).most_common())

    @property
    def guesses(self) -> dict[str, int]:
        """The topics that the assistant thought of, most first."""
        return dict(Counter(q.guess for q in self.questions if q.guess).most_common())

    @property
    def first_at(self) -> datetime:
        """When it was first asked (UTC)."""
        return min(q.at for q in self.questions)

    @property
    def last_at(self) -> datetime:
        """When it was last asked (UTC)."""
        return max(q.at for q in self.questions)

    @property
    def texts(self) -> list[str]:
        """Each wording once, the middle one first."""
        rest = (q.text for q in self.questions)
        return list({" ".join(text.split()): None for text in (self.title, *rest)})

    def worded(self, texts: Collection[str]) -> list[int]:
        """The turns whose question is worded like one of ``texts``."""
        wanted = {" ".join(text.split()) for text in texts}
        return [q.turn_id for q in self.questions if " ".join(q.text.split()) in wanted]


def gather(engine: Engine) -> int:
    """Note the unanswered questions of the last days that are not noted; returns how many."""
    now = utc_now()
    with engine.begin() as connection:
        found = [
            {"turn_id": row.id, "kind": kind}
            for row in connection.execute(_perhaps_unanswered(now - _LOOK_BACK)).all()
            if (kind := _kind_of(row, now))
        ]
        if found:
            connection.execute(_NOTE, found)
    return len(found)


def _perhaps_unanswered(since: datetime) -> Any:
    """The query for the turns since then that may be questions and are not noted, each with the
    reply before it and what was said after it: one statement, however many there are."""
    c, before, after, other = turns.c, turns.alias(), turns.alias(), turns.alias()
    neighbour = sa.select(other.c.id).where(other.c.conversation_id == c.conversation_id).limit(1)
    id_before = neighbour.where(other.c.id < c.id).order_by(other.c.id.desc())
    id_after = neighbour.where(other.c.id > c.id).order_by(other.c.id)
    rated_no = was_no_help(c.conversation_id, c.message_id, since)
    ended = c.outcome.in_((NOT_UNDERSTOOD, OFFERED)) | (
        (c.outcome == DECLINED) & (c.topic == OUT_OF_SCOPE)
    )
    return (
        sa.select(
            c.id,
            c.text,
            c.reply,
            c.outcome,
            c.asked_at,
            rated_no.label("rated_no"),
            before.c.reply.label("reply_before"),
            after.c.text.label("text_after"),
        )
        .select_from(turns)
        .outerjoin(before, before.c.id == id_before.correlate(turns).scalar_subquery())
        .outerjoin(after, after.c.id == id_after.correlate(turns).scalar_subquery())
        .where(
            c.asked_at >= since,
            c.upload_id.is_(None),
            c.id.not_in(sa.select(questions.c.turn_id)),
            ended | rated_no,
        )
    )


def _kind_of(row: Any, now: datetime) -> str | None:
    """One of :data:`KINDS`; None for a turn that is no unanswered question, or not yet."""
    if _is_button(row.reply_before or {}, row.text) or not any(ch.isalpha() for ch in row.text):
        return None
    if row.rated_no:
        return RATED_NO
    if row.outcome != OFFERED:
        return NOT_ANSWERED if row.outcome == NOT_UNDERSTOOD else OUT_OF_SCOPE
    may_be_taken = row.text_after is None and row.asked_at > now - _SETTLED_AFTER
    return None if may_be_taken or _was_taken(row.reply or {}, row.text_after) else NOT_TAKEN


def _is_button(reply: Mapping[str, Any], text: str) -> bool:
    return any(choice.get("title") == text for choice in reply.get("choices", ()))


def _was_taken(reply: Mapping[str, Any], text_after: str | None) -> bool:
    return any(
        choice.get("title") == text_after and choice.get("id") != _NONE_OF_THESE
        for choice in reply.get("choices", ())
    )


def open_questions(engine: Engine) -> list[Question]:
    """The newest questions that nobody decided on, newest first."""
    with engine.connect() as connection:
        return [_question(row) for row in connection.execute(_open())]


def open_groups(engine: Engine) -> list[Group]:
    """The same in groups, the largest first, then the one asked last. A question that was not
    compared yet is a group of its own."""
    members: dict[int, list[Question]] = {}
    with engine.connect() as connection:
        for row in connection.execute(_open()):
            members.setdefault(row.group_id or row.turn_id, []).append(_question(row))
    groups = [Group(number, tuple(found)) for number, found in members.items()]
    return sorted(groups, key=lambda g: (-len(g.questions), -g.last_at.timestamp()))


def has_ungrouped(engine: Engine) -> bool:
    """Whether an open question was not compared with the others yet."""
    c = questions.c
    query = sa.select(c.turn_id).where(c.decision.is_(None), c.group_id.is_(None)).limit(1)
    with engine.connect() as connection:
        return connection.execute(query).first() is not None


def set_groups(engine: Engine, middle_of: Mapping[int, int]) -> None:
    """Store for each question which one is in the middle of its group."""
    change = (
        questions.update()
        .where(questions.c.turn_id == sa.bindparam("turn"))
        .values(group_id=sa.bindparam("middle"))
    )
    rows = [{"turn": turn, "middle": middle} for turn, middle in middle_of.items()]
    if rows:
        with engine.begin() as connection:
            connection.execute(change, rows)


def decide(engine: Engine | Connection, turn_ids: Sequence[int], decision: str, *, who: str) -> int:
    """Note what a group of questions is: a topic, :data:`OUT_OF_SCOPE` or :data:`SET_ASIDE`.
    Returns how many of them nobody had decided on before."""
    with transaction(engine) as connection:
        return _decide(connection, turn_ids, decision, who)


def assign(
    engine: Engine | Connection,
    turn_ids: Sequence[int],
    topic: str,
    texts: Sequence[str],
    *,
    who: str,
) -> int:
    """Note that questions belong to ``topic``, and keep ``texts``, which name nobody, as training
    examples; returns how many of those are new."""
    now = utc_now()
    with transaction(engine) as connection:
        _decide(connection, turn_ids, topic, who)
        query = sa.select(training_examples.c.text).where(training_examples.c.text.in_(list(texts)))
        known = set(connection.execute(query).scalars())
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for text in new:
            connection.execute(
                training_examples.insert().values(
                    topic=topic, text=text, author=who[:120], created_at=now
                )
            )
    return len(new)


def examples(engine: Engine, topic: str) -> list[str]:
    """The training examples that people made for a topic, in order."""
    query = sa.select(training_examples.c.text).where(training_examples.c.topic == topic)
    with engine.connect() as connection:
        return [
            str(t) for t in connection.execute(query.order_by(training_examples.c.id)).scalars()
        ]


def count_examples(engine: Engine) -> dict[str, int]:
    """How many training examples there are for each topic that has some."""
    c = training_examples.c
    query = sa.select(c.topic, sa.func.count()).group_by(c.topic).order_by(c.topic)
    with engine.connect() as connection:
        return {str(topic): int(count) for topic, count in connection.execute(query)}


def _decide(connection: Connection, turn_ids: Sequence[int], decision: str, who: str) -> int:
    change = (
        questions.update()
        .where(questions.c.turn_id.in_(list(turn_ids)), questions.c.decision.is_(None))
        .values(decision=decision, decided_by=who[:120], decided_at=utc_now())
    )
    return int(connection.execute(change).rowcount)


def _open() -> Any:
    return (
        sa.select(
            questions.c.turn_id,
            questions.c.kind,
            questions.c.group_id,
            turns.c.text,
            turns.c.intent,
            turns.c.asked_at,
        )
        .join(turns, turns.c.id == questions.c.turn_id)
        .where(questions.c.decision.is_(None))
        .order_by(questions.c.turn_id.desc())
        .limit(MOST_OPEN)
    )


def _question(row: Any) -> Question:
    guess = None if row.intent == _UNSURE else row.intent
    return Question(row.turn_id, row.kind, row.text, guess, row.asked_at)
