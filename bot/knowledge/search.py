"""Full-text search over the articles, by SQLite FTS5 or PostgreSQL ``tsvector``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.knowledge.model import Article

_LOCK = 7_023_119  # any fixed number: one rebuilding at a time on PostgreSQL
_WORD = re.compile(r"[^\W_]{2,40}")
_MOST_WORDS = 32
STOP_WORDS = frozenset(
    "a an and any are as at be but by can cannot did do does for from get had has have help how i "
    "if in into is it its just like me my need no not now of on or our out please so some that "
    "the their them then there they this to up us use want was we were what when where which who "
    "why will with would you your".split()
)
"""Words that stand in nearly every question and in every article."""


@dataclass(frozen=True)
class Hit:
    """An article that was found; a higher ``score`` fits better, comparable within one search."""

    topic: str
    score: float


def lock_index(connection: Connection) -> None:
    """Wait until nobody else makes the index, before the articles for it are read. SQLite lets
    only one write anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def rebuild_index(connection: Connection, articles: Iterable[Article]) -> None:
    """Make the index anew from the articles as filers see them (a few milliseconds)."""
    if connection.dialect.name == "sqlite":
        connection.execute(
            sa.text(
                "CREATE VIRTUAL TABLE IF NOT EXISTS article_search USING fts5"
                "(topic UNINDEXED, title, body, tokenize='porter unicode61 remove_diacritics 2')"
            )
        )
        insert = "INSERT INTO article_search (topic, title, body) VALUES (:topic, :title, :body)"
    else:
        connection.execute(
            sa.text(
                "CREATE TABLE IF NOT EXISTS article_search (topic text PRIMARY KEY, words tsvector)"
            )
        )
        insert = (
            "INSERT INTO article_search (topic, words) VALUES (:topic, "
            "setweight(to_tsvector('english', :title), 'A') || to_tsvector('english', :body))"
        )
    connection.execute(sa.text("DELETE FROM article_search"))
    for article in articles:
        connection.execute(
            sa.text(insert),
            {
                "topic": article.topic,
                "title": f"{article.title} {article.choice}",
                "body": article.plain_text,
            },
        )


def search(engine: Engine, text: str, *, limit: int = 3) -> list[Hit]:
    """The articles that share most words with ``text``, best first; any text may come in."""
    words = [w for w in _WORD.findall(text.lower()) if w not in STOP_WORDS][:_MOST_WORDS]
    if not words:
        return []
    if engine.dialect.name == "sqlite":
        # quoted words are plain words to FTS5, whatever they hold; bm25 is lower for a better fit
        query = sa.text(
            "SELECT topic, -bm25(article_search, 0.0, 4.0, 1.0) AS score FROM article_search "
            "WHERE article_search MATCH :words ORDER BY score DESC LIMIT :limit"
        )
        wanted = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
    else:
        query = sa.text(
            "SELECT topic, ts_rank(words, q) AS score FROM article_search, "
            "to_tsquery('english', :words) AS q WHERE words @@ q ORDER BY score DESC LIMIT :limit"
        )
        wanted = " | ".join(f"'{word}'" for word in dict.fromkeys(words))
    with engine.connect() as connection:
        rows = connection.execute(query, {"words": wanted, "limit": limit}).all()
    return [Hit(row.topic, float(row.score)) for row in rows]
