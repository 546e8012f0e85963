"""What the tests of the desk know of a running help desk: staff, requests, and a filer's chat."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyotp
from playwright.sync_api import Page
from sqlalchemy.engine import Engine

from bot import clock
from bot.settings import ROOT, Settings, child_environment
from bot.staff import sessions
from bot.staff.accounts import add_account, find
from bot.testing.client import Filer
from bot.triage.requests import HelpRequest, make_request

PASSWORD = "quiet lamp orbit walnut"


@dataclass(frozen=True)
class Desk:
    """One running help desk."""

    url: str
    settings: Settings
    engine: Engine

    def session(self, role: str) -> str:
        """The token of somebody with this role who has signed in."""
        name = f"some.{role}"
        account = find(self.engine, name) or add_account(self.engine, name, role, by="test")
        return sessions.begin(self.engine, account)

    def request(self, name: str = "Ann Lee", **values: Any) -> HelpRequest:
        """A stored help request."""
        return make_request(
            self.engine,
            **{
                "conversation_id": None,
                "name": name,
                "contact": f"{name.replace(' ', '.').lower()}@example.com, 860-555-0100",
                "role": "Attorney",
                "topic": "mfa",
                "details": "The code from my phone is always wrong.",
                **values,
            },
        )

    @contextmanager
    def shown_time(self) -> Iterator[Callable[[datetime], None]]:
        """Sets the clock (UTC, without zone) of the help desk and of this process, which go by
        the machine's again afterwards."""
        file = self.settings.clock_file
        assert file is not None
        clock.follow(file)
        try:
            yield lambda moment: clock.set_clock(file, moment)
        finally:
            clock.follow(None)
            clock.set_clock(file, None)

    def command(self, *words: str) -> str:
        """What ``helpdesk`` prints."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bot.cli", *words],
            cwd=ROOT,
            env={**os.environ, **child_environment(self.settings)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def filer(self) -> Filer:
        """Somebody who chats."""
        return Filer(self.url)


def ask_for_help(filer: Filer) -> str:
    """Make a help request in the chat, due in five hours whatever the time of day; its code."""
    for text in (
        "I want the clerk's office to help me, please open a ticket",
        "My filing account is linked to somebody who left our firm. My password is Tiger7!x",
        "in 5 hours",
        "My name is Dana Quill",
        "write to dana.quill@example.com",
        "I'm an attorney",
    ):
        filer.say(text)
    reply = filer.say("yes, send it")
    code = reply.get("request_code")
    assert code, reply
    return str(code)


def first_sign_in(page: Page, link: str, name: str) -> str:
    """Set a password by a link, set the app up, sign in; returns the app's secret."""
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    secret = page.locator(".desk-key").inner_text()
    page.get_by_label("Six digits").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="I have kept them").click()
    return secret
