"""Signing in with the court's own accounts, against an issuer that really answers."""

import base64
import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from desk_people import signed_in
from oidc_server import CLIENT, SECRET, Issuer, running_issuer
from web_stack import Stack

from bot.settings import Limits
from bot.staff.accounts import add_account, disable, find
from bot.staff.audit import entries
from bot.testing.private_copy import free_port


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def stack(make_stack: Callable[..., Stack], issuer: Issuer) -> Stack:
    port = free_port()
    stack = make_stack(
        web_port=port,
        public_url=f"http://127.0.0.1:{port}",
        oidc_issuer=issuer.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
    add_account(stack.engine, "ann.lee", "lead", by="test", email="ann.lee@court.example")
    return stack


def sign_in(client: httpx.Client, to: str = "/desk/audit") -> httpx.Response:
    """As a browser does: to the issuer and back."""
    start = client.get("/desk/sign-in/court", params={"next": to})
    with httpx.Client(trust_env=False) as outside:
        back = outside.get(start.headers["location"])
    return client.get(back.headers["location"], headers={"Sec-Fetch-Site": "cross-site"})


def is_in(client: httpx.Client) -> bool:
    return client.get("/desk/account").status_code == 200


def test_the_court_s_account_opens_the_desk(stack: Stack) -> None:
    client = stack.client()
    assert "Sign in with the court" in client.get("/desk/sign-in").text
    answer = sign_in(client)
    assert answer.status_code == 200
    assert 'content="0; url=/desk/audit"' in answer.text
    assert is_in(client)
    log = [entry.action for entry in entries(stack.engine, who="ann.lee")[0]]
    assert log[:2] == ["signed in", "bound to the court's sign-in"]


def test_the_session_that_the_browser_had_before_ends(stack: Stack) -> None:
    before = signed_in(stack, "clerk", "bo.ray")
    start = before.get("/desk/sign-in/court")
    with httpx.Client(trust_env=False) as outside:
        back = outside.get(start.headers["location"]).headers["location"]
    # a browser keeps the strict cookie back on the way from the court's site
    before.client.cookies.delete("desk")
    assert before.client.get(back, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert is_in(before.client)
    old = stack.client()
    old.cookies.set("desk", before.token, domain="127.0.0.1", path="/")
    assert not is_in(old)


def test_it_is_the_subject_that_counts_from_then_on(stack: Stack, issuer: Issuer) -> None:
    sign_in(stack.client())
    issuer.person["email"] = "new.name@court.example"
    client = stack.client()
    sign_in(client)
    assert is_in(client)
    issuer.person |= {"sub": "court-18", "email": "ann.lee@court.example"}
    other = stack.client()
    assert sign_in(other).status_code == 403
    assert not is_in(other)


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_nobody_has_verified_opens_nothing(
    stack: Stack, issuer: Issuer, verified: Any
) -> None:
    issuer.person["email_verified"] = verified
    client = stack.client()
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "no account of the desk is yours" in answer.text
    assert not is_in(client)


def test_a_disabled_account_stays_out(stack: Stack) -> None:
    account = find(stack.engine, "ann.lee")
    assert account
    disable(stack.engine, account, by="test")
    client = stack.client()
    assert sign_in(client).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"exp": int(time.time()) - 3600},
        {"nonce": "another"},
        {"nonce": None},
    ],
)
def test_a_token_that_is_not_for_this_sign_in(
    stack: Stack, issuer: Issuer, changes: dict[str, Any]
) -> None:
    issuer.changes = changes
    client = stack.client()
    assert sign_in(client).status_code == 502
    assert not is_in(client)


def test_a_token_signed_by_somebody_else(stack: Stack, issuer: Issuer) -> None:
    issuer.signs_with_other_key = True
    client = stack.client()
    assert sign_in(client).status_code == 502
    assert not is_in(client)


def test_a_refusal_of_the_issuer(stack: Stack, issuer: Issuer) -> None:
    issuer.refuses = True
    answer = sign_in(stack.client())
    assert answer.status_code == 502
    assert "did not work" in answer.text


def test_another_browser_s_way_back(stack: Stack) -> None:
    """A state that this browser did not get, with a code that is good: nobody is signed in."""
    thief, victim = stack.client(), stack.client()
    start = thief.get("/desk/sign-in/court")
    with httpx.Client(trust_env=False) as outside:
        back = outside.get(start.headers["location"]).headers["location"]
    assert victim.get(back).status_code == 422
    victim.get("/desk/sign-in/court")
    assert victim.get(back).status_code == 502
    assert not is_in(victim)


def test_a_code_is_good_once(stack: Stack) -> None:
    client = stack.client()
    start = client.get("/desk/sign-in/court")
    with httpx.Client(trust_env=False) as outside:
        back = outside.get(start.headers["location"]).headers["location"]
    assert client.get(back).status_code == 200
    assert client.get(back).status_code in {422, 502}


def test_an_issuer_that_is_gone(make_stack: Callable[..., Stack]) -> None:
    port = free_port()
    stack = make_stack(
        web_port=port,
        public_url=f"http://127.0.0.1:{port}",
        oidc_issuer=f"http://127.0.0.1:{free_port()}",
        oidc_client_id=CLIENT,
    )
    answer = stack.client().get("/desk/sign-in/court")
    assert answer.status_code == 502
    assert "Problem number" in answer.text


