"""Help requests in the database: made by filers, looked up by code, deleted when over time."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.clock import utc_now
from bot.db.tables import help_request_changes, help_request_notes, help_requests

WAITING = "waiting"
CLAIMED = "claimed"
IN_SESSION = "in_session"
RESOLVED = "resolved"
NO_SHOW = "no_show"
WITHDRAWN = "withdrawn"
STATES = (WAITING, CLAIMED, IN_SESSION, RESOLVED, NO_SHOW, WITHDRAWN)
OPEN = (WAITING, CLAIMED, IN_SESSION)
ENDED = frozenset({RESOLVED, NO_SHOW, WITHDRAWN})
AT_ONCE = datetime.fromisoformat("1970-01-01")
"""As ``rank_until``: the rank must be counted again, whatever the clock shows."""
MOST_DETAILS = 20_000
"""How many characters of a problem are kept, however often the same filer asks again."""
# no letter or digit that is mistaken for another when read out on the phone
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = re.compile(rf"\b([{_CODE_ALPHABET}]{{5}})[\s-]?([{_CODE_ALPHABET}]{{5}})\b", re.IGNORECASE)


@dataclass(frozen=True)
class HelpRequest:
    """One help request. Times in UTC without zone. ``deadline`` in the filer's words,
    ``deadline_at`` if they were understood; ``session_at`` and ``session_until`` are start and end
    of the help session that is booked. ``language`` is the code of the one that the filer read the
    page in, None where it was not kept."""

    id: int
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
    claimed_by: str | None
    claimed_at: datetime | None
    session_at: datetime | None
    session_until: datetime | None
    language: str | None = None


@dataclass(frozen=True)
class Facts:
    """What else counts for the priority: how often the filer asked on this subject, and whether
    the report says that the PDF can be mended at once."""

    tries: int = 1
    mendable: bool = False


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
    mendable: bool = False,
    language: str | None = None,
) -> HelpRequest:
    """Store a help request. The same conversation asking again on the same topic gets the open one
    back, with the new words added.

    Requests with the same contact from elsewhere are not joined: whoever knows a filer's address
    would get the code of the filer's request. They count as a repeated try.
    """
    said = {
        "name": name[:120],
        "contact": contact[:200],
        "role": role[:60],
        "details": details,
        "deadline": deadline[:200] if deadline else None,
        "deadline_at": deadline_at,
        "report_id": report_id,
        "mendable": mendable,
        "language": language,
    }
    while True:
        with engine.begin() as connection:
            known = _open_one(connection, conversation_id, topic)
            if known is None:
                code = _insert(connection, conversation_id, topic, said)
            elif _add(connection, known, said):
                code = known.code
            else:
                continue
            return request_of(connection.execute(by_code(code)).one())


def _insert(
    connection: Connection, conversation_id: str | None, topic: str | None, said: dict[str, Any]
) -> str:
    """Store a new request; returns its code."""
    now, code = utc_now(), new_code()
    result = connection.execute(
        help_requests.insert().values(
            **said,
            code=code,
            conversation_id=conversation_id,
            topic=topic,
            tries=_tries_before(connection, said["contact"], topic) + 1,
            state=WAITING,
            created_at=now,
            updated_at=now,
            rank_until=AT_ONCE,
        )
    )
    record(connection, int(result.inserted_primary_key[0]), WAITING, "filer", "asked", now)
    return code


def _add(connection: Connection, known: Any, said: dict[str, Any]) -> bool:
    """Add what was said to a request; False when it is not any more as it was read. A clerk may
    have ended it meanwhile, and then nobody would see the new words."""
    now = utc_now()
    c = help_requests.c
    changed = connection.execute(
        help_requests.update()
        .where(c.id == known.id, c.state == known.state, c.updated_at == known.updated_at)
        .values(
            name=said["name"],
            contact=said["contact"],
            role=said["role"],
            language=said["language"] or known.language,
            details=_with_more(known.details, said["details"]),
            deadline=said["deadline"] or known.deadline,
            deadline_at=said["deadline_at"] or known.deadline_at,
            report_id=said["report_id"] or known.report_id,
            mendable=said["mendable"] if said["report_id"] else known.mendable,
            tries=known.tries + 1,
            updated_at=now,
            rank_until=AT_ONCE,
        )
    )
    if changed.rowcount != 1:
        return False
    record(connection, known.id, known.state, "filer", "asked again", now)
    return True


def _with_more(known: str, said: str) -> str:
    """What was said before and now; of very much the beginning and the end."""
    if said in known:
        return known
    both = f"{known}\n\n{said}"
    if len(both) <= MOST_DETAILS:
        return both
    half = MOST_DETAILS // 2
    return f"{both[:half].rstrip()}\n\n[…]\n\n{both[-half:].lstrip()}"


def find(engine: Engine, code: str) -> HelpRequest | None:
    """The request with this code, or None."""
    with engine.connect() as connection:
        row = connection.execute(by_code(code)).one_or_none()
    return request_of(row) if row else None


def earlier_requests(engine: Engine, request: HelpRequest, *, most: int = 20) -> list[HelpRequest]:
    """Other requests of the same conversation or the same contact, newest first."""
    c = help_requests.c
    same = c.contact == request.contact
    if request.conversation_id:
        same = same | (c.conversation_id == request.conversation_id)
    query = (
        sa.select(help_requests)
        .where(same, c.id != request.id)
        .order_by(c.created_at.desc(), c.id.desc())
        .limit(most)
    )
    with engine.connect() as connection:
        return [request_of(row) for row in connection.execute(query)]


def delete_ended_before(engine: Engine, moment: datetime, *, dry_run: bool = False) -> int:
    """Delete requests that ended before ``moment`` (UTC without zone), with their changes and
    notes; returns how many. With ``dry_run`` they are only counted."""
    c = help_requests.c
    over = sa.select(c.id).where(c.state.in_(ENDED), c.updated_at < moment)
    with engine.begin() as connection:
        if dry_run:
            counted = sa.select(sa.func.count()).select_from(over.subquery())
            return int(connection.execute(counted).scalar_one())
        for table in (help_request_changes, help_request_notes):
            connection.execute(table.delete().where(table.c.request_id.in_(over)))
        return int(connection.execute(help_requests.delete().where(c.id.in_(over))).rowcount)


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


def _tries_before(connection: Connection, contact: str, topic: str | None) -> int:
    c = help_requests.c
    same_topic = c.topic == topic if topic else c.topic.is_(None)
    query = sa.select(sa.func.count()).where(c.contact == contact, same_topic)
    return int(connection.execute(query).scalar_one())


def by_code(code: str) -> Any:
    """The query for the row with a code, however it was typed."""
    return sa.select(help_requests).where(help_requests.c.code == normal_code(code))


def record(
    connection: Connection, number: int, state: str, who: str, why: str, at: datetime
) -> None:
    """Keep a change of the request with this number, in the transaction that makes it."""
    connection.execute(
        help_request_changes.insert().values(
            request_id=number, state=state, who=who[:120], why=why, at=at
        )
    )


def request_of(row: Any) -> HelpRequest:
    """The value that a row of ``help_requests`` stands for."""
    return HelpRequest(**{field: getattr(row, field) for field in HelpRequest.__dataclass_fields__})


def facts_of(row: Any) -> Facts:
    """What else a row of ``help_requests`` says that counts for the priority."""
    return Facts(row.tries, row.mendable)
