"""Every table of the records; docs/privacy.md says why each column exists, who sees it and how long it stays."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, MetaData, String
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import declarative_base
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
ID, CODE, HASH = 128, 16, 64  # lengths: ids of others, words of ours, keyed hashes


class UtcTime(TypeDecorator):
    """Aware UTC in Python, plain UTC in the database: the two databases agree and no local time slips in."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To naive UTC; a naive value is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times must be aware")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To aware UTC."""
        return None if value is None else value.replace(tzinfo=timezone.utc)


class _Base:
    def __repr__(self) -> str:
        # Class and id only: a row in a log or an error page must not tell what it holds.
        identity = inspected(self).identity
        return f"<{type(self).__name__} {'/'.join(map(str, identity)) if identity else 'new'}>"


Base: Any = declarative_base(cls=_Base, metadata=MetaData(naming_convention=NAMES))


class Sealing:
    """Rows that hold something encrypted."""

    __mapper__: Any

    @property
    def place(self) -> str:
        """Table and primary key: what is sealed opens in its own row only. Needs the key's parts to be set."""
        mapper = type(self).__mapper__
        keys = [getattr(self, mapper.get_property_by_column(column).key) for column in mapper.primary_key]
        return "/".join([mapper.local_table.name, *map(str, keys)])


class KeyCheck(Sealing, Base):
    """One row: the secret behind every keyed hash, sealed. Whoever cannot open it has the wrong key."""

    __tablename__ = "key_check"
    id = Column(Integer, primary_key=True, autoincrement=False)
    key_id = Column(String(ID), nullable=False)
    sealed = Column(LargeBinary, nullable=False)
    created_at = Column(UtcTime, nullable=False)


class Conversation(Sealing, Base):
    """Where a conversation stands: all that its next turn needs."""

    __tablename__ = "conversations"
    id = Column(String(ID), primary_key=True)
    channel = Column(String(CODE), nullable=False)
    version = Column(Integer, nullable=False)
    last_seq = Column(Integer, nullable=False)
    key_id = Column(String(ID), nullable=False)
    sealed = Column(LargeBinary, nullable=False)  # state
    created_at = Column(UtcTime, nullable=False)
    updated_at = Column(UtcTime, nullable=False, index=True)


def _conversation(**more: Any) -> Column[Any]:
    return Column(String(ID), ForeignKey("conversations.id", ondelete="CASCADE"), **more)


class Message(Sealing, Base):
    """One thing said, by the person or by us."""

    __tablename__ = "messages"
    conversation_id = _conversation(primary_key=True)
    seq = Column(Integer, primary_key=True, autoincrement=False)
    key_id = Column(String(ID), nullable=False)
    sealed = Column(LargeBinary, nullable=False)  # the message in the shape of the outside contract
    created_at = Column(UtcTime, nullable=False, index=True)


class Turn(Base):
    """A message id that was answered, and where its answer stands among the messages."""

    __tablename__ = "turns"
    conversation_id = _conversation(primary_key=True)
    message_id = Column(String(ID), primary_key=True)
    body_hash = Column(String(1024), nullable=False)
    first_seq = Column(Integer, nullable=False)
    last_seq = Column(Integer, nullable=False)
    created_at = Column(UtcTime, nullable=False, index=True)


class TurnEvents(Sealing, Base):
    """What the assistant understood and did in one turn, for finding out why it answered so."""

    __tablename__ = "turn_events"
    conversation_id = _conversation(primary_key=True)
    seq = Column(Integer, primary_key=True, autoincrement=False)
    key_id = Column(String(ID), nullable=False)
    sealed = Column(LargeBinary, nullable=False)
    created_at = Column(UtcTime, nullable=False, index=True)


class Callback(Base):
    """One call that admissions owes: a row for each number with an open request, however often it was asked."""

    __tablename__ = "callbacks"
    id = Column(String(ID), primary_key=True)
    status = Column(String(CODE), nullable=False, index=True)
    open_number = Column(String(HASH), unique=True)  # keyed hash of the number while open: no second row
    claimed_by = Column(String(ID))
    created_at = Column(UtcTime, nullable=False)
    changed_at = Column(UtcTime, nullable=False, index=True)
    done_at = Column(UtcTime, index=True)


class CallbackAsked(Sealing, Base):
    """What one conversation asked for; several may wait for the same call."""

    __tablename__ = "callback_requests"
    id = Column(String(ID), primary_key=True)
    callback_id = Column(String(ID), ForeignKey("callbacks.id", ondelete="CASCADE"), nullable=False, index=True)
    # No foreign key: the call is still owed after the chat itself was deleted by age.
    conversation_id = Column(String(ID), nullable=False, index=True)
    open_conversation = Column(String(ID), unique=True)
    reference = Column(String(CODE), nullable=False, unique=True)
    channel = Column(String(CODE), nullable=False)
    consent_version = Column(String(ID), nullable=False)
    consented_at = Column(UtcTime, nullable=False)
    key_id = Column(String(ID), nullable=False)
    sealed = Column(LargeBinary, nullable=False)  # contact, best time, check, the words agreed to
    created_at = Column(UtcTime, nullable=False)
    changed_at = Column(UtcTime, nullable=False)


