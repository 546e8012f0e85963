"""Help requests by their code: whoever has the code may look and withdraw."""

from bot.triage.lifecycle import withdraw
from bot.triage.requests import HelpRequest, find
from bot.web import words
from bot.web.refused import RefusedError
from bot.web.site import Site

_WHY = "withdrawn by the filer on the help desk's page"


def find_request(site: Site, code: str) -> HelpRequest:
    """The request with this code. Reads the database.

    Raises:
        RefusedError: there is none.
        TooOftenError: too many codes were tried.
    """
    site.limiter.lookup()
    return _known(find(site.engine, code))


def withdraw_request(site: Site, code: str) -> HelpRequest:
    """Take it back; one that has ended stays as it is. Writes the database.

    Raises:
        RefusedError: there is none.
        TooOftenError: too many codes were tried.
    """
    site.limiter.lookup()
    return _known(withdraw(site.engine, code, who="filer", why=_WHY))


def _known(found: HelpRequest | None) -> HelpRequest:
    if found is None:
        raise RefusedError(404, words.UNKNOWN_REQUEST)
    return found
