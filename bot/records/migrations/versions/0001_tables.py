"""Every table of the first release, and the triggers that keep the audit trail append-only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID, CODE, HASH = 128, 16, 64

# Rows younger than six years (less two days, so that retention's own count of days never runs into it) stay.
SQLITE_TRIGGERS = (
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit WHEN OLD.at > datetime('now', '-6 years', '+2 days') "
    "BEGIN SELECT RAISE(ABORT, 'append-only'); END",
)
POSTGRES_TRIGGERS = (
    """CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND OLD.at <= (now() AT TIME ZONE 'UTC') - interval '6 years' + interval '2 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'append-only'; END $$""",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)
TABLES = (
    "key_check", "conversations", "messages", "turns", "turn_events", "callbacks", "callback_requests", "callback_steps",
    "outbox", "crisis_counts", "audit", "erasures", "staff", "staff_sessions", "sms_seen", "sms_opt_outs", "sms_contacts",
)  # fmt: skip


def _text(name: str, length: int = ID, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), **{"nullable": False, **more})


def _number(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), **{"nullable": False, **more})


def _time(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(), **{"nullable": False, **more})


def _sealed(nullable: bool = False) -> list[sa.Column[Any]]:
    return [_text("key_id", nullable=nullable), sa.Column("sealed", sa.LargeBinary(), nullable=nullable)]


def _conversation() -> sa.Column[Any]:
    owner = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return sa.Column("conversation_id", sa.String(ID), owner, primary_key=True, nullable=False)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _conversations() -> None:
    op.create_table(
        "conversations", _text("id", primary_key=True), _text("channel", CODE), _number("version"), _number("last_seq"),
        *_sealed(), _time("created_at"), _time("updated_at"),
    )  # fmt: skip
    _index("conversations", "updated_at")
    seq = {"primary_key": True, "autoincrement": False}
    op.create_table("messages", _conversation(), _number("seq", **seq), *_sealed(), _time("created_at"))
    op.create_table(
        "turns", _conversation(), _text("message_id", primary_key=True), _text("body_hash", 1024), _number("first_seq"),
        _number("last_seq"), _time("created_at"),
    )  # fmt: skip
    op.create_table("turn_events", _conversation(), _number("seq", **seq), *_sealed(), _time("created_at"))
    for table in ("messages", "turns", "turn_events"):
        _index(table, "created_at")


def _callbacks() -> None:
    op.create_table(
        "callbacks", _text("id", primary_key=True), _text("status", CODE), _text("open_number", HASH, nullable=True),
        _text("claimed_by", nullable=True), _time("created_at"), _time("changed_at"), _time("done_at", nullable=True),
        sa.UniqueConstraint("open_number"),
    )  # fmt: skip
    _index("callbacks", "status", "changed_at", "done_at")
    op.create_table(
        "callback_requests", _text("id", primary_key=True), _callback(), _text("conversation_id"),
        _text("open_conversation", nullable=True), _text("reference", CODE), _text("channel", CODE),
        _text("consent_version"), _time("consented_at"), *_sealed(), _time("created_at"), _time("changed_at"),
        sa.UniqueConstraint("open_conversation"), sa.UniqueConstraint("reference"),
    )  # fmt: skip
    _index("callback_requests", "callback_id", "conversation_id")
    op.create_table(
        "callback_steps", _text("id", primary_key=True), _callback(), _time("at"), _text("who"), _text("step", CODE),
        *_sealed(nullable=True),
    )  # fmt: skip
    _index("callback_steps", "callback_id")


def _callback() -> sa.Column[Any]:
    owner = sa.ForeignKey("callbacks.id", ondelete="CASCADE")
    return sa.Column("callback_id", sa.String(ID), owner, nullable=False)


def _outbox() -> None:
    op.create_table(
        "outbox", _text("id", primary_key=True), _text("kind", CODE), _text("conversation_id", nullable=True),
        _text("callback_id", nullable=True), _text("idempotency_key"), *_sealed(), _text("state", CODE),
        _number("attempts"), _time("next_try"), _text("last_error", nullable=True), _time("created_at"),
        _time("done_at", nullable=True), sa.UniqueConstraint("idempotency_key"),
    )  # fmt: skip
    _index("outbox", "conversation_id", "callback_id", "done_at")
    op.create_index("ix_outbox_due", "outbox", ["state", "next_try"])


def _trails() -> None:
    key = {"primary_key": True}
    op.create_table("key_check", _number("id", autoincrement=False, **key), *_sealed(), _time("created_at"))
    op.create_table("crisis_counts", _text("kind", **key), _time("hour", **key), _number("count"))
    op.create_table(
        "audit", _number("id", **key), _time("at"), _text("event"), _text("who"), _text("subject", nullable=True)
    )
    op.create_table("erasures", _number("id", **key), _text("id_hash", HASH), _time("at"), _text("counts", 500))
    _index("audit", "at")
    _index("erasures", "id_hash", "at")
    for trigger in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRES_TRIGGERS:
        op.execute(trigger)


def _staff() -> None:
    op.create_table(
        "staff", _text("id", primary_key=True), _text("name"), _text("role", CODE), _text("password_hash", 500),
        *_sealed(nullable=True), _number("totp_step", nullable=True), sa.Column("active", sa.Boolean(), nullable=False),
        _number("failures"), _time("locked_until", nullable=True), _time("created_at"), _time("changed_at"),
        sa.UniqueConstraint("name"),
    )  # fmt: skip
    owner = sa.ForeignKey("staff.id", ondelete="CASCADE")
    op.create_table(
        "staff_sessions", _text("token_hash", HASH, primary_key=True),
        sa.Column("staff_id", sa.String(ID), owner, nullable=False),
        _time("created_at"), _time("seen_at"), _time("expires_at"),
    )  # fmt: skip
    _index("staff_sessions", "staff_id", "expires_at")


def _sms() -> None:
    op.create_table("sms_seen", _text("sid_hash", HASH, primary_key=True), _time("at"))
    op.create_table(
        "sms_opt_outs", _text("number_hash", HASH, primary_key=True), _text("state", CODE), _text("words_version"),
        _time("at"),
    )  # fmt: skip
    op.create_table("sms_contacts", _text("number_hash", HASH, primary_key=True), _time("at"))
    for table in ("sms_seen", "sms_opt_outs", "sms_contacts"):
        _index(table, "at")


def upgrade() -> None:
    """Make every table."""
    for part in (_conversations, _callbacks, _outbox, _trails, _staff, _sms):
        part()


def downgrade() -> None:
    """Remove every table with all that is in it."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only()")
