"""Replies as HTML: a small part of Markdown, and no HTML of anybody else's."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
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
    rendered: str = _parser().render(text)
    safe = rendered.replace("<a href", '<a rel="noopener" href')
    return Markup(safe)  # noqa: S704  the parser has escaped all HTML that was in the text