class CallbackStep(Sealing, Base):
    """What was done about a call-back, by whom, with an optional note."""

    __tablename__ = "callback_steps"
    id = Column(String(ID), primary_key=True)
    callback_id = Column(String(ID), ForeignKey("callbacks.id", ondelete="CASCADE"), nullable=False, index=True)
    at = Column(UtcTime, nullable=False)
    who = Column(String(ID), nullable=False)
    step = Column(String(CODE), nullable=False)
    key_id = Column(String(ID))
    sealed = Column(LargeBinary)  # note


class Outgoing(Sealing, Base):
    """Something to be sent, written in the same transaction as its reason."""

    __tablename__ = "outbox"
    id = Column(String(ID), primary_key=True)
    kind = Column(String(CODE), nullable=False)
    conversation_id = Column(String(ID), index=True)
    callback_id = Column(String(ID), index=True)
    idempotency_key = Column(String(ID), nullable=False, unique=True)
    key_id = Column(String(ID), nullable=False)
    sealed = Column(LargeBinary, nullable=False)  # payload
    state = Column(String(CODE), nullable=False)
    attempts = Column(Integer, nullable=False)
    next_try = Column(UtcTime, nullable=False)
    last_error = Column(String(ID))
    created_at = Column(UtcTime, nullable=False)
    done_at = Column(UtcTime, index=True)
    __table_args__ = (Index("ix_outbox_due", "state", "next_try"),)


class CrisisCount(Base):
    """How many crisis messages of a kind came in an hour; nothing about anybody."""

    __tablename__ = "crisis_counts"
    kind = Column(String(ID), primary_key=True)
    hour = Column(UtcTime, primary_key=True)
    count = Column(Integer, nullable=False)


class ActivityCount(Base):
    """How often something happened in an hour (a chat begun, a topic asked, a check's outcome); nothing about anybody."""

    __tablename__ = "activity_counts"
    kind = Column(String(CODE), primary_key=True)
    label = Column(String(ID), primary_key=True)
    hour = Column(UtcTime, primary_key=True, index=True)
    count = Column(Integer, nullable=False)


class Audit(Base):
    """Who did what to which id; a trigger refuses changes and early deletion."""

    __tablename__ = "audit"
    id = Column(Integer, primary_key=True)
    at = Column(UtcTime, nullable=False, index=True)
    event = Column(String(ID), nullable=False)
    who = Column(String(ID), nullable=False)
    subject = Column(String(ID))


class Erasure(Base):
    """Proof that something was erased: keyed hash of the id, time, counts."""

    __tablename__ = "erasures"
    id = Column(Integer, primary_key=True)
    id_hash = Column(String(HASH), nullable=False, index=True)
    at = Column(UtcTime, nullable=False, index=True)
    counts = Column(String(500), nullable=False)


class Staff(Sealing, Base):
    """An account of the admissions console."""

    __tablename__ = "staff"
    id = Column(String(ID), primary_key=True)
    name = Column(String(ID), nullable=False, unique=True)
    role = Column(String(CODE), nullable=False)
    password_hash = Column(String(500), nullable=False)
    key_id = Column(String(ID))
    sealed = Column(LargeBinary)  # the secret of the second factor
    totp_step = Column(Integer)  # the time step used last: a code works once
    active = Column(Boolean, nullable=False)
    failures = Column(Integer, nullable=False)
    locked_until = Column(UtcTime)
    created_at = Column(UtcTime, nullable=False)
    changed_at = Column(UtcTime, nullable=False)


class StaffSession(Base):
    """A signed-in browser; only the keyed hash of its token is known here."""

    __tablename__ = "staff_sessions"
    token_hash = Column(String(HASH), primary_key=True)
    staff_id = Column(String(ID), ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True)
    created_at = Column(UtcTime, nullable=False)
    seen_at = Column(UtcTime, nullable=False)
    expires_at = Column(UtcTime, nullable=False, index=True)


class SmsSeen(Base):
    """A text message that came in: a second delivery of it is not a second turn."""

    __tablename__ = "sms_seen"
    sid_hash = Column(String(HASH), primary_key=True)
    at = Column(UtcTime, nullable=False, index=True)


class SmsOptOut(Base):
    """Whether a number wants no texts."""

    __tablename__ = "sms_opt_outs"
    number_hash = Column(String(HASH), primary_key=True)
    state = Column(String(CODE), nullable=False)
    words_version = Column(String(ID), nullable=False)
    at = Column(UtcTime, nullable=False, index=True)


class SmsContact(Base):
    """A number that was told who writes, that texts are not private, and how to stop."""

    __tablename__ = "sms_contacts"
    number_hash = Column(String(HASH), primary_key=True)
    at = Column(UtcTime, nullable=False, index=True)
