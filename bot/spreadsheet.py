"""Tables as CSV that a spreadsheet reads as data: no cell of anybody's text becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# what spreadsheets begin a formula with, and what they skip before one
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | None


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """:func:`csv_text` as UTF-8 with a byte-order mark: without one Excel takes it for the code
    page of the machine and spoils every letter beyond ASCII."""
    return csv_text(columns, rows).encode("utf-8-sig")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table with a line of column names, as RFC 4180 wants it. A text that a spreadsheet would
    take for a formula gets an apostrophe in front; numbers stay numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
