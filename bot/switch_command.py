"""The command ``helpdesk switches``: what leads turn off at the desk, where nobody can sign in. It
imports what it needs when it is called."""

import argparse
from collections.abc import Callable
from getpass import getuser

from bot.settings import Settings
from bot.switches import NAMES
from bot.terminal import OK, WRONG_USE, say, show

ON, OFF = "on", "off"
_HELP = f"""
Without more, what is off now. What else it can do:

  helpdesk switches NAME off [NOTICE]    turn it off; filers read the notice, or the usual one
  helpdesk switches NAME on

NAME is one of {", ".join(NAMES)}. It works at once, without a new start.
"""


def add_switches_command(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add ``switches`` to the parser of ``helpdesk``."""
    parser = add("switches", _switches, "Turn the chat, sending files or help requests off and on.")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = _HELP.strip()
    parser.add_argument("name", nargs="?", choices=tuple(NAMES), help="what to turn off or on")
    parser.add_argument("to", nargs="?", choices=(ON, OFF))
    parser.add_argument("notice", nargs="*", help="what filers read while it is off")
    parser.add_argument("--who", default=getuser(), help="your sign-in name (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _switches(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.db.engine import make_engine
    from bot.run import prepare_database
    from bot.staff.audit import record
    from bot.switches import USUAL_NOTICES, NoticeError, switched_off, turn_off, turn_on

    name = parsed.name
    if name and not parsed.to:
        say(f"Say on or off: helpdesk switches {name} off")
        return WRONG_USE
    prepare_database(settings)
    engine = make_engine(settings.database_url)
    if name:
        try:
            # with its entry in the log, as at the desk
            with engine.begin() as connection:
                if parsed.to == OFF:
                    notice = " ".join(parsed.notice) or USUAL_NOTICES[name]
                    off = turn_off(connection, name, notice, who=parsed.who)
                    record(connection, parsed.who, f"turned {name} off", name, off.notice)
                elif turn_on(connection, name):
                    record(connection, parsed.who, f"turned {name} on", name)
        except NoticeError as error:
            say(str(error))
            return WRONG_USE
    stands = {one.name: one for one in switched_off(engine)}
    for each in NAMES:
        found = stands.get(each)
        if parsed.json:
            since = found.off_since.isoformat() if found else None
            said = {"notice": found.notice, "who": found.who} if found else {}
            show({"name": each, "on": found is None, "off_since": since, **said})
        elif found is None:
            print(f"{each:9} on")
        else:
            print(f"{each:9} off since {found.off_since:%Y-%m-%d %H:%M} UTC by {found.who}")
            print(f"          {found.notice}")
    return OK
