"""Every state of the pages under axe and under a ruler: WCAG 2.2 AA, as far as a machine sees."""

from collections.abc import Callable

import pytest
from browser_tools import (
    NewContext,
    Watch,
    ask,
    axe_findings,
    reply_after,
    scrolls_sideways,
    slow_uploads,
)
from playwright.sync_api import Page, expect

from bot.settings import ROOT
from bot.testing.private_copy import PrivateCopy

FILES = ROOT / "tests" / "conversations" / "files"
LANGUAGES = ("en", "es")
_LOOKS: tuple[dict[str, str], ...] = (
    {"color_scheme": "dark", "forced_colors": "active"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "none"},
)
# a link in a line of text may be as high as the line
_SMALL = """() => [...document.querySelectorAll("a, button, input, textarea, summary")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.type !== "hidden")
  .filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    const inText = one.matches("p a, li a, dd a") && getComputedStyle(one).display === "inline";
    return !inText && (width < 24 || height < 24) && width > 1;
  })
  .map((one) => one.outerHTML.slice(0, 150))"""


def _start(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/")


def _conversation(page: Page, watch: Watch, system: PrivateCopy) -> None:
    """Answered, offered, refused and accepted files, a code."""
    for text in ("How do I link my PACER account to CM/ECF?", "it does not work", "xqz vrrt"):
        page.request.post("/api/messages", data={"text": text})
    for name in ("form_with_script.pdf", "motion.pdf", "empty.pdf"):
        body = (FILES / name).read_bytes() or b" "
        sent = page.request.post("/api/uploads", params={"name": name}, data=body)
        page.request.post("/api/messages", data={"upload_id": sent.json()["upload_id"]})
    for text in (
        "make a help request", "My PDF is refused.", "no deadline", "Ann Lee",
        "ann.lee@example.com", "attorney", "yes",
    ):  # fmt: skip
        page.request.post("/api/messages", data={"text": text})
    page.goto("/")
    expect(page.locator(".code")).to_be_visible()
    closed = page.locator("details:not([open]) > summary")
    while closed.count():  # each click takes one out
        closed.first.click()


def _rating(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/")
    ask(page, "How do I link my PACER account to CM/ECF?")
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.locator(".rating-reasons")).to_be_visible()


def _outage(page: Page, watch: Watch, system: PrivateCopy) -> None:
    watch.forgive("50[0-9]")
    page.goto("/")
    with system.fault("assistant_down"):
        page.locator("#text").fill("hello")
        page.locator("#text").press("Enter")
        expect(page.locator("#problem .usa-alert")).to_be_visible()
        page.locator("#text").fill("another thought")  # so that it is not sent again by itself


def _wrong_file(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/")
    page.locator("#upload summary").click()
    odd = {"name": "letter.docx", "mimeType": "x/y", "buffer": b"x"}
    page.locator("#file").set_input_files(odd)  # type: ignore[arg-type]
    expect(page.locator("[data-upload-problem]")).not_to_be_empty()


def _sending(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/")
    slow_uploads(page, 20)
    page.locator("#upload summary").click()
    page.locator("#file").set_input_files(FILES / "form_with_script.pdf")
    page.locator("[data-upload-button]").click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def _too_long(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/")
    page.locator("#text").fill("x" * 4001)
    expect(page.locator("#counter")).not_to_be_empty()


def _framed(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.set_viewport_size({"width": 430, "height": 640})
    page.goto("/?embedded=1")
    ask(page, "How do I link my PACER account to CM/ECF?")


def _privacy(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/privacy")


def _accessibility(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/accessibility")


def _saved(page: Page, watch: Watch, system: PrivateCopy) -> None:
    """The conversation as a page of its own."""
    page.request.post("/api/messages", data={"text": "How do I link my PACER account to CM/ECF?"})
    language = {"lang": page.evaluate("navigator.language")}
    page.set_content(page.request.get("/conversation.html", params=language).text())


def _requests(page: Page, watch: Watch, system: PrivateCopy) -> None:
    page.goto("/requests")


def _unknown_request(page: Page, watch: Watch, system: PrivateCopy) -> None:
    watch.forgive("404")
    page.goto("/requests")
    page.locator("#code").fill("AAAAA-AAAAA")
    page.locator("#code").press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()


def _no_page(page: Page, watch: Watch, system: PrivateCopy) -> None:
    watch.forgive("404")
    page.goto("/nowhere")


STATES: tuple[Callable[[Page, Watch, PrivateCopy], None], ...] = (
    _start, _conversation, _rating, _outage, _wrong_file, _sending, _too_long, _framed, _saved,
    _requests,
    _unknown_request, _no_page, _privacy, _accessibility,
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_no_state_has_faults(
    new_context: NewContext,
    watch: Watch,
    system: PrivateCopy,
    language: str,
    state: Callable[[Page, Watch, PrivateCopy], None],
) -> None:
    page = new_context(locale=language, reduced_motion="reduce").new_page()
    state(page, watch, system)
    assert page.locator("html").get_attribute("lang") == language
    for look in _LOOKS:
        page.emulate_media(**look)  # type: ignore[arg-type]
        assert axe_findings(page, colors=look["forced_colors"] == "none") == [], look
    assert page.evaluate(_SMALL) == []
    # 320 pixels wide: a window of 1280 enlarged to 400 %
    page.set_viewport_size({"width": 320, "height": 256})
    assert not scrolls_sideways(page)
    assert axe_findings(page) == []
    assert page.evaluate(_SMALL) == []


def test_with_wide_spacing_nothing_is_cut_off(page: Page) -> None:
    """WCAG 1.4.12: line, paragraph, letter and word spacing as readers may set them."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/")
    ask(page, "How do I link my PACER account to CM/ECF?")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    sheet = session.send("CSS.createStyleSheet", {"frameId": frame})["styleSheetId"]
    spacing = "line-height:1.5;letter-spacing:.12em;word-spacing:.16em"
    text = f"* {{ {spacing} }} p {{ margin-bottom: 2em }}".replace(";", " !important;")
    session.send("CSS.setStyleSheetText", {"styleSheetId": sheet, "text": text})
    assert not scrolls_sideways(page)
    cut = page.evaluate("""() => [...document.querySelectorAll("button, p, a, summary, label")]
      .filter((one) => one.checkVisibility() && getComputedStyle(one).overflow === "hidden"
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
      .map((one) => one.outerHTML.slice(0, 100))""")
    assert cut == []


def test_the_focus_is_never_behind_something(page: Page) -> None:
    """WCAG 2.4.11: not even in a low window, where header and box stay in view."""
    page.set_viewport_size({"width": 800, "height": 600})
    page.goto("/")
    ask(page, "How do I link my PACER account to CM/ECF?")
    ask(page, "I forgot my PACER password")
    hidden = []
    page.locator("body").press("Home")
    for _ in range(40):
        page.keyboard.press("Tab")
        if not page.locator(":focus").count():
            break
        hidden += page.locator(":focus").evaluate_all("""([one]) => {
          const { left, right, top, bottom } = one.getBoundingClientRect();
          const points = [[left + 3, top + 3], [right - 3, bottom - 3],
            [(left + right) / 2, (top + bottom) / 2]];
          const seen = points.some(([x, y]) => {
            const there = document.elementFromPoint(x, y);
            return there && (one.contains(there) || there.contains(one));
          });
          return seen ? [] : [one.outerHTML.slice(0, 100)];
        }""")
    assert hidden == []


def test_nothing_moves_for_those_who_want_it_so(new_context: NewContext) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.goto("/")
    page.locator("#text").fill("How do I link my PACER account to CM/ECF?")
    page.locator("#text").press("Enter")
    running = "document.getAnimations().filter((one) => one.playState === 'running').length"
    assert page.evaluate(running) == 0
    reply_after(page, 0)
    assert page.evaluate(running) == 0


def test_the_help_is_where_it_was(page: Page, watch: Watch) -> None:
    """WCAG 3.2.6: the way to a person has the same place on every page."""
    watch.forgive("404")
    places = []
    for path in ("/", "/requests", "/nowhere", "/privacy", "/accessibility"):
        page.goto(path)
        box = page.get_by_role("button", name="Talk to a person").bounding_box()
        assert box is not None
        places.append((box["x"], box["y"]))
    assert len(set(places)) == 1
