"""Forms of the desk that were sent: each is done once, however often it arrives (a double click, a
key that is held, a page that is loaded again). The SQL on ``staff_forms``."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import utc_now
from bot.db.tables import staff_forms

_KEPT = timedelta(hours=12)  # no session lasts longer, and each has forms of its own
_c = staff_forms.c


@dataclass(frozen=True)
class Sent:
    """A form that was sent before; ``led_to`` is where it led, None while it is worked on."""

    led_to: str | None


def begin(engine: Engine, key: str) -> bool:
    """Note that a form was sent; False when it was before."""
    now = utc_now()
    try:
        with engine.begin() as connection:
            connection.execute(staff_forms.insert().values(form_hash=key, sent_at=now))
            connection.execute(staff_forms.delete().where(_c.sent_at < now - _KEPT))
    except IntegrityError:
        return False
    return True


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
