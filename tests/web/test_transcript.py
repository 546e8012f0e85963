"""The conversation as a file, and the pages about the help desk itself."""

import re
from collections.abc import Callable

import pytest
from web_stack import Stack


def test_a_conversation_is_saved_as_text(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/messages", data={"text": "how do I <link> & file"})
        filer.post("/messages", data={"text": "second"})
        response = filer.get("/conversation.txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="help-desk-\d{4}-\d\d-\d\d\.txt"',
        response.headers["content-disposition"],
    )
    assert "how do I <link> & file" in response.text
    assert "You said: how do I <link> & file" in response.text
    assert "https://example.gov/n, checked on November 1, 2026" in response.text
    assert response.text.index("how do I") < response.text.index("second")
    assert "not legal advice" in response.text
    assert "\n\n\n\n" not in response.text


def test_the_saved_text_shows_no_marks(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(public_url="http://localhost")
    said = (
        "The file form\\_with\\_script.pdf is **refused**.\n\n1. Open [PACER](https://x.example/a).\n"
        "2. Call [860-240-3675](tel:860-240-3675).\n\n* Keep the code.\n\n"
        "[Add it to your calendar](/requests/AAAAA-BBBBB/help-session.ics)."
    )
    stack.rasa.messages = [{"custom": {"text": said, "outcome": "answered"}}]
    with stack.client() as filer:
        filer.post("/messages", data={"text": "what is **this** [x](y)"})
        text = filer.get("/conversation.txt").text
    assert "what is **this** [x](y)" in text  # the filer's own words
    assert text.split("Help desk\n")[1].split("\n\n----")[0].strip() == (
        "The file form_with_script.pdf is refused.\n\n1. Open PACER (https://x.example/a).\n"
        "2. Call 860-240-3675.\n\n- Keep the code.\n\n"
        "Add it to your calendar (http://localhost/requests/AAAAA-BBBBB/help-session.ics)."
    )


def test_a_conversation_is_saved_as_a_page_that_needs_nothing(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/messages", data={"text": "<script>alert(1)</script>"})
        response = filer.get("/conversation.html?lang=es")
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-security-policy"].endswith("sandbox")
    assert '<html lang="es">' in response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text
    assert "<script" not in response.text
    assert "/assets/" not in response.text
    assert "font:" in response.text


@pytest.mark.parametrize("path", ["/conversation.txt", "/conversation.html"])
def test_without_a_conversation_there_is_nothing_to_save(stack: Stack, path: str) -> None:
    with stack.client() as filer:
        response = filer.get(path)
    assert response.status_code == 404
    assert "nothing to save" in response.text


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_about_the_help_desk(stack: Stack, path: str, language: str) -> None:
    with stack.client() as filer:
        page = filer.get(f"{path}?lang={language}")
        start = filer.get("/")
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert "860-240-3675" in page.text
    assert f'href="{path}"' in start.text


def test_what_is_kept_is_what_the_court_set(stack: Stack) -> None:
    with stack.client() as filer:
        page = filer.get("/privacy").text
    periods = stack.app.state.site.court.retention
    for days in (periods.transcripts, periods.reports, periods.requests, periods.ratings):
        assert f"{days} days" in page
    assert "60 minutes" in page
