"""What other pages load from here, and what changes for a page that stands in one of theirs."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from web_stack import Stack

from bot.web import embed
from bot.web.assets import Asset

PARTITIONED = "Secure; SameSite=None; Partitioned"


def test_the_script_may_be_loaded_from_anywhere_and_tells_nothing_of_the_filer(
    stack: Stack,
) -> None:
    with stack.client() as client:
        first, second = client.get("/embed.js"), client.get("/embed.js")
    assert first.content == second.content
    assert "set-cookie" not in first.headers
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["cache-control"] == "public, max-age=300"
    for _, number in stack.app.state.site.court.clerk_phones:
        assert number in first.text


def test_the_script_is_made_once(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    really_make = embed.make_asset

    def make(name: str, body: bytes) -> Asset:
        made.append(name)
        return really_make(name, body)

    monkeypatch.setattr(embed, "make_asset", make)
    with stack.client() as client:
        for _ in range(3):
            assert client.get("/embed.js").status_code == 200
    assert made == ["embed.js"]


def test_a_court_of_many_offices_has_no_longer_script(stack: Stack) -> None:
    site = stack.app.state.site
    offices = tuple((f"Division {number}</script>", f"212-555-01{number}") for number in range(12))
    stack.app.state.site = replace(site, court=replace(site.court, clerk_phones=offices))
    try:
        with stack.client() as client:
            script = client.get("/embed.js").text
    finally:
        stack.app.state.site = site
    assert len(script.encode()) <= 5_000
    assert "212-555-012" in script
    assert "212-555-013" not in script
    # the others stand on the court's own site
    assert site.court.links["website"] in script
    assert "</script" not in script


def test_both_languages_have_the_same_words(stack: Stack) -> None:
    with stack.client() as client:
        script = client.get("/embed.js").text
    found = re.search(r"const words = (\{.*\})\[lang\];", script)
    assert found
    words = json.loads(found[1])
    assert set(words) == {"en", "es"}
    assert set(words["en"]) == set(words["es"])
    assert all(text.strip() for language in words.values() for text in language.values())


def test_only_the_demonstration_holds_a_frame_and_nothing_holds_it(stack: Stack) -> None:
    with stack.client() as client:
        demo, page = client.get("/demo"), client.get("/")
    assert "frame-src 'self'" in demo.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in demo.headers["content-security-policy"]
    assert "frame-src" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/demo", "/demo?lang=xx", "/demo?lang=es"])
def test_the_demonstration_shows_the_button_in_either_language(stack: Stack, path: str) -> None:
    wanted = "es" if path.endswith("=es") else "en"
    with stack.client() as client:
        assert f'<script src="/embed.js" defer data-lang="{wanted}">' in client.get(path).text


@pytest.mark.parametrize(
    ("path", "headers", "framed"),
    [
        ("/", {}, False),
        ("/?embedded=1", {}, True),
        ("/?embedded=0", {}, False),
        ("/requests", {"sec-fetch-dest": "iframe"}, True),
        ("/requests", {"sec-fetch-dest": "document"}, False),
    ],
)
def test_a_page_in_a_frame_has_what_it_needs_there(
    stack: Stack, path: str, headers: dict[str, str], framed: bool
) -> None:
    with stack.client() as client:
        page = client.get(path, headers=headers).text
    assert ("/embedded.js" in page) is framed
    assert (" framed" in re.findall(r'<body class="([^"]*)"', page)[0]) is framed


def test_over_https_cookies_reach_a_frame_on_another_site(
    make_stack: Callable[..., Stack],
) -> None:
    stack = make_stack(https=True)
    with stack.client() as client:
        cookies = client.get("/?lang=es").headers.get_list("set-cookie")
        cookies += client.post("/api/messages", json={"text": "hello"}).headers.get_list(
            "set-cookie"
        )
    assert len(cookies) >= 2
    for cookie in cookies:
        assert all(part in cookie for part in PARTITIONED.split("; ")), cookie
