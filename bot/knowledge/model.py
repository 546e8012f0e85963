"""An article: the answer to one topic, as read from its ``article.md``."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.outcomes import Source

STEPS = "Steps"
GOOD_TO_KNOW = "Good to know"
IF_THAT_FAILS = "If that fails"
NEXT_STEP = "Next step"
_NEEDED = (STEPS, IF_THAT_FAILS, NEXT_STEP)
_ALLOWED = (STEPS, GOOD_TO_KNOW, IF_THAT_FAILS, NEXT_STEP)
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


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


def read_article(path: Path) -> Article:
    """Read one ``article.md``; its folder's name is the topic.

    Raises:
        ArticleError: front matter, a section or a source is missing or wrong.
    """
    try:
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        meta = yaml.safe_load(front)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ArticleError(f"{path}: the front matter between --- lines cannot be read.") from error
    if not isinstance(meta, dict):
        raise ArticleError(f"{path}: the front matter must hold entries such as title:.")
    for key in ("title", "choice", "short_answer", "sources", "checked_on", "roles"):
        if not meta.get(key):
            raise ArticleError(f"{path}: {key} is missing in the front matter.")
    try:
        checked_on = date.fromisoformat(str(meta["checked_on"])).isoformat()
        sources = tuple(
            Source(str(s["title"]), str(s["url"]), str(s.get("checked_on", checked_on)))
            for s in meta["sources"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArticleError(f"{path}: sources need title and url, checked_on a date.") from error
    return Article(
        topic=path.parent.name,
        title=str(meta["title"]).strip(),
        choice=str(meta["choice"]).strip(),
        short_answer=" ".join(str(meta["short_answer"]).split()),
        sections=_sections(path, body),
        sources=sources,
        checked_on=checked_on,
        roles=tuple(str(role) for role in meta["roles"]),
        next_topics=tuple(str(topic) for topic in meta.get("next_topics") or ()),
    )


def _sections(path: Path, body: str) -> dict[str, str]:
    parts = _HEADING.split(body)
    sections = {h: text.strip() for h, text in zip(parts[1::2], parts[2::2], strict=True)}
    missing = [heading for heading in _NEEDED if not sections.get(heading)]
    unknown = [heading for heading in sections if heading not in _ALLOWED]
    if missing or unknown or parts[0].strip():
        raise ArticleError(
            f"{path}: sections are {', '.join(_ALLOWED)}"
            + (f"; missing: {', '.join(missing)}" if missing else "")
            + (f"; unknown: {', '.join(unknown)}" if unknown else "")
            + "."
        )
    return sections
