"""Signing in and out, sessions, guessing, links, and forms from elsewhere."""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path

import httpx
import pyotp
import pytest
from desk_people import (
    PASSWORD,
    code_now,
    form_token,
    make_account,
    send_form,
    signed_in,
    type_code,
    type_password,
    with_password,
)
from web_stack import Stack

from bot import clock
from bot.staff.accounts import all_accounts, disable, find, new_link
from bot.staff.audit import entries
from bot.staff.guessing import TRIES


@pytest.fixture
def later(tmp_path: Path) -> Iterator[Callable[[float], None]]:
    """Moves the clock on by minutes; it runs with the machine's again after the test."""
    file = tmp_path / "clock"
    passed = 0.0

    def move(minutes: float) -> None:
        nonlocal passed
        passed += minutes
        file.write_text(repr(passed * 60), encoding="ascii")
        clock.follow(file)

    yield move
    clock.follow(None)


def code_now_at(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.utc_now().replace(tzinfo=UTC))


def in_log(stack: Stack, who: str) -> list[str]:
    return [entry.action for entry in entries(stack.engine, who=who)[0]]


def test_password_then_code_signs_in(stack: Stack) -> None:
    _, secret = with_password(stack, "ann.lee")
    client = stack.client(follow_redirects=True)
    assert "Type the code of your app" in type_password(client, "Ann.Lee ").text
    page = type_code(client, code_now(secret))
    assert page.status_code == 200
    assert "ann.lee" in page.text
    assert "Sign out" in page.text
    assert in_log(stack, "ann.lee")[0] == "signed in"


def test_first_time_sets_up_the_app_and_gives_recovery_codes(stack: Stack) -> None:
    account = make_account(stack, "new.clerk", "clerk")
    link = f"/desk/set-password/{new_link(stack.engine, account, by='test')}"
    client = stack.client(follow_redirects=True)
    page = send_form(client, link, link, password=PASSWORD, again=PASSWORD)
    assert "Your password is set" in page.text
    page = type_password(client, "new.clerk")
    assert "<svg" in page.text
    secret = page.text.split('<code class="desk-key">')[1].split("<")[0]
    assert "This code is wrong" in type_code(client, "000000").text
    page = type_code(client, code_now(secret))
    codes = [piece.split("<")[0] for piece in page.text.split("<li><code>")[1:]]
    assert len(codes) == 10
    assert client.get("/desk/account").status_code == 200
    # the link was for once
    assert stack.client().get(link).status_code == 404
    # a recovery code works in place of the app, once
    for expected in ("Sign out", "This code is wrong"):
        other = stack.client(follow_redirects=True)
        type_password(other, "new.clerk")
        assert expected in type_code(other, codes[0].upper()).text


def test_a_code_works_once(stack: Stack) -> None:
    _, secret = with_password(stack, "ann.lee")
    code = code_now(secret)
    for expected in (200, 422):
        client = stack.client(follow_redirects=True)
        type_password(client, "ann.lee")
        assert type_code(client, code).status_code == expected


def test_the_password_alone_opens_nothing(stack: Stack) -> None:
    with_password(stack, "ann.lee")
    client = stack.client()
    type_password(client, "ann.lee")
    assert client.get("/desk/account").headers["location"].startswith("/desk/sign-in")


def test_a_cookie_from_before_is_not_the_session_afterwards(stack: Stack) -> None:
    _, secret = with_password(stack, "ann.lee")
    client = stack.client(follow_redirects=True)
    seen = []
    client.get("/desk/sign-in")
    seen.append(client.cookies["desk"])
    type_password(client, "ann.lee")
    seen.append(client.cookies["desk"])
    type_code(client, code_now(secret))
    seen.append(client.cookies["desk"])
    assert len(set(seen)) == 3
    for old in seen[:2]:
        thief = stack.client()
        thief.cookies.set("desk", old, domain="127.0.0.1", path="/")
        assert thief.get("/desk/account").status_code == 303


