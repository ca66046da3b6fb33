"""Erase my data: everywhere, once, with a proof that tells nothing."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.records.access import Records
from bot.records.models import ActivityCount, Audit, Base, Erasure, KeyCheck, SmsOptOut
from tests.records.conftest import CANARY, NUMBER, MovableClock, callback, turn

ABOUT_NOBODY = (ActivityCount, Audit, Erasure, KeyCheck, SmsOptOut)
LEFT_ALONE = {table.__tablename__ for table in ABOUT_NOBODY}


def rows(records: Records) -> dict[str, int]:
    """Rows by table."""
    with records.database.read() as session:
        tables = Base.metadata.tables.items()
        return {name: session.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables}


def test_everything_of_the_conversation_goes(records: Records, clock: MovableClock) -> None:
    name = records.sms_conversation(NUMBER)
    records.first_contact(NUMBER)
    turn(records, conversation=name, person={"text": CANARY})
    records.save_callback(callback(name))
    records.due_outbox(clock.move(seconds=1))
    assert records.erase(name) is True
    assert {table: count for table, count in rows(records).items() if count and table not in LEFT_ALONE} == {}


def test_others_keep_theirs(records: Records) -> None:
    turn(records)
    turn(records, conversation="c2")
    records.save_callback(callback("c2"))
    records.erase("c1")
    assert len(records.messages_after("c2", 0)) == 2 and records.open_callback("c2")


def test_a_second_time_changes_nothing(records: Records) -> None:
    turn(records)
    assert [records.erase("c1"), records.erase("c1"), records.erase("never seen")] == [True, False, False]
    assert rows(records)["erasures"] == 1


def test_the_proof_holds_hash_time_and_counts_only(records: Records, clock: MovableClock) -> None:
    turn(records, conversation="conversation-id")
    records.erase("conversation-id")
    with records.database.read() as session:
        proof = session.execute(select(Erasure)).scalar_one()
        assert "conversation-id" not in proof.id_hash and len(proof.id_hash) == 64
        assert proof.at == clock.time and '"messages": 2' in proof.counts
    assert records.was_erased("conversation-id") and not records.was_erased("another")


def test_a_call_back_that_is_over_goes_too(records: Records) -> None:
    reference = records.save_callback(callback()).reference
    records.contacted(reference, "ana")
    assert records.erase("c1") is True
    assert records.callback_by_reference(reference, "ana") is None


def test_a_call_back_that_another_chat_waits_for_stays_without_the_erased_part(records: Records) -> None:
    records.save_callback(callback("c1", name=CANARY))
    other = records.save_callback(callback("c2", name="Sam")).reference
    records.erase("c1")
    found = records.callback_by_reference(other, "ana")
    assert found and [one["name"] for one in found["requests"]] == ["Sam"] and found["status"] == "open"


def test_an_opt_out_outlives_the_erasure(records: Records) -> None:
    records.set_opt_out(NUMBER, True, "1")
    records.erase(records.sms_conversation(NUMBER))
    assert records.opted_out(NUMBER)
