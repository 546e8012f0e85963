"""Articles in the database: what ``data/topics`` seeded, and over it what clerks edited.

The seeded text and a clerk's edits lie in two tables, so that seeding never overwrites an edit.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.tables import article_edits, articles
from bot.knowledge.model import Article, article_from_content


def content_hash(article: Article) -> str:
    """Changes when, and only when, the article's content does."""
    text = json.dumps(article.to_content(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def article_of(engine: Engine, topic: str) -> Article | None:
    """The article as filers see it now: the newest edit that stands, else the seeded text."""
    with engine.connect() as connection:
        edit = connection.execute(_standing_edits().where(article_edits.c.topic == topic)).first()
        if edit:
            return article_from_content({**edit.content, "author": edit.author})
        query = sa.select(articles.c.content).where(articles.c.topic == topic)
        content = connection.execute(query).scalar_one_or_none()
    return article_from_content(content) if content else None


def all_articles(engine: Engine) -> list[Article]:
    """Every article as filers see it now, by topic."""
    with engine.connect() as connection:
        return articles_on(connection)


def articles_on(connection: Connection) -> list[Article]:
    """:func:`all_articles` on an open connection."""
    seeded = connection.execute(sa.select(articles).order_by(articles.c.topic)).all()
    edited: dict[str, Any] = {}
    for edit in connection.execute(_standing_edits()):
        edited.setdefault(edit.topic, {**edit.content, "author": edit.author})
    return [article_from_content(edited.get(row.topic, row.content)) for row in seeded]


def choices_by_topic(engine: Engine) -> dict[str, str]:
    """What each topic's button says now; asked with every answer, so only these words are read."""
    seeded = sa.select(articles.c.topic, articles.c.content["choice"].as_string())
    edited = (
        sa.select(article_edits.c.topic, article_edits.c.content["choice"].as_string())
        .where(article_edits.c.withdrawn_at.is_(None))
        .order_by(article_edits.c.id)
    )
    with engine.connect() as connection:
        rows = [*connection.execute(seeded.order_by(articles.c.topic)), *connection.execute(edited)]
    return {str(topic): str(choice) for topic, choice in rows}


def _standing_edits() -> Any:
    return (
        sa.select(article_edits)
        .where(article_edits.c.withdrawn_at.is_(None))
        .order_by(article_edits.c.id.desc())
    )


def put_seeded(connection: Connection, article: Article) -> bool:
    """Store an article from ``data/topics``; returns whether anything changed."""
    digest = content_hash(article)
    query = sa.select(articles.c.content_hash).where(articles.c.topic == article.topic)
    known = connection.execute(query).scalar_one_or_none()
    if known == digest:
        return False
    values = {"content": article.to_content(), "content_hash": digest, "seeded_at": utc_now()}
    if known is None:
        connection.execute(articles.insert().values(topic=article.topic, **values))
    else:
        connection.execute(
            articles.update().where(articles.c.topic == article.topic).values(**values)
        )
    return True


def put_edit(engine: Engine, article: Article, *, author: str, reason: str) -> int:
    """Store a clerk's edit over the seeded text; returns the edit's number."""
    from bot.knowledge.search import rebuild_index

    with engine.begin() as connection:
        result = connection.execute(
            article_edits.insert().values(
                topic=article.topic,
                content=article.to_content(),
                author=author,
                reason=reason,
                created_at=utc_now(),
            )
        )
        rebuild_index(connection)
        return int(result.inserted_primary_key[0])


def withdraw_edits(engine: Engine, topic: str) -> int:
    """Go back to the seeded text; returns how many edits stood until now."""
    from bot.knowledge.search import rebuild_index

    with engine.begin() as connection:
        result = connection.execute(
            article_edits.update()
            .where(article_edits.c.topic == topic, article_edits.c.withdrawn_at.is_(None))
            .values(withdrawn_at=utc_now())
        )
        rebuild_index(connection)
        return int(result.rowcount)


def edits_of(engine: Engine, topic: str) -> list[tuple[int, str, str, datetime]]:
    """(number, author, reason, time in UTC) of each edit, newest first."""
    c = article_edits.c
    query = sa.select(c.id, c.author, c.reason, c.created_at).where(c.topic == topic)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(c.id.desc()))]
