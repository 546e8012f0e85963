"""Forms of the desk that were sent: each is done once, however often it arrives (a double click, a
key that is held, a page that is loaded again). The SQL on ``staff_forms``."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.db.tables import staff_forms
from bot.staff.sessions import MOST_HOURS

_c = staff_forms.c


@dataclass(frozen=True)
class Sent:
    """A form that was sent before; ``led_to`` is where it led, None while it is worked on."""

    led_to: str | None


def begin(engine: Engine, key: str) -> bool:
    """Note that a form was sent; False when it was before."""
    try:
        with engine.begin() as connection:
            connection.execute(staff_forms.insert().values(form_hash=key, sent_at=utc_now()))
    except IntegrityError:
        return False
    return True


def forget_old(engine: Engine, *, dry_run: bool = False) -> int:
    """Delete the forms that no open session can send any more; returns how many. With ``dry_run``
    they are only counted."""
    old = _c.sent_at < utc_now() - timedelta(hours=MOST_HOURS)
    with engine.begin() as connection:
        if dry_run:
            return int(connection.execute(sa.select(sa.func.count()).where(old)).scalar_one())
        return int(connection.execute(staff_forms.delete().where(old)).rowcount)


def find(engine: Engine, key: str) -> Sent | None:
    """What became of a form; None when it was not sent, or may be sent again."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(_c.led_to).where(_c.form_hash == key)).one_or_none()
    return Sent(row.led_to) if row else None


def finish(engine: Engine, key: str, led_to: str) -> None:
    """It is done, and led to this address."""
    with engine.begin() as connection:
        connection.execute(
            staff_forms.update().where(_c.form_hash == key).values(led_to=led_to[:2000])
        )


def forget(engine: Engine, key: str) -> None:
    """It changed nothing, so it may be sent again as it is."""
    with engine.begin() as connection:
        connection.execute(staff_forms.delete().where(_c.form_hash == key))
