"""Collects every text that a filer can be shown in another language."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_python
from jinja2.ext import babel_extract

from bot.settings import ROOT
from bot.switches import USUAL_NOTICES

_PYTHON = (
    "bot/web/*.py",
    *(f"bot/triage/{name}.py" for name in ("calendar", "hours", "notices", "sessions")),
)
_TEMPLATES = ("bot/web/templates/*.html", "bot/web/templates/*.txt", "bot/web/templates/partials/*")
_KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None}
_JINJA = {"trimmed": "true", "newstyle_gettext": "true"}


def collected(root: Path = ROOT) -> Catalog:
    """All texts, without translations."""
    found = Catalog(project="help desk")
    for method, patterns, options in (
        (extract_python, _PYTHON, {}),
        (babel_extract, _TEMPLATES, _JINJA),
    ):
        for file in sorted(path for pattern in patterns for path in root.glob(pattern)):
            with file.open("rb") as source:
                for _line, text, *_rest in extract(method, source, _KEYWORDS, options=options):
                    found.add(text)
    for notice in USUAL_NOTICES.values():
        found.add(notice)
    return found
