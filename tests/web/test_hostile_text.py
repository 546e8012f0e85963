"""Hostile text comes back as text: in the chat, in file names, reports, sources and choices."""

from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from hostile_texts import TEXTS as HOSTILE
from web_stack import Stack

from bot.conversations import conversation_by_token
from bot.reports import store_report
from bot.uploads import upload_of

TAGS = {"iframe", "style", "object", "embed", "base", "math"}
LINKS = ("href", "src", "action", "formaction", "srcdoc", "data", "poster")


class Dangers(HTMLParser):
    """What of a page would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in TAGS:
            self.found.append(f"<{tag}>")
        if tag == "script" and not str(values.get("src", "")).startswith("/assets/"):
            self.found.append("a script")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            target = str(value).strip().lower() if name in LINKS else ""
            if target.startswith(("javascript:", "data:")) or "//evil" in target:
                self.found.append(f"{tag} {name}={value}")
            # our pages post only
            if name.startswith(("hx-on", "hx-get")):
                self.found.append(f"{tag} {name}")


def dangers(*responses: httpx.Response) -> Iterator[str]:
    for response in responses:
        yield from Dangers(response.text).found


def test_there_are_a_hundred() -> None:
    assert len(set(HOSTILE)) == 100


def test_the_watch_sees_what_runs() -> None:
    plain = [text for text in HOSTILE if Dangers(f"<p>{text}</p>").found]
    assert len(plain) >= 60


def test_in_the_chat(stack: Stack) -> None:
    with stack.client() as filer:
        for text in HOSTILE:
            part = filer.post("/messages", data={"text": text}, headers={"HX-Request": "true"})
            assert list(dangers(part)) == []
        long = filer.post("/messages", data={"text": HOSTILE[4] * 500})
        pages = [filer.get(path) for path in ("/", "/?lang=es", "/conversation.txt", "/requests")]
        saved = filer.get("/conversation.html")
    assert long.status_code == 413
    assert list(dangers(long, pages[0], pages[1], pages[3])) == []
    assert list(dangers(saved)) == ["<style>"]
    assert pages[2].headers["content-type"].startswith("text/plain")


def test_in_a_refused_form(stack: Stack) -> None:
    with stack.client() as filer:
        for text in HOSTILE:
            refused = [
                filer.post("/messages", data={"text": text, "form_id": text, "form_token": "x"}),
                filer.post("/requests", data={"code": text}),
                filer.get("/", params={"lang": text}),
            ]
            assert list(dangers(*refused)) == []


def test_in_what_the_assistant_says(stack: Stack) -> None:
    with stack.client() as filer:
        for text in HOSTILE:
            stack.rasa.messages = [
                {
                    "custom": {
                        "text": text,
                        "outcome": "answered",
                        "topic": text,
                        "sources": [
                            {"title": text, "url": "https://a.gov", "checked_on": text},
                            {"title": "t", "url": text, "checked_on": "2026-11-01"},
                            {"title": "t", "url": "javascript:alert(1)", "checked_on": ""},
                        ],
                        "choices": [{"id": text, "title": text, "payload": "/x"}],
                        "request_code": text,
                    }
                }
            ]
            part = filer.post("/messages", data={"text": "x"}, headers={"HX-Request": "true"})
            assert part.status_code == 200
            assert list(dangers(part)) == []
        assert list(dangers(filer.get("/"))) == []


def test_in_names_and_insides_of_files(stack: Stack) -> None:
    with stack.client() as filer:
        for text in HOSTILE:
            upload = filer.post("/api/uploads", params={"name": text}, content=b"%PDF-").json()
            conversation = conversation_by_token(stack.engine, filer.cookies["helpdesk"])
            assert conversation is not None
            stored = upload_of(stack.engine, upload["upload_id"], conversation.id)
            assert stored is not None
            finding = {
                "rule": "form_fields",
                "severity": "reject",
                "message": f"text field {text}",
                "court_error": text,
                "fix": text,
                "page": 1,
            }
            report = {
                "file": text,
                "verdict": "reject",
                "pages": 1,
                "findings": [finding, {**finding, "severity": text}],
                "notes": [text],
            }
            report_id = store_report(stack.engine, stored, report)
            stack.rasa.messages = [
                {"custom": {"text": text, "outcome": "checked", "report_id": report_id}}
            ]
            part = filer.post(
                "/messages",
                data={"upload_id": upload["upload_id"]},
                headers={"HX-Request": "true"},
            )
            assert part.status_code == 200
            assert list(dangers(part)) == []
        assert list(dangers(filer.get("/"), filer.get("/?lang=es"))) == []


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Accept-Language", "Origin", "Referer"])
def test_in_headers(stack: Stack, header: str) -> None:
    with stack.client() as filer:
        for text in HOSTILE[:20]:
            page = filer.get("/nothing", headers={header: text})
            assert list(dangers(page)) == []
