"""The outbox: what is to be sent, written with its reason, tried until it is sent or given up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.records.database import Database, TakenMeanwhile
from bot.records.door import Door, fitted, new_id
from bot.records.models import Outgoing

WAITING, SENT, FAILED = "waiting", "sent", "failed"
KINDS = ("email", "webhook", "sms")


@dataclass(frozen=True)
class OutboxItem:
    """One thing to send; `idempotency_key` stays the same through every try."""

    id: str
    kind: str
    payload: dict[str, Any] = field(repr=False)
    idempotency_key: str
    attempts: int
    created_at: datetime
    conversation: str | None = field(default=None, repr=False)


def enqueue(
    database: Database,
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    conversation: str | None = None,
    callback: str | None = None,
    idempotency_key: str | None = None,
    not_before: datetime | None = None,
) -> str:
    """Add to the outbox inside a transaction that is open; the id of the new row."""
    if kind not in KINDS:
        raise ValueError("an outbox row is email, webhook or sms")
    now = database.clock()
    row = Outgoing(
        id=new_id(), kind=kind, conversation_id=conversation, callback_id=callback,
        idempotency_key=idempotency_key or new_id(), state=WAITING, attempts=0,
        next_try=not_before or now, created_at=now,
    )  # fmt: skip
    database.put(row, payload)
    session.add(row)
    return str(row.id)


class OutboxRows(Door):
    """The part of the door for what is to be sent."""

    def enqueue(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        idempotency_key: str,
        conversation: str | None = None,
        not_before: datetime | None = None,
    ) -> bool:
        """Add something to send; False when this idempotency key is there already."""
        owner = fitted(conversation) if conversation else None
        try:
            with self.database.write() as session:
                enqueue(
                    self.database, session, kind, payload,
                    conversation=owner, idempotency_key=idempotency_key, not_before=not_before,
                )  # fmt: skip
        except TakenMeanwhile:
            return False
        return True

    def due_outbox(
        self, now: datetime, limit: int = 20, lease_seconds: float = 60.0, kinds: Collection[str] = KINDS
    ) -> list[OutboxItem]:
        """What of these kinds is to be tried now. Each row is lent to this caller for a while, so that two senders never
        share one; a sender that dies leaves it due again."""
        with self.database.write() as session:
            query = select(Outgoing).where(
                Outgoing.state == WAITING, Outgoing.next_try <= now, Outgoing.kind.in_(list(kinds))
            )
            query = query.order_by(Outgoing.next_try).limit(limit).with_for_update(skip_locked=True)
            items = []
            for row in session.execute(query).scalars().all():
                row.attempts, row.next_try = row.attempts + 1, now + timedelta(seconds=lease_seconds)
                payload, key = self.database.open(row), row.idempotency_key
                items.append(OutboxItem(row.id, row.kind, payload, key, row.attempts, row.created_at, row.conversation_id))
            return items

    def outbox_done(self, item: str) -> None:
        """It was sent."""
        with self.database.write() as session:
            row = session.get(Outgoing, item)
            if row is not None:
                row.state, row.done_at, row.last_error = SENT, self.now(), None

    def outbox_failed(self, item: str, code: str, retry_at: datetime | None) -> None:
        """It was not sent; `code` is a word or status, never a text. Without `retry_at` it is given up, visibly."""
        with self.database.write() as session:
            row = session.get(Outgoing, item)
            if row is None:
                return
            row.last_error = code[:64]
            if retry_at is None:
                row.state, row.done_at = FAILED, self.now()
            else:
                row.next_try = retry_at

    def outbox_counts(self) -> dict[str, int]:
        """How many rows stand in each state, for the monitoring page."""
        with self.database.read() as session:
            rows = session.execute(select(Outgoing.state, func.count()).group_by(Outgoing.state)).all()
        return {str(state): int(count) for state, count in rows}

    def outbox_ages(self) -> dict[str, float]:
        """Seconds that the oldest unsent item of each kind has waited; under "failed" how many were given up."""
        now = self.now()
        waiting = select(Outgoing.kind, func.min(Outgoing.created_at)).where(Outgoing.state.notin_((SENT, FAILED)))
        with self.database.read() as session:
            oldest = session.execute(waiting.group_by(Outgoing.kind)).all()
            failed = session.execute(select(func.count()).where(Outgoing.state == FAILED)).scalar_one()
        return {**{kind: (now - since).total_seconds() for kind, since in oldest}, "failed": float(failed)}
