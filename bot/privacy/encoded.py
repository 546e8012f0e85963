"""Reads characters that a page, a link or a program wrote as a code.

People paste from the source of a page (`123&#45;45`), from a link (`123%2D45`) and from
a program's output (`123\\u002d45`). Sources: html.spec.whatwg.org (character
references), RFC 3986 (percent-encoding), RFC 8259 (escapes in JSON).
"""

import html
import re
from collections.abc import Iterator

_MARKS = re.compile(r"[&%\\]")
_ENCODED = re.compile(
    # what was encoded twice starts with the code of its own sign: &amp;#45; and %252D
    r"&(?:amp;){0,3}(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[a-zA-Z][a-zA-Z0-9]{1,30};)"
    r"|(?P<percent>%(?:25){0,3}(?:[0-7][0-9a-fA-F]"
    r"|[c-fC-F][0-9a-fA-F](?:%(?:25){0,3}[89abAB][0-9a-fA-F]){1,3}))"
    r"|(?P<escape>\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2})"
)
_BYTE = re.compile(r"[0-9a-fA-F]{2}(?=%|$)")


def decode(text: str) -> Iterator[tuple[str, int]]:
    """Yield each character that `text` shows a reader, and where it stands in `text`."""
    place = 0
    for found in _ENCODED.finditer(text):
        shown = _shown(found)
        if shown is None:
            continue
        yield from zip(text[place : found.start()], range(place, found.start()), strict=True)
        yield from ((letter, found.start()) for letter in shown)
        place = found.end()
    yield from zip(text[place:], range(place, len(text)), strict=True)


def has_codes(text: str) -> bool:
    """Return whether any character of `text` is written as a code."""
    return _MARKS.search(text) is not None and _ENCODED.search(text) is not None


def starts_with_code(text: str) -> bool:
    """Return whether the first character of `text` is written as a code."""
    return _ENCODED.match(text) is not None


def _shown(found: re.Match[str]) -> str | None:
    """Return the characters that a code stands for, or nothing for what is no code."""
    written = found.group()
    if found["percent"]:
        try:
            return bytes.fromhex("".join(_BYTE.findall(written))).decode()
        except UnicodeDecodeError:
            return None
    if found["escape"]:
        return chr(int(written[2:], 16))
    while written.startswith("&amp;"):
        written = "&" + written.removeprefix("&amp;")
    shown = html.unescape(written)
    return None if shown == written else shown
