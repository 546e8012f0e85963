"""Accounts of the desk: the SQL on ``staff`` and ``staff_recovery_codes``.

Every change is written to the audit log in the same transaction.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.conversations import hash_token
from bot.db.engine import transaction
from bot.db.tables import staff, staff_recovery_codes, staff_sessions
from bot.staff.audit import record
from bot.staff.codes import new_recovery_codes, normal_recovery_code, step_of
from bot.staff.passwords import Passwords, check_new
from bot.staff.roles import ADMINISTRATOR, known_role

LINK_HOURS = 48
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


class AccountError(ValueError):
    """An account cannot be made or changed in this way; the message says why."""


@dataclass(frozen=True)
class Account:
    """Somebody of the staff. ``name`` is what they sign in with and what others see."""

    id: int
    name: str
    full_name: str
    email: str | None
    role: str
    has_password: bool
    has_app: bool
    shortcuts: bool
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True)
class Secrets:
    """What a sign-in is checked against."""

    password_hash: str | None
    totp_secret: str | None
    totp_last_step: int


def add_account(
    engine: Engine, name: str, role: str, *, by: str, full_name: str = "", email: str = ""
) -> Account:
    """Make an account without password; :func:`new_link` gives the link to set one.

    Raises:
        AccountError: the name cannot be used or is taken.
        UnknownRoleError
    """
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise AccountError(
            "A sign-in name has 2 to 60 letters, digits, dots or hyphens, for example ann.lee."
        )
    values = {
        "name": name,
        "full_name": full_name.strip()[:120],
        "email": email.strip().lower()[:200] or None,
        "role": known_role(role),
        "shortcuts": True,
        "totp_last_step": 0,
        "created_at": utc_now(),
    }
    try:
        with engine.begin() as connection:
            connection.execute(staff.insert().inline().values(values))
            record(connection, by, "added an account", name, role)
    except IntegrityError as error:
        raise AccountError(f"There is an account with the name {name} or its e-mail.") from error
    found = find(engine, name)
    assert found is not None
    return found


def find(engine: Engine, name: str) -> Account | None:
    """The account with this name, or None."""
    return _one(engine, staff.c.name == name.strip().lower())


def by_id(engine: Engine, number: int) -> Account | None:
    """The account with this number, or None."""
    return _one(engine, staff.c.id == number)


def all_accounts(engine: Engine) -> list[Account]:
    """Every account, also disabled ones, by name."""
    with engine.connect() as connection:
        return [
            account_of(row) for row in connection.execute(sa.select(staff).order_by(staff.c.name))
        ]


def secrets_of(engine: Engine | Connection, name: str) -> tuple[Account | None, Secrets]:
    """The account that may sign in under this name, and what to check; None and nothing to match
    where there is none or it is disabled."""
    query = sa.select(staff).where(
        staff.c.name == name.strip().lower(), staff.c.disabled_at.is_(None)
    )
    with transaction(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None, Secrets(None, None, 0)
    return account_of(row), Secrets(row.password_hash, row.totp_secret, row.totp_last_step)


def by_subject(engine: Engine, subject: str, email: str | None) -> Account | None:
    """The account of a person whom the court's own sign-in (OIDC) knows by ``subject``. The first
    time it is found by ``email``, which must be one that the issuer has verified, and is bound to
    the subject from then on. None where there is none, or it is disabled."""
    c = staff.c
    with engine.begin() as connection:
        usable = c.disabled_at.is_(None)
        query = sa.select(staff).where(c.oidc_subject == subject, usable)
        row = connection.execute(query).one_or_none()
        if row is None and email:
            query = sa.select(staff).where(
                c.email == email.strip().lower(), c.oidc_subject.is_(None), usable
            )
            row = connection.execute(query).one_or_none()
            if row is not None:
                connection.execute(
                    staff.update().where(c.id == row.id).values(oidc_subject=subject)
                )
                record(connection, row.name, "bound to the court's sign-in", row.name)
    return account_of(row) if row is not None else None


def new_link(engine: Engine | Connection, account: Account, *, by: str) -> str:
    """The secret of a link by which the account's owner sets a password, once, within
    :data:`LINK_HOURS`. Any earlier link is dead."""
    token = secrets.token_urlsafe(32)
    until = utc_now() + timedelta(hours=LINK_HOURS)
    with transaction(engine) as connection:
        _set(connection, account.id, link_hash=hash_token(token), link_until=until)
        record(connection, by, "made a link to set a password", account.name)
    return token


def by_link(engine: Engine, token: str) -> Account | None:
    """The account that a link was made for, or None: used, too old, replaced or made up."""
    return _one(
        engine,
        (staff.c.link_hash == hash_token(token))
        & (staff.c.link_until > utc_now())
        & staff.c.disabled_at.is_(None),
    )


def set_password(
    engine: Engine, account: Account, password: str, *, by: str, court: str = ""
) -> None:
    """Give the account a new password. All its sessions and links end.

    Raises:
        WeakPasswordError
    """
    check_new(password, (account.name, account.full_name, account.email or "", court))
    hashed = Passwords().hash(password)
    with engine.begin() as connection:
        _set(connection, account.id, password_hash=hashed, link_hash=None, link_until=None)
        _end_sessions(connection, account.id)
        record(connection, by, "set a password", account.name)


def set_app(engine: Engine | Connection, account: Account, secret: str, step: int) -> list[str]:
    """Store the secret that the account shares with its app; returns new recovery codes. All its
    sessions end, also those in which another app was being set up.

    Raises:
        AccountError: it has an app already.
    """
    c = staff.c
    first = (
        staff.update()
        .where(c.id == account.id, c.totp_secret.is_(None))
        .values(totp_secret=secret, totp_last_step=step)
    )
    with transaction(engine) as connection:
        if connection.execute(first).rowcount != 1:
            raise AccountError(f"{account.name} has an app already: sign in with its code.")
        _end_sessions(connection, account.id)
        codes = _replace_codes(connection, account.id)
        record(connection, account.name, "set up the app for codes", account.name)
    return codes


def replace_recovery_codes(engine: Engine, account: Account) -> list[str]:
    """New recovery codes; the old ones are dead."""
    with engine.begin() as connection:
        codes = _replace_codes(connection, account.id)
        record(connection, account.name, "made new recovery codes", account.name)
    return codes


def use_code(engine: Engine | Connection, account: Account, code: str) -> bool:
    """Whether a code of the app or a recovery code is right. It is used up by this."""
    _, known = secrets_of(engine, account.name)
    if known.totp_secret is None:
        return False
    step = step_of(known.totp_secret, code, utc_now(), known.totp_last_step)
    with transaction(engine) as connection:
        if step is not None:
            # two sign-ins with one code: only one of them moves the step
            used = connection.execute(
                staff.update()
                .where(staff.c.id == account.id, staff.c.totp_last_step < step)
                .values(totp_last_step=step)
            )
            return bool(used.rowcount == 1)
        c = staff_recovery_codes.c
        used = connection.execute(
            staff_recovery_codes.update()
            .where(
                c.staff_id == account.id,
                c.code_hash == hash_token(normal_recovery_code(code)),
                c.used_at.is_(None),
            )
            .values(used_at=utc_now())
        )
        if used.rowcount == 1:
            record(connection, account.name, "used a recovery code", account.name)
            return True
    return False


def recovery_codes_left(engine: Engine, account: Account) -> int:
    """How many recovery codes can still be used."""
    c = staff_recovery_codes.c
    query = sa.select(sa.func.count()).where(c.staff_id == account.id, c.used_at.is_(None))
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def disable(engine: Engine, account: Account, *, by: str) -> None:
    """Shut an account out, from its next request on.

    Raises:
        AccountError: it is the last administrator's.
    """
    with engine.begin() as connection:
        with _keeping_an_administrator(connection, account):
            _set(connection, account.id, disabled_at=utc_now(), link_hash=None, link_until=None)
        _end_sessions(connection, account.id)
        record(connection, by, "disabled an account", account.name)


def enable(engine: Engine, account: Account, *, by: str) -> None:
    """Let a disabled account in again."""
    with engine.begin() as connection:
        _set(connection, account.id, disabled_at=None)
        record(connection, by, "enabled an account", account.name)


def change_role(engine: Engine, account: Account, role: str, *, by: str) -> None:
    """Give the account another role; it holds from the next request on.

    Raises:
        AccountError: it is the last administrator's.
        UnknownRoleError
    """
    known_role(role)
    with engine.begin() as connection:
        with _keeping_an_administrator(connection, account):
            _set(connection, account.id, role=role)
        record(connection, by, "changed a role", account.name, f"{account.role} to {role}")


def reset(engine: Engine, account: Account, *, by: str) -> str:
    """For somebody who lost password or app: both are forgotten, all sessions end. Returns the
    secret of a new link."""
    with engine.begin() as connection:
        _set(connection, account.id, password_hash=None, totp_secret=None, totp_last_step=0)
        connection.execute(
            staff_recovery_codes.delete().where(staff_recovery_codes.c.staff_id == account.id)
        )
        _end_sessions(connection, account.id)
        record(connection, by, "reset an account", account.name)
        return new_link(connection, account, by=by)


def set_shortcuts(engine: Engine, account: Account, on: bool) -> None:
    """Turn the account's keyboard shortcuts on or off."""
    with engine.begin() as connection:
        _set(connection, account.id, shortcuts=on)