def test_the_cookie_cannot_be_read_by_scripts_or_sent_from_elsewhere(
    make_stack: Callable[..., Stack],
) -> None:
    stack = make_stack(https=True)
    cookie = stack.client().get("/desk/sign-in").headers["set-cookie"]
    assert cookie.startswith("__Host-desk=")
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part in cookie


def test_five_wrong_tries_lock_name_and_address(
    stack: Stack, later: Callable[[float], None]
) -> None:
    _, secret = with_password(stack, "ann.lee")
    client = stack.client(follow_redirects=True)
    for _ in range(5):
        assert type_password(client, "ann.lee", "not this one at all").status_code == 422
    assert type_password(client, "ann.lee").status_code == 429
    later(14.9)
    assert type_password(client, "ann.lee").status_code == 429
    later(0.2)
    type_password(client, "ann.lee")
    assert type_code(client, code_now_at(secret)).status_code == 200


def test_wrong_codes_are_counted_too(stack: Stack) -> None:
    with_password(stack, "ann.lee")
    client = stack.client(follow_redirects=True)
    type_password(client, "ann.lee")
    assert [type_code(client, f"00000{n}").status_code for n in range(6)] == [422] * 5 + [429]


def test_names_that_nobody_has_lock_alike_and_take_as_long(stack: Stack) -> None:
    with_password(stack, "ann.lee")
    client = stack.client(follow_redirects=True)
    answers: dict[str, list[tuple[int, str]]] = {}
    times: dict[str, list[float]] = {}
    token = form_token(client.get("/desk/sign-in").text)
    for turn in range(7):
        for name in ("ann.lee", "nobody.here"):
            begun = time.perf_counter()
            answer = client.post(
                "/desk/sign-in", data={"form_token": token, "name": name, "password": "x" * 20}
            )
            if 0 < turn < 5:
                times.setdefault(name, []).append(time.perf_counter() - begun)
            text = answer.text.replace(name, "").replace(form_token(answer.text), "")
            answers.setdefault(name, []).append((answer.status_code, text))
    assert answers["ann.lee"] == answers["nobody.here"]
    assert [status for status, _ in answers["ann.lee"]] == [422] * 5 + [429] * 2
    known, unknown = (statistics.median(times[n]) for n in ("ann.lee", "nobody.here"))
    # a hash takes some 50 ms, no hash none; machines that do other things need the room
    assert 0.5 < known / unknown < 2


def test_idle_sessions_end_after_half_an_hour(stack: Stack, later: Callable[[float], None]) -> None:
    person = signed_in(stack, "clerk")
    for _ in range(3):
        later(29.9)
        assert person.get("/desk/account").status_code == 200
    later(30)
    assert person.get("/desk/account").status_code == 303


def test_no_session_lives_longer_than_twelve_hours(
    stack: Stack, later: Callable[[float], None]
) -> None:
    person = signed_in(stack, "clerk")
    for _ in range(35):
        later(20)
        assert person.get("/desk/account").status_code == 200
    later(20)
    assert person.get("/desk/account").status_code == 303


def test_a_disabled_account_is_out_at_its_next_request(stack: Stack) -> None:
    person = signed_in(stack, "clerk")
    assert person.get("/desk/account").status_code == 200
    disable(stack.engine, person.account, by="test")
    assert person.get("/desk/account").status_code == 303


def test_a_changed_role_holds_at_once(stack: Stack) -> None:
    boss, clerk = signed_in(stack, "administrator"), signed_in(stack, "clerk")
    assert clerk.get("/desk/audit").status_code == 403
    boss.post(f"/desk/staff/{clerk.account.id}", change="role", role="lead")
    assert clerk.get("/desk/audit").status_code == 200


