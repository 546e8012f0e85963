"""The versions of an article: what was delivered, what clerks made of it, and which one stands."""

from dataclasses import dataclass
from datetime import datetime

from bot.knowledge.model import Article

DELIVERED = 0
"""The number of the version that ``data/topics`` brought; edits count from 1."""


class EditedMeanwhileError(RuntimeError):
    """Somebody else changed the article since the editor read it."""


class NoSuchVersionError(LookupError):
    """The article, or this version of it, is not there."""


@dataclass(frozen=True)
class Version:
    """One text that an article had. ``author`` is None for what ``data/topics`` brought; times in
    UTC. ``stands``: filers read this one."""

    number: int
    article: Article
    author: str | None
    reason: str
    created_at: datetime
    withdrawn_at: datetime | None
    stands: bool


@dataclass(frozen=True)
class History:
    """An article with all its versions, newest first, what was delivered last. ``edition`` is what
    :func:`put_edit` wants to hear again; ``delivered_later``: ``data/topics`` brought a new text
    after the edit that stands."""

    topic: str
    edition: int
    retired_at: datetime | None
    delivered_later: bool
    versions: tuple[Version, ...]

    @property
    def standing(self) -> Version:
        """The version that filers read."""
        return next(version for version in self.versions if version.stands)

    def version(self, number: int) -> Version:
        """The version with this number.

        Raises:
            NoSuchVersionError: there is none.
        """
        for version in self.versions:
            if version.number == number:
                return version
        raise NoSuchVersionError(f"{self.topic} has no version {number}.")
