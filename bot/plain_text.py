"""A reply's Markdown as plain text, for a terminal or a text file."""

import re

_LINK = re.compile(r"\[(?P<words>(?:\\.|[^\[\]\\\n]){1,300})\]\((?P<address>[^\s()]{1,2000})\)")
_BARE_LINK = re.compile(r"(?<!\\)<(?P<address>(?:https|mailto|tel):[^\s<>\\]{1,2000})>")
_STRONG = re.compile(r"(?<![\\*])\*\*(?P<words>[^*\n]{1,1000})\*\*")
_BULLET = re.compile(r"^( {0,8})\* (?=\S)", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")  # CommonMark 0.31, 2.4: any ASCII punctuation


def plain_text(markdown: str, site: str = "") -> str:
    """Links with their address behind them, lists with dashes or numbers, no marks of emphasis, and
    no backslash before what is meant as it stands. ``site`` stands before an address of our own."""

    def link(found: re.Match[str]) -> str:
        words, address = found["words"], found["address"]
        if address.startswith(("tel:", "mailto:")) or words == address:
            return words
        return f"{words} ({site if address.startswith('/') else ''}{address})"

    text = _BARE_LINK.sub(r"\g<address>", _LINK.sub(link, markdown))
    text = _BULLET.sub(r"\1- ", _STRONG.sub(r"\g<words>", text))
    return _ESCAPED.sub(r"\1", text)