def test_signing_out_ends_the_session_on_the_server(stack: Stack) -> None:
    person = signed_in(stack, "clerk")
    person.post("/desk/sign-out")
    thief = stack.client()
    thief.cookies.set("desk", person.token, domain="127.0.0.1", path="/")
    assert thief.get("/desk/account").status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_its_token_changes_nothing(stack: Stack, token: str) -> None:
    boss = signed_in(stack, "administrator")
    answer = boss.client.post(
        "/desk/staff", data={"form_token": token, "name": "evil", "role": "administrator"}
    )
    assert answer.status_code == 403
    assert find(stack.engine, "evil") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_changes_nothing(stack: Stack, headers: dict[str, str]) -> None:
    boss = signed_in(stack, "administrator")
    token = form_token(boss.get("/desk/staff").text)
    fields = {"form_token": token, "name": "evil", "role": "administrator"}
    assert boss.client.post("/desk/staff", data=fields, headers=headers).status_code == 403
    assert find(stack.engine, "evil") is None


def test_another_session_s_form_token_is_refused(stack: Stack) -> None:
    boss, other = signed_in(stack, "administrator"), signed_in(stack, "clerk")
    token = form_token(other.get("/desk/account").text)
    answer = boss.client.post("/desk/staff", data={"form_token": token, "name": "evil"})
    assert answer.status_code == 403


def test_changes_are_not_made_by_addresses_alone(stack: Stack) -> None:
    boss = signed_in(stack, "administrator")
    before = all_accounts(stack.engine)
    for path in (f"/desk/staff/{boss.account.id}?change=disable", "/desk/sign-out"):
        assert boss.client.get(path).status_code == 405
    assert all_accounts(stack.engine) == before


def test_a_link_from_a_mail_arrives_without_the_cookie_and_keeps_the_session(stack: Stack) -> None:
    person = signed_in(stack, "clerk")
    mail = stack.client()
    answer = mail.get("/desk/account?x=1", headers={"Sec-Fetch-Site": "cross-site"})
    assert 'content="0; url=/desk/account?x=1"' in answer.text
    assert "set-cookie" not in answer.headers
    assert person.get("/desk/account?x=1").status_code == 200


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/desk\\evil", "/deskx", "/", "/desk/a\nb"]
)
def test_signing_in_leads_nowhere_else(stack: Stack, to: str) -> None:
    page = stack.client().get("/desk/sign-in", params={"next": to}).text
    assert 'name="next" value="/desk"' in page


def test_signing_in_leads_back_to_the_page_that_was_asked_for(stack: Stack) -> None:
    _, secret = with_password(stack, "ann.lee", "lead")
    client = stack.client(follow_redirects=True)
    page = client.get("/desk/audit?who=ann.lee")
    token = form_token(page.text)
    fields = {"form_token": token, "name": "ann.lee", "password": PASSWORD}
    fields["next"] = page.text.split('name="next" value="')[1].split('"')[0]
    page = client.post("/desk/sign-in", data=fields)
    to = page.text.split('name="next" value="')[1].split('"')[0]
    fields = {"form_token": form_token(page.text), "code": code_now(secret), "next": to}
    page = client.post("/desk/sign-in/code", data=fields)
    assert str(page.url).endswith("/desk/audit?who=ann.lee")


def test_old_and_used_and_replaced_links_are_dead(
    stack: Stack, later: Callable[[float], None]
) -> None:
    account = make_account(stack, "new.clerk", "clerk")
    first = new_link(stack.engine, account, by="test")
    second = new_link(stack.engine, account, by="test")
    assert stack.client().get(f"/desk/set-password/{first}").status_code == 404
    assert stack.client().get(f"/desk/set-password/{second}").status_code == 200
    later(48 * 60 + 1)
    assert stack.client().get(f"/desk/set-password/{second}").status_code == 404


