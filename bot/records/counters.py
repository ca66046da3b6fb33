"""Counters of crisis messages and the audit trail: what happened, never what was said."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select

from bot.records.door import Door
from bot.records.models import Audit, CrisisCount

EVENT = re.compile(r"[a-z_]+:[a-z_]+:[a-z_]+")


def _insert(dialect: str) -> Any:
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    return insert


class Counters(Door):
    """The part of the door for counters and the audit trail."""

    def count_crisis(self, kind: str, when: datetime) -> None:
        """Add one to the counter of this kind and hour."""
        hour = when.astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)
        insert = _insert(self.database.engine.dialect.name)
        one = insert(CrisisCount).values(kind=kind[:64], hour=hour, count=1)
        more = one.on_conflict_do_update(
            index_elements=[CrisisCount.kind, CrisisCount.hour], set_={"count": CrisisCount.count + 1}
        )
        with self.database.write() as session:
            session.execute(more)

    def crisis_counts(self, since: datetime) -> list[dict[str, Any]]:
        """[{"kind", "hour", "count"}] from that hour on."""
        with self.database.read() as session:
            query = select(CrisisCount).where(CrisisCount.hour >= since).order_by(CrisisCount.hour, CrisisCount.kind)
            rows = session.execute(query).scalars().all()
            return [{"kind": row.kind, "hour": row.hour, "count": row.count} for row in rows]

    def audit(self, event: str, who: str, subject: str | None = None) -> None:
        """Write down who did what to which id; `event` has three parts, such as "record:staff:viewed"."""
        if not EVENT.fullmatch(event):
            raise ValueError("an audit event has three parts, such as record:staff:viewed")
        with self.database.write() as session:
            session.add(Audit(at=self.now(), event=event, who=who[:128], subject=subject[:128] if subject else None))

    def audit_trail(self, before: int | None = None, limit: int = 100) -> list[dict[str, Any]]:
        """The newest audit rows as [{"id", "at", "event", "who", "subject"}]; `before` pages on by id."""
        query = select(Audit).order_by(Audit.id.desc()).limit(limit)
        if before is not None:
            query = query.where(Audit.id < before)
        with self.database.read() as session:
            rows = session.execute(query).scalars().all()
            return [{"id": row.id, "at": row.at, "event": row.event, "who": row.who, "subject": row.subject} for row in rows]
