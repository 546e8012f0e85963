"""The button on a page of somebody else, and the conversation in its frame."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from browser_tools import (
    NewContext,
    Watch,
    axe_findings,
    focused,
    foreign_site,
    scrolls_sideways,
    shows_focus,
)
from playwright.sync_api import FrameLocator, Page, expect

from bot.settings import ROOT, child_environment
from bot.testing.private_copy import PrivateCopy, free_port

_SCRIPT_BYTES = 5_000
# nothing may run or be styled on the page but what it names itself
_POLICY = (
    "default-src 'none'; script-src {url}; frame-src {url}; img-src data:; "
    "require-trusted-types-for 'script'"
)
_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A court</title><link rel="icon" href="data:,">
<script src="{url}/embed.js" defer {attributes}></script>
<body><main><h1>A court</h1><p><a href="{url}/" data-filing-help>Ask the help desk</a></p>
<p><a href="/next">Next</a></p></main></body></html>"""
_LAUNCHER = re.compile("^(Filing help|Ayuda para presentar)$")


def _pages(url: str) -> dict[str, tuple[str, str]]:
    policy = _POLICY.format(url=url)
    return {
        "/en": (_PAGE.format(url=url, lang="en", attributes=""), policy),
        "/es": (_PAGE.format(url=url, lang="en", attributes='data-lang="es"'), policy),
        "/es-by-page": (_PAGE.format(url=url, lang="es-US", attributes=""), policy),
    }


@pytest.fixture(scope="module")
def court_site(system: PrivateCopy) -> Iterator[str]:
    """A page of the court, on a port (so of an origin) that is not ours."""
    with foreign_site(_pages(system.url)) as port:
        yield f"http://127.0.0.1:{port}"


def _open(page: Page) -> FrameLocator:
    page.get_by_role("button", name=_LAUNCHER).click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("#text")).to_be_focused()
    return frame


def _ask(frame: FrameLocator, text: str) -> None:
    frame.locator("#text").fill(text)
    frame.get_by_role("button", name=re.compile("^(Send|Enviar)$")).click()


def test_the_script_is_small_and_its_address_stays(system: PrivateCopy) -> None:
    answer = httpx.get(f"{system.url}/embed.js", trust_env=False)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert len(answer.content) <= _SCRIPT_BYTES
    assert answer.headers["cache-control"] == "public, max-age=300"


def test_the_demonstration_shows_it(page: Page) -> None:
    page.goto("/demo")
    assert axe_findings(page) == []
    _open(page)
    assert axe_findings(page) == []
    page.goto("/demo?lang=es")
    expect(page.get_by_role("button", name="Ayuda para presentar")).to_be_visible()
    assert axe_findings(page) == []


def test_a_whole_conversation_on_a_strict_page_of_somebody_else(
    page: Page, court_site: str
) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{court_site}/en")
    before = page.evaluate("[document.styleSheets.length, Object.keys(window).length]")
    heading = page.get_by_role("heading").evaluate("one => getComputedStyle(one).font")
    assert [url for url in asked if "embedded" in url] == []
    frame = _open(page)
    _ask(frame, "I forgot my CM/ECF password")
    expect(frame.get_by_role("log")).to_contain_text("password")
    frame.locator("#text").press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert focused(page) == "Filing help"
    # the second opening shows the same page, not a new one
    loaded = len(asked)
    frame = _open(page)
    expect(frame.get_by_role("log")).to_contain_text("password")
    assert len(asked) == loaded
    # nothing of ours in the page's styles or names
    assert page.evaluate("[document.styleSheets.length, Object.keys(window).length]") == before
    assert page.get_by_role("heading").evaluate("one => getComputedStyle(one).font") == heading
    page.reload()
    expect(_open(page).get_by_role("log")).to_contain_text("password")


def test_styles_of_the_page_do_not_reach_the_button(page: Page, court_site: str) -> None:
    looks = []
    for address in (f"{court_site}/en", "/demo"):
        page.goto(address)
        looks.append(
            page.get_by_role("button", name="Filing help").evaluate(
                "one => { const s = getComputedStyle(one);"
                " return [s.color, s.backgroundColor, s.font, s.borderRadius, s.textTransform,"
                " one.offsetWidth, one.offsetHeight] }"
            )
        )
    assert looks[0] == looks[1]


