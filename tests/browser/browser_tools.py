"""Chromium for tests, and a watch over what no page of ours may do."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Dialog,
    FrameLocator,
    Locator,
    Page,
    Request,
)

from bot.settings import ROOT

NewContext = Callable[..., BrowserContext]
LONGEST_WAIT_MS = 15_000

_LINE = {"offline": False, "latency": 0, "downloadThroughput": -1}
_OURS = {"127.0.0.1", "localhost"}
_AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# a policy that a page breaks is told to the console too, but not in every browser
_REPORT_CSP = """addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});"""


@dataclass
class Watch:
    """What the pages of one context did wrong, but for what a test forgives beforehand."""

    wrongs: list[str] = field(default_factory=list)
    _forgiven: list[re.Pattern[str]] = field(default_factory=list)

    def forgive(self, pattern: str) -> None:
        """Let errors pass that match: those which a test brings about."""
        self._forgiven.append(re.compile(pattern))

    def note(self, wrong: str) -> None:
        """Remember an error."""
        if not any(pattern.search(wrong) for pattern in self._forgiven):
            self.wrongs.append(wrong)

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of a context, also those that it will open."""
        context.add_init_script(_REPORT_CSP)
        context.on(
            "console",
            lambda message: (
                message.type == "error" and self.note(f"{message.text} ({message.location['url']})")
            ),
        )
        context.on("weberror", lambda error: self.note(f"error in a script: {error.error}"))
        context.on(
            "dialog", lambda dialog: (self.note(f"a box: {dialog.message}"), dialog.dismiss())
        )
        context.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.note(f"a box: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host and host not in _OURS:
            self.note(f"a request to another host: {request.url}")


@contextmanager
def contexts(browser: Browser, url: str, watch: Watch) -> Iterator[NewContext]:
    """Makes browsers with cookies of their own that know ``url``, watched and closed at the end;
    keyword arguments are Playwright's."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": url, **options})
        context.set_default_timeout(LONGEST_WAIT_MS)
        watch.follow(context)
        made.append(context)
        return context

    try:
        yield make
    finally:
        for context in made:
            context.close()


def axe_findings(page: Page, *, colors: bool = True) -> list[str]:
    """What axe-core finds on the page as it stands; frames are pages of their own. Without
    ``colors`` where they are the system's: axe reads some from our styles all the same."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    # what has been scrolled half under the header would count as hidden by it
    page.evaluate("window.scrollTo(0, 0)")
    found = page.evaluate(
        """([tags, colors]) => axe.run(document, {
          runOnly: tags, resultTypes: ["violations"], iframes: false,
          rules: { "color-contrast": { enabled: colors } },
        })""",
        [_AXE_TAGS, colors],
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def focused(page: Page) -> str:
    """The text, label or id of what has the focus: enough to tell it from others."""
    return str(
        page.evaluate("""() => {
          let one = document.activeElement;
          while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
          return one?.getAttribute("aria-label") || one?.labels?.[0]?.innerText
            || one?.innerText?.trim().slice(0, 80) || one?.id || one?.tagName || "";
        }""")
    )


def shows_focus(element: Locator) -> bool:
    """Whether the focused element looks otherwise than without the focus: an outline, at least."""
    return bool(
        element.evaluate("""one => {
          const style = getComputedStyle(one);
          return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        }""")
    )


def scrolls_sideways(page: Page) -> bool:
    """Whether a reader must scroll to the side."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@contextmanager
def foreign_site(pages: dict[str, tuple[str, str]]) -> Iterator[int]:
    """A site of somebody else on a port of its own: path to (HTML, Content-Security-Policy)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, policy = pages.get(urlsplit(self.path).path, ("", ""))
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def ask(page: Page | FrameLocator, text: str) -> Locator:
    """Type a question and send it; returns the reply."""
    before = page.locator("#turns > .turn").count()
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    return reply_after(page, before)


def reply_after(page: Page | FrameLocator, turns_before: int) -> Locator:
    """The reply of the turn that comes after so many."""
    turn = page.locator("#turns > .turn").nth(turns_before)
    turn.wait_for()
    return turn.locator(".reply")


def slow_uploads(page: Page, bytes_a_second: int) -> CDPSession:
    """Let what the page sends go slowly from now on; :func:`quick_uploads` ends it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {**_LINE, "uploadThroughput": bytes_a_second})
    return session


def quick_uploads(session: CDPSession) -> None:
    """As it was."""
    session.send("Network.emulateNetworkConditions", {**_LINE, "uploadThroughput": -1})
