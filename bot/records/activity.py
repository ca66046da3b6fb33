"""Counters for the manager's pictures: what happened in an hour, by label; nothing about anybody."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.records.database import Database
from bot.records.door import Door
from bot.records.models import ActivityCount, Callback, CallbackStep, Conversation, Turn

CONVERSATION, CALLBACK, TOPIC, UNANSWERED, OUTCOME, FIRST_CALL = (
    "conversation", "callback", "topic", "unanswered", "outcome", "first_call",
)  # fmt: skip
KINDS = (CONVERSATION, CALLBACK, TOPIC, UNANSWERED, OUTCOME, FIRST_CALL)
NOT_UNDERSTOOD, OTHER = "not_understood", "other"
# How long until somebody first called, by the upper end of the span.
WAITS = (
    (timedelta(minutes=15), "15_minutes"), (timedelta(hours=1), "1_hour"), (timedelta(hours=4), "4_hours"),
    (timedelta(days=1), "1_day"), (timedelta.max, "longer"),
)  # fmt: skip
CALLED = ("contacted", "no_answer")
_LABEL = re.compile(r"[A-Za-z0-9_]{1,64}")

Counts = dict["tuple[str, str]", int]


def count_up(database: Database, session: Session, counts: Counts) -> None:
    """Add to the counters of this hour, in the transaction of what is counted.

    Always in the same order, so that two transactions never wait for each other.
    """
    hour = database.clock().astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)
    rows = [
        # A counter's name is a word of ours, never of a person.
        {"kind": kind, "label": label if _LABEL.fullmatch(label) else OTHER, "hour": hour, "count": count}
        for (kind, label), count in sorted(counts.items())
    ]
    if rows:
        connection = session.connection()
        connection.execute(_adding(connection.dialect.name), rows)


@lru_cache(maxsize=2)
def _adding(dialect: str) -> Any:
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    new = insert(ActivityCount.__table__)
    keys = [ActivityCount.kind, ActivityCount.label, ActivityCount.hour]
    return new.on_conflict_do_update(index_elements=keys, set_={"count": ActivityCount.count + new.excluded["count"]})


def counts_of_turn(
    database: Database, session: Session, row: Conversation, messages: Iterable[dict[str, Any]], state: dict[str, Any]
) -> Counts:
    """What one turn adds, while `row` still holds the state before it."""
    counts: Tally[tuple[str, str]] = Tally()
    if row.version <= 1 and not _has_turns(session, row.id):
        counts[CONVERSATION, str(row.channel)] += 1
    said = list(messages)
    for topic, silent in {message.get("topic"): message.get("source") == "facts" for message in said}.items():
        if topic:
            counts[TOPIC, str(topic)] += 1
            counts[UNANSWERED, str(topic)] += int(silent)
    if any(message.get("kind") == "fallback" for message in said):
        counts[UNANSWERED, NOT_UNDERSTOOD] += 1
    outcome = _outcome(state)
    if outcome and outcome != _outcome(database.open(row)):
        counts[OUTCOME, outcome] += 1
    return {name: count for name, count in counts.items() if count}


def counts_of_first_call(session: Session, row: Callback, step: str, now: datetime) -> Counts:
    """The wait until the first call, when this step is it."""
    if step not in CALLED:
        return {}
    called = select(CallbackStep.id).where(CallbackStep.callback_id == row.id, CallbackStep.step.in_(CALLED))
    if session.execute(called.limit(1)).first() is not None:
        return {}
    waited = now - row.created_at
    return {(FIRST_CALL, next(label for longest, label in WAITS if waited <= longest)): 1}


def _has_turns(session: Session, conversation: str) -> bool:
    return session.execute(select(Turn.message_id).where(Turn.conversation_id == conversation).limit(1)).first() is not None


def _outcome(state: Any) -> str | None:
    check = ((state or {}).get("slots") or {}).get("placement") or {}
    return str(check["outcome"]) if check.get("outcome") else None


class Activity(Door):
    """The part of the door for the manager's counters."""

    def activity(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """[{"kind", "label", "hour", "count"}] with since <= hour < until, by hour; hours are UTC."""
        within = (ActivityCount.hour >= since, ActivityCount.hour < until)
        query = select(ActivityCount).where(*within).order_by(ActivityCount.hour, ActivityCount.kind, ActivityCount.label)
        with self.database.read() as session:
            rows = session.execute(query).scalars().all()
            return [{"kind": row.kind, "label": row.label, "hour": row.hour, "count": row.count} for row in rows]

    def activity_begins(self) -> datetime | None:
        """The first hour counted; None before that."""
        with self.database.read() as session:
            first: datetime | None = session.execute(select(func.min(ActivityCount.hour))).scalar_one()
            return first
