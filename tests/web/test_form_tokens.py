"""Forms are taken only from pages of ours, in the browser that got them."""

import re
from collections.abc import Callable

import httpx
import pytest
from web_stack import FORM_TOKEN, Stack, stored_turns

from bot.web.form_tokens import cookie_name

FORMS = ("/messages", "/delete", "/requests")


def token_in(page: httpx.Response) -> str:
    found = set(re.findall(r'name="form_token" value="([0-9a-f]{32})"', page.text))
    assert len(found) == 1
    return found.pop()


def test_a_browser_gets_its_token_with_the_first_page(stack: Stack) -> None:
    with httpx.Client(base_url=stack.url, trust_env=False) as filer:
        first, second = filer.get("/"), filer.get("/")
        assert filer.get("/health").headers.get("set-cookie") is None
        sent = filer.post("/messages", data={"text": "hi", "form_token": token_in(first)})
    assert filer.cookies["helpdesk-form"] == token_in(first) == token_in(second)
    assert "set-cookie" not in second.headers
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "SameSite=Lax" in first.headers["set-cookie"]
    assert sent.status_code == 303


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", ["", "0" * 32, FORM_TOKEN[:-1], "é" * 32])
def test_a_form_with_another_token_changes_nothing(stack: Stack, path: str, token: str) -> None:
    with stack.client() as filer:
        filer.post("/messages", data={"text": "hello"})
        form = {"text": "forged", "code": "AAAAA-AAAAA", "form_token": token}
        response = filer.post(path, data=form)
        again = filer.get("/api/conversation").json()["turns"]
    assert response.status_code == 403
    assert "out of date" in response.text
    assert [turn["text"] for turn in again] == ["hello"]


def test_what_was_typed_comes_back_with_a_token_that_works(stack: Stack) -> None:
    with httpx.Client(base_url=stack.url, trust_env=False) as filer:
        refused = filer.post("/messages", data={"text": "my question"})
        again = filer.post("/messages", data={"text": "x", "form_token": token_in(refused)})
    assert refused.status_code == 403
    assert "sent no cookie" in refused.text
    assert ">\nmy question</textarea>" in refused.text
    assert again.status_code == 303


@pytest.mark.parametrize("cookie", ["short", "x" * 33, "<script>", "ü" * 16])
def test_a_cookie_that_is_none_of_ours_is_replaced(stack: Stack, cookie: str) -> None:
    headers = {"Cookie": f"helpdesk-form={cookie}".encode()}
    with httpx.Client(base_url=stack.url, trust_env=False) as filer:
        page = filer.get("/", headers=headers)
    assert token_in(page) != cookie
    assert "helpdesk-form=" in page.headers["set-cookie"]


def test_a_file_with_another_token_is_not_stored(stack: Stack) -> None:
    with stack.client() as filer:
        response = filer.post(
            "/files", data={"form_token": "0" * 32}, files={"file": ("a.pdf", b"%PDF-")}
        )
    assert response.status_code == 403
    assert not stack.settings.upload_dir.exists()


def test_cookies_over_https_are_bound_to_the_host(make_stack: Callable[..., Stack]) -> None:
    stack = make_stack(https=True)
    with httpx.Client(base_url=stack.url, trust_env=False) as filer:
        page = filer.get("/?lang=en")
        name = cookie_name(https=True)
        sent = filer.post(
            "/messages",
            data={"text": "hello", "form_token": token_in(page)},
            headers={"Cookie": f"{name}={token_in(page)}"},
        )
    cookies = page.headers.get_list("set-cookie") + sent.headers.get_list("set-cookie")
    assert len(cookies) == 3
    assert sum(cookie.startswith("__Host-helpdesk") for cookie in cookies) == 2
    for cookie in cookies:
        for part in ("Path=/", "HttpOnly", "Secure", "SameSite=None", "Partitioned"):
            assert part in cookie
        assert "Domain" not in cookie
    assert len(stored_turns(stack)) == 1
