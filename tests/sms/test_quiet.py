"""When the line may text first: by wall clocks, over the changes of the clock; answers are never held back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.gateway.sms import inbox
from bot.gateway.sms.incoming import Incoming
from bot.gateway.sms.quiet import may_text, next_time
from bot.gateway.sms.started import STARTED
from bot.gateway.tokens import Tokens, session_secret
from bot.records.access import open_records
from bot.records.models import Outgoing
from bot.records.sms_queue import SmsQueue
from bot.settings import read
from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.stand_ins import Phone

LUBBOCK, EL_PASO, NEW_YORK = "+18065550142", "+19155550142", "+12125550142"
PHOENIX, TOLL_FREE = "+16025550142", "+18005550142"
NUMBERS = (LUBBOCK, EL_PASO, NEW_YORK, PHOENIX, TOLL_FREE)
CENTRAL = ZoneInfo("America/Chicago")


def _at(text: str, zone: str = "America/Chicago") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("number", "moment", "allowed"),
    [
        (LUBBOCK, _at("2026-11-24T08:59"), False), (LUBBOCK, _at("2026-11-24T09:00"), True),
        (LUBBOCK, _at("2026-11-24T20:59"), True), (LUBBOCK, _at("2026-11-24T21:00"), False),
        (LUBBOCK, _at("2026-11-29T11:59"), False), (LUBBOCK, _at("2026-11-29T12:00"), True),
        (NEW_YORK, _at("2026-11-24T08:00", "America/New_York"), True),
        (NEW_YORK, _at("2026-11-24T07:59", "America/New_York"), False),
        (NEW_YORK, _at("2026-11-29T08:30", "America/New_York"), True),
        (EL_PASO, _at("2026-11-24T09:30"), False), (EL_PASO, _at("2026-11-24T21:30"), True),
        (PHOENIX, _at("2026-07-07T08:00", "America/Phoenix"), True),
        (TOLL_FREE, _at("2026-11-24T08:30"), False), (TOLL_FREE, _at("2026-11-24T09:00"), True),
        # The hour that is there twice, and the day that lacks one.
        (LUBBOCK, _at("2026-10-31T20:59"), True), (LUBBOCK, _at("2026-11-01T11:59"), False),
        (LUBBOCK, _at("2026-11-01T12:00"), True),
        (LUBBOCK, _at("2027-03-14T12:00"), True), (LUBBOCK, _at("2027-03-15T08:59"), False),
        (NEW_YORK, datetime(2027, 3, 14, 12, 0, tzinfo=timezone.utc), True),
        (NEW_YORK, datetime(2027, 3, 13, 12, 59, tzinfo=timezone.utc), False),
        (NEW_YORK, datetime(2026, 11, 1, 12, 59, tzinfo=timezone.utc), False),
    ],
)  # fmt: skip
def test_the_hours(number: str, moment: datetime, allowed: bool) -> None:
    assert may_text(number, moment) is allowed


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.sampled_from(NUMBERS))
def test_the_next_time_is_allowed_not_before_now_and_within_a_day(moment: datetime, number: str) -> None:
    now = moment.replace(tzinfo=timezone.utc)
    then = next_time(number, now)
    assert may_text(number, then)
    assert now <= then <= now + timedelta(hours=16)
    assert then == now if may_text(number, now) else then > now


def test_a_sunday_morning_waits_for_noon_by_the_clock_on_the_wall_after_the_change() -> None:
    then = next_time(LUBBOCK, _at("2026-11-01T01:30"))
    assert then.astimezone(CENTRAL).strftime("%H:%M") == "12:00"
    assert then.hour == 18


def test_every_text_that_we_start_names_nothing_and_says_how_to_stop() -> None:
    for name in STARTED:
        said = load_wording().render(name, "sms")
        assert "STOP" in said
        for telling in ("Ranch", "IOP", "treatment", "alcohol", "drug", "admissions", "program", "recovery"):
            assert telling.lower() not in said.lower()


def test_an_answer_goes_out_at_any_hour(line: Line, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "next_time", lambda number, now: now + timedelta(days=1))
    phone.text("are you there at night")
    assert line.api.sent(phone.number) == ["Heard: are you there at night"]


def test_an_answer_that_is_hours_late_waits_for_the_hours_and_later_answers_do_not(
    made: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.start()
    phone = made.phone()
    made.stop()
    settings = read(made.environment)
    name = Tokens(session_secret(settings), settings.token_days).hashed("s", phone.number)
    ago = datetime.now(timezone.utc) - timedelta(hours=2)
    records = open_records(settings, lambda: ago)  # kept then, by a process that died with it
    text = Incoming("SM" + "d" * 32, phone.number, "from long ago")
    SmsQueue(records.database).accept(text.sid, name, text.kept())
    monkeypatch.setattr(inbox, "next_time", lambda number, now: now + timedelta(days=1))
    made.start()
    again = made.same(phone)
    again.text("from now")
    assert made.api.sent(phone.number) == ["Heard: from now"]
    made.stop()
    assert made.assistant.texts() == ["from long ago", "from now"]
    assert made.api.to(phone.number) == ["Heard: from now"]
    with records.database.read() as session:
        [waits] = session.execute(
            select(Outgoing.next_try).where(Outgoing.kind == "sms", Outgoing.state == "queued")
        ).scalars()
    assert waits > ago + timedelta(hours=22)
    records.disconnect()
