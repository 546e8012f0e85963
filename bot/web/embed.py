"""The help desk on other pages: the script that puts a button there, and a page that shows it.

The script's address never changes, since courts write it into their pages; so it is kept by
browsers for minutes only. Both languages are in it, for the page that asks chooses.
"""

import json
import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.court import CourtProfile
from bot.web.assets import FOR_NOW, Asset, asset_response, make_asset
from bot.web.site import Site, in_thread, site_of

_WORDS = {
    "en": {
        "open": "Filing help",
        "title": "Filing help desk",
        "tab": "New tab",
        "close": "Close",
        "silent": "The help desk does not answer right now. You can call the clerk's office:",
        "again": "Try again",
    },
    "es": {
        "open": "Ayuda para presentar",
        "title": "Ayuda para presentar documentos",
        "tab": "Otra pestaña",
        "close": "Cerrar",
        "silent": "La ayuda no responde en este momento. Puede llamar a la secretaría:",
        "again": "Intentar de nuevo",
    },
}
#: The script is loaded with every page, so it does not grow with the court.
_MOST_OFFICES = 3
# the page is ours alone, and the one thing of ours that holds a frame
_DEMO_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def get_script(request: Request) -> Response:
    """The script for other pages."""
    site = site_of(request)
    kept = getattr(request.app.state, "embed_script", None)
    if kept is None or kept[0] is not site:
        # made once: packing it takes longer than all else here
        kept = request.app.state.embed_script = (site, await in_thread(_script, site))
    response = asset_response(request, kept[1], FOR_NOW)
    # pages that shut out what does not allow it may load this too
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _script(site: Site) -> Asset:
    styles = re.sub(r"(?<=[{};:,])\s+|\s+(?={)|;(?=\s*})", "", site.render("embed.css"))
    words, offices = _compact(_WORDS), _compact(_offices(site.court))
    text = _lean(site.render("embed.js", words=words, offices=offices, styles=styles))
    return make_asset("embed.js", text.encode())


def _offices(court: CourtProfile) -> list[str]:
    """Whom to call while the help desk is down: the first offices, and where the others stand."""
    lines = [f"{office}: {number}" for office, number in court.clerk_phones]
    if len(lines) <= _MOST_OFFICES:
        return lines
    return [*lines[:_MOST_OFFICES], court.links["website"]]


def _compact(value: object) -> str:
    # "<" would end the script where somebody puts it into a page
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _lean(script: str) -> str:
    """Without comments on lines of their own and without indents, for every page loads it."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


async def show_demo(request: Request) -> Response:
    """A page in the look of a court's, with the button on it; ``?lang=es`` shows it in Spanish."""
    lang = "es" if request.query_params.get("lang") == "es" else "en"
    address = str(request.base_url).rstrip("/")
    text = site_of(request).render("demo.html", button_lang=lang, address=address)
    return HTMLResponse(text, headers={"Content-Security-Policy": _DEMO_CSP})


ROUTES = [Route("/embed.js", get_script), Route("/demo", show_demo)]
