"""Signing in, step by step: password, then the code of an app; at the first time the app is set up
between the two."""

from dataclasses import dataclass

from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.staff import audit, guessing, sessions
from bot.staff.accounts import Account, secrets_of, set_app, use_code
from bot.staff.audit import record
from bot.staff.codes import new_secret, step_of
from bot.staff.passwords import Passwords
from bot.staff.sessions import CODE, ENROL, SIGNED_IN, Session


class SignInError(Exception):
    """Signing in did not work; the message is for the person."""


class WrongError(SignInError):
    """Name, password or code are wrong; which one is not said."""


class LockedError(SignInError):
    """Too many wrong tries."""

    def __init__(self) -> None:
        super().__init__(
            f"There were too many wrong tries. Wait {guessing.WAIT_MINUTES} minutes, then try "
            "again, or ask an administrator for a new link."
        )


@dataclass(frozen=True)
class Step:
    """Where signing in stands: the new session's token and stage, and recovery codes to show."""

    token: str
    stage: str
    recovery_codes: tuple[str, ...] = ()


def with_password(engine: Engine, name: str, password: str, address: str) -> Step:
    """The first step. Takes the same time for names that nobody has.

    Raises:
        LockedError, WrongError
    """
    name = name.strip().lower()[:200]
    _refuse_locked(engine, name, address)
    account, known = secrets_of(engine, name)
    if not Passwords().matches(known.password_hash, password) or account is None:
        guessing.note_failure(engine, name, address)
        if account is not None:
            record(engine, account.name, "gave a wrong password", account.name, address)
        raise WrongError(
            "Name or password is wrong. After five wrong tries you have to wait fifteen minutes."
        )
    if account.has_app:
        return Step(sessions.begin(engine, account, CODE), CODE)
    return Step(sessions.begin(engine, account, ENROL, secret=new_secret()), ENROL)


def with_code(engine: Engine, session: Session, token: str, code: str, address: str) -> Step:
    """The second step; ``token`` is the session's, which ends.

    Raises:
        LockedError, WrongError
    """
    account = session.account
    _refuse_locked(engine, account.name, address)
    codes: tuple[str, ...] = ()
    if session.stage == ENROL and session.secret:
        step = step_of(session.secret, code, utc_now(), 0)
        if step is None:
            raise _wrong_code(engine, account, address)
        codes = tuple(set_app(engine, account, session.secret, step))
    elif not use_code(engine, account, code):
        raise _wrong_code(engine, account, address)
    sessions.end(engine, token)
    return Step(signed_in(engine, account, address), SIGNED_IN, codes)


def signed_in(engine: Engine, account: Account, address: str) -> str:
    """Begin the session of somebody who has proved who they are; returns its token."""
    guessing.forget_failures(engine, account.name, address)
    record(engine, account.name, audit.SIGNED_IN, account.name, address)
    return sessions.begin(engine, account, SIGNED_IN)


def _refuse_locked(engine: Engine, name: str, address: str) -> None:
    if guessing.is_locked(engine, name, address):
        raise LockedError


def _wrong_code(engine: Engine, account: Account, address: str) -> WrongError:
    guessing.note_failure(engine, account.name, address)
    record(engine, account.name, "gave a wrong code", account.name, address)
    return WrongError("This code is wrong, too old or was used before. Type the one shown now.")
