"""Every page of the desk with every role, from the one table that the server is built from."""

import re

import pytest
from desk_people import signed_in
from web_stack import Stack

from bot.staff.roles import ROLES
from bot.web.desk.access import ANYBODY, Page
from bot.web.desk.routes import DESK_ROUTES, TABLE

# what each page is for; a page that is missing here fails, so that somebody decides who may see it
EVERYBODY, CLERKS = set(ROLES), {"clerk", "lead", "administrator"}
LEADS, ADMINISTRATORS = {"lead", "administrator"}, {"administrator"}
TESTERS = {"tester", "lead", "administrator"}
OPEN: set[str] = set()
EXPECTED = {
    "GET /desk/sign-in": OPEN,
    "POST /desk/sign-in": OPEN,
    "GET /desk/sign-in/code": OPEN,
    "POST /desk/sign-in/code": OPEN,
    "GET /desk/sign-in/court": OPEN,
    "GET /desk/sign-in/court/callback": OPEN,
    "GET /desk/set-password/{token}": OPEN,
    "POST /desk/set-password/{token}": OPEN,
    "POST /desk/sign-out": EVERYBODY,
    "GET /desk": EVERYBODY,
    "GET /desk/queue": CLERKS,
    "GET /desk/queue/rows": CLERKS,
    "POST /desk/queue/next": CLERKS,
    "POST /desk/queue/views": CLERKS,
    "POST /desk/queue/views/{number:row}/delete": CLERKS,
    "GET /desk/requests/{code}": CLERKS,
    "POST /desk/requests/{code}/claim": CLERKS,
    "POST /desk/requests/{code}/move": CLERKS,
    "POST /desk/requests/{code}/assign": CLERKS,
    "POST /desk/requests/{code}/notes": CLERKS,
    "POST /desk/requests/{code}/session": CLERKS,
    "POST /desk/requests/{code}/reply": CLERKS,
    "GET /desk/sessions": CLERKS,
    "POST /desk/sessions/not-held": CLERKS,
    "GET /desk/articles": EVERYBODY,
    "GET /desk/articles/{topic}": EVERYBODY,
    "GET /desk/articles/{topic}/edit": LEADS,
    "POST /desk/articles/{topic}/edit": LEADS,
    "GET /desk/articles/{topic}/versions/{number:row}": EVERYBODY,
    "POST /desk/articles/{topic}/versions/{number:row}/restore": LEADS,
    "GET /desk/questions": TESTERS,
    "GET /desk/questions/{number:row}": TESTERS,
    "POST /desk/questions/{number:row}": TESTERS,
    "GET /desk/questions/examples/{topic}": TESTERS,
    "GET /desk/figures": EVERYBODY,
    "GET /desk/figures.csv": EVERYBODY,
    "GET /desk/switches": LEADS,
    "POST /desk/switches/{name}": LEADS,
    "GET /desk/retention": ADMINISTRATORS,
    "POST /desk/retention": ADMINISTRATORS,
    "GET /desk/tests": TESTERS,
    "POST /desk/tests": TESTERS,
    "GET /desk/tests/runs": TESTERS,
    "GET /desk/tests/compared": TESTERS,
    "GET /desk/tests/{number:row}": TESTERS,
    "GET /desk/tests/{number:row}/report": TESTERS,
    "POST /desk/tests/{number:row}/stop": TESTERS,
    "GET /desk/audit": LEADS,
    "GET /desk/staff": ADMINISTRATORS,
    "POST /desk/staff": ADMINISTRATORS,
    "POST /desk/staff/{number:row}": ADMINISTRATORS,
    "GET /desk/account": EVERYBODY,
    "POST /desk/account/password": EVERYBODY,
    "POST /desk/account/recovery-codes": EVERYBODY,
    "POST /desk/account/shortcuts": EVERYBODY,
}


def key(page: Page) -> str:
    return f"{page.method} {page.path}"


def address(page: Page) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "1", page.path)


def test_the_table_is_the_expected_one() -> None:
    assert {key(p): OPEN if p.roles == ANYBODY else set(p.roles) for p in TABLE} == EXPECTED


def test_no_page_of_the_desk_is_outside_of_the_table(stack: Stack) -> None:
    ours = {id(route) for route in DESK_ROUTES}
    paths = [route for route in stack.app.routes if route.path.startswith("/desk")]
    assert {id(route) for route in paths} == ours
    assert len(paths) == len(TABLE)


def test_every_role_at_every_page(stack: Stack) -> None:
    """A role that may not see a page is refused before anything is read or changed; a form without
    token is refused for the others, so nothing is changed by this test either."""
    wrong = []
    for role in ROLES:
        person = signed_in(stack, role)
        for page in TABLE:
            if page.roles == ANYBODY:
                continue
            answer = person.client.request(page.method, address(page), follow_redirects=False)
            may = role in page.roles
            refused = answer.status_code == 403 and "not for your role" in answer.text
            if refused is may or (page.method == "POST" and answer.status_code != 403):
                wrong.append((role, key(page), answer.status_code))
            if answer.status_code >= 500:
                wrong.append((role, key(page), answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("page", [p for p in TABLE if p.roles != ANYBODY], ids=key)
def test_nobody_gets_in_without_signing_in(stack: Stack, page: Page) -> None:
    for token in (None, "made-up", "x" * 500):
        client = stack.client()
        if token:
            client.cookies.set("desk", token, domain="127.0.0.1", path="/")
        answer = client.request(page.method, address(page), follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/sign-in")


def test_a_part_of_a_page_asks_for_the_whole_page_when_the_session_is_over(stack: Stack) -> None:
    answer = stack.client().get("/desk/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-refresh"]) == (401, "true")


def test_navigation_shows_what_the_role_may_see(stack: Stack) -> None:
    for role in ROLES:
        page = signed_in(stack, role).get("/desk/account").text
        for row in TABLE:
            if row.nav:
                assert (f'<a href="{row.path}"' in page) is (role in row.roles)


def test_every_page_is_kept_out_of_frames_and_caches(stack: Stack) -> None:
    pages = [stack.client().get("/desk/sign-in"), signed_in(stack, "lead").get("/desk/audit")]
    for answer in pages:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"


def test_a_form_that_is_too_large_is_refused_for_that(stack: Stack) -> None:
    answer = signed_in(stack, "clerk").post("/desk/account/shortcuts", shortcuts="x" * 300_000)
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert "earlier sign-in" not in answer.text


@pytest.mark.parametrize("number", ["9" * 9, "9" * 30, "9" * 5000], ids=len)
def test_a_number_that_no_row_can_have_leads_to_no_page(stack: Stack, number: str) -> None:
    person = signed_in(stack, "administrator")
    assert person.get(f"/desk/tests/{number}").status_code == 404
    assert person.post(f"/desk/staff/{number}", change="disable").status_code == 404
