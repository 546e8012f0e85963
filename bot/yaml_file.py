"""YAML that people edit by hand: what is wrong is told in plain words, with the line."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import yaml

Keys = tuple[str | int, ...]
_ABOVE = "Look at this line and the ones above it"
# what PyYAML says, and what people do to get it
_PLAIN_WORDS: Mapping[str, str] = {
    "'\\t' that cannot start": "a tab stands here. Indent with spaces only.",
    "mapping values are not allowed": "a colon stands where none may. Put a text that holds one "
    "into quotes, and indent this line as its neighbours.",
    "expected <block end>": f"this does not belong here. {_ABOVE}: a quote, bracket or brace that "
    "is not closed, an indentation unlike its neighbours, or words after a text in quotes.",
    "could not find expected ':'": "a colon and a space are missing: entries look like "
    f'"name: value". {_ABOVE}.',
    "unexpected end of stream": "a quote begins here and is not closed until the end of the file.",
    "expected the node content, but found '<stream end>'": "a list or braces begin here and are "
    "not closed.",
    "expected ',' or": "a list or braces begin here and are not closed, or a comma is missing.",
    "unknown escape character": "a backslash stands in a text in quotes: take single quotes.",
    "cannot start any token": "this sign cannot begin a value. Put the value into quotes.",
    "special characters are not allowed": "a sign that no text may hold stands here. Delete it.",
    "constructor for the tag": "a value begins with an exclamation mark: put it into quotes.",
    "undefined alias": "a value begins with an asterisk: put it into quotes.",
    "another document": "a line of --- begins a second part. There may be only one.",
}


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Half a sentence for a misspelled name: the known one that is nearest, or all of them."""
    like = get_close_matches(name, known, 1, 0.6)
    return f"did you mean {like[0]}?" if like else f"use {', '.join(known)}."


class YamlError(ValueError):
    """The text cannot be used as YAML. ``line`` is None where no line can be named."""

    def __init__(self, line: int | None, problem: str) -> None:
        super().__init__(problem)
        self.line = line

    def in_file(self, path: Path) -> str:
        """The same with where it stands."""
        return f"{path}, line {self.line}: {self}" if self.line else f"{path}: {self}"


@dataclass(frozen=True)
class Yaml:
    """What a text holds, and on which line each entry stands."""

    content: Any
    lines: Mapping[Keys, int]

    def line_of(self, *keys: str | int) -> int | None:
        """The line of an entry, or of the one around it where it is not there itself; None where
        nothing around it is there either."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.lines:
                return self.lines[keys[:length]]
        return None


@dataclass(frozen=True)
class FileEntries:
    """What stands in a file that people edit, each entry told by file, line and name where it is of
    no use. A kind of file has its own ``error``, and its own word for an ``unknown`` entry."""

    path: Path
    yaml: Yaml
    error: ClassVar[type[ValueError]] = ValueError
    unknown: ClassVar[str] = "is no entry that is known here"

    def fail(self, *keys: str | int, says: str, why: Exception | None = None) -> NoReturn:
        """Refuse the entry of these names."""
        line = self.yaml.line_of(*keys)
        where = f"{self.path}, line {line}" if line else str(self.path)
        names = ": ".join(key for key in keys if isinstance(key, str))
        raise self.error(f"{where}: {names} {says}") from why

    def check_known(self, entries: Iterable[Any], known: Iterable[str], *around: str | int) -> None:
        """Refuse a name that is misspelled or of an entry that the help desk does not know: it
        would have no effect, and nobody would see."""
        known = sorted(known)
        for name in entries:
            if name not in known:
                hint = did_you_mean(str(name).lower(), known)
                self.fail(*around, str(name), says=f"{self.unknown}; {hint}")


class _Loader(yaml.SafeLoader):
    """Tells a day that does not exist as what it is."""

    def construct_yaml_timestamp(self, node: Any) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            line = node.start_mark.line
            raise YamlError(line, f"{node.value} is no day of the calendar.") from None


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def read_yaml(written: str, *, first_line: int) -> Yaml:
    """Read one YAML document; ``first_line`` is the number of its first line in its file.

    Raises:
        YamlError: it is no YAML, or an entry stands in it twice.
    """
    loader = _loader_of(written, first_line)
    try:
        node = loader.get_single_node()
        if node is None:
            return Yaml(None, {})
        lines = {keys: line + first_line for keys, line in _entries(node, ())}
        return Yaml(loader.construct_document(node), lines)
    except YamlError as error:
        line = None if error.line is None else error.line + first_line
        raise YamlError(line, str(error)) from error
    except yaml.MarkedYAMLError as error:
        marks = (error.problem_mark, error.context_mark)
        said = str(error.problem)
        # of what is not closed, where it begins
        is_open = any(part in said for part in ("end of stream", "stream end", "expected ','"))
        mark = next(filter(None, reversed(marks) if is_open else marks), None)
        line = mark.line + first_line if mark else None
        raise YamlError(line, _plain(f"{error.context or ''} {error.problem}")) from error
    except RecursionError as error:
        raise YamlError(None, "its entries hold each other without end.") from error
    finally:
        loader.dispose()


def problem_of_file(file: Path) -> str | None:
    """What keeps a file from being YAML, with its line and what to do; None where nothing does."""
    try:
        read_yaml(file.read_text(encoding="utf-8-sig"), first_line=1)
    except YamlError as error:
        return error.in_file(file)
    except UnicodeDecodeError:
        return f"{file} is not written in UTF-8: save it so."
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}."
    return None


def _loader_of(text: str, first_line: int) -> _Loader:
    try:
        return _Loader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        raise YamlError(line, _plain(error.reason)) from error


def _plain(said: str) -> str:
    for part, words in _PLAIN_WORDS.items():
        if part in said:
            return words
    return f"this cannot be read ({' '.join(said.split())}). {_ABOVE}: indentation, quotes, colons."


def _entries(node: yaml.Node, above: Keys) -> Iterator[tuple[Keys, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError(key.start_mark.line, "an entry's name must be a word.")
            name, line = str(key.value), key.start_mark.line
            if name in seen:
                full = ": ".join(map(str, (*above, name)))
                raise YamlError(line, f"{full} stands here a second time. Take one of them out.")
            seen[name] = line
            yield (*above, name), line
            yield from _entries(value, (*above, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*above, number), value.start_mark.line
            yield from _entries(value, (*above, number))
