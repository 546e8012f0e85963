"""An article: the answer to one topic, as read from its ``article.md``."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.outcomes import Source

STEPS = "Steps"
GOOD_TO_KNOW = "Good to know"
IF_THAT_FAILS = "If that fails"
NEXT_STEP = "Next step"


class ArticleError(ValueError):
    """An ``article.md`` is not whole; the message names the file and what to mend."""


@dataclass(frozen=True)
class Article:
    """One answer. Texts are Markdown and may hold placeholders such as ``{clerk_phones}``.

    ``choice`` is the topic as a filer would say it, for a button. ``sections`` maps heading to
    text. ``author`` is set where a clerk edited the article.
    """

    topic: str
    title: str
    choice: str
    short_answer: str
    sections: Mapping[str, str]
    sources: tuple[Source, ...]
    checked_on: str
    roles: tuple[str, ...]
    next_topics: tuple[str, ...]
    author: str | None = None

    def to_content(self) -> dict[str, Any]:
        """The shape in which an article is stored as JSON."""
        content = asdict(self)
        content["sections"] = dict(self.sections)
        return content

    def is_stale(self, today: date, after_days: int) -> bool:
        """Whether nobody has compared it with its sources for longer than ``after_days``."""
        return (today - date.fromisoformat(self.checked_on)).days > after_days

    @property
    def plain_text(self) -> str:
        """All words of the article, for search."""
        return "\n".join([self.title, self.choice, self.short_answer, *self.sections.values()])


def article_from_content(content: Mapping[str, Any]) -> Article:
    """The other way round of :meth:`Article.to_content`."""
    return Article(
        topic=content["topic"],
        title=content["title"],
        choice=content["choice"],
        short_answer=content["short_answer"],
        sections=dict(content["sections"]),
        sources=tuple(Source(**source) for source in content["sources"]),
        checked_on=content["checked_on"],
        roles=tuple(content["roles"]),
        next_topics=tuple(content["next_topics"]),
        author=content.get("author"),
    )