def test_an_issuer_whose_name_ends_with_a_slash(stack: Stack, issuer: Issuer) -> None:
    issuer.name_ends_with = "/"
    client = stack.client()
    assert sign_in(client).status_code == 200
    assert is_in(client)


@pytest.mark.parametrize(
    "key", [{"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}, {"kty": ["RSA"]}, {}, "x"]
)
def test_a_key_of_a_kind_that_we_do_not_know_is_passed_over(
    stack: Stack, issuer: Issuer, key: Any
) -> None:
    issuer.more_keys = [key]
    client = stack.client()
    assert sign_in(client).status_code == 200
    assert is_in(client)


def test_an_endless_answer_of_the_issuer_is_not_read(stack: Stack, issuer: Issuer) -> None:
    issuer.padding = 20_000_000
    answer = sign_in(stack.client())
    assert answer.status_code == 502
    assert "Problem number" in answer.text


def test_a_dripping_answer_of_the_issuer_ends(
    stack: Stack, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.staff.oidc._SECONDS", 1)
    issuer.pause = 0.2  # its keys take minutes
    begun = time.monotonic()
    answer = sign_in(stack.client(), to="/desk")
    assert answer.status_code == 502
    assert time.monotonic() - begun < 14  # the client here waits for 15 s


def test_an_issuer_that_names_an_address_without_sense(
    stack: Stack, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = {**issuer.discovery(), "token_endpoint": "https://[::1"}
    monkeypatch.setattr(issuer, "discovery", lambda: about)
    answer = stack.client().get("/desk/sign-in/court")
    assert answer.status_code == 502
    assert "sign in with name and password" in answer.text


def test_an_issuer_that_hangs_holds_up_no_filer(make_stack: Callable[..., Stack]) -> None:
    with contextlib.ExitStack() as opened:
        issuer = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=100))
        port = free_port()
        stack = make_stack(
            web_port=port,
            public_url=f"http://127.0.0.1:{port}",
            oidc_issuer=f"http://127.0.0.1:{issuer.getsockname()[1]}",
            oidc_client_id=CLIENT,
        )
        for _ in range(25):
            hit = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            hit.sendall(b"GET /desk/sign-in/court HTTP/1.1\r\nHost: x\r\n\r\n")
        opened.enter_context(issuer.accept()[0])
        with stack.client() as filer:
            filer.timeout = httpx.Timeout(5)
            assert filer.post("/api/messages", json={"text": "hello"}).status_code == 200


def test_the_issuer_is_asked_again_when_it_has_new_keys_and_seldom_else(
    stack: Stack, issuer: Issuer
) -> None:
    for _ in range(3):
        assert sign_in(stack.client()).status_code == 200
    assert issuer.asked.count("/.well-known/openid-configuration") == 1
    assert issuer.asked.count("/keys") == 1
    issuer.key = issuer.other_key
    assert sign_in(stack.client()).status_code == 200


def test_who_asks_for_the_sign_in_again_and_again_waits(
    make_stack: Callable[..., Stack], issuer: Issuer
) -> None:
    port = free_port()
    stack = make_stack(
        web_port=port,
        public_url=f"http://127.0.0.1:{port}",
        oidc_issuer=issuer.url,
        oidc_client_id=CLIENT,
        limits=Limits(this_machine=True),
    )
    client = stack.client()
    tried = [client.get("/desk/sign-in/court") for _ in range(61)]
    assert [answer.status_code for answer in tried] == [303] * 60 + [429]
    assert "Wait a minute" in tried[-1].text


def test_behind_a_proxy_all_goes_through_it(
    make_stack: Callable[..., Stack], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The issuer's own port is the proxy here; its name leads nowhere without it."""
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", issuer.url)
    proxy, issuer.url = issuer.url, "http://localhost:9"
    port = free_port()
    stack = make_stack(
        web_port=port,
        public_url=f"http://127.0.0.1:{port}",
        oidc_issuer=issuer.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
    add_account(stack.engine, "ann.lee", "lead", by="test", email="ann.lee@court.example")
    client = stack.client()
    start = client.get("/desk/sign-in/court").headers["location"]
    with httpx.Client(trust_env=False) as outside:
        back = outside.get(start.replace(issuer.url, proxy)).headers["location"]
    client.get(back, headers={"Sec-Fetch-Site": "cross-site"})
    assert is_in(client)


def test_it_is_not_there_where_no_issuer_is_named(make_stack: Callable[..., Stack]) -> None:
    client = make_stack().client()
    assert "Sign in with the court" not in client.get("/desk/sign-in").text
    assert client.get("/desk/sign-in/court").status_code == 404


def test_a_made_up_way_back(stack: Stack) -> None:
    for kept in ("[" * 1400, '["\\ud800", "n", "v", "/desk"]', "[1]", "5"):
        cookie = base64.urlsafe_b64encode(kept.encode()).decode()
        answer = stack.client().get(
            "/desk/sign-in/court/callback?code=c&state=s",
            headers={"cookie": f"desk-court={cookie}"},
        )
        assert answer.status_code in {422, 502}