def test_by_keyboard_alone(page: Page, court_site: str) -> None:
    page.goto(f"{court_site}/en")
    for _ in range(3):
        page.keyboard.press("Tab")
    launcher = page.get_by_role("button", name="Filing help")
    expect(launcher).to_be_focused()
    assert shows_focus(launcher)
    page.keyboard.press("Enter")
    expect(page.frame_locator("iframe").locator("#text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    # the link of the page does the same, and gets the focus back
    link = page.get_by_role("link", name="Ask the help desk")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.frame_locator("iframe").locator("#text")).to_be_focused()
    page.get_by_role("button", name="Close").press("Enter")
    expect(link).to_be_focused()
    expect(launcher).to_be_visible()


def test_in_spanish(page: Page, court_site: str) -> None:
    for path in ("/es", "/es-by-page"):
        page.goto(court_site + path)
        frame = _open(page)
        expect(page.get_by_role("button", name="Cerrar")).to_be_visible()
        expect(frame.locator("html")).to_have_attribute("lang", "es")


def test_a_phone_shows_it_on_the_whole_screen(new_context: NewContext, court_site: str) -> None:
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(f"{court_site}/en")
    frame = _open(page)
    assert page.get_by_role("dialog").bounding_box() == {
        "x": 0,
        "y": 0,
        "width": 320,
        "height": 640,
    }
    assert not scrolls_sideways(page)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert frame.locator("html").evaluate(f"() => {width}") <= 0
    # the page behind is out of reach
    for _ in range(40):
        page.keyboard.press("Tab")
        assert focused(page) not in {"Ask the help desk", "Next"}
    # turned, there is room for both, and the conversation is still there
    frame.locator("#text").fill("half a sentence")
    page.set_viewport_size({"width": 1024, "height": 700})
    expect(frame.locator("#text")).to_have_value("half a sentence")
    assert page.get_by_role("dialog").bounding_box()["x"] > 400  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_words_from_elsewhere_do_not_move_it(page: Page, court_site: str) -> None:
    page.goto(f"{court_site}/en")
    frame = _open(page)
    # from the page itself, not from our frame
    page.evaluate("postMessage({helpdesk: 'close'}, '*')")
    page.evaluate("for (const odd of [null, 'close', {}, [1]]) postMessage(odd, '*')")
    inner = page.frames[1]
    # from our frame, of another shape
    inner.evaluate("parent.postMessage('close', '*'); parent.postMessage({helpdesk: 1}, '*')")
    # to our frame, from itself and of another shape
    page.get_by_role("button", name="Close").focus()
    inner.evaluate("postMessage({helpdesk: 'opened'}, '*')")
    page.evaluate(
        "document.querySelector('filing-help').shadowRoot.querySelector('iframe')"
        ".contentWindow.postMessage('opened', '*')"
    )
    page.wait_for_timeout(100)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert focused(page) == "Close"
    frame.locator("#text").press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_page_that_the_court_does_not_name_is_refused(
    page: Page, watch: Watch, system: PrivateCopy, court_site: str
) -> None:
    watch.forgive("frame-ancestors")
    page.clock.install()
    page.goto(court_site.replace("127.0.0.1", "localhost") + "/en")
    page.get_by_role("button", name="Filing help").click()
    page.wait_for_timeout(300)
    page.clock.fast_forward(10_000)
    expect(page.get_by_role("alert")).to_contain_text("860-240-3675")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Filing help")).to_be_focused()


@contextmanager
def _https_web(system: PrivateCopy) -> Iterator[str]:
    """A second web server of the same help desk, set up for HTTPS. Browsers hold localhost for
    safe without it."""
    port = free_port()
    settings = replace(system.settings, https=True, web_port=port, clock_file=None)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.web"], cwd=ROOT, env=child_environment(settings)
    )
    try:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_on_another_site_the_conversation_survives_reload(
    new_context: NewContext, system: PrivateCopy
) -> None:
    """Where the frame's cookie is a third party's."""
    with _https_web(system) as url, foreign_site(_pages(url)) as port:
        page = new_context().new_page()
        page.goto(f"http://127.0.0.1:{port}/en")
        frame = _open(page)
        _ask(frame, "I forgot my CM/ECF password")
        expect(frame.get_by_role("log")).to_contain_text("password")
        page.reload()
        expect(_open(page).get_by_role("log")).to_contain_text("password")
        assert "__Host-helpdesk" in {cookie.get("name") for cookie in page.context.cookies()}
