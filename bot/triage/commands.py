"""The command ``helpdesk requests``. It imports what it needs when it is called."""

import argparse
from collections.abc import Callable
from getpass import getuser

from bot.settings import Settings

NEXT, CLAIM, BACK, RESOLVE, NOTE = "next", "claim", "back", "resolve", "note"
_HELP = """
Without more, the line of open help requests, the most urgent first. What else it can do:

  helpdesk requests CODE                 show one, with its history and notes
  helpdesk requests next                 claim the first in line
  helpdesk requests claim CODE
  helpdesk requests back CODE WHY        put it back in line, also after an end by mistake
  helpdesk requests resolve CODE WHY     say in a few words what was done
  helpdesk requests note CODE TEXT       for the staff; numbers of people are masked
"""


def add_requests_command(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add ``requests`` and what it can do to the parser of ``helpdesk``."""
    parser = add("requests", _requests, "Help requests: the line, one of them, or work on it.")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = _HELP.strip()
    parser.add_argument("what", nargs="?", metavar="CODE or ACTION", help="see above")
    parser.add_argument("code", nargs="?", help="the code of a help request")
    parser.add_argument("text", nargs="*", help="why, or the note")
    parser.add_argument("--who", default=getuser(), help="your sign-in name (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _requests(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.triage import command_line

    return command_line.run(parsed, settings)
