"""Help requests in the database: made by filers, looked up by code, kept with every change."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.tables import help_request_changes, help_requests

WAITING = "waiting"
WITHDRAWN = "withdrawn"
STATES = (WAITING, "claimed", "in_session", "resolved", "no_show", WITHDRAWN)
ENDED = frozenset({"resolved", "no_show", WITHDRAWN})
# no letter or digit that is mistaken for another when read out on the phone
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = re.compile(rf"\b([{_CODE_ALPHABET}]{{5}})[\s-]?([{_CODE_ALPHABET}]{{5}})\b", re.IGNORECASE)


@dataclass(frozen=True)
class HelpRequest:
    """One help request. ``deadline`` in the filer's words; ``deadline_at`` in UTC if understood."""

    code: str
    name: str
    contact: str
    role: str
    topic: str | None
    details: str
    deadline: str | None
    deadline_at: datetime | None
    state: str
    created_at: datetime
    conversation_id: str | None
    report_id: str | None


def new_code() -> str:
    """Ten random signs in two groups, about 49 bits, for example ``K7QRT-3MX9B``."""
    signs = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def normal_code(text: str) -> str:
    """A code as stored, from what a filer typed: any case, with or without the hyphen."""
    signs = "".join(c for c in text.upper() if c in _CODE_ALPHABET)[:11]
    return f"{signs[:5]}-{signs[5:]}"


def codes_in(text: str) -> list[str]:
    """What looks like codes of help requests. Words such as ``there where`` have the same letters,
    so a code has a digit, or a hyphen between capitals."""
    return [
        normal_code(found.group())
        for found in _CODE.finditer(text)
        if re.search(r"\d", found.group()) or ("-" in found.group() and found.group().isupper())
    ]


def make_request(
    engine: Engine,
    *,
    conversation_id: str | None,
    name: str,
    contact: str,
    role: str,
    topic: str | None,
    details: str,
    deadline: str | None = None,
    deadline_at: datetime | None = None,
    report_id: str | None = None,
) -> HelpRequest:
    """Store a help request. The same filer asking again on the same topic gets the open one back,
    with the new words added."""
    now = utc_now()
    name, contact, role = name[:120], contact[:200], role[:60]
    deadline = deadline[:200] if deadline else None
    with engine.begin() as connection:
        known = _open_one(connection, conversation_id, topic)
        if known is not None:
            connection.execute(
                help_requests.update()
                .where(help_requests.c.id == known.id)
                .values(
                    name=name,
                    contact=contact,
                    role=role,
                    details=f"{known.details}\n\n{details}"
                    if details not in known.details
                    else known.details,
                    deadline=deadline or known.deadline,
                    deadline_at=deadline_at or known.deadline_at,
                    report_id=report_id or known.report_id,
                    updated_at=now,
                )
            )
            _note(connection, known.id, known.state, "filer", "asked again", now)
            code = known.code
        else:
            code = new_code()
            result = connection.execute(
                help_requests.insert().values(
                    code=code,
                    conversation_id=conversation_id,
                    name=name,
                    contact=contact,
                    role=role,
                    topic=topic,
                    details=details,
                    deadline=deadline,
                    deadline_at=deadline_at,
                    report_id=report_id,
                    state=WAITING,
                    created_at=now,
                    updated_at=now,
                )
            )
            number = int(result.inserted_primary_key[0])
            _note(connection, number, WAITING, "filer", "asked", now)
        row = connection.execute(_by_code(code)).one()
    return _request(row)


def find(engine: Engine, code: str) -> HelpRequest | None:
    """The request with this code, or None."""
    with engine.connect() as connection:
        row = connection.execute(_by_code(normal_code(code))).one_or_none()
    return _request(row) if row else None


def open_requests(engine: Engine) -> list[HelpRequest]:
    """All that have not ended, the earliest deadline first, then the longest waiting."""
    c = help_requests.c
    query = (
        sa.select(help_requests)
        .where(c.state.not_in(ENDED))
        .order_by(c.deadline_at.is_(None), c.deadline_at, c.created_at)
    )
    with engine.connect() as connection:
        return [_request(row) for row in connection.execute(query)]


def withdraw(engine: Engine, code: str, *, who: str, why: str) -> HelpRequest | None:
    """Take a request back; one that has ended stays as it is. None when there is no such code."""
    now = utc_now()
    with engine.begin() as connection:
        row = connection.execute(_by_code(normal_code(code)).with_for_update()).one_or_none()
        if row is None:
            return None
        if row.state not in ENDED:
            connection.execute(
                help_requests.update()
                .where(help_requests.c.id == row.id)
                .values(state=WITHDRAWN, updated_at=now)
            )
            _note(connection, row.id, WITHDRAWN, who, why, now)
        row = connection.execute(_by_code(row.code)).one()
    return _request(row)


def place_in_line(engine: Engine, request: HelpRequest) -> int:
    """How many open requests stand before this one, plus one."""
    codes = [r.code for r in open_requests(engine)]
    return codes.index(request.code) + 1 if request.code in codes else 0


def _open_one(connection: Connection, conversation_id: str | None, topic: str | None) -> Any:
    if conversation_id is None:
        return None
    c = help_requests.c
    query = sa.select(help_requests).where(
        c.conversation_id == conversation_id,
        c.topic == topic if topic else c.topic.is_(None),
        c.state.not_in(ENDED),
    )
    return connection.execute(query.limit(1)).one_or_none()


def _by_code(code: str) -> Any:
    return sa.select(help_requests).where(help_requests.c.code == code)


def _note(
    connection: Connection, number: int, state: str, who: str, why: str, at: datetime
) -> None:
    connection.execute(
        help_request_changes.insert().values(
            request_id=number, state=state, who=who, why=why, at=at
        )
    )


def _request(row: Any) -> HelpRequest:
    return HelpRequest(**{field: getattr(row, field) for field in HelpRequest.__dataclass_fields__})
