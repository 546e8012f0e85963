"""Replies as HTML: a small part of Markdown, and no HTML of anybody else's."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from bot.triage.calendar import CALENDAR_PATH

_SCHEMES = frozenset({"https", "mailto", "tel"})
_RULES = ["emphasis", "link", "autolink", "backticks", "list", "newline", "escape", "entity"]


def safe_link(url: str) -> bool:
    """Whether a link may be shown: https, mailto and tel only, and always a whole address."""
    try:
        return urlsplit(url.strip()).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _safe_in_reply(url: str) -> bool:
    return safe_link(url) or bool(CALENDAR_PATH.fullmatch(url))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True}).enable(_RULES)
    parser.validateLink = _safe_in_reply  # type: ignore[method-assign]
    return parser


_PHONE = re.compile(r"\(?\b\d{3}\)?[ -]\d{3}-\d{4}\b")


def with_phone_links(text: str) -> Markup:
    """Plain text with its telephone numbers as links."""
    escaped = str(escape(text))
    linked = _PHONE.sub(lambda m: f'<a class="tel" href="tel:{m[0]}">{m[0]}</a>', escaped)
    return Markup(linked)  # noqa: S704  the text is escaped, and a number holds no HTML


@lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """Paragraphs, lists, emphasis, code and links; all else is shown as it was typed."""
    return _html(_parser().render(text))


def with_addresses(text: str) -> Markup:
    """As :func:`to_html`, and behind the words of each link where it leads: for whoever reads what
    was said to somebody else."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_naming(token.children))
    return _html(parser.renderer.render(tokens, parser.options, {}))


def _naming(tokens: Sequence[Token]) -> Iterator[Token]:
    address, words = "", ""
    for token in tokens:
        yield token
        if token.type == "link_open":
            address, words = str(token.attrGet("href")), ""
        elif token.type == "link_close" and words != address:
            yield Token("text", "", 0, content=f" ({address})")
        else:
            words += token.content


def _html(rendered: str) -> Markup:
    safe = rendered.replace("<a href", '<a rel="noopener" href')
    return Markup(safe)  # noqa: S704  the parser has escaped all HTML that was in the text
