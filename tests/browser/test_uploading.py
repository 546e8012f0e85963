"""A PDF on its way: chosen or dropped, looked at, sent, cancelled, sent again, checked."""

from pathlib import Path

import pytest
from browser_tools import NewContext, Watch, focused, quick_uploads, reply_after, slow_uploads
from playwright.sync_api import Page, Route, expect

from bot.settings import ROOT

FILES = ROOT / "tests" / "conversations" / "files"
SCRIPT = FILES / "motion_with_script.pdf"
_DROP = """([name, text, type]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, { type }));
  for (const kind of ["dragover", "drop"]) {
    document.querySelector("h1").dispatchEvent(
      new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
  }
}"""


@pytest.fixture
def panel(page: Page) -> Page:
    """The page with the upload panel open."""
    page.goto("/")
    page.get_by_text("Have a PDF checked").click()
    return page


def _choose(page: Page, file: Path | dict[str, object]) -> None:
    page.get_by_label("PDF to check").set_input_files(file)  # type: ignore[arg-type]


def _check(page: Page) -> None:
    page.get_by_role("button", name="Check this file").click()


def test_by_keyboard_from_choice_to_report(panel: Page) -> None:
    _choose(panel, SCRIPT)
    expect(panel.locator("[data-upload-status]")).to_contain_text("motion_with_script.pdf")
    panel.get_by_role("button", name="Check this file").press("Enter")
    reply = reply_after(panel, 0)
    expect(reply).to_contain_text("A script runs")
    # closed and empty again, and the focus is where the filer can go on
    expect(panel.get_by_label("PDF to check")).to_be_hidden()
    assert panel.locator("#file").input_value() == ""
    assert "Help desk" in focused(panel)


def test_from_a_refused_file_to_its_mended_copy(panel: Page) -> None:
    _choose(panel, FILES / "form_with_script.pdf")
    _check(panel)
    reply = reply_after(panel, 0)
    expect(reply).to_contain_text("refuse this file")
    reply.get_by_role("button", name="Make a mended copy").click()
    mended = reply_after(panel, 1)
    with panel.expect_download() as downloading:
        mended.get_by_role("link", name="Download the mended copy").click()
    copy = downloading.value
    assert copy.suggested_filename == "form_with_script-mended.pdf"
    panel.get_by_text("Have a PDF checked").click()
    _choose(panel, {"name": "m.pdf", "mimeType": "", "buffer": copy.path().read_bytes()})
    _check(panel)
    expect(reply_after(panel, 2)).to_contain_text("Nothing found that CM/ECF refuses")


def test_dropping_is_the_same_as_choosing(page: Page) -> None:
    page.goto("/")
    page.evaluate(_DROP, ["dropped.pdf", SCRIPT.read_text("latin-1"), "application/pdf"])
    expect(page.locator("[data-upload-status]")).to_contain_text("dropped.pdf")
    expect(page.get_by_role("button", name="Check this file")).to_be_focused()
    page.keyboard.press("Enter")
    expect(reply_after(page, 0)).to_contain_text("dropped.pdf")


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        ("letter.docx", 10, "letter.docx is not a PDF"),
        ("empty.pdf", 0, "empty.pdf is empty"),
        ("large.pdf", 2_000_001, "at most 2 MB fit"),
        ("$&{size}.docx", 10, "$&{size}.docx is not a PDF"),
    ],
)
def test_what_cannot_be_checked_is_said_before_it_is_sent(
    panel: Page, name: str, size: int, says: str
) -> None:
    sent: list[str] = []
    panel.on("request", lambda request: sent.append(request.url))
    _choose(panel, {"name": name, "mimeType": "application/octet-stream", "buffer": b"%" * size})
    expect(panel.locator("[data-upload-problem]")).to_contain_text(says)
    expect(panel.get_by_label("PDF to check")).to_have_attribute("aria-invalid", "true")
    _check(panel)
    expect(panel.locator("[data-upload-problem]")).to_contain_text(says)
    assert sent == []
    # another choice mends it
    _choose(panel, SCRIPT)
    expect(panel.locator("[data-upload-problem]")).to_be_empty()


