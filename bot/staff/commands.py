"""The command ``helpdesk staff``. It imports what it needs when it is called."""

import argparse
from collections.abc import Callable

from bot.settings import Settings
from bot.staff.roles import CLERK, ROLES

Command = Callable[[argparse.Namespace, Settings], int]


def add_staff_command(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add ``staff`` and what it can do to the parser of ``helpdesk``."""
    parser = add(
        "staff", _later("list_accounts"), "List or change the accounts of the clerk's desk."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    actions = parser.add_subparsers(metavar="ACTION")

    def action(name: str, command: Callable[..., int], text: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    new = action("add", _later("add_account"), "Add an account and set its password.")
    new.add_argument("name", help="sign-in name, for example ann.lee")
    new.add_argument("--role", choices=ROLES, default=CLERK, help="default: %(default)s")
    new.add_argument("--full-name", default="", help="shown at the desk")
    new.add_argument("--email", default="", help="finds the account with the court's sign-in")
    new.add_argument("--link", action="store_true", help="print a link instead of asking")
    listed = action("list", _later("list_accounts"), "List all accounts.")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    for name, command, text in (
        ("disable", _later("disable_account"), "Shut an account out at once."),
        ("enable", _later("enable_account"), "Let a disabled account in again."),
        (
            "reset",
            _later("reset_account"),
            "Forget password and app, end all sessions, print a new link.",
        ),
    ):
        action(name, command, text).add_argument("name", help="sign-in name")


def _later(name: str) -> Command:
    def command(parsed: argparse.Namespace, settings: Settings) -> int:
        from bot.staff import command_line

        found: Command = getattr(command_line, name)
        return found(parsed, settings)

    return command
