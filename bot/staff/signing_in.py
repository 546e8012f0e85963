"""Signing in, step by step: password, then the code of an app; at the first time the app is set up
between the two."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.engine import transaction
from bot.staff import audit, guessing, sessions
from bot.staff.accounts import Account, AccountError, secrets_of, set_app, use_code
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


class EnrolledError(SignInError):
    """The account got an app in another session meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "An app was set up for this account meanwhile. Sign in again, with the code of that "
            "app; if it is not yours, tell an administrator at once."
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
        with engine.begin() as connection:
            guessing.note_failure(connection, name, address)
            if account is not None:
                record(connection, account.name, "gave a wrong password", account.name, address)
        raise WrongError(
            "Name or password is wrong. After five wrong tries you have to wait fifteen minutes."
        )
    if account.has_app:
        return Step(sessions.begin(engine, account, CODE), CODE)
    return Step(sessions.begin(engine, account, ENROL, secret=new_secret()), ENROL)


def with_code(engine: Engine, session: Session, token: str, code: str, address: str) -> Step:
    """The second step; ``token`` is the session's, which ends.

    Raises:
        LockedError, WrongError, EnrolledError
    """
    account = session.account
    _refuse_locked(engine, account.name, address)
    codes: tuple[str, ...] = ()
    # the code is used up with the sign-in that it was for, or not at all
    with engine.begin() as connection:
        if session.stage == ENROL and session.secret:
            step = step_of(session.secret, code, utc_now(), 0)
            is_right = step is not None
            if step is not None:
                codes = _enrolled(connection, account, session.secret, step)
        else:
            is_right = use_code(connection, account, code)
        if is_right:
            sessions.end(connection, token)
            return Step(signed_in(connection, account, address), SIGNED_IN, codes)
    raise _wrong_code(engine, account, address)


def _enrolled(connection: Connection, account: Account, secret: str, step: int) -> tuple[str, ...]:
    try:
        return tuple(set_app(connection, account, secret, step))
    except AccountError:
        raise EnrolledError from None


def signed_in(
    engine: Engine | Connection, account: Account, address: str, *, instead_of: str | None = None
) -> str:
    """Begin the session of somebody who has proved who they are; returns its token. The session
    whose token has the hash ``instead_of``, which the browser had before, ends."""
    with transaction(engine) as connection:
        if instead_of:
            sessions.end_hashed(connection, instead_of)
        guessing.forget_failures(connection, account.name, address)
        record(connection, account.name, audit.SIGNED_IN, account.name, address)
        return sessions.begin(connection, account, SIGNED_IN)


def _refuse_locked(engine: Engine, name: str, address: str) -> None:
    if guessing.is_locked(engine, name, address):
        raise LockedError


def _wrong_code(engine: Engine, account: Account, address: str) -> WrongError:
    with engine.begin() as connection:
        guessing.note_failure(connection, account.name, address)
        record(connection, account.name, "gave a wrong code", account.name, address)
    return WrongError("This code is wrong, too old or was used before. Type the one shown now.")
