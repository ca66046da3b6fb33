"""A turn is written whole and once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot.errors import BodyMismatch, Conflict
from bot.records.access import Records
from tests.records.conftest import together, turn


def test_a_turn_returns_the_contract_shape_and_keeps_extra_keys(records: Records) -> None:
    said = turn(records, messages=[{"text": "Hi.", "buttons": [{"title": "A", "payload": "/a"}], "progress": 2}])
    assert said == [
        {"seq": 2, "from": "bot", "text": "Hi.", "buttons": [{"title": "A", "payload": "/a"}], "kind": "answer",
         "topic": None, "source": None, "progress": 2}
    ]  # fmt: skip


def test_state_version_and_history_follow_the_turns(records: Records) -> None:
    records.start("c1", "web", [{"text": "Welcome."}])
    before = records.load("c1")
    assert before and (before.state, before.last_seq, before.channel) == ({}, 1, "web")
    turn(records, state={"slots": {"topic": "cost"}})
    after = records.load("c1")
    assert after and after.version == before.version + 1 and after.state == {"slots": {"topic": "cost"}}
    assert [(one["seq"], one["from"], one["text"]) for one in records.messages_after("c1", 0)] == [
        (1, "bot", "Welcome."), (2, "person", "hello"), (3, "bot", "Hi."),
    ]  # fmt: skip
    assert [one["seq"] for one in records.messages_after("c1", 2)] == [3]


def test_starting_twice_keeps_what_was_there(records: Records) -> None:
    first = records.start("c1", "web", [{"text": "Welcome."}])
    assert records.start("c1", "web", [{"text": "Again."}]) == first


def test_the_same_message_id_is_answered_from_the_row(records: Records) -> None:
    first = turn(records)
    again = turn(records, messages=[{"text": "Another."}], expected_version=None)
    assert again == first == records.find_turn("c1", "m1", records.body_hash("hello"))
    assert len(records.messages_after("c1", 0)) == 2


def test_the_same_message_id_with_another_body_is_refused(records: Records) -> None:
    turn(records)
    with pytest.raises(BodyMismatch):
        records.find_turn("c1", "m1", records.body_hash("something else"))
    with pytest.raises(BodyMismatch):
        turn(records, body_hash=records.body_hash("something else"))


def test_an_unknown_message_id_and_conversation_are_none(records: Records) -> None:
    assert records.find_turn("c1", "m1", records.body_hash("hello")) is None
    assert records.load("c1") is None
    assert records.messages_after("c1", 0) == []


@pytest.mark.parametrize("expected", [None, 0, 7])
def test_a_stale_version_is_a_conflict_and_writes_nothing(records: Records, expected: int | None) -> None:
    turn(records)
    with pytest.raises(Conflict):
        turn(records, message_id="m2", expected_version=expected)
    assert len(records.messages_after("c1", 0)) == 2
    assert records.find_turn("c1", "m2", records.body_hash("hello")) is None


def test_a_turn_of_an_erased_conversation_is_a_conflict(records: Records) -> None:
    turn(records)
    stored = records.load("c1")
    records.erase("c1")
    with pytest.raises(Conflict):
        turn(records, message_id="m2", expected_version=stored.version if stored else -1)
    assert records.load("c1") is None


def test_a_turn_of_the_front_door_merges_its_notes_and_is_kept_once(records: Records) -> None:
    turn(records, state={"slots": {"flow": "placement"}})
    given: dict[str, Any] = {
        "channel": "web", "message_id": "m2", "body_hash": records.body_hash("help"), "person": {"text": "help"},
        "messages": [{"text": "Call 988.", "kind": "crisis"}], "note_state": {"crisis": "suicide"},
    }  # fmt: skip
    said = records.record_outside("c1", **given)
    assert (said[0]["kind"], said[0]["seq"]) == ("crisis", 4)
    assert records.record_outside("c1", **given) == said
    stored = records.load("c1")
    assert stored and stored.state == {"slots": {"flow": "placement"}, "crisis": "suicide"} and stored.last_seq == 4


def test_a_turn_of_the_front_door_may_be_the_first(records: Records) -> None:
    body = records.body_hash("help")
    records.record_outside(
        "new", channel="sms", message_id="m", body_hash=body, person={"text": "help"},
        messages=[{"text": "988"}], note_state={},
    )  # fmt: skip
    stored = records.load("new")
    assert stored and (stored.channel, stored.last_seq) == ("sms", 2)


def test_one_message_delivered_in_parallel_is_one_turn(records: Records, opened: Callable[..., Records]) -> None:
    records.start("c1", "web", [{"text": "Welcome."}])
    doors = [records, opened(), opened(), opened()]
    answers = together(*(partial(turn, door, expected_version=1) for door in doors))
    assert answers == [answers[0]] * len(doors) and answers[0][0]["seq"] == 3
    assert len(records.messages_after("c1", 0)) == 3


def test_two_new_turns_in_parallel_never_share_a_version(records: Records, opened: Callable[..., Records]) -> None:
    records.start("c1", "web", [])
    takes = [partial(turn, door, message_id=name, expected_version=1) for name, door in (("a", records), ("b", opened()))]
    ends = together(*takes)
    assert [isinstance(end, Conflict) for end in ends].count(True) == 1
    assert len(records.messages_after("c1", 0)) == 2


def test_a_failure_half_way_leaves_nothing(records: Records) -> None:
    turn(records)
    with pytest.raises(TypeError):
        turn(records, message_id="m2", events=[{"event": object()}])
    stored = records.load("c1")
    assert stored and stored.last_seq == 2 and len(records.messages_after("c1", 0)) == 2


@pytest.mark.parametrize("odd", ["", "x" * 5000, "a\x00b", "\ud800", "ñ/../é"])
def test_odd_ids_and_texts_are_stored_and_found(records: Records, odd: str) -> None:
    body = records.body_hash(odd)
    said = turn(records, conversation=odd, message_id=odd, body_hash=body, person={"text": odd}, messages=[{"text": odd}])
    assert records.find_turn(odd, odd, body) == said
    assert records.messages_after(odd, 0)[0]["text"] == odd
    assert records.erase(odd)


def test_a_very_long_chat_shows_its_newest_part(records: Records) -> None:
    records.start("c1", "web", [{"text": str(number)} for number in range(20)])
    assert [one["text"] for one in records.messages_after("c1", 0, limit=3)] == ["17", "18", "19"]


def test_the_first_start_of_many_processes_makes_tables_and_keys_once(opened: Callable[..., Records]) -> None:
    doors = [opened() for _ in range(4)]
    assert together(*(door.ping for door in doors)) == [None] * 4
    assert len({door.number_hash("+18065550142") for door in doors}) == 1