def test_a_file_as_large_as_may_be_is_sent(panel: Page) -> None:
    body = SCRIPT.read_bytes().ljust(2_000_000, b"\n")
    _choose(panel, {"name": "full.pdf", "mimeType": "application/pdf", "buffer": body})
    _check(panel)
    expect(reply_after(panel, 0)).to_contain_text("full.pdf")


def test_cancelled_and_sent_again(panel: Page) -> None:
    session = slow_uploads(panel, 100_000)
    body = SCRIPT.read_bytes().ljust(1_500_000, b"\n")
    _choose(panel, {"name": "slow.pdf", "mimeType": "application/pdf", "buffer": body})
    _check(panel)
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel.get_by_role("button", name="Cancel")).to_be_focused()
    expect(panel.get_by_label("PDF to check")).to_be_disabled()
    panel.keyboard.press("Enter")
    expect(panel.locator("[data-upload-status]")).to_have_text("Cancelled. slow.pdf was not sent.")
    expect(panel.get_by_role("progressbar")).to_be_hidden()
    quick_uploads(session)
    expect(panel.get_by_role("button", name="Try again")).to_be_focused()
    panel.keyboard.press("Enter")
    expect(reply_after(panel, 0)).to_contain_text("slow.pdf")


def test_a_broken_connection_is_said_and_tried_again(panel: Page, watch: Watch) -> None:
    watch.forgive("ERR_FAILED")
    panel.route("**/api/uploads*", lambda route: route.abort())
    _choose(panel, SCRIPT)
    _check(panel)
    expect(panel.locator("[data-upload-problem]")).to_contain_text("did not arrive")
    panel.unroute("**/api/uploads*")
    panel.get_by_role("button", name="Try again").click()
    expect(reply_after(panel, 0)).to_contain_text("A script runs")


def test_what_the_server_refuses_is_said_in_its_words(panel: Page, watch: Watch) -> None:
    watch.forgive("507")

    def refuse(route: Route) -> None:
        route.fulfill(status=507, json={"text": "No room for files.", "outcome": "failed"})

    panel.route("**/api/uploads*", refuse)
    _choose(panel, SCRIPT)
    _check(panel)
    expect(panel.locator("[data-upload-problem]")).to_have_text("No room for files.")
    expect(panel.get_by_role("button", name="Try again")).to_be_visible()


def test_a_file_waits_until_a_question_is_answered(panel: Page) -> None:
    held: list[Route] = []
    panel.route("**/messages", lambda route: held.append(route), times=1)
    panel.locator("#text").fill("How do I link my PACER account to CM/ECF?")
    panel.locator("#text").press("Enter")
    _choose(panel, SCRIPT)
    with panel.expect_response("**/api/uploads*"):
        _check(panel)
    held[0].continue_()
    expect(reply_after(panel, 1)).to_contain_text("A script runs")
    expect(panel.locator("#turns > .turn")).to_have_count(2)


def test_each_step_is_announced_once(panel: Page) -> None:
    panel.evaluate("""() => {
      window.said = [];
      for (const name of ["status", "problem"]) {
        const place = document.querySelector(`[data-upload-${name}]`);
        new MutationObserver(() => place.textContent && said.push(place.textContent))
          .observe(place, { childList: true, characterData: true, subtree: true });
      }
    }""")
    _choose(panel, SCRIPT)
    _check(panel)
    reply_after(panel, 0)
    name = SCRIPT.name
    said = panel.evaluate("said")
    assert said[0].startswith(f"Chosen: {name}")
    assert said[-2:] == [f"Sending {name}.", f"{name} is here and is being checked."]
    assert len(said) == len(set(said))


def test_without_javascript(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_text("Have a PDF checked").click()
    _choose(page, SCRIPT)
    _check(page)
    expect(reply_after(page, 0)).to_contain_text("A script runs")
