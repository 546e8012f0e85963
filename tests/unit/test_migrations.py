"""The migrations make the tables that ``bot.db.tables`` names, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL

from bot.db.engine import DatabaseUrlError, make_engine
from bot.db.migrate import DatabaseUnreachableError, MigrationError, migrate, migration_config
from bot.db.tables import metadata

# article_search is made by bot.knowledge.search, help_request_search by a migration (SQLite splits
# both into tables of their own), events and its sequence by Rasa's tracker store
OURS = set(metadata.tables)
DECLARED = {
    "compare_type": True,
    "include_name": lambda name, kind, parents: kind != "table" or not is_search(name),
}


@pytest.fixture
def bare_engine(database_url: str) -> Iterator[Engine]:
    """A database with nothing in it."""
    engine = make_engine(database_url)
    with engine.begin() as connection:
        tables_of_before = sa.MetaData()
        tables_of_before.reflect(connection)
        tables_of_before.drop_all(connection)
    yield engine
    engine.dispose()


def tables_of(engine: Engine) -> set[str]:
    found = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in found if not is_search(name)}


def is_search(name: str | None) -> bool:
    return (name or "").startswith("help_request_search")


def test_upgrade_from_nothing_makes_every_table(bare_engine: Engine) -> None:
    migrate(bare_engine)
    assert tables_of(bare_engine) == OURS


def test_second_upgrade_changes_nothing(bare_engine: Engine) -> None:
    migrate(bare_engine)
    migrate(bare_engine)
    assert tables_of(bare_engine) == OURS


def test_tables_are_what_the_code_declares(bare_engine: Engine) -> None:
    migrate(bare_engine)
    with bare_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=DECLARED)
        assert compare_metadata(context, metadata) == []


def test_a_row_that_others_name_goes_without_a_look_at_all_of_them(bare_engine: Engine) -> None:
    """With each row that is deleted the database asks for rows that name it: without an index it
    reads the whole table each time, in the transaction for which all writers wait."""
    migrate(bare_engine)
    found = sa.inspect(bare_engine)
    slow = [
        f"{table}.{column}"
        for table in sorted(OURS)
        for key in found.get_foreign_keys(table)
        for column in key["constrained_columns"]
        if column not in leading_columns(found, table)
    ]
    assert slow == []


def leading_columns(found: sa.engine.Inspector, table: str) -> set[str]:
    """The columns by which rows of a table are found without reading all."""
    lists = [one["column_names"] for one in found.get_indexes(table)]
    lists += [one["column_names"] for one in found.get_unique_constraints(table)]
    lists.append(found.get_pk_constraint(table)["constrained_columns"])
    return {columns[0] for columns in lists if columns}


def test_downgrade_and_up_again(bare_engine: Engine) -> None:
    migrate(bare_engine)
    with bare_engine.begin() as connection:
        command.downgrade(migration_config(connection), "base")
    assert tables_of(bare_engine) == set()
    migrate(bare_engine)
    assert tables_of(bare_engine) == OURS


def test_a_database_that_does_not_answer_is_one_sentence() -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnreachableError, match="does not answer"):
        migrate(engine)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"database": "no_such_database"}, "It has no database of that name: make one there"),
        ({"username": "no_such_user"}, "It knows no such user|It refuses user or password"),
        ({"host": "nowhere.invalid"}, "No host has its name: correct DATABASE_URL"),
        ({"port": 1}, "It does not answer: start it, or correct DATABASE_URL"),
    ],
)
def test_what_is_wrong_with_the_address_of_a_postgresql_is_told(
    server: URL, change: dict[str, Any], says: str
) -> None:
    engine = make_engine(
        server.set(password="hidden-7", **change).render_as_string(hide_password=False)
    )
    with pytest.raises(DatabaseUnreachableError, match=says) as caught:
        migrate(engine)
    assert "hidden-7" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "helpdesk.db"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(DatabaseUnreachableError, match=r"helpdesk\.db .* put it aside") as caught:
        migrate(make_engine(f"sqlite:///{file}"))
    assert file.read_bytes() == b"no database" * 1000
    assert "\n" not in str(caught.value)


def test_a_folder_in_the_place_of_the_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachableError, match="The file cannot be opened or made"):
        migrate(make_engine(f"sqlite:///{tmp_path}"))


def test_a_database_of_a_newer_help_desk_is_left_as_it_is(bare_engine: Engine) -> None:
    migrate(bare_engine)
    with bare_engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(MigrationError, match=r"made by a newer help desk.*Run the newer one"):
        migrate(bare_engine)
    assert tables_of(bare_engine) == OURS


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://host/name",
        "no address",
        "postgres://host/name",
        "postgresql://host:port/name",
        "postgresql+asyncpg://host/name",
        "sqlite+aiosqlite:///name",
        "postgresql+nodriver://host/name",
    ],
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL"):
        make_engine(url)


def test_sqlite_keeps_foreign_keys_and_writes_ahead(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'folder.db'}")
    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar_one() == 2
    engine.dispose()


def test_turns_of_before_get_their_outcome_and_topic(bare_engine: Engine) -> None:
    insert = (
        "INSERT INTO turns (conversation_id, message_id, text, masked_kinds, asked_at, reply) "
        "VALUES ('c', :message, 'x', '[]', '2026-01-01 00:00:00', :reply)"
    )
    with bare_engine.begin() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.execute(
            sa.text(
                "INSERT INTO conversations (id, token_hash, sender_id, created_at, last_at) "
                "VALUES ('c', 't', 's', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
            )
        )
        for message, reply in (
            ("a", '{"text": "t", "outcome": "answered", "topic": "mfa"}'),
            ("b", '{"text": "t", "outcome": "asked"}'),
            ("d", None),
        ):
            connection.execute(sa.text(insert), {"message": message, "reply": reply})
    migrate(bare_engine)
    with bare_engine.connect() as connection:
        query = sa.text("SELECT message_id, outcome, topic FROM turns ORDER BY message_id")
        found = [tuple(row) for row in connection.execute(query)]
    assert found == [("a", "answered", "mfa"), ("b", "asked", None), ("d", None, None)]


def test_a_migration_that_breaks_off_leaves_nothing_and_can_be_done_again(
    bare_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise sa.exc.OperationalError("CREATE TABLE", {}, OSError("disk is full"))

    create_index = Operations.create_index
    monkeypatch.setattr(Operations, "create_index", broken)
    with pytest.raises(MigrationError, match="disk is full"):
        migrate(bare_engine)
    assert tables_of(bare_engine) == set()
    monkeypatch.setattr(Operations, "create_index", create_index)
    migrate(bare_engine)
    assert tables_of(bare_engine) == OURS
