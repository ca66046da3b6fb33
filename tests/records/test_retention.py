"""Every kind of row goes when its time is over, and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.records.access import Records
from bot.records.database import utc_now
from bot.records.models import Base
from bot.records.retention import RULES, SIX_YEARS, WITH_THEIR_CALLBACK
from bot.records.sms_queue import Answer, SmsQueue
from tests.records.conftest import NUMBER, OTHER_NUMBER, MovableClock, callback, turn


def filled(records: Records, clock: MovableClock) -> None:
    """One of everything that a person can leave."""
    turn(records)
    records.save_callback(callback())
    records.contacted(records.save_callback(callback("c2", OTHER_NUMBER)).reference, "ana", "talked")
    for item in records.due_outbox(clock.time):
        records.outbox_done(item.id)
    records.enqueue("email", {}, idempotency_key="lost")
    [item] = records.due_outbox(clock.time)
    records.outbox_failed(item.id, "refused", None)
    records.enqueue("email", {}, idempotency_key="waits")
    queue = SmsQueue(records.database)
    assert queue.finish(queue.accept("SM1", "c1", {"number": NUMBER, "text": "hello"})[1], Answer("")).done
    records.first_contact(NUMBER)
    records.set_opt_out(NUMBER, True, "1")
    records.set_opt_out(OTHER_NUMBER, True, "1")
    records.set_opt_out(OTHER_NUMBER, False, "1")
    records.count_crisis("suicide", clock.time)
    turn(records, conversation="c9")
    records.erase("c9")
    records.open_session(records.add_staff("ana", "agent", "x"), timedelta(hours=8))


def rows(records: Records) -> dict[str, int]:
    """Rows by table, empty tables left out."""
    with records.database.read() as session:
        tables = Base.metadata.tables.items()
        counts = {name: session.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables}
    return {name: count for name, count in counts.items() if count}


def test_every_table_has_a_rule() -> None:
    ruled = {rule.table.__tablename__ for rule in RULES} | {table.__tablename__ for table in WITH_THEIR_CALLBACK}
    assert ruled == set(Base.metadata.tables)


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (0.5, {"staff_sessions"}),
        (1, {"staff_sessions", "outbox sent"}),
        (7, {"staff_sessions", "outbox sent", "outbox failed", "callbacks done"}),
        (29.9, {"staff_sessions", "outbox sent", "outbox failed", "callbacks done"}),
        (30, {"staff_sessions", "outbox sent", "outbox failed", "outbox waiting", "callbacks done", "callbacks undone",
              "messages", "turns", "turn_events", "conversations", "sms_contacts", "sms_opt_outs in"}),
        (400, {"staff_sessions", "outbox sent", "outbox failed", "outbox waiting", "callbacks done", "callbacks undone",
               "messages", "turns", "turn_events", "conversations", "sms_seen", "sms_contacts", "sms_opt_outs in"}),
    ],
)  # fmt: skip
def test_rows_go_on_their_day(records: Records, clock: MovableClock, days: float, gone: set[str]) -> None:
    filled(records, clock)
    counts = records.purge(clock.move(days=days))
    assert {name for name, count in counts.items() if count} == gone


def test_after_a_month_only_proofs_and_choices_are_left(records: Records, clock: MovableClock) -> None:
    filled(records, clock)
    records.purge(clock.move(days=31))
    assert set(rows(records)) == {
        "activity_counts", "audit", "crisis_counts", "erasures", "key_check", "sms_opt_outs",
        "sms_seen", "staff",
    }  # fmt: skip
    assert records.opted_out(NUMBER)


def test_a_text_that_is_never_dealt_with_goes_too(records: Records, clock: MovableClock) -> None:
    assert SmsQueue(records.database).accept("SM1", "c1", {"number": NUMBER, "text": "hello"})[0]
    assert records.purge(clock.move(days=31))["outbox queued"] == 1
    assert rows(records).keys() <= {"audit", "key_check", "sms_seen"}


def test_a_dry_run_counts_and_removes_nothing(records: Records, clock: MovableClock) -> None:
    filled(records, clock)
    before = rows(records)
    counts = records.purge(clock.move(days=31), dry_run=True)
    assert rows(records) == before and counts["messages"] == 2
    removed = records.purge(clock.time)
    assert removed["messages"] == 2 and set(removed) == set(counts)


def test_a_second_run_finds_nothing(records: Records, clock: MovableClock) -> None:
    filled(records, clock)
    records.purge(clock.move(days=31))
    assert not any(records.purge(clock.time).values())


def test_a_chat_that_goes_on_keeps_its_place_and_loses_its_old_words(records: Records, clock: MovableClock) -> None:
    turn(records)
    clock.move(days=29)
    turn(records, message_id="m2")
    records.purge(clock.move(days=2))
    assert [one["seq"] for one in records.messages_after("c1", 0)] == [3, 4]
    stored = records.load("c1")
    assert stored and stored.last_seq == 4


@pytest.mark.parametrize(("setting", "days"), [("keep_chat_days", 0.0), ("keep_chat_days", 90.0)])
def test_the_days_are_a_setting(opened: Callable[..., Records], clock: MovableClock, setting: str, days: float) -> None:
    records = opened(**{setting: days})
    turn(records)
    records.purge(clock.move(days=31))
    assert (records.load("c1") is None) == (days < 31)


def test_with_zero_days_a_person_who_waits_for_a_call_is_not_forgotten(
    opened: Callable[..., Records], clock: MovableClock
) -> None:
    records = opened(keep_chat_days=0.0, keep_callback_days=0.0)
    records.save_callback(callback())
    records.purge(clock.move(days=29))
    assert len(records.callbacks()) == 1


def test_many_rows_go_in_batches(records: Records, clock: MovableClock) -> None:
    records.start("c1", "web", [{"text": "x"} for _ in range(450)])
    assert records.purge(clock.move(days=31))["messages"] == 450


def test_proofs_and_the_audit_trail_go_after_six_years(records: Records, clock: MovableClock) -> None:
    # By the real clock: the database itself guards the trail by its own.
    clock.time = utc_now() - SIX_YEARS - timedelta(days=1)
    turn(records)
    records.erase("c1")
    records.audit("record:staff:viewed", "ana", "x")
    clock.time = utc_now() - SIX_YEARS + timedelta(days=5)
    records.audit("record:staff:viewed", "ben", "x")
    counts = records.purge(utc_now())
    assert (counts["audit"], counts["erasures"]) == (1, 1)
    assert [one["who"] for one in records.audit_trail()] == ["retention", "ben"]
