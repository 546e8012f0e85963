"""What ``helpdesk staff`` does."""

import argparse
import sys
from collections.abc import Callable
from getpass import getpass

from sqlalchemy.engine import Engine

from bot.court import load_court
from bot.db.engine import make_engine
from bot.run import prepare_database
from bot.settings import Settings
from bot.staff import accounts
from bot.staff.accounts import LINK_HOURS, Account, AccountError
from bot.staff.passwords import WeakPasswordError
from bot.terminal import FAILED, OK, WRONG_USE, say, show

_BY = "command line"


def add_account(parsed: argparse.Namespace, settings: Settings) -> int:
    """Add an account, then ask for its password or print a link."""
    engine = _engine(settings)
    try:
        account = accounts.add_account(
            engine,
            parsed.name,
            parsed.role,
            by=_BY,
            full_name=parsed.full_name,
            email=parsed.email,
        )
    except AccountError as error:
        say(str(error))
        return FAILED
    if parsed.link or not sys.stdin.isatty():
        print(_link_text(settings, account, accounts.new_link(engine, account, by=_BY)))
        return OK
    return _ask_password(engine, account, load_court(settings.court_file).name)


def _ask_password(engine: Engine, account: Account, court: str) -> int:
    """Ask until it is a good one. The account is there already, so an interruption loses nothing:
    ``reset`` gives a link."""
    while True:
        password = getpass("Password: ")
        if password != getpass("Once more: "):
            say("The two differ.")
            continue
        try:
            accounts.set_password(engine, account, password, by=_BY, court=court)
        except WeakPasswordError as error:
            say(str(error))
            continue
        print(f"{account.name} can sign in at /desk as {account.role}.")
        return OK


def list_accounts(parsed: argparse.Namespace, settings: Settings) -> int:
    """Print all accounts."""
    found = accounts.all_accounts(_engine(settings))
    for account in found:
        state = "disabled" if account.disabled_at else "active"
        if parsed.json:
            show(
                {
                    "name": account.name,
                    "full_name": account.full_name,
                    "role": account.role,
                    "state": state,
                    "has_password": account.has_password,
                    "has_app": account.has_app,
                }
            )
        else:
            print(f"{account.name:20} {account.role:14} {state:9} {account.full_name}".rstrip())
    if not found and not parsed.json:
        print("No accounts. Make the first: helpdesk staff add NAME --role administrator")
    return OK


def disable_account(parsed: argparse.Namespace, settings: Settings) -> int:
    """Shut an account out."""

    def change(engine: Engine, account: Account) -> str:
        accounts.disable(engine, account, by=_BY)
        return f"{account.name} is disabled and signed out."

    return _change(parsed, settings, change)


def enable_account(parsed: argparse.Namespace, settings: Settings) -> int:
    """Let it in again."""

    def change(engine: Engine, account: Account) -> str:
        accounts.enable(engine, account, by=_BY)
        return f"{account.name} can sign in again."

    return _change(parsed, settings, change)


def reset_account(parsed: argparse.Namespace, settings: Settings) -> int:
    """Forget password and app; print a new link."""

    def change(engine: Engine, account: Account) -> str:
        return _link_text(settings, account, accounts.reset(engine, account, by=_BY))

    return _change(parsed, settings, change)


def _change(
    parsed: argparse.Namespace, settings: Settings, change: Callable[[Engine, Account], str]
) -> int:
    engine = _engine(settings)
    account = accounts.find(engine, parsed.name)
    if account is None:
        say(f"There is no account {parsed.name!r}.")
        return WRONG_USE
    try:
        print(change(engine, account))
    except AccountError as error:
        say(str(error))
        return FAILED
    return OK


def _link_text(settings: Settings, account: Account, token: str) -> str:
    address = settings.public_url or f"http://{settings.web_host}:{settings.web_port}"
    return (
        f"{account.name} sets a password here, once, within {LINK_HOURS} hours:\n"
        f"{address}/desk/set-password/{token}"
    )


def _engine(settings: Settings) -> Engine:
    prepare_database(settings)
    return make_engine(settings.database_url)
