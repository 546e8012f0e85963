"""Staff for the tests of the desk: accounts of every role, and browsers in which they signed in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pyotp
from web_stack import Stack

from bot.staff import sessions
from bot.staff.accounts import Account, add_account, find, set_app, set_password
from bot.triage.requests import HelpRequest, make_request

PASSWORD = "quiet lamp orbit walnut"
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


@dataclass
class Person:
    """An account and the browser in which it is used."""

    account: Account
    client: httpx.Client
    token: str

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form, as the page would."""
        return self.client.post(path, data={"form_token": form_token(self.get_form()), **fields})

    def get_form(self) -> str:
        """Some page with a form."""
        return self.client.get("/desk/account").text


def make_account(stack: Stack, name: str, role: str) -> Account:
    """An account without password."""
    return add_account(stack.engine, name, role, by="test")


def signed_in(stack: Stack, role: str, name: str = "") -> Person:
    """Somebody who signed in before, without the time that hashing takes."""
    name = name or f"some.{role}"
    account = find(stack.engine, name) or make_account(stack, name, role)
    token = sessions.begin(stack.engine, account)
    client = stack.client()
    client.cookies.set("desk", token, domain="127.0.0.1", path="/")
    return Person(account, client, token)


def with_password(stack: Stack, name: str, role: str = "clerk") -> tuple[Account, str]:
    """An account with password and app; returns it with the app's secret."""
    account = make_account(stack, name, role)
    set_password(stack.engine, account, PASSWORD, by="test")
    secret = pyotp.random_base32()
    set_app(stack.engine, account, secret, 0)
    found = find(stack.engine, name)
    assert found is not None
    return found, secret


def code_now(secret: str) -> str:
    """What the app shows."""
    return pyotp.TOTP(secret).at(datetime.now(UTC))


def form_token(page: str) -> str:
    """The token in a page's forms."""
    found = _TOKEN.search(page)
    assert found, page[:2000]
    return found.group(1)


def send_form(client: httpx.Client, page: str, to: str, **fields: str) -> httpx.Response:
    """Open a page and send its form."""
    token = form_token(client.get(page).text)
    return client.post(to, data={"form_token": token, **fields})


def type_password(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    """The first step of signing in."""
    return send_form(client, "/desk/sign-in", "/desk/sign-in", name=name, password=password)


def type_code(client: httpx.Client, code: str) -> httpx.Response:
    """The second step."""
    return send_form(client, "/desk/sign-in/code", "/desk/sign-in/code", code=code)


def ask(
    stack: Stack, name: str = "Ann Lee", contact: str = "ann@example.com", **changes: Any
) -> HelpRequest:
    """A help request as a filer makes it; keyword arguments change what is asked."""
    asked = {
        "conversation_id": None,
        "name": name,
        "contact": contact,
        "role": "Attorney",
        "topic": "mfa",
        "details": "Codes are wrong.",
    }
    return make_request(stack.engine, **{**asked, **changes})
