"""The clock goes back and forth, the year ends, an office is closed for a holiday (row 14); the time is injected."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.facility import load_facility
from bot.gateway.sms.quiet import may_text, next_time
from bot.records.access import open_records
from bot.records.breaker import FAILURES, Breaker
from bot.settings import PROJECT, read

LUBBOCK = "+18065550100"
CHICAGO = ZoneInfo("America/Chicago")


def _facility(tmp_path: Path, **changed: object) -> object:
    facts = yaml.safe_load((PROJECT / "facility.yml").read_text(encoding="utf-8"))
    hours = {day: ["08:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
    path = tmp_path / "facility.yml"
    path.write_text(yaml.safe_dump({**facts, "hours": hours, **changed}), encoding="utf-8")
    return load_facility(path)


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        ("2026-10-31T12:59", False), ("2026-10-31T13:00", True),  # summer time: 8 AM is 13:00 UTC
        ("2026-11-01T13:59", False), ("2026-11-01T14:00", True),  # the clocks went back in the night
        ("2026-11-01T22:59", True), ("2026-11-01T23:00", False),
        ("2027-03-13T13:59", False), ("2027-03-13T14:00", True),
        ("2027-03-14T12:59", False), ("2027-03-14T13:00", True),  # and forth again
        ("2026-12-31T22:59", True), ("2027-01-01T05:30", False), ("2027-01-01T14:00", True),
    ],
)  # fmt: skip
def test_office_hours_follow_the_wall_clock_of_lubbock(tmp_path: Path, utc: str, is_open: bool) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=timezone.utc)
    assert _facility(tmp_path).is_open(moment) is is_open


def test_opening_is_named_across_the_end_of_the_year(tmp_path: Path) -> None:
    words = _facility(tmp_path).opening_words(datetime(2026, 12, 31, 23, 30, tzinfo=CHICAGO))
    assert words and "8 AM" in words


@pytest.mark.parametrize(
    ("local", "fold", "may"),
    [
        ("2026-10-31T09:00", 0, True), ("2026-11-01T01:30", 0, False), ("2026-11-01T01:30", 1, False),
        ("2026-11-01T11:59", 0, False), ("2026-11-01T12:00", 0, True),  # a Sunday
        ("2027-03-14T03:30", 0, False), ("2027-03-15T09:00", 0, True), ("2027-03-15T21:00", 0, False),
    ],
)  # fmt: skip
def test_quiet_hours_follow_the_wall_clock_of_the_person(local: str, fold: int, may: bool) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=CHICAGO, fold=fold)
    assert may_text(LUBBOCK, moment) is may
    later = next_time(LUBBOCK, moment)
    assert may_text(LUBBOCK, later) and later >= moment.astimezone(timezone.utc)


def test_retention_goes_by_utc_through_both_changes(tmp_path: Path) -> None:
    for written in (datetime(2026, 11, 1, 5, 59, tzinfo=timezone.utc), datetime(2027, 3, 14, 7, 59, tzinfo=timezone.utc)):
        now = [written]
        records = open_records(read({"VAR_DIR": str(tmp_path / f"{written:%Y}")}), lambda now=now: now[0])
        records.start("c1", "web", [{"text": "hello"}])
        now[0] = written + timedelta(days=30) - timedelta(seconds=1)
        records.purge(now[0])
        assert records.load("c1") is not None
        now[0] += timedelta(seconds=1)
        records.purge(now[0])
        assert records.load("c1") is None
        records.disconnect()


def test_a_clock_that_jumps_does_not_hold_the_breaker() -> None:
    monotonic = [100.0]
    breaker = Breaker(lambda: monotonic[0])
    for _ in range(FAILURES):
        breaker.failed()
    assert not breaker.allows()
    monotonic[0] += 1.1  # monotonic time, whatever the wall clock shows
    assert breaker.allows()
