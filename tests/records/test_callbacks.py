"""Call-back requests: one open row a number, truthfully handed to staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot.errors import Conflict
from bot.records.access import CallbackRequest, Records
from tests.records.conftest import CANARY, NUMBER, OTHER_NUMBER, MovableClock, callback, together

CODE = re.compile(r"[HJKMRTWX]{3}-[2-9]{3}")


def opened_row(records: Records, reference: str) -> dict[str, Any]:
    """A call-back as staff sees it."""
    found = records.callback_by_reference(reference, "ana")
    assert found is not None
    return found


def test_a_request_gets_a_code_that_can_be_read_aloud(records: Records) -> None:
    saved = records.save_callback(callback())
    assert CODE.fullmatch(saved.reference) and not saved.merged
    found = records.open_callback("c1")
    assert found and found["reference"] == saved.reference
    assert records.open_callback("c2") is None


def test_the_same_chat_changes_its_request(records: Records) -> None:
    first = records.save_callback(callback())
    second = records.save_callback(callback(best_time="evenings", number=OTHER_NUMBER))
    assert second.merged and second.reference == first.reference and len(records.callbacks()) == 1
    request = opened_row(records, first.reference)["requests"][0]
    assert (request["best_time"], request["number"]) == ("evenings", OTHER_NUMBER)


def test_the_same_number_from_another_chat_is_one_row_and_tells_nothing(records: Records) -> None:
    first = records.save_callback(callback("c1"))
    second = records.save_callback(callback("c2", name="Sam"))
    assert not second.merged and second.reference != first.reference
    assert len(records.callbacks()) == 1
    for reference in (first.reference, second.reference):
        assert len(opened_row(records, reference)["requests"]) == 2


def test_a_request_that_moves_to_a_number_already_open_joins_it(records: Records) -> None:
    first = records.save_callback(callback("c1", NUMBER))
    records.save_callback(callback("c2", OTHER_NUMBER))
    moved = records.save_callback(callback("c1", OTHER_NUMBER))
    assert moved.merged and moved.reference == first.reference
    assert len(records.callbacks()) == 1 and len(records.callbacks("withdrawn")) == 1
    assert opened_row(records, first.reference)["chats"] == 2


def test_withdrawing_drops_the_contact_at_once(records: Records, clock: MovableClock) -> None:
    reference = records.save_callback(callback(name=CANARY)).reference
    assert [records.withdraw_callback("c1"), records.withdraw_callback("c1")] == [True, False]
    assert records.open_callback("c1") is None and records.callbacks() == []
    found = opened_row(records, reference)
    assert found["status"] == "withdrawn" and "name" not in found["requests"][0]
    assert records.due_outbox(clock.move(seconds=1)) == []


def test_one_chat_cannot_withdraw_for_another(records: Records, clock: MovableClock) -> None:
    records.save_callback(callback("c1"))
    other = records.save_callback(callback("c2")).reference
    records.withdraw_callback("c1")
    assert records.open_callback("c2") and len(records.callbacks()) == 1
    assert [item.payload["reference"] for item in records.due_outbox(clock.move(seconds=1))] == [other]


def test_after_a_call_the_same_number_may_ask_again(records: Records) -> None:
    first = records.save_callback(callback()).reference
    records.contacted(first, "ana")
    again = records.save_callback(callback())
    assert not again.merged and again.reference != first and len(records.callbacks()) == 1


def test_parallel_requests_for_one_number_are_one_row(records: Records, opened: Callable[..., Records]) -> None:
    doors = [records, opened(), opened(), opened()]
    asked = [partial(door.save_callback, callback(f"c{number % 2}")) for number, door in enumerate(doors)]
    assert len({saved.reference for saved in together(*asked)}) == 2
    rows = records.callbacks()
    assert len(rows) == 1 and rows[0]["chats"] == 2


def test_nothing_of_the_person_is_in_the_notice_the_list_or_repr(records: Records, clock: MovableClock) -> None:
    request = callback(name=CANARY, best_time=CANARY, consent_words=CANARY)
    reference = records.save_callback(request).reference
    [item] = records.due_outbox(clock.move(seconds=1))
    assert item.kind == "webhook" and item.payload == {"event": "handoff:person:requested", "reference": reference}
    assert CANARY not in repr([request, item, records.callbacks(), records])
    assert NUMBER not in repr([request, item, records.callbacks()])


def test_without_a_way_to_tell_staff_there_is_no_notice(opened: Callable[..., Records], clock: MovableClock) -> None:
    records = opened(handoff_webhook_url=None)
    records.save_callback(callback())
    assert records.due_outbox(clock.move(seconds=1)) == [] and records.callbacks()[0]["delivery"] is None


def test_a_request_changed_before_it_was_sent_makes_no_second_notice(records: Records, clock: MovableClock) -> None:
    records.save_callback(callback())
    records.save_callback(callback(best_time="evenings"))
    assert len(records.due_outbox(clock.move(seconds=1))) == 1


def test_staff_work_leaves_steps_with_notes_and_an_audit_trail(records: Records) -> None:
    reference = records.save_callback(callback()).reference
    typed = reference.lower().replace("-", " ")
    assert records.claim(typed, "ana", CANARY) and records.no_answer(typed, "ana") and records.contacted(typed, "ana")
    found = opened_row(records, reference)
    assert [(one["who"], one["step"], one["note"]) for one in found["steps"]] == [
        ("person", "requested", ""), ("ana", "claimed", CANARY), ("ana", "no_answer", ""), ("ana", "contacted", ""),
    ]  # fmt: skip
    assert [(one["event"], one["who"], one["subject"]) for one in reversed(records.audit_trail())] == [
        (event, "ana", reference)
        for event in ("handoff:staff:claimed", "handoff:staff:no_answer", "handoff:staff:contacted", "record:staff:viewed")
    ]


def test_a_claimed_call_is_not_taken_by_another_until_released(records: Records) -> None:
    reference = records.save_callback(callback()).reference
    records.claim(reference, "ana")
    with pytest.raises(Conflict):
        records.claim(reference, "ben")
    assert records.callbacks()[0]["claimed_by"] == "ana"
    assert records.release(reference, "lea") and records.claim(reference, "ben")
    records.close(reference, "ben")
    with pytest.raises(Conflict):
        records.claim(reference, "ben")


def test_an_unknown_code_is_false_and_reads_nothing(records: Records) -> None:
    assert records.callback_by_reference("HJK-222", "ana") is None
    assert not records.claim("HJK-222", "ana") and not records.close("", "ana")
    assert records.audit_trail() == []


def test_a_number_is_not_needed(records: Records) -> None:
    request: CallbackRequest = callback(number="")
    assert records.save_callback(request).reference != records.save_callback(callback("c2", number="")).reference
    assert len(records.callbacks()) == 2
