"""What is known of a number that texts, without the number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.records.access import Records
from bot.records.sms_queue import SmsQueue
from tests.records.conftest import NUMBER, OTHER_NUMBER, MovableClock, together


def test_a_delivery_is_new_once(records: Records, clock: MovableClock) -> None:
    queue = SmsQueue(records.database)
    assert queue.seen_at("SM1") is None
    assert [queue.accept(sid, "c1", {})[0] for sid in ("SM1", "SM1", "SM2")] == [True, False, True]
    first = clock.time
    clock.move(hours=1)
    assert not queue.accept("SM1", "c1", {})[0] and queue.seen_at("SM1") == first


def test_parallel_deliveries_are_taken_once(records: Records, opened: Callable[..., Records]) -> None:
    doors = [SmsQueue(one.database) for one in (records, opened(), opened())]
    assert sorted(new for new, _ in together(*(partial(door.accept, "SM1", "c1", {}) for door in doors))) == [
        False,
        False,
        True,
    ]


def test_opting_out_and_in_again(records: Records) -> None:
    assert not records.opted_out(NUMBER)
    assert records.set_opt_out(NUMBER, True, "words-1") and not records.set_opt_out(NUMBER, True, "words-1")
    assert records.opted_out(NUMBER) and not records.opted_out(OTHER_NUMBER)
    assert records.set_opt_out(NUMBER, False, "words-2") and not records.opted_out(NUMBER)
    assert not records.set_opt_out(OTHER_NUMBER, False, "words-1")


def test_the_first_contact_is_told_once_and_again_after_an_erasure(records: Records) -> None:
    name = records.sms_conversation(NUMBER)
    assert [records.first_contact(NUMBER), records.first_contact(NUMBER)] == [True, False]
    records.start(name, "sms", [{"text": "Hello."}])
    records.erase(name)
    assert records.first_contact(NUMBER)


def test_the_conversation_of_a_number_does_not_show_it_and_stays(records: Records, opened: Callable[..., Records]) -> None:
    name = records.sms_conversation(NUMBER)
    assert name == opened().sms_conversation(NUMBER) != records.sms_conversation(OTHER_NUMBER)
    assert NUMBER[-7:] not in name
