"""Views of the queue that somebody saved under a name: the SQL on ``saved_views``."""

from dataclasses import dataclass
from urllib.parse import unquote_plus

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.db.tables import saved_views
from bot.privacy import mask
from bot.staff.accounts import Account

MOST = 20


class ViewError(ValueError):
    """A view cannot be saved in this way; the message says why."""


@dataclass(frozen=True)
class SavedView:
    """A name, and the filters as the query part of the queue's address."""

    id: int
    name: str
    query: str


def views_of(engine: Engine, account: Account) -> list[SavedView]:
    """The account's views, by name."""
    c = saved_views.c
    query = sa.select(c.id, c.name, c.query).where(c.staff_id == account.id).order_by(c.name)
    with engine.connect() as connection:
        return [SavedView(*row) for row in connection.execute(query)]


def save_view(engine: Engine, account: Account, name: str, query: str) -> None:
    """Save a view; one with the same name is replaced.

    Raises:
        ViewError: no name, a secret among the words searched for, or too many views.
    """
    name, query = mask(name.strip()).text[:60], query[:2000]
    if not name:
        raise ViewError("Give the view a name, for example: linking, due today.")
    if mask(unquote_plus(query)).kinds:
        raise ViewError("A search for a password or somebody's number is not saved.")
    c = saved_views.c
    mine = (c.staff_id == account.id) & (c.name == name)
    replace = saved_views.update().where(mine).values(query=query)
    with engine.begin() as connection:
        if connection.execute(replace).rowcount:
            return
    if len(views_of(engine, account)) >= MOST:
        raise ViewError(f"You have {MOST} views already. Delete one first.")
    try:
        with engine.begin() as connection:
            connection.execute(
                saved_views.insert().values(staff_id=account.id, name=name, query=query)
            )
    except IntegrityError:  # saved twice at once
        with engine.begin() as connection:
            connection.execute(replace)


def delete_view(engine: Engine, account: Account, number: int) -> None:
    """Delete a view of the account; nothing where it has none with this number."""
    c = saved_views.c
    with engine.begin() as connection:
        connection.execute(saved_views.delete().where(c.id == number, c.staff_id == account.id))
