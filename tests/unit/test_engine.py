"""What an error of the database says, and what it never says."""

import logging

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from bot.clock import utc_now
from bot.db.engine import make_engine
from bot.db.tables import help_requests, staff
from bot.staff.accounts import add_account

# SQLite takes any value, checks at once, and its messages hold none
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
NAME, ADDRESS = "Zoltan.Quimby", "quimby@example.com"


def logged(error: BaseException) -> str:
    """All that a log holds of an error, with its causes and its trace."""
    return logging.Formatter().formatException((type(error), error, error.__traceback__))


def test_a_lock_is_waited_for_no_longer_than_a_filer_may_wait(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    quick = make_engine(url, busy_seconds=0.5)
    try:
        with engine.begin() as holder:
            holder.execute(staff.delete())  # SQLite lets one write at a time
            if engine.dialect.name == "postgresql":
                holder.exec_driver_sql("LOCK TABLE staff IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(OperationalError), quick.begin() as connection:
                connection.execute(staff.delete())
        with quick.begin() as connection:
            connection.execute(staff.delete())
    finally:
        quick.dispose()


def test_a_value_that_is_there_already_stays_out_of_the_log(engine: Engine) -> None:
    add_account(engine, NAME, "clerk", by="a test", email=ADDRESS)
    row = {"name": NAME, "full_name": NAME, "email": ADDRESS, "role": "clerk"}
    fixed = {"totp_last_step": 0, "shortcuts": False, "created_at": utc_now()}
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(staff.insert().values(**row, **fixed))
    log = logged(caught.value)
    assert NAME not in log
    assert ADDRESS not in log
    assert "staff" in log  # what is wrong stays
    assert "unique" in log.lower()


def test_a_row_that_lacks_something_stays_out_of_the_log(engine: Engine) -> None:
    """PostgreSQL's DETAIL shows the whole row then."""
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(
            help_requests.insert().values(
                code="X", name=NAME, contact=ADDRESS, role="Attorney", details="help", state=None,
                created_at=utc_now(), updated_at=utc_now(),
            )
        )  # fmt: skip
    log = logged(caught.value)
    assert NAME not in log
    assert ADDRESS not in log
    assert "state" in log


@only_postgresql
def test_what_is_wrong_only_at_the_end_of_a_transaction(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE late (name text UNIQUE DEFERRABLE INITIALLY DEFERRED)"
        )
    try:
        twice = sa.text("INSERT INTO late VALUES (:name), (:name)")
        with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
            connection.execute(twice, {"name": NAME})
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE late")
    log = logged(caught.value)
    assert NAME not in log
    assert "late_name_key" in log


@only_postgresql
def test_a_value_of_the_wrong_kind_stays_out_of_the_log(engine: Engine) -> None:
    """PostgreSQL says it in the message itself, and shows the statement with it."""
    query = sa.text("SELECT CAST(:name AS integer)")
    with pytest.raises(DataError) as caught, engine.connect() as connection:
        connection.execute(query, {"name": NAME})
    log = logged(caught.value)
    assert NAME not in log
    assert "22P02" in log


def test_what_is_wrong_with_the_database_itself_is_still_said(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="no_such_table"), engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM no_such_table"))
