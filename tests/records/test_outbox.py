"""The outbox: tried until sent or given up, never by two senders at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.records.access import Records
from tests.records.conftest import CANARY, MovableClock, callback


def test_a_row_is_lent_to_one_sender_and_comes_back_when_that_one_dies(
    records: Records, opened: Callable[..., Records], clock: MovableClock
) -> None:
    records.enqueue("sms", {"to": CANARY}, idempotency_key="k1", conversation="c1")
    [item] = records.due_outbox(clock.time)
    assert (item.payload, item.attempts, item.conversation) == ({"to": CANARY}, 1, "c1")
    assert opened().due_outbox(clock.time) == []
    [again] = opened().due_outbox(clock.move(seconds=61))
    assert (again.idempotency_key, again.attempts) == ("k1", 2)


def test_a_key_is_queued_once(records: Records, clock: MovableClock) -> None:
    assert [records.enqueue("email", {}, idempotency_key="k") for _ in range(2)] == [True, False]
    assert len(records.due_outbox(clock.time)) == 1


def test_sent_rows_are_done(records: Records, clock: MovableClock) -> None:
    reference = records.save_callback(callback()).reference
    [item] = records.due_outbox(clock.time)
    assert records.callbacks()[0]["delivery"] == "waiting"
    records.outbox_done(item.id)
    assert records.due_outbox(clock.move(days=1)) == [] and records.outbox_counts() == {"sent": 1}
    found = records.callback_by_reference(reference, "ana")
    assert found and found["delivery"] == "sent"


def test_a_failure_waits_for_its_time_and_the_last_one_stands_visibly(records: Records, clock: MovableClock) -> None:
    records.save_callback(callback())
    [item] = records.due_outbox(clock.time)
    records.outbox_failed(item.id, "http_503", clock.time + timedelta(minutes=5))
    assert records.due_outbox(clock.move(minutes=4)) == []
    [again] = records.due_outbox(clock.move(minutes=1))
    assert again.idempotency_key == item.idempotency_key
    records.outbox_failed(item.id, "http_503", None)
    assert records.due_outbox(clock.move(days=1)) == [] and records.callbacks()[0]["delivery"] == "not_delivered"


def test_only_as_many_as_asked_and_not_before_their_time(records: Records, clock: MovableClock) -> None:
    for number in range(3):
        records.enqueue("email", {}, idempotency_key=str(number))
    records.enqueue("email", {}, idempotency_key="later", not_before=clock.time + timedelta(hours=1))
    assert len(records.due_outbox(clock.time, limit=2)) == 2 and len(records.due_outbox(clock.time, limit=9)) == 1


def test_ends_of_rows_that_were_erased_meanwhile_are_no_error(records: Records, clock: MovableClock) -> None:
    records.enqueue("sms", {}, idempotency_key="k", conversation="c1")
    [item] = records.due_outbox(clock.time)
    records.erase("c1")
    records.outbox_done(item.id)
    records.outbox_failed(item.id, "timeout", None)
    assert records.outbox_counts() == {}


def test_an_unknown_kind_is_refused(records: Records) -> None:
    with pytest.raises(ValueError):
        records.enqueue("fax", {}, idempotency_key="k")
