"""Every table of ours in one place. The SQL on a table stands in one module each, named beside it.

Rasa's tracker store keeps its own table ``events`` in the same database.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

# bot/knowledge/store.py
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("topic", sa.String(64), primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("seeded_at", sa.DateTime, nullable=False),
    # one more with each change of what filers read, so that two editors notice each other
    sa.Column("edition", sa.Integer, nullable=False, server_default="1"),
    # since when its topic is gone from data/topics; kept, but neither searched nor offered
    sa.Column("retired_at", sa.DateTime),
)
article_edits = sa.Table(
    "article_edits",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("topic", sa.String(64), sa.ForeignKey("articles.topic"), nullable=False, index=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("author", sa.String(120), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("withdrawn_at", sa.DateTime),
)

# bot/conversations.py
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("sender_id", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("last_at", sa.DateTime, nullable=False, index=True),
)
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("message_id", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("masked_kinds", sa.JSON, nullable=False),
    sa.Column("upload_id", sa.String(32)),
    sa.Column("asked_at", sa.DateTime, nullable=False),
    sa.Column("reply", sa.JSON),
    sa.Column("intent", sa.String(80)),
    sa.Column("confidence", sa.Float),
    sa.Column("answered_at", sa.DateTime),
    # both stand in the reply too; here they can be counted
    sa.Column("outcome", sa.String(16)),
    sa.Column("topic", sa.String(64)),
    sa.UniqueConstraint("conversation_id", "message_id"),
    sa.Index("ix_turns_counted", "asked_at", "outcome", "topic", "conversation_id"),
)

# bot/uploads.py
uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column(
        "conversation_id",
        sa.String(32),
        sa.ForeignKey("conversations.id"),
        nullable=False,
        index=True,
    ),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("delete_at", sa.DateTime, nullable=False),
    sa.Column("deleted_at", sa.DateTime),
    # rows stay with their conversation, long after the files are gone
    sa.Index("ix_uploads_due", "deleted_at", "delete_at"),
    sa.Index("ix_uploads_oldest", "deleted_at", "created_at"),
)
reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column(
        "conversation_id",
        sa.String(32),
        sa.ForeignKey("conversations.id"),
        nullable=False,
        index=True,
    ),
    sa.Column("upload_id", sa.String(32), sa.ForeignKey("uploads.id"), nullable=False, index=True),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False, index=True),
)

# bot/copies.py; what lies on the disk goes with the upload
copies = sa.Table(
    "copies",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("report_id", sa.String(32), sa.ForeignKey("reports.id"), nullable=False, unique=True),
    sa.Column(
        "conversation_id",
        sa.String(32),
        sa.ForeignKey("conversations.id"),
        nullable=False,
        index=True,
    ),
    sa.Column("upload_id", sa.String(32), sa.ForeignKey("uploads.id"), nullable=False, index=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("attachments", sa.JSON, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
)

# bot/triage/requests.py makes and reads them, lifecycle.py changes their state, sessions.py books,
# ranking.py and queue.py put them in order. help_request_search, made by a migration, follows the
# words of these rows by triggers.
help_requests = sa.Table(
    "help_requests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(16), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), index=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("contact", sa.String(200), nullable=False, index=True),
    sa.Column("role", sa.String(60), nullable=False),
    # the code of the language that the filer read the page in; null before it was kept
    sa.Column("language", sa.String(8)),
    sa.Column("topic", sa.String(64)),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("deadline", sa.String(200)),
    sa.Column("deadline_at", sa.DateTime),
    sa.Column("report_id", sa.String(32), sa.ForeignKey("reports.id"), index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False, index=True),
    sa.Column("updated_at", sa.DateTime, nullable=False, index=True),
    sa.Column("claimed_by", sa.String(120)),
    sa.Column("claimed_at", sa.DateTime),
    sa.Column("session_at", sa.DateTime),
    sa.Column("session_until", sa.DateTime),
    sa.Column("session_place", sa.Integer),
    # the start of the session that an e-mail has reminded of (bot/triage/reminders.py)
    sa.Column("reminded_for", sa.DateTime),
    sa.Column("tries", sa.Integer, nullable=False, server_default="1"),
    sa.Column("mendable", sa.Boolean, nullable=False, server_default=sa.false()),
    # minus the priority's score, so that the first in line has the lowest; counted again when
    # rank_until is over, and never again once it is null
    sa.Column("rank", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rank_until", sa.DateTime, index=True),
    sa.Index("ix_help_requests_line", "state", "rank", "created_at", "id"),
    sa.Index("ix_help_requests_topic", "state", "topic", "rank", "created_at", "id"),
    sa.Index("ix_help_requests_age", "state", "created_at", "id"),
    sa.Index("ix_help_requests_deadline", "state", "deadline_at", "id"),
    sa.Index("ix_help_requests_claimed", "claimed_by", "state"),
    # no place of a session is ever given twice
    sa.Index("ix_help_requests_place", "session_at", "session_place", unique=True),
)
help_request_changes = sa.Table(
    "help_request_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "request_id", sa.Integer, sa.ForeignKey("help_requests.id"), nullable=False, index=True
    ),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("who", sa.String(120), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
)

# bot/figures/count.py
weekly_figures = sa.Table(
    "weekly_figures",
    metadata,
    sa.Column("monday", sa.Date, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("counted_at", sa.DateTime, nullable=False),
)

# bot/switches.py
switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("off_since", sa.DateTime, nullable=False),
    sa.Column("who", sa.String(120), nullable=False),
)

# bot/retention
retention_runs = sa.Table(
    "retention_runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
    # the day (UTC) of the sweeper's, of which there is one a day, however many servers sweep
    sa.Column("day", sa.Date, unique=True),
)

# bot/questions/store.py
questions = sa.Table(
    "questions",
    metadata,
    sa.Column(
        "turn_id", sa.Integer, sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("kind", sa.String(16), nullable=False),
    # the turn in the middle of those that ask alike; none until they were compared
    sa.Column("group_id", sa.Integer, index=True),
    # a topic, or what bot/questions/store.py names beside; none as long as it is open
    sa.Column("decision", sa.String(64), index=True),
    sa.Column("decided_by", sa.String(120)),
    sa.Column("decided_at", sa.DateTime),
)
training_examples = sa.Table(
    "training_examples",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("topic", sa.String(64), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False, unique=True),
    sa.Column("author", sa.String(120), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
)
help_request_notes = sa.Table(
    "help_request_notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "request_id", sa.Integer, sa.ForeignKey("help_requests.id"), nullable=False, index=True
    ),
    sa.Column("who", sa.String(120), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)

# bot/outbox.py
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("recipient", sa.String(254), nullable=False, index=True),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("calendar", sa.Text),
    sa.Column("created_at", sa.DateTime, nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    # null: sent, or given up, as problem says
    sa.Column("next_try_at", sa.DateTime, index=True),
    sa.Column("problem", sa.String(200)),
    # the conversation or the help request that it came of; null: somebody at the desk
    sa.Column("source", sa.String(64)),
    # the help request that it is about, if it is still there
    sa.Column("request_id", sa.Integer),
)

# bot/staff/accounts.py
staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(60), nullable=False, unique=True),
    sa.Column("full_name", sa.String(120), nullable=False),
    sa.Column("email", sa.String(200), unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("totp_secret", sa.String(64)),
    sa.Column("totp_last_step", sa.BigInteger, nullable=False),
    sa.Column("oidc_subject", sa.String(255), unique=True),
    sa.Column("link_hash", sa.String(64), unique=True),
    sa.Column("link_until", sa.DateTime),
    sa.Column("shortcuts", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("disabled_at", sa.DateTime),
)
staff_recovery_codes = sa.Table(
    "staff_recovery_codes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("code_hash", sa.String(64), nullable=False),
    sa.Column("used_at", sa.DateTime),
)
# bot/staff/sessions.py
staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("secret", sa.String(64)),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("last_at", sa.DateTime, nullable=False),
)
# bot/staff/forms.py
staff_forms = sa.Table(
    "staff_forms",
    metadata,
    sa.Column("form_hash", sa.String(64), primary_key=True),
    sa.Column("sent_at", sa.DateTime, nullable=False, index=True),
    # null while it is worked on
    sa.Column("led_to", sa.Text),
)
# bot/staff/guessing.py
staff_attempts = sa.Table(
    "staff_attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name_hash", sa.String(64), nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
)
# bot/staff/audit.py; triggers refuse changes, and deletions of what audit_ends does not name
audit_entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("who", sa.String(120), nullable=False, index=True),
    sa.Column("action", sa.String(80), nullable=False, index=True),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
audit_ends = sa.Table(
    "audit_ends",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("before", sa.DateTime, nullable=False),
)
# bot/staff/saved_views.py
saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.UniqueConstraint("staff_id", "name"),
)
# bot/ratings.py
ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id")),
    sa.Column("message_id", sa.String(64)),
    sa.Column("topic", sa.String(64)),
    sa.Column("helped", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(20)),
    sa.Column("comment", sa.Text),
    sa.Column("created_at", sa.DateTime, nullable=False, index=True),
    sa.UniqueConstraint("conversation_id", "message_id"),
)
# bot/testing/runs.py
test_runs = sa.Table(
    "test_runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("place", sa.String(120), nullable=False),
    sa.Column("started_by", sa.String(120), nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("updated_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("state", sa.String(16), nullable=False),
    # true while it runs, else null: so only one can
    sa.Column("alone", sa.Boolean, unique=True),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("summary", sa.JSON),
    sa.Column("results", sa.JSON),
    sa.Column("report", sa.Text),
)
