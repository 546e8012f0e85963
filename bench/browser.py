"""Opens pages in Chromium on a slow line and a slow processor, and measures what a filer notices.

The line is that of a phone in poor coverage, as audits of web pages take it: 1.6 Mbit/s down,
750 kbit/s up, 150 ms to the server and back; the processor is slowed down 4 times.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from bench.places import BenchError
from bot.settings import load_settings
from bot.testing.chromium import FLAGS, HOW_TO_GET_IT, find_chromium

_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_SLOWER = 4
_BOX = "#text"
_SETTLED_MS = 1_500
# shifts that a person brings about are not counted, as browsers do it
_WATCH = """window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""
_READY = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return Math.max(paint?.startTime ?? Infinity, page.domContentLoadedEventEnd) / 1000;
}"""


@dataclass(frozen=True)
class Opened:
    """One opening of a page by a browser that was never there: ``seconds`` until it is painted and
    its scripts have run, ``kilobytes`` over the line (decimal, compressed, headers included), and
    the sum of layout ``shift`` scores."""

    seconds: float
    kilobytes: float
    shift: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, while the block lasts.

    Raises:
        BenchError: there is none.
    """
    path = find_chromium(load_settings())
    if path is None:
        raise BenchError(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def slow_page(browser: Browser) -> tuple[Page, list[float]]:
    """A page with an empty cache behind the slow line; the list fills with the bytes of each
    answer."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    session = page.context.new_cdp_session(page)
    arrived: list[float] = []
    session.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.add_init_script(_WATCH)
    return page, arrived


def open_page(browser: Browser, address: str) -> Opened:
    """Open the page."""
    page, arrived = slow_page(browser)
    try:
        page.goto(address, wait_until="load")
        page.locator(_BOX).wait_for()
        seconds = float(page.evaluate(_READY))
        page.wait_for_timeout(_SETTLED_MS)
        return Opened(seconds, sum(arrived) / 1000, float(page.evaluate("window.shifts")))
    finally:
        page.context.close()


def open_frame(browser: Browser, address: str) -> float:
    """Open a page with our button, then press it; returns the seconds from there until the box in
    the frame has the focus."""
    page, _ = slow_page(browser)
    try:
        page.goto(address, wait_until="load")
        begun = time.perf_counter()
        page.locator("filing-help button.open").click()
        page.frame_locator("iframe").locator(f"{_BOX}:focus").wait_for()
        return time.perf_counter() - begun
    finally:
        page.context.close()
