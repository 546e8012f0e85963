"""help requests: claims, booked sessions, rank in the line, notes, full-text search

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_help_requests_contact", ["contact"], False),
    ("ix_help_requests_rank_until", ["rank_until"], False),
    ("ix_help_requests_line", ["state", "rank", "created_at", "id"], False),
    ("ix_help_requests_age", ["state", "created_at", "id"], False),
    ("ix_help_requests_deadline", ["state", "deadline_at", "id"], False),
    ("ix_help_requests_claimed", ["claimed_by", "state"], False),
    ("ix_help_requests_place", ["session_at", "session_place"], True),
)
# FTS5 keeps no second copy of the words, and must be told the old ones to forget them
_SQLITE = (
    """
    CREATE VIRTUAL TABLE help_request_search USING fts5 (
        code, name, contact, details, content='help_requests', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2')
    """,
    """
    CREATE TRIGGER help_request_search_added AFTER INSERT ON help_requests BEGIN
        INSERT INTO help_request_search (rowid, code, name, contact, details)
        VALUES (new.id, new.code, new.name, new.contact, new.details);
    END
    """,
    """
    CREATE TRIGGER help_request_search_gone AFTER DELETE ON help_requests BEGIN
        INSERT INTO help_request_search
            (help_request_search, rowid, code, name, contact, details)
        VALUES ('delete', old.id, old.code, old.name, old.contact, old.details);
    END
    """,
    """
    CREATE TRIGGER help_request_search_changed
    AFTER UPDATE OF code, name, contact, details ON help_requests BEGIN
        INSERT INTO help_request_search
            (help_request_search, rowid, code, name, contact, details)
        VALUES ('delete', old.id, old.code, old.name, old.contact, old.details);
        INSERT INTO help_request_search (rowid, code, name, contact, details)
        VALUES (new.id, new.code, new.name, new.contact, new.details);
    END
    """,
    "INSERT INTO help_request_search (help_request_search) VALUES ('rebuild')",
)
_POSTGRESQL = (
    """
    CREATE TABLE help_request_search (
        request_id integer PRIMARY KEY REFERENCES help_requests (id) ON DELETE CASCADE,
        words tsvector NOT NULL)
    """,
    "CREATE INDEX ix_help_request_search_words ON help_request_search USING gin (words)",
    """
    CREATE OR REPLACE FUNCTION help_request_words(VARIADIC texts text[]) RETURNS tsvector
    LANGUAGE sql AS $$
        SELECT to_tsvector('simple', regexp_replace(
            array_to_string(texts, ' '), '[^[:alnum:]]+', ' ', 'g'))
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION help_request_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO help_request_search
        VALUES (new.id, help_request_words(new.code, new.name, new.contact, new.details))
        ON CONFLICT (request_id) DO UPDATE SET words = excluded.words;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER help_request_search_follow
    AFTER INSERT OR UPDATE OF code, name, contact, details ON help_requests
    FOR EACH ROW EXECUTE FUNCTION help_request_search_follow()
    """,
    """
    INSERT INTO help_request_search
    SELECT id, help_request_words(code, name, contact, details) FROM help_requests
    """,
)


def upgrade() -> None:
    for column in _columns():
        op.add_column("help_requests", column)
    op.drop_index("ix_help_requests_state", table_name="help_requests")
    for name, columns, unique in _INDEXES:
        op.create_index(name, "help_requests", columns, unique=unique)
    op.create_table(
        "help_request_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["help_requests.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_help_request_notes_request_id", "help_request_notes", ["request_id"])
    # the open ones are ranked when somebody next looks at the line
    op.execute(
        "UPDATE help_requests SET rank_until = '1970-01-01 00:00:00.000000' "
        "WHERE state IN ('waiting', 'claimed', 'in_session')"
    )
    for statement in _SQLITE if _is_sqlite() else _POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    if _is_sqlite():
        for name in ("added", "gone", "changed"):
            op.execute(f"DROP TRIGGER help_request_search_{name}")
    else:
        op.execute("DROP TRIGGER help_request_search_follow ON help_requests")
        op.execute("DROP FUNCTION help_request_search_follow()")
        op.execute("DROP FUNCTION help_request_words(text[])")
    op.execute("DROP TABLE help_request_search")
    op.drop_index("ix_help_request_notes_request_id", table_name="help_request_notes")
    op.drop_table("help_request_notes")
    for name, _, _ in reversed(_INDEXES):
        op.drop_index(name, table_name="help_requests")
    op.create_index("ix_help_requests_state", "help_requests", ["state"])
    for column in reversed(_columns()):
        op.drop_column("help_requests", column.name)


def _columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("claimed_by", sa.String(length=120), nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("session_at", sa.DateTime(), nullable=True),
        sa.Column("session_until", sa.DateTime(), nullable=True),
        sa.Column("session_place", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("mendable", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("rank", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rank_until", sa.DateTime(), nullable=True),
    )


def _is_sqlite() -> bool:
    return str(op.get_bind().dialect.name) == "sqlite"
