"""Bring the articles of ``data/topics`` into the database; a second run changes nothing."""

from pathlib import Path

from sqlalchemy.engine import Engine

from bot.court import CourtProfile, CourtProfileError
from bot.knowledge.article_file import read_article
from bot.knowledge.model import Article, ArticleError
from bot.knowledge.store import put_seeded, reindex, retire_others


def read_articles(topics_dir: Path) -> list[Article]:
    """All articles of the folder, by topic.

    Raises:
        ArticleError: there is no topic at all, a folder has no whole article, or one names a next
            topic that is none.
    """
    found = [read_article(folder / "article.md") for folder in topic_folders(topics_dir)]
    if not found:
        raise ArticleError(f"{topics_dir} holds no topics: name the right folder as HELPDESK_DATA.")
    known = {article.topic for article in found}
    for article in found:
        strangers = set(article.next_topics) - known
        if strangers:
            raise ArticleError(
                f"{article.topic}/article.md: next_topics names {', '.join(sorted(strangers))}, "
                "which is no topic."
            )
    return found


def check_court(court: CourtProfile, topics_dir: Path) -> None:
    """See that the court profile has a value for whatever the articles of the folder name.

    Raises:
        CourtProfileError: it lacks one; a filer would read the name in braces.
        ArticleError: as :func:`read_articles`.
    """
    lacking: list[str] = []
    for article in read_articles(topics_dir):
        sources = (f"{source.title} {source.url}" for source in article.sources)
        text = "\n".join([article.plain_text, *sources])
        file = topics_dir / article.topic / "article.md"
        lacking += [
            f"{file}, line {_line_of(file, name)}: {{{name}}}"
            for name in sorted(court.unknown_placeholders(text))
        ]
    if lacking:
        raise CourtProfileError(
            "The court profile has no value for what these articles name in braces. Add each under "
            "links, or take it out of the article.\n" + "\n".join(lacking)
        )


def _line_of(file: Path, name: str) -> int:
    """The line on which a text first names a value in braces."""
    before, _, _ = file.read_text(encoding="utf-8").partition(f"{{{name}}}")
    return before.count("\n") + 1


def topic_folders(topics_dir: Path) -> list[Path]:
    """The folders of all topics, by name."""
    return sorted(path.parent for path in topics_dir.glob("*/topic.yml"))


def seed(engine: Engine, topics_dir: Path) -> int:
    """Store new and changed articles, retire those whose topic is gone; returns how many changed.
    Clerks' edits are not touched.

    Raises:
        ArticleError: as :func:`read_articles`; then nothing is stored.
    """
    found = read_articles(topics_dir)
    with engine.begin() as connection:
        changed = sum(put_seeded(connection, article) for article in found)
        changed += retire_others(connection, [article.topic for article in found])
        reindex(connection)
    return changed
