"""Reading one ``article.md``: what is wrong in it is told with file and line."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from bot.knowledge.model import (
    GOOD_TO_KNOW,
    IF_THAT_FAILS,
    NEXT_STEP,
    STEPS,
    Article,
    ArticleError,
)
from bot.outcomes import Source
from bot.yaml_file import FileEntries, YamlError, read_yaml

_NEEDED = (STEPS, IF_THAT_FAILS, NEXT_STEP)
_ALLOWED = (STEPS, GOOD_TO_KNOW, IF_THAT_FAILS, NEXT_STEP)
_NEEDED_ENTRIES = ("title", "choice", "short_answer", "sources", "checked_on", "roles")
_ENTRIES = (*_NEEDED_ENTRIES, "next_topics")
_OF_A_SOURCE = ("title", "url", "checked_on")
_FENCE = re.compile(r"---[ \t]*")
_HEADING = re.compile(r"## +(.+?) *")
_ADDRESS = re.compile(r"https?://[^\s/]+\.\S+|\{[a-z_]+\}\S*")


class _Front(FileEntries):
    """The entries between the two lines of ``---``."""

    error = ArticleError
    unknown = "is no entry of an article"

    def text(self, value: object, *keys: str | int) -> str:
        """A text that is not empty."""
        if not isinstance(value, str) or not value.strip():
            self.fail(*keys, says="must be a text: put it into quotes where it holds signs.")
        return value.strip()

    def day(self, value: object, *keys: str | int) -> str:
        """A day of the calendar."""
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.fail(*keys, says=f"must be a day such as 2026-11-23, not {value}.")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, perhaps none."""
        value = self.yaml.content.get(key)
        if value is not None and not isinstance(value, list):
            self.fail(key, says="is a list, for example [attorney, paralegal].")
        return tuple(str(one) for one in value or ())

    def sources(self, checked_on: str) -> tuple[Source, ...]:
        """Where the article has its facts from."""
        listed = self.yaml.content["sources"]
        if not isinstance(listed, list):
            self.fail("sources", says='is a list of entries "- title: …" with "url: …" below.')
        return tuple(self._source(number, one, checked_on) for number, one in enumerate(listed))

    def _source(self, number: int, source: object, checked_on: str) -> Source:
        place = ("sources", number)
        if not isinstance(source, Mapping):
            self.fail(*place, says="needs title and url.")
        self.check_known(source, _OF_A_SOURCE, *place)
        for key in ("title", "url"):
            if key not in source:
                self.fail(*place, says=f"needs title and url; {key} is missing.")
        url = self.text(source["url"], *place, "url")
        if not _ADDRESS.fullmatch(url):
            self.fail(*place, "url", says='must begin with https://, or be a name as "{website}".')
        return Source(
            self.text(source["title"], *place, "title"),
            url,
            self.day(source.get("checked_on", checked_on), *place, "checked_on"),
        )


def read_article(path: Path) -> Article:
    """Read one ``article.md``; its folder's name is the topic.

    Raises:
        ArticleError: front matter, a section or a source is missing or wrong.
    """
    lines = _lines_of(path)
    fences = [number for number, line in enumerate(lines) if _FENCE.fullmatch(line)][:2]
    if len(fences) < 2 or any(line.strip() for line in lines[: fences[0]]):
        raise ArticleError(
            f"{path}, line 1: the front matter stands first, between two lines of three dashes."
        )
    begin, end = fences
    front = _front(path, "\n".join(lines[begin + 1 : end]), begin + 2)
    meta = front.yaml.content
    checked_on = front.day(meta["checked_on"], "checked_on")
    return Article(
        topic=path.parent.name,
        title=front.text(meta["title"], "title"),
        choice=front.text(meta["choice"], "choice"),
        short_answer=" ".join(front.text(meta["short_answer"], "short_answer").split()),
        sections=_sections(path, lines, end + 1),
        sources=front.sources(checked_on),
        checked_on=checked_on,
        roles=front.texts("roles"),
        next_topics=front.texts("next_topics"),
    )


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise ArticleError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ArticleError(f"{path} is not written in UTF-8: save it so.") from error


def _front(path: Path, text: str, first_line: int) -> _Front:
    try:
        content = read_yaml(text, first_line=first_line)
    except YamlError as error:
        raise ArticleError(error.in_file(path)) from error
    if not isinstance(content.content, dict):
        raise ArticleError(
            f"{path}, line {first_line}: the front matter must hold entries such as title:."
        )
    front = _Front(path, content)
    front.check_known(content.content, _ENTRIES)
    for key in _NEEDED_ENTRIES:
        if not content.content.get(key):
            front.fail(key, says="is missing in the front matter.")
    return front


def _sections(path: Path, lines: list[str], begin: int) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    texts: list[str] | None = None
    for number, line in enumerate(lines[begin:], begin + 1):
        heading = _HEADING.fullmatch(line)
        if heading is None:
            if texts is None and line.strip():
                raise ArticleError(f"{path}, line {number}: words stand before the first section.")
            if texts is not None:
                texts.append(line)
            continue
        name = heading[1]
        if name not in _ALLOWED:
            like = get_close_matches(name, _ALLOWED, 1, 0.6)
            hint = f" Did you mean {like[0]}?" if like else ""
            raise ArticleError(
                f"{path}, line {number}: {name} is no section of an article; sections are "
                f"{', '.join(_ALLOWED)}.{hint}"
            )
        if name in found:
            raise ArticleError(f"{path}, line {number}: {name} stands here a second time.")
        texts = found[name] = []
    sections = {name: "\n".join(text).strip() for name, text in found.items()}
    missing = [name for name in _NEEDED if not sections.get(name)]
    if missing:
        raise ArticleError(
            f"{path}: sections are {', '.join(_ALLOWED)}; missing: {', '.join(missing)}."
        )
    return sections
