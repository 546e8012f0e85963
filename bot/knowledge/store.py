"""Articles in the database: what ``data/topics`` seeded, and over it what clerks edited.

The seeded text and a clerk's edits lie in two tables, so that seeding never overwrites an edit.
"""

import hashlib
import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.db.tables import article_edits, articles
from bot.knowledge.model import Article, article_from_content
from bot.knowledge.search import lock_index, rebuild_index
from bot.knowledge.versions import (
    DELIVERED,
    EditedMeanwhileError,
    History,
    NoSuchVersionError,
    Version,
)


def content_hash(article: Article) -> str:
    """Changes when, and only when, the article's content does."""
    text = json.dumps(article.to_content(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def article_of(engine: Engine, topic: str) -> Article | None:
    """The article as filers see it now: the newest edit that stands, else the seeded text."""
    with engine.connect() as connection:
        query = sa.select(articles.c.content, articles.c.retired_at)
        seeded = connection.execute(query.where(articles.c.topic == topic)).one_or_none()
        if seeded is None or seeded.retired_at is not None:
            return None
        edit = connection.execute(_standing_edits(topic)).first()
    if edit:
        return article_from_content({**edit.content, "author": edit.author})
    return article_from_content(seeded.content)


def all_articles(engine: Engine) -> list[Article]:
    """Every article as filers see it now, by topic."""
    with engine.connect() as connection:
        return articles_on(connection)


def articles_on(connection: Connection) -> list[Article]:
    """:func:`all_articles` on an open connection."""
    query = sa.select(articles).where(articles.c.retired_at.is_(None)).order_by(articles.c.topic)
    seeded = connection.execute(query).all()
    edited = {
        edit.topic: {**edit.content, "author": edit.author}
        for edit in connection.execute(_standing_edits())
    }
    return [article_from_content(edited.get(row.topic, row.content)) for row in seeded]


def reindex(connection: Connection) -> None:
    """Let the search find what filers see now."""
    lock_index(connection)
    rebuild_index(connection, articles_on(connection))


def choices_by_topic(engine: Engine) -> dict[str, str]:
    """What each topic's button says now; asked with every answer, so only these words are read."""
    seeded = sa.select(articles.c.topic, articles.c.content["choice"].as_string()).where(
        articles.c.retired_at.is_(None)
    )
    edited = sa.select(article_edits.c.topic, article_edits.c.content["choice"].as_string()).where(
        article_edits.c.id.in_(_newest())
    )
    with engine.connect() as connection:
        found = dict(connection.execute(seeded.order_by(articles.c.topic)).all())
        newer = connection.execute(edited).all()
    found.update((topic, choice) for topic, choice in newer if topic in found)
    return {str(topic): str(choice) for topic, choice in found.items()}


def _standing_edits(topic: str | None = None) -> Any:
    """The edits that filers read, one a topic at most; older ones stay unread."""
    return sa.select(article_edits).where(article_edits.c.id.in_(_newest(topic)))


def _newest(topic: str | None = None) -> Any:
    c = article_edits.c
    stands = sa.select(sa.func.max(c.id)).where(c.withdrawn_at.is_(None)).group_by(c.topic)
    return stands if topic is None else stands.where(c.topic == topic)


def put_seeded(connection: Connection, article: Article) -> bool:
    """Store an article from ``data/topics``; returns whether anything changed."""
    digest = content_hash(article)
    query = sa.select(articles.c.content_hash, articles.c.retired_at)
    known = connection.execute(query.where(articles.c.topic == article.topic)).one_or_none()
    if known and known.content_hash == digest and known.retired_at is None:
        return False
    values = {
        "content": article.to_content(),
        "content_hash": digest,
        "seeded_at": utc_now(),
        "retired_at": None,
    }
    if known is None:
        connection.execute(articles.insert().values(topic=article.topic, **values))
    else:
        connection.execute(_changed(article.topic).values(**values))
    return True


def retire_others(connection: Connection, topics: Collection[str]) -> int:
    """Retire every article but those of ``topics``: filers find it no more, its versions stay.
    Returns how many were retired now."""
    c = articles.c
    gone = c.topic.not_in(list(topics)) & c.retired_at.is_(None)
    values = {"retired_at": utc_now(), "edition": c.edition + 1}
    return int(connection.execute(articles.update().where(gone).values(values)).rowcount)


def put_edit(
    engine: Engine | Connection,
    article: Article,
    *,
    author: str,
    reason: str,
    edition: int | None = None,
) -> int:
    """Store a clerk's edit over the seeded text; returns the edit's number. In a transaction of
    its own, or in the caller's.

    ``edition`` is the one that the editor read; None overwrites whatever stands.

    Raises:
        EditedMeanwhileError: the article is at another edition by now.
        NoSuchVersionError: there is no such article.
    """
    with transaction(engine) as connection:
        _claim_edition(connection, article.topic, edition)
        result = connection.execute(
            article_edits.insert().values(
                topic=article.topic,
                content=article.to_content(),
                author=author[:120],
                reason=reason,
                created_at=utc_now(),
            )
        )
        reindex(connection)
        return int(result.inserted_primary_key[0])


def withdraw_edits(engine: Engine | Connection, topic: str, *, edition: int | None = None) -> int:
    """Go back to the seeded text; returns how many edits stood until now.

    Raises:
        EditedMeanwhileError, NoSuchVersionError: as :func:`put_edit`.
    """
    with transaction(engine) as connection:
        _claim_edition(connection, topic, edition)
        result = connection.execute(
            article_edits.update()
            .where(article_edits.c.topic == topic, article_edits.c.withdrawn_at.is_(None))
            .values(withdrawn_at=utc_now())
        )
        reindex(connection)
        return int(result.rowcount)


def _changed(topic: str) -> Any:
    return articles.update().where(articles.c.topic == topic).values(edition=articles.c.edition + 1)


def _claim_edition(connection: Connection, topic: str, edition: int | None) -> None:
    """Count the article's edition up; of two who come at once, the second waits here and fails."""
    statement = _changed(topic)
    if edition is not None:
        statement = statement.where(articles.c.edition == edition)
    if connection.execute(statement).rowcount:
        return
    query = sa.select(articles.c.topic).where(articles.c.topic == topic)
    if connection.execute(query).first() is None:
        raise NoSuchVersionError(f"{topic!r} has no article.")
    raise EditedMeanwhileError(
        "Somebody else changed this article while you were editing it. Read their version, then "
        "put your changes in again."
    )


def restore(
    engine: Engine | Connection,
    topic: str,
    number: int,
    *,
    author: str,
    reason: str,
    edition: int | None,
) -> None:
    """Let filers read an old version again, in the caller's transaction or in its own. An edit
    comes back as a new edit; the delivered text by withdrawing the edits, so that what
    ``data/topics`` brings later shows.

    Raises:
        EditedMeanwhileError, NoSuchVersionError: as :func:`put_edit`, or no such version.
    """
    with transaction(engine) as connection:
        known = history_of(connection, topic)
        if known is None:
            raise NoSuchVersionError(f"{topic!r} has no article.")
        version = known.version(number)
        if number == DELIVERED:
            withdraw_edits(connection, topic, edition=edition)
        else:
            put_edit(connection, version.article, author=author, reason=reason, edition=edition)


def history_of(engine: Engine | Connection, topic: str) -> History | None:
    """All versions of an article, also of a retired one; None when there never was one."""
    edits_query = sa.select(article_edits).where(article_edits.c.topic == topic)
    with transaction(engine) as connection:
        query = sa.select(articles).where(articles.c.topic == topic)
        seeded = connection.execute(query).one_or_none()
        edits = connection.execute(edits_query.order_by(article_edits.c.id.desc())).all()
    if seeded is None:
        return None
    newest = next((edit for edit in edits if edit.withdrawn_at is None), None)
    versions = [
        Version(
            number=edit.id,
            article=article_from_content({**edit.content, "author": edit.author}),
            author=edit.author,
            reason=edit.reason,
            created_at=edit.created_at,
            withdrawn_at=edit.withdrawn_at,
            stands=edit is newest,
        )
        for edit in edits
    ]
    versions.append(
        Version(
            number=DELIVERED,
            article=article_from_content(seeded.content),
            author=None,
            reason="came with data/topics",
            created_at=seeded.seeded_at,
            withdrawn_at=None,
            stands=newest is None,
        )
    )
    later = newest is not None and seeded.seeded_at > newest.created_at
    return History(topic, seeded.edition, seeded.retired_at, later, tuple(versions))


def retired_topics(engine: Engine) -> list[str]:
    """Topics whose article is kept in history only."""
    query = sa.select(articles.c.topic).where(articles.c.retired_at.is_not(None))
    with engine.connect() as connection:
        return [str(t) for t in connection.execute(query.order_by(articles.c.topic)).scalars()]
