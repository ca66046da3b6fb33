"""How long each kind of row stays, and what removes it: `python -m bot.records.retention [--dry-run]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select

from bot.errors import RecordsError
from bot.records import models
from bot.records.callbacks import DONE, OPEN
from bot.records.database import Database, utc_now
from bot.records.outbox import FAILED, SENT, WAITING
from bot.records.sms import IN, OUT
from bot.records.sms_queue import QUEUED
from bot.records.sms_spool import SmsSpool
from bot.settings import BadSetting, Settings, read

# Small batches with a rest after each, so that who chats meanwhile is not kept waiting (benchmarks/purge.md).
BATCH, REST = 50, 4.0  # rows; times as long as the batch took
SIX_YEARS = timedelta(days=6 * 365 + 2)
# An open request that nobody dealt with is a person still waiting: never shorter, whatever the settings say.
UNDONE = timedelta(days=30)
SENT_FOR = timedelta(hours=24)
NO_REPLAY = timedelta(days=400)  # a signed delivery never expires by itself: as long as this one it is not taken twice

Keep = Callable[[Settings], "timedelta | None"]


@dataclass(frozen=True)
class Rule:
    """Rows of a table that meet `only` stay for `keep` after `column`; None keeps them until something else ends them."""

    name: str
    table: Any
    column: Any
    keep: Keep
    only: Any = None

    def due(self, settings: Settings, now: datetime) -> Any:
        """The condition that a row is to go; None when the rule never removes."""
        keep = self.keep(settings)
        if keep is None:
            return None
        old = self.column <= now - keep
        return old if self.only is None else and_(old, self.only)


def _chat(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_chat_days)


def _callback(settings: Settings) -> timedelta:
    return timedelta(days=settings.keep_callback_days)


def _undone(settings: Settings) -> timedelta:
    return UNDONE


def _always(settings: Settings) -> None:
    return None


RULES: tuple[Rule, ...] = (
    Rule("messages", models.Message, models.Message.created_at, _chat),
    Rule("turns", models.Turn, models.Turn.created_at, _chat),
    Rule("turn_events", models.TurnEvents, models.TurnEvents.created_at, _chat),
    Rule("conversations", models.Conversation, models.Conversation.updated_at, _chat),
    Rule("callbacks done", models.Callback, models.Callback.done_at, _callback, models.Callback.status.in_(DONE)),
    Rule("callbacks undone", models.Callback, models.Callback.changed_at, _undone, models.Callback.status.in_(OPEN)),
    Rule("outbox sent", models.Outgoing, models.Outgoing.done_at, lambda _: SENT_FOR, models.Outgoing.state == SENT),
    Rule("outbox failed", models.Outgoing, models.Outgoing.done_at, _callback, models.Outgoing.state == FAILED),
    Rule("outbox waiting", models.Outgoing, models.Outgoing.created_at, _undone, models.Outgoing.state == WAITING),
    Rule("outbox queued", models.Outgoing, models.Outgoing.created_at, _undone, models.Outgoing.state == QUEUED),
    Rule("sms_seen", models.SmsSeen, models.SmsSeen.at, lambda settings: max(_chat(settings), NO_REPLAY)),
    Rule("sms_contacts", models.SmsContact, models.SmsContact.at, _chat),
    Rule("sms_opt_outs in", models.SmsOptOut, models.SmsOptOut.at, _chat, models.SmsOptOut.state == IN),
    Rule("sms_opt_outs out", models.SmsOptOut, models.SmsOptOut.at, _always, models.SmsOptOut.state == OUT),
    Rule("crisis_counts", models.CrisisCount, models.CrisisCount.hour, lambda _: SIX_YEARS),
    Rule("activity_counts", models.ActivityCount, models.ActivityCount.hour, lambda _: SIX_YEARS),
    Rule("audit", models.Audit, models.Audit.at, lambda _: SIX_YEARS),
    Rule("erasures", models.Erasure, models.Erasure.at, lambda _: SIX_YEARS),
    Rule("staff_sessions", models.StaffSession, models.StaffSession.expires_at, lambda _: timedelta(0)),
    Rule("staff", models.Staff, models.Staff.created_at, _always),
    Rule("key_check", models.KeyCheck, models.KeyCheck.created_at, _always),
)
WITH_THEIR_CALLBACK = (models.CallbackAsked, models.CallbackStep)  # removed by the row they belong to


def purge(database: Database, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Remove what is due, in small batches; rows by rule. A dry run only counts.

    Raises RecordsUnavailable; what was removed until then stays removed, and a second run goes on.
    """
    counts: dict[str, int] = {}
    for rule in RULES:
        condition = rule.due(database.settings, now)
        if condition is not None:
            counts[rule.name] = _count(database, rule, condition) if dry_run else _remove(database, rule, condition)
    counts["sms spool"] = SmsSpool(database).older_than(now - UNDONE, remove=not dry_run)
    if not dry_run and any(counts.values()):
        with database.write() as session:
            session.add(models.Audit(at=database.clock(), event="record:retention:purged", who="retention"))
        database.settle()
    return counts


def _count(database: Database, rule: Rule, condition: Any) -> int:
    with database.read() as session:
        return int(session.execute(select(func.count()).select_from(rule.table).where(condition)).scalar_one())


def _remove(database: Database, rule: Rule, condition: Any) -> int:
    keys, removed = list(rule.table.__table__.primary_key.columns), 0
    while True:
        began = time.monotonic()
        with database.write() as session:
            due = session.execute(select(*keys).where(condition).limit(BATCH)).all()
            if not due:
                return removed
            these = or_(*(and_(*(key == value for key, value in zip(keys, row, strict=True))) for row in due))
            removed += session.execute(
                delete(rule.table).where(these), execution_options={"synchronize_session": False}
            ).rowcount
        if len(due) < BATCH:
            return removed
        time.sleep(REST * (time.monotonic() - began))


def main(arguments: list[str] | None = None) -> int:
    """Purge and print what went, by rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="only count what would be removed")
    dry_run = parser.parse_args(arguments).dry_run
    try:
        counts = purge(Database(read()), utc_now(), dry_run)
    except (BadSetting, RecordsError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, count in counts.items():
        print(f"{name}: {count} {'would go' if dry_run else 'removed'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