def test_a_weak_password_is_refused_and_the_link_stays(stack: Stack) -> None:
    account = make_account(stack, "new.clerk", "clerk")
    link = f"/desk/set-password/{new_link(stack.engine, account, by='test')}"
    client = stack.client()
    answers: list[httpx.Response] = [
        send_form(client, link, link, password=text, again=text)
        for text in ("short one here", "passwordpassword1", "new.clerk.new.clerk")
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert send_form(client, link, link, password=PASSWORD, again="another").status_code == 422
    assert send_form(client, link, link, password=PASSWORD, again=PASSWORD).status_code == 303


def test_changing_the_password_ends_every_session(stack: Stack) -> None:
    account, _ = with_password(stack, "ann.lee")
    here, there = signed_in(stack, "clerk", "ann.lee"), signed_in(stack, "clerk", "ann.lee")
    new = "seven brisk otters juggle"
    path = "/desk/account/password"
    wrong = here.post(path, present="wrong one", password=new, again=new)
    assert "present password is wrong" in wrong.text
    answer = here.post(path, present=PASSWORD, password=new, again=new)
    assert answer.status_code == 303
    assert there.get("/desk/account").status_code == 303
    assert account.name == "ann.lee"


def test_new_recovery_codes_want_the_password(stack: Stack) -> None:
    with_password(stack, "ann.lee")
    clerk = signed_in(stack, "clerk", "ann.lee")
    path = "/desk/account/recovery-codes"
    for present in ("", "wrong one"):
        refused = clerk.post(path, present=present)
        assert (refused.status_code, "present password is wrong" in refused.text) == (422, True)
    assert "recovery codes" in clerk.post(path, present=PASSWORD).text


def test_the_last_administrator_stays(stack: Stack) -> None:
    boss = signed_in(stack, "administrator")
    path = f"/desk/staff/{boss.account.id}"
    assert boss.post(path, change="disable").status_code == 422
    assert boss.post(path, change="role", role="clerk").status_code == 422
    assert boss.get("/desk/staff").status_code == 200


def test_an_administrator_adds_staff_by_a_link(stack: Stack) -> None:
    boss = signed_in(stack, "administrator")
    page = boss.post("/desk/staff", name="Bo.Ray", role="tester", full_name="Bo <Ray>").text
    assert "Bo &lt;Ray&gt;" in page
    link = page.split('<code class="desk-key">')[1].split("<")[0]
    assert "bo.ray" in stack.client().get(link).text
    assert boss.post("/desk/staff", name="bo.ray", role="clerk").status_code == 422
    assert boss.post("/desk/staff", name="x y", role="clerk").status_code == 422
    assert boss.post("/desk/staff", name="xyz", role="king").status_code == 422


def test_a_made_up_notice_is_not_shown(stack: Stack) -> None:
    cookies = "desk=abc; desk-said=SGFja2Vk.\xe9".encode("latin-1")
    page = stack.client().get("/desk/sign-in", headers={b"cookie": cookies})
    assert page.status_code == 200
    assert "Hacked" not in page.text


@pytest.mark.parametrize("what", ["password", "code"])
def test_tries_sent_at_once_are_counted_one_by_one(stack: Stack, what: str) -> None:
    """All were looked at before the first was counted: forty wrong passwords in a second."""
    with_password(stack, "ann.lee")
    if what == "password":
        client = signed_in(stack, "clerk", "ann.lee").client
        page, to, field = "/desk/account", "/desk/account/recovery-codes", "present"
    else:
        client = stack.client()
        send_form(client, "/desk/sign-in", "/desk/sign-in", name="ann.lee", password=PASSWORD)
        page, to, field = "/desk/sign-in/code", "/desk/sign-in/code", "code"
    token = form_token(client.get(page).text)

    def wrong(number: int) -> int:
        answer = client.post(to, data={"form_token": token, field: f"{number:06}"}, timeout=60)
        return answer.status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(wrong, range(20)))
    assert sorted(set(statuses)) == [422, 429]
    # two are looked at together
    assert statuses.count(422) <= TRIES + 1
