"""Moves of a request by the staff, with the e-mail to its filer where they would not expect one: it
is stored with the move or not at all."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.court import CourtProfile
from bot.settings import Settings
from bot.triage import notices
from bot.triage.lifecycle import PLACE_LOST, Also, history, move, note_change
from bot.triage.requests import ENDED, IN_SESSION, NO_SHOW, RESOLVED, WITHDRAWN, HelpRequest, find

_ENDS = {WITHDRAWN: notices.WITHDRAWN, RESOLVED: notices.RESOLVED, NO_SHOW: notices.NO_SHOW}
_PLACE_GONE = (
    "The place in the help session is given back, and no e-mail could be sent: call the filer."
)
_OPEN_AGAIN = "The filer knows it as closed, and no e-mail could be sent: call the filer."


@dataclass(frozen=True)
class Moved:
    """The request after its move; ``to_do`` says why the filer must be called, if they must."""

    request: HelpRequest
    to_do: str | None


def move_and_tell(
    engine: Engine,
    settings: Settings,
    court: CourtProfile,
    code: str,
    to: str,
    who: str,
    why: str,
    *,
    log: Also,
) -> Moved:
    """:func:`bot.triage.lifecycle.move`, and tell the filer of a withdrawal, of the loss of a place
    in a coming session, and that the end which they know of holds no more. ``log`` is stored with
    it.

    Raises:
        NotAllowedError, UnknownRequestError: as ``move``.
    """
    before, to_do = find(engine, code), []

    def also(connection: Connection, changed: HelpRequest) -> None:
        log(connection, changed)
        if before is None:
            return
        lost = to in ENDED and before.session_at != changed.session_at
        again = before.state in ENDED and _is_known_to_have_ended(connection, before)
        if lost:
            note_change(connection, changed, who, PLACE_LOST)
        if not (lost or again or to == WITHDRAWN):
            return
        is_told = notices.tell_filer(
            connection,
            settings,
            court,
            changed,
            notices.REOPENED if again else _ENDS[to],
            utc_now(),
            before=before,
            by_desk=True,
        )
        # whoever was helped in a session just now need not be called
        was_there = before.state == IN_SESSION and to == RESOLVED
        if not is_told and (lost or again) and not was_there:
            to_do.append(_PLACE_GONE if lost else _OPEN_AGAIN)

    moved = move(engine, code, to, who, why, also=also)
    return Moved(moved, to_do[0] if to_do else None)


def _is_known_to_have_ended(connection: Connection, ended: HelpRequest) -> bool:
    """Whether the filer has ended the request or was told that it has ended; ``connection`` sees
    the move back already."""
    if ended.state == WITHDRAWN:
        return True
    *_, last, _back = history(connection, ended.code)
    return last.why == PLACE_LOST
