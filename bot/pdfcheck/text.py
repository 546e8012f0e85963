"""Makes strings out of a file harmless. All of them are text of a possible attacker."""

from __future__ import annotations

import unicodedata

NAME_LENGTH = 80


def clean(value: object, limit: int = NAME_LENGTH) -> str:
    """The value as one short line: no control, format or private characters, at most `limit`.

    Format characters can turn the reading direction or hide text, so they go too.
    """
    # Only what can still show is looked at: a string may be as long as the file.
    raw = str(value)[: limit * 4]
    if not raw.isprintable():
        raw = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in raw)
    line = " ".join(raw.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
