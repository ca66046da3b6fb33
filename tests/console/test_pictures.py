"""The manager's page: what is counted, by the centre's own clock, with nothing small enough to point at somebody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timezone
from typing import Any

import pytest

from bot.console import charts, pictures
from bot.console.charts import Bar
from bot.console.pictures import pictures_of
from bot.facility import load_facility
from bot.records.access import Records
from tests.console.conftest import Open, events
from tests.records.conftest import MovableClock, callback, turn

DAY = date(2026, 3, 2)


def counted(kind: str, label: str, hour: datetime, count: int) -> dict[str, Any]:
    """A counter's row."""
    return {"kind": kind, "label": label, "hour": hour, "count": count}


def table(rows: list[dict[str, Any]], name: str, days: int = 7) -> dict[str, str]:
    """The table of a picture."""
    return dict(next(one for one in pictures_of(rows, DAY, days) if one.name == name).table)


def utc(day: int, hour: int, month: int = 3) -> datetime:
    """An hour of 2026."""
    return datetime(2026, month, day, hour, tzinfo=timezone.utc)


async def test_the_page_shows_what_people_did(browser: Open, records: Records, clock: MovableClock) -> None:
    asked = [{"text": "x", "kind": "answer", "topic": "cost", "source": "facts"}]
    known = [{"text": "x", "kind": "answer", "topic": "what_is_iop", "source": "page"}]
    missed = [{"text": "x", "kind": "fallback", "topic": None}]
    for number in range(6):
        name = f"c{number}"
        turn(records, name, "m1", messages=asked)
        turn(records, name, "m2", messages=known)
        turn(records, name, "m3", messages=missed, state={"slots": {"placement": {"outcome": "TALK_FIRST"}}})
        turn(records, name, "m3", messages=missed)
        code = records.save_callback(callback(name, f"+1806555{number:04d}")).reference
        clock.move(minutes=20)
        records.no_answer(code, "x")
        records.contacted(code, "x")
    rows = records.activity(utc(1, 0), utc(30, 0))
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        sums[row["kind"], row["label"]] = sums.get((row["kind"], row["label"]), 0) + row["count"]
    assert sums == {
        ("conversation", "web"): 6, ("topic", "cost"): 6, ("topic", "what_is_iop"): 6, ("unanswered", "cost"): 6,
        ("unanswered", "not_understood"): 6, ("outcome", "TALK_FIRST"): 6, ("callback", "web"): 6,
        ("first_call", "1_hour"): 6,
    }  # fmt: skip
    text = (await (await browser("lena")).get("/staff/pictures?days=7")).text
    assert text.count("<svg") == 8
    for word in (
        "Cost",
        "(not understood)",
        "Talk about inpatient care first",
        "Within 1 hour",
        "Not known, since facility.yml",
    ):
        assert word in text


async def test_looking_at_the_pictures_is_audited(browser: Open, records: Records) -> None:
    await (await browser("audrey")).get("/staff/pictures")
    assert events(records, "audrey")[-1] == "account:staff:read_pictures"


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (1, "a few"), (4, "a few"), (5, "5"), (120, "120")])
def test_a_small_count_is_never_told(count: int, text: str) -> None:
    shown = table([counted("callback", "web", utc(3, 20), count)] if count else [], "callback_by_day")
    assert shown["Mar 3"] == text


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_small_count_cannot_be_read_off_a_drawing_either(count: int) -> None:
    drawn = [str(charts.rows([Bar("A", one), Bar("B", 40)], "t", "a few")) for one in (count, 1)]
    upright = [str(charts.columns([Bar("A", one), Bar("B", 40)], "t", "a few")) for one in (count, 1)]
    heated = [str(charts.heat([[one, 40]], ["", ""], ["Mon"], "t", "a few")) for one in (count, 1)]
    assert drawn[0] == drawn[1]
    assert upright[0] == upright[1]
    assert heated[0] == heated[1]


def test_a_day_is_a_day_of_the_centres_own_clock_through_the_change_of_clocks() -> None:
    rows = [counted("conversation", "web", utc(8, 5), 7), counted("conversation", "web", utc(9, 4), 8)]
    shown = table(rows, "conversation_by_day")
    assert (shown["Mar 7"], shown["Mar 8"]) == ("7", "8"), "2026-03-08 begins at 06:00 UTC and ends at 05:00 UTC"


def test_the_share_after_hours_follows_the_hours_in_the_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    open_days = {day: ((time(8), time(17)),) for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    hours = {**dict.fromkeys(("saturday", "sunday"), ()), **open_days}
    facility = replace(load_facility(), hours=hours)
    monkeypatch.setattr(pictures, "load_facility", lambda: facility)
    rows = [counted("conversation", "web", utc(3, 16), 30), counted("conversation", "web", utc(4, 3), 10)]
    assert table(rows, "after_hours") == {"While closed": "25 %"}
    assert table(rows[:1], "after_hours") == {}, "too few to tell"


def test_a_year_is_drawn_in_weeks_and_every_drawing_has_a_name() -> None:
    rows = [counted("conversation", "web", utc(3, 16), 30)]
    drawn = pictures_of(rows, DAY, 365)
    assert drawn[0].name == "conversation_by_week"
    assert re.search(r'role="img"[^>]*aria-label="Conversations by week"', str(drawn[0].drawing))


def test_a_label_cannot_carry_markup_into_a_drawing() -> None:
    drawing = str(charts.rows([Bar('<script>"&', 9)], '<t "x">', "a few"))
    assert "<script>" not in drawing
    assert "<t " not in drawing


async def test_a_label_that_is_no_word_of_ours_is_counted_as_other(records: Records) -> None:
    turn(records, "c1", "m1", messages=[{"text": "x", "kind": "answer", "topic": "My name is Jo"}])
    labels = {row["label"] for row in records.activity(utc(1, 0), utc(30, 0)) if row["kind"] == "topic"}
    assert labels == {"other"}
