"""The filer's page, opened for the first time over a slow line on a slow processor."""

from collections.abc import Callable

from playwright.sync_api import Browser

from bench import browser, ours
from bench.measure import Measured, Row, Say


def _rounds(
    rounds: int, say: Say, path: str, once: Callable[[Browser, str], float], note: str = ""
) -> Measured:
    """The first opening is not counted: the server makes its templates then."""
    with ours.running() as (_, place), browser.chromium() as chromium:
        address = f"http://127.0.0.1:{place.web_port}{path}"
        once(chromium, address)
        numbers = []
        for number in range(rounds):
            numbers.append(once(chromium, address))
            say(f"  round {number + 1}: {numbers[-1]:.4g}")
    return Measured(tuple(numbers), note=note)


def _page(pick: Callable[[browser.Opened], float]) -> Callable[[int, Say], Measured]:
    return lambda rounds, say: _rounds(
        rounds,
        say,
        "/",
        lambda chromium, address: pick(browser.open_page(chromium, address)),
        _LINE,
    )


_LINE = "1.6 Mbit/s, 150 ms to and fro, processor slowed down 4 times, empty cache, 360 pixels wide"

READY = Row(
    name="page",
    title="the page, until a filer can type in it",
    unit="s",
    most=2.0,
    measure=_page(lambda opened: opened.seconds),
)
WEIGHT = Row(
    name="page_weight",
    title="the page with all that it loads, as it comes over the line",
    unit="kB",
    most=150.0,
    measure=_page(lambda opened: opened.kilobytes),
)
SHIFT = Row(
    name="page_shift",
    title="how much the page moves by itself while it loads (cumulative layout shift)",
    unit="",
    most=0.05,
    measure=_page(lambda opened: opened.shift),
)
FRAME = Row(
    name="frame",
    title="on a court's page, from the button until a filer can type",
    unit="s",
    most=2.0,
    measure=lambda rounds, say: _rounds(rounds, say, "/demo", browser.open_frame, _LINE),
)
