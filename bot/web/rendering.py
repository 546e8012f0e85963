"""The templates, and what all of them know."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.ratings import COMMENT_CHARS
from bot.web.assets import Assets
from bot.web.language import N_, gettext, ngettext
from bot.web.markdown import with_phone_links
from bot.web.rating import REASON_TITLES
from bot.web.views import spoken_day

_FOLDER = Path(__file__).parent / "templates"
# what htmx must not do under our Content-Security-Policy, and what it need not do
_HTMX_CONFIG = '{"includeIndicatorCSS": false, "history": false, "defaultTimeout": 0}'
# a form of the conversation: its answer is added to the log, and one is under way at a time
_ENHANCED = Markup(
    'hx-post="/messages" hx-target="#turns" hx-swap="beforeend" hx-sync="#chat:drop"'
)
_RATES = Markup('hx-post="/ratings" hx-target="closest .rating" hx-swap="outerHTML"')
EXAMPLES = (
    N_("I forgot my CM/ECF password"),
    N_("How do I link my PACER account to CM/ECF?"),
    N_("Why was my PDF refused?"),
    N_("When are the Zoom help sessions?"),
)


def make_templates(files: Assets) -> Environment:
    """The environment in which pages and parts of pages are made."""
    templates = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    templates.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    templates.globals |= {
        "asset": files.address,
        "has_asset": files.has,
        "enhanced": _ENHANCED,
        "rates": _RATES,
        "htmx_config": _HTMX_CONFIG,
        "examples": EXAMPLES,
        "rating_reasons": REASON_TITLES,
        "comment_chars": COMMENT_CHARS,
    }
    templates.filters |= {"day": spoken_day, "with_phone_links": with_phone_links}
    return templates
