"""Finds secrets in pasted tables, where the word for them stands at the head of a column.

A table comes as lines with tabs, bars, commas, semicolons or wide gaps between the
cells, from a spreadsheet, a password manager's export or a note.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.privacy.keys import KEY_WORDS
from bot.privacy.reading import BARRIER, Reading
from bot.privacy.spans import Span
from bot.privacy.words import is_ordinary

_SEPARATORS = ("\t", "|", ";", ",", "  ")
_OF = (
    r"(?:(?:my|our|the|mi|la|su|old|new|current|temp|temporary|pacer|cm/?ecf|ecf|nextgen|login|user"
    r"|account|court|client|debtor|debtor's|client's|full|last|joint|spouse|spouse's)[ _-])*"
)
_HEADS = (
    ("password", re.compile(rf"{_OF}(?:{KEY_WORDS}|pass|pin|pins|(?:mfa|backup)[ _-]codes?)")),
    (
        "ssn",
        re.compile(
            rf"{_OF}(?:ssns?|s\.s\.n\.?|ss ?(?:#|no\.?|number)|social(?:[ _-]sec(?:urity)?\.?)?"
            r"(?:[ _-](?:#|no\.?|numbers?|num))?|seguro social|itins?)"
        ),
    ),
    ("ein", re.compile(rf"{_OF}(?:f?eins?|tins?|tax ?(?:payer )?id(?:s| ?#| no\.?| number)?)")),
    ("card", re.compile(rf"{_OF}(?:credit |debit )?card(?:s|[ _-](?:#|no\.?|numbers?))?")),
    (
        "bank_account",
        re.compile(
            rf"{_OF}(?:routing|aba|iban|(?:bank|checking|savings)(?: account| acct)?)"
            r"(?:[ _-](?:#|no\.?|numbers?))?"
        ),
    ),
)
_DIGITS = {"ssn": (8, 10), "ein": (9, 9), "card": (12, 19), "bank_account": (6, 17)}
_LINES = 500
"""Longer tables are read this far; a message is shorter anyway."""


class _Cell(NamedTuple):
    start: int
    end: int


def find_table_secrets(reading: Reading) -> Iterator[Span]:
    """Yield what stands in a table's column or row whose name is a word for a secret."""
    low = reading.low
    if "\n" not in low:
        yield from _row(low, _Cell(0, len(low)))
        return
    lines = _lines(low)
    at = 0
    while at < len(lines):
        yield from _row(low, lines[at])
        columns, separator = _columns(low, lines[at])
        at += 1
        if not columns:
            continue
        missing = 0
        while at < len(lines) and missing < 2:
            cells = _cells(low, lines[at], separator)
            missing = missing + 1 if len(cells) < 2 else 0
            for index, kind in columns:
                if index < len(cells) and _is_secret(low, cells[index], kind):
                    yield Span(*cells[index], kind)
            at += 1


def _lines(low: str) -> list[_Cell]:
    lines: list[_Cell] = []
    for found in re.finditer(r"[^\r\n]+", low):
        if len(lines) == _LINES:
            break
        lines.append(_Cell(*found.span()))
    return lines


def _columns(low: str, line: _Cell) -> tuple[list[tuple[int, str]], str]:
    """Return the columns of a table's head that name a secret, and what parts the cells."""
    for separator in _SEPARATORS:
        cells = _cells(low, line, separator)
        if len(cells) < 2 or any(cell.end - cell.start > 40 for cell in cells):
            continue
        kinds = [(index, _kind(low[cell.start : cell.end])) for index, cell in enumerate(cells)]
        columns = [(index, kind) for index, kind in kinds if kind]
        if columns:
            return columns, separator
    return [], ""


def _row(low: str, line: _Cell) -> Iterator[Span]:
    """Yield the value of a line with two cells, the first of which names a secret."""
    for separator in ("\t", "|", "  "):
        cells = [c for c in _cells(low, line, separator) if low[c.start : c.end]]
        if len(cells) == 2 and (kind := _kind(low[cells[0].start : cells[0].end])):
            if not _kind(low[cells[1].start : cells[1].end]) and _is_secret(low, cells[1], kind):
                yield Span(*cells[1], kind)
            return


def _cells(low: str, line: _Cell, separator: str) -> list[_Cell]:
    """Return the cells of a line, without blanks and quotes around them."""
    if low.find(separator, line.start, line.end) < 0:
        return []
    cells: list[_Cell] = []
    start = line.start
    while start <= line.end:
        end = low.find(separator, start, line.end)
        end = line.end if end < 0 else end
        cells.append(_stripped(low, start, end))
        start = end + len(separator)
        while separator == "  " and start < line.end and low[start] == " ":
            start += 1
    if separator == "|" and cells[0].start == cells[0].end:
        cells = cells[1:]
    return cells


def _stripped(low: str, start: int, end: int) -> _Cell:
    while start < end and low[start] in " \t\"'*":
        start += 1
    while end > start and low[end - 1] in " \t\"'*":
        end -= 1
    return _Cell(start, end)


def _kind(head: str) -> str:
    name = head.strip(":?. ")
    return next((kind for kind, pattern in _HEADS if pattern.fullmatch(name)), "")


def _is_secret(low: str, cell: _Cell, kind: str) -> bool:
    value = low[cell.start : cell.end]
    if BARRIER in value or not any(letter.isalnum() for letter in value):
        return False
    if kind == "password":
        words = value.split()
        return len(words) <= 6 and len(value) <= 200 and not all(is_ordinary(w) for w in words)
    digits = sum(letter.isdigit() for letter in value)
    least, most = _DIGITS[kind]
    return least <= digits <= most and not any(letter.isalpha() for letter in value)
