"""Staff accounts, their sessions, counters and the audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.errors import Conflict, RecordsError
from bot.records.access import Records
from bot.records.database import utc_now
from bot.records.models import Audit
from tests.records.conftest import CANARY, MovableClock

HOUR = timedelta(hours=1)


def test_an_account_is_made_once_and_shows_no_secret(records: Records) -> None:
    name = records.add_staff("ana", "agent", "hash-" + CANARY, totp_secret=CANARY)
    account = records.staff_by_name("ana")
    assert account and (account.id, account.role, account.totp_secret, account.active) == (name, "agent", CANARY, True)
    assert CANARY not in repr(account)
    with pytest.raises(Conflict):
        records.add_staff("ana", "lead", "x")
    with pytest.raises(ValueError):
        records.add_staff("ben", "owner", "x")
    assert [one.name for one in records.all_staff()] == ["ana"] and records.staff_by_name("ben") is None


def test_failures_lock_and_success_opens(records: Records, clock: MovableClock) -> None:
    name = records.add_staff("ana", "agent", "x")
    counts = [records.staff_failed(name, 3, HOUR) for _ in range(3)]
    account = records.staff_by_id(name)
    assert counts == [1, 2, 3] and account and account.locked_until == clock.time + HOUR
    records.staff_succeeded(name)
    account = records.staff_by_id(name)
    assert account and account.locked_until is None and account.failures == 0


def test_a_code_of_the_second_factor_works_once(records: Records) -> None:
    name = records.add_staff("ana", "agent", "x", totp_secret="s")
    assert [records.use_totp_step(name, step) for step in (10, 10, 9, 11)] == [True, False, False, True]


def test_a_session_ends_by_time_idleness_sign_out_and_change(records: Records, clock: MovableClock) -> None:
    name = records.add_staff("ana", "agent", "x")
    idle = timedelta(minutes=20)
    token = records.open_session(name, HOUR)
    for _ in range(3):
        clock.move(minutes=15)
        account = records.session_staff(token, idle)
        assert account and account.name == "ana"
    clock.move(minutes=15)
    assert records.session_staff(token, idle) is None  # an hour is over
    token = records.open_session(name, HOUR)
    clock.move(minutes=20)
    assert records.session_staff(token, idle) is None
    token = records.open_session(name, HOUR)
    records.close_session(token)
    assert records.session_staff(token, idle) is None
    token = records.open_session(name, HOUR)
    assert records.change_staff(name, active=False)
    assert records.session_staff(token, idle) is None and records.session_staff("guessed", idle) is None


def test_a_removed_account_takes_its_sessions_along(records: Records) -> None:
    name = records.add_staff("ana", "agent", "x")
    token = records.open_session(name, HOUR)
    assert records.remove_staff(name) and not records.remove_staff(name)
    assert records.session_staff(token, HOUR) is None


def test_crisis_counters_hold_kind_and_hour(records: Records, clock: MovableClock) -> None:
    for minutes in (0, 10, 40):
        records.count_crisis("suicide", clock.move(minutes=minutes))
    counts = records.crisis_counts(clock.time - timedelta(days=1))
    assert [(one["kind"], one["hour"].strftime("%H:%M"), one["count"]) for one in counts] == [
        ("suicide", "15:00", 2), ("suicide", "16:00", 1),
    ]  # fmt: skip


def test_an_audit_event_has_three_parts(records: Records) -> None:
    with pytest.raises(ValueError):
        records.audit("viewed", "ana", "x")
    records.audit("account:staff:signed_in", "ana")
    assert records.audit_trail()[0]["event"] == "account:staff:signed_in"


def test_the_audit_trail_pages_backwards(records: Records) -> None:
    for number in range(5):
        records.audit("record:staff:exported", "ana", str(number))
    first = records.audit_trail(limit=3)
    rest = records.audit_trail(before=first[-1]["id"])
    assert [one["subject"] for one in first + rest] == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("statement", [update(Audit).values(who="nobody"), delete(Audit)])
def test_the_database_itself_refuses_to_change_the_trail(records: Records, statement: object) -> None:
    records.database.clock = utc_now  # the trigger goes by the database's own clock: a row of today
    records.audit("record:staff:viewed", "ana", "x")
    with pytest.raises(RecordsError), records.database.write() as session:
        session.execute(statement, execution_options={"synchronize_session": False})
    with records.database.read() as session:
        assert session.execute(select(Audit.who)).scalars().all() == ["ana"]
