"""The page without JavaScript: forms in, 303 out, the conversation in between, and safe HTML."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from web_stack import Stack, stored_turns

from bot.conversations import conversation_by_token
from bot.db.tables import conversations, reports, turns, uploads
from bot.reports import store_report
from bot.triage.requests import find, make_request
from bot.uploads import upload_of
from bot.web import assets
from bot.web.assets import Assets
from bot.web.markdown import to_html, with_addresses

OURS = {path.name for path in assets.OURS.iterdir()}


class Page(HTMLParser):
    """What of a page matters to these tests."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            a for t, a in self.tags if t == tag and all(a.get(k) == v for k, v in wanted.items())
        ]


def form_id(filer: httpx.Client) -> str:
    return str(Page(filer.get("/").text).all("input", name="form_id")[0]["value"])


def test_the_first_page_says_what_it_is_and_makes_no_conversation(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.get("/")
    page = Page(response.text)
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    for said in ("Do not type passwords or Social Security numbers", "not legal advice"):
        assert said in response.text
    assert "60 minutes" in response.text
    assert "860-240-3675" in response.text
    assert page.all("html", lang="en")
    assert page.all("div", role="log")
    assert [tag for tag, _ in page.tags if tag == "style"] == []
    assert [a for a in page.all("script") if not str(a.get("src")).startswith("/assets/")] == []
    assert [a for _, a in page.tags if "style" in a or any(k.startswith("on") for k in a)] == []
    assert "javascript:" not in response.text
    labels = {label["for"] for label in page.all("label")}
    assert {"text", "file"} <= labels
    with stack.engine.connect() as connection:
        assert connection.execute(conversations.select()).all() == []


def test_every_file_of_ours_that_the_page_names_is_served(stack: Stack) -> None:
    with stack.client() as filer:
        page = Page(filer.get("/").text)
        addresses = [str(a.get("href") or a.get("src")) for _, a in page.tags]
        ours = [a for a in addresses if a.startswith("/assets/") and a.split("/")[-1] in OURS]
        assert len(ours) >= 2
        for address in ours:
            found = filer.get(address)
            assert found.status_code == 200
            assert found.headers["content-encoding"] == "gzip"
            assert "immutable" in found.headers["cache-control"]
            assert "://" not in found.text.replace("http://www.w3.org/2000/svg", "")
        other_release = filer.get(ours[0].replace(ours[0].split("/")[2], "0" * 12))
        assert other_release.status_code == 200
        assert "immutable" not in other_release.headers["cache-control"]
        version = ours[0].split("/")[2]
        for bad in ("", "nothing", "..%2fpage.py", "%2e%2e/app.py", "%2e%2e%2fapp.py"):
            assert filer.get(f"/assets/{version}/{bad}").status_code == 404


def test_a_changed_file_has_a_new_address() -> None:
    before, after = Assets([("a.css", b"p {}")]), Assets([("a.css", b"p { color: red }")])
    assert before.address("a.css") != after.address("a.css")


def test_the_page_works_without_the_files_of_npm_packages(
    make_stack: Callable[..., Stack], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stack = make_stack(assets_dir=tmp_path / "nothing")
    assert [r.message for r in caplog.records if "make setup" in r.message] != []
    with stack.client() as filer:
        assert filer.get("/").status_code == 200
        assert filer.post("/messages", data={"text": "hello"}).status_code == 303


def test_a_question_by_form(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post("/messages", data={"text": "how do I <b>link</b>", "form_id": "f"})
        html = filer.get("/").text
    page = Page(html)
    assert response.status_code == 303
    assert response.headers["location"] == "/#latest"
    assert "how do I &lt;b&gt;link&lt;/b&gt;" in html
    assert len(page.all("div", id="latest")) == 1
    assert page.all("a", href="https://example.gov/n")
    assert "checked on November 1, 2026" in html
    assert [b["value"] for b in page.all("button", name="choice")] == [
        "talk_to_a_person",
        "c1",
        stored_turns(stack)[0].reply["choices"][1]["id"],
    ]


def test_a_button_by_form(stack: Stack) -> None:
    with stack.client() as filer:
        filer.post("/messages", data={"text": "hello"})
        response = filer.post("/messages", data={"choice": "c1"})
        person = filer.post("/messages", data={"choice": "talk_to_a_person"})
        unknown = filer.post("/messages", data={"choice": "nothing"})
    assert (response.status_code, person.status_code, unknown.status_code) == (303, 303, 404)
    assert [seen.get("payload") for seen in stack.rasa.seen] == [
        None,
        "/upgrade_legacy_account",
        "/contact_human",
    ]
    assert "This button" in unknown.text


def test_a_form_sent_twice_is_one_message(stack: Stack) -> None:
    with stack.client() as filer:
        one = form_id(filer)
        for _ in range(2):
            filer.post("/messages", data={"text": "hello", "form_id": one})
        # back in the browser, another question in the same form
        filer.post("/messages", data={"text": "another", "form_id": one})
    # without a cookie at first, the first two are two conversations only if the cookie was lost
    assert [seen["text"] for seen in stack.rasa.seen] == ["hello", "another"]


def test_an_empty_form_comes_back_with_the_problem(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post("/messages", data={"text": " "})
    assert response.status_code == 422
    assert "Your message is empty" in response.text
    assert Page(response.text).all("div", role="alert")


def test_a_refused_text_is_kept_in_the_box(stack: Stack) -> None:
    text = "\n<textarea>&amp; my long question " + "é" * 5_000
    with stack.client() as filer:
        response = filer.post("/messages", data={"text": text})
    assert response.status_code == 413
    assert "&lt;textarea&gt;&amp;amp; my long question éé" in response.text
    assert "é" * 5_000 in response.text


@pytest.mark.parametrize("path", ["/messages", "/files", "/delete"])
def test_the_address_of_a_form_leads_back(stack: Stack, path: str) -> None:
    with stack.client() as filer:
        response = filer.get(path)
    assert (response.status_code, response.headers["location"]) == (303, "/")


def page_with_report(stack: Stack, *findings: dict[str, Any]) -> str:
    """The page after a file was checked with these findings."""
    with stack.client() as filer:
        upload_id = filer.post("/api/uploads?name=a.pdf", content=b"%PDF-").json()["upload_id"]
        conversation = conversation_by_token(stack.engine, filer.cookies["helpdesk"])
        assert conversation is not None
        upload = upload_of(stack.engine, upload_id, conversation.id)
        assert upload is not None
        report = {"file": "a.pdf", "verdict": "reject", "pages": 4, "findings": list(findings)}
        report_id = store_report(stack.engine, upload, report)
        stack.rasa.messages = [
            {"custom": {"text": "Checked.", "outcome": "checked", "report_id": report_id}}
        ]
        filer.post("/api/messages", json={"upload_id": upload_id})
        return filer.get("/").text


def test_a_report_is_shown(stack: Stack) -> None:
    finding = {"severity": "reject", "message": "A <script>", "page": 3, "fix": "Print it."}
    html = page_with_report(stack, finding)
    assert "CM/ECF is likely to refuse this file" in html
    assert "A &lt;script&gt;</span>" in html
    assert "page 3</span>" in html
    assert 'What to do:</strong> <span lang="en">Print it.' in html


def test_how_each_program_mends_it_is_said_once_for_a_rule(stack: Stack) -> None:
    script = {"rule": "javascript", "severity": "reject", "message": "A script runs."}
    note = {"rule": "page_size", "severity": "note", "message": "Not letter size."}
    html = page_with_report(stack, script, script, note)
    assert html.count("How to do it in your program") == 1
    assert html.count("<dt>Acrobat</dt>") == 1


def test_beside_a_report_nothing_is_said_twice(stack: Stack) -> None:
    said = (
        "CM/ECF will likely refuse this file, for one reason:\n\n"
        "1. A script runs.\n   How to mend it: Print it.\n\nThere are 2 more reasons.\n\n"
        "The file has 9 bytes.\n\nI can make a mended copy for you."
    )
    with stack.client() as filer:
        upload_id = filer.post("/api/uploads?name=a.pdf", content=b"%PDF-").json()["upload_id"]
        conversation = conversation_by_token(stack.engine, filer.cookies["helpdesk"])
        assert conversation is not None
        upload = upload_of(stack.engine, upload_id, conversation.id)
        assert upload is not None
        finding = {"severity": "reject", "message": "A script runs.", "fix": "Print it."}
        report = {
            "file": "a.pdf",
            "verdict": "reject",
            "findings": [finding],
            "notes": ["The file has 9 bytes."],
            "not_listed": {"javascript": 3},
        }
        report_id = store_report(stack.engine, upload, report)
        stack.rasa.messages = [
            {"custom": {"text": said, "outcome": "checked", "report_id": report_id}}
        ]
        filer.post("/api/messages", json={"upload_id": upload_id})
        html, saved = filer.get("/").text, filer.get("/conversation.txt").text
        api = filer.get("/api/conversation").json()["turns"][0]
    for once in ("A script runs.", "Print it.", "The file has 9 bytes.", "I can make a mended"):
        assert html.count(once) == 1
    assert "more reasons" not in html
    # no colon before what is not there
    assert "will likely refuse this file, for one reason." in html
    assert "3 more places of the same kind" in html
    assert "The file is deleted by itself on" in html
    assert "(Eastern Time)" in html
    assert "How to mend it: Print it." in saved
    assert api["reply"]["text"] == said


def test_a_number_in_a_problem_can_be_called(stack: Stack) -> None:
    stack.rasa.mode = "error"
    with stack.client() as filer:
        page = filer.post("/messages", data={"text": "<b>hello"})
    assert '<a class="tel" href="tel:860-240-3675">860-240-3675</a>' in page.text
    assert "<b>" not in page.text


def test_a_help_request_is_looked_up_and_withdrawn(stack: Stack) -> None:
    made = make_request(
        stack.engine,
        conversation_id=None,
        name="Ann Filer",
        contact="ann@example.org",
        role="paralegal",
        topic="link_accounts",
        details="it does not link",
    )
    with stack.client() as filer:
        shown = filer.post("/requests", data={"code": made.code.lower().replace("-", " ")})
        api = filer.get(f"/api/requests/{made.code}")
        unknown = filer.post("/requests", data={"code": "<b>AAAAA-AAAAA"})
        empty = filer.post("/requests", data={"code": " "})
        assert filer.get("/requests").status_code == 200
        withdrawn = filer.post("/requests", data={"code": made.code, "action": "withdraw"})
        again = filer.post(f"/api/requests/{made.code}/withdraw")
        missing = filer.get("/api/requests/AAAAA-AAAAA")
    assert shown.status_code == 200
    assert made.code in shown.text
    assert "Waiting for the clerk" in shown.text
    assert "link accounts" in shown.text
    for text in (shown.text, api.text, withdrawn.text, again.text):
        assert "Ann" not in text
        assert "ann@" not in text
    assert api.json()["state"] == "waiting"
    assert set(api.json()) == {"code", "state", "topic", "created_at", "place", "sessions"}
    assert (unknown.status_code, empty.status_code, missing.status_code) == (404, 422, 404)
    assert "<b>" not in unknown.text
    assert missing.json()["outcome"] == "failed"
    assert "Withdrawn" in withdrawn.text
    assert again.json()["state"] == "withdrawn"
    found = find(stack.engine, made.code)
    assert found is not None
    assert found.state == "withdrawn"


@pytest.mark.parametrize("by", ["api", "form"])
def test_a_conversation_is_deleted_whole(stack: Stack, by: str) -> None:
    with stack.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE events (id INTEGER, sender_id TEXT)")
    with stack.client() as filer, stack.client() as stranger:
        stranger.post("/api/messages", json={"text": "mine stays"})
        upload_id = filer.post("/api/uploads", content=b"%PDF-").json()["upload_id"]
        filer.post("/api/messages", json={"upload_id": upload_id})
        sender = stack.rasa.seen[1]["sender"]
        with stack.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO events VALUES (1, ?), (2, 'another')", (sender,)
            )
        gone = filer.delete("/api/conversation") if by == "api" else filer.post("/delete")
        assert gone.status_code == (200 if by == "api" else 303)
        assert "helpdesk" not in filer.cookies
        assert filer.get("/api/conversation").json() == {"turns": []}
        assert stranger.get("/api/conversation").json()["turns"][0]["text"] == "mine stays"
        assert "are deleted" in filer.get("/?deleted=1").text
    with stack.engine.connect() as connection:
        assert len(connection.execute(conversations.select()).all()) == 1
        assert len(connection.execute(turns.select()).all()) == 1
        for table in (uploads, reports):
            assert connection.execute(table.select()).all() == []
        left = connection.exec_driver_sql("SELECT sender_id FROM events").scalars().all()
    assert left == ["another"]
    assert list(stack.settings.upload_dir.iterdir()) == []


def test_there_may_be_nothing_to_delete(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.delete("/api/conversation")
    assert response.status_code == 200
    assert response.json()["deleted"] is False


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,x)",
        "[a](http://example.org)",
        "[a](//example.org)",
        "[a](/restart)",
        "[a]( \x01javascript:alert(1))",
        "<javascript:alert(1)>",
        "![a](https://example.org/x.png)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '[a](https://x.org "\\" onclick=alert(1)")',
        "&lt;script&gt;",
        "[a](vbscript:x)",
    ],
)
def test_replies_hold_no_foreign_html(text: str) -> None:
    page = Page(to_html(text))
    assert {tag for tag, _ in page.tags} <= {
        "p",
        "a",
        "em",
        "strong",
        "code",
        "ul",
        "ol",
        "li",
        "br",
    }
    for link in page.all("a"):
        assert re.match(r"(https|mailto|tel):", str(link["href"]))
        assert set(link) <= {"href", "rel", "title"}


def test_a_clerk_sees_where_the_links_of_a_reply_lead() -> None:
    html = with_addresses("See [the court](https://evil.example) or <https://b.gov>")
    assert "the court</a> (https://evil.example)" in html
    assert html.count("https://b.gov") == 2


def test_replies_hold_the_markdown_that_articles_use() -> None:
    html = to_html(
        "**Now** *do* `this`:\n\n1. [Go](https://a.gov)\n2. <tel:860-240-3675>\n\n- x\n- y"
    )
    for part in ("<strong>", "<em>", "<code>", "<ol>", "<ul>", 'href="https://a.gov"', "tel:860"):
        assert part in html
