"""What is known of a number that texts, without the number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.records.access import Records
from tests.records.conftest import NUMBER, OTHER_NUMBER, together


def test_a_delivery_is_new_once(records: Records) -> None:
    assert not records.sms_was_seen("SM1")
    assert [records.sms_mark_seen("SM1"), records.sms_mark_seen("SM1"), records.sms_mark_seen("SM2")] == [True, False, True]
    assert records.sms_was_seen("SM1")


def test_parallel_deliveries_are_marked_once(records: Records, opened: Callable[..., Records]) -> None:
    doors = [records, opened(), opened()]
    assert sorted(together(*(partial(door.sms_mark_seen, "SM1") for door in doors))) == [False, False, True]


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