def account_of(row: Any) -> Account:
    """The account in a row of ``staff``."""
    return Account(
        id=row.id,
        name=row.name,
        full_name=row.full_name,
        email=row.email,
        role=row.role,
        has_password=row.password_hash is not None,
        has_app=row.totp_secret is not None,
        shortcuts=row.shortcuts,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )


def _one(engine: Engine, condition: Any) -> Account | None:
    with engine.connect() as connection:
        row = connection.execute(sa.select(staff).where(condition)).one_or_none()
    return account_of(row) if row is not None else None


def _set(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(staff.update().where(staff.c.id == number).values(**values))


def _end_sessions(connection: Connection, number: int) -> None:
    connection.execute(staff_sessions.delete().where(staff_sessions.c.staff_id == number))


def _replace_codes(connection: Connection, number: int) -> list[str]:
    codes = new_recovery_codes()
    connection.execute(
        staff_recovery_codes.delete().where(staff_recovery_codes.c.staff_id == number)
    )
    connection.execute(
        staff_recovery_codes.insert(),
        [{"staff_id": number, "code_hash": hash_token(code)} for code in codes],
    )
    return codes


@contextmanager
def _keeping_an_administrator(connection: Connection, account: Account) -> Iterator[None]:
    """A change within that leaves no administrator is refused."""
    is_one = (staff.c.role == ADMINISTRATOR) & staff.c.disabled_at.is_(None)
    # a write that changes nothing, so that two administrators cannot shut each other out at once:
    # it locks their rows on PostgreSQL, and on SQLite, which locks no rows, keeps other writers out
    before = connection.execute(staff.update().where(is_one).values(role=ADMINISTRATOR)).rowcount
    yield
    left = connection.execute(sa.select(staff.c.id).where(is_one).limit(1)).first()
    if before and left is None:
        raise AccountError(
            f"{account.name} is the last administrator. Make another account administrator first."
        )
