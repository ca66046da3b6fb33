"""The facts of the centre: what is unknown stays unknown, hours follow the wall clock, mistakes are named."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.errors import FacilityError
from bot.facility import DAYS, Facility, facility_of, load_facility
from bot.settings import PROJECT

FACTS: dict[str, Any] = yaml.safe_load((PROJECT / "facility.yml").read_text(encoding="utf-8"))
OFFICE = {day: ["08:00-12:00", "13:00-17:00"] for day in DAYS[:5]}
HERE = ZoneInfo("America/Chicago")


def facility(**facts: Any) -> Facility:
    """The project's facts, some of them changed."""
    return facility_of({**FACTS, **facts})


def at(*when: int) -> datetime:
    """A moment by the centre's wall clock, in UTC."""
    return datetime(*when, tzinfo=HERE).astimezone(timezone.utc)  # type: ignore[misc,arg-type]


def test_the_file_itself_can_be_used_and_guesses_nothing() -> None:
    """What the page is silent about is null."""
    facts = load_facility()
    assert (facts.phone_display, facts.phone_e164) == ("800-218-6727", "+18002186727")
    assert (facts.hours, facts.address) == (None, None)


def test_unknown_hours_are_neither_open_nor_closed() -> None:
    """No opening is named."""
    now = at(2026, 11, 24, 10, 0)
    assert facility().is_open(now) is None
    assert facility().next_opening(now) is None
    assert facility().opening_words(now) is None


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ((2026, 11, 24, 7, 59), False), ((2026, 11, 24, 8, 0), True), ((2026, 11, 24, 12, 0), False), ((2026, 11, 24, 13, 0), True),
        ((2026, 11, 24, 17, 0), False), ((2026, 11, 28, 10, 0), False), ((2026, 11, 26, 10, 0), False),
    ],
)  # fmt: skip
def test_open_and_closed_by_the_wall_clock(when: tuple[int, ...], is_open: bool) -> None:
    """Lunch, the weekend and a holiday are closed."""
    assert facility(hours=OFFICE, holidays=["2026-11-26"]).is_open(at(*when)) is is_open


@pytest.mark.parametrize("night", [(2026, 11, 1), (2027, 3, 14)])
def test_hours_hold_when_the_clocks_change(night: tuple[int, int, int]) -> None:
    """8 AM is 8 AM, whatever the offset from UTC was the day before."""
    every_day = facility(hours={key: ["08:00-17:00"] for key in DAYS})
    assert every_day.is_open(at(*night, 8, 0)) is True
    assert every_day.is_open(at(*night, 7, 59)) is False
    opening = every_day.next_opening(at(*night, 1, 30))
    assert opening is not None
    assert (opening.hour, opening.date().day) == (8, night[2])


def test_a_day_around_the_clock_has_no_closed_minute() -> None:
    """24:00 is the end of the day."""
    always = facility(hours={key: ["00:00-24:00"] for key in DAYS})
    assert all(always.is_open(at(2026, 11, 24, hour, 59)) for hour in (0, 11, 23))
    assert always.is_open(datetime(2026, 11, 25, 5, 59, 59, 500_000, tzinfo=timezone.utc))


@pytest.mark.parametrize(
    ("when", "words", "spanish"),
    [
        ((2026, 11, 24, 6, 0), "today at 8 AM", "hoy a las 8 AM"),
        ((2026, 11, 24, 12, 30), "today at 1 PM", "hoy a las 1 PM"),
        ((2026, 11, 24, 18, 0), "tomorrow at 8 AM", "mañana a las 8 AM"),
        ((2026, 11, 27, 18, 0), "Monday at 8 AM", "el lunes a las 8 AM"),
        ((2026, 12, 31, 18, 0), "tomorrow at 8 AM", "mañana a las 8 AM"),
    ],
)
def test_the_next_opening_in_words(when: tuple[int, ...], words: str, spanish: str) -> None:
    """As the assistant says it."""
    office = facility(hours=OFFICE)
    assert office.opening_words(at(*when)) == words
    assert office.opening_words(at(*when), "es") == spanish


def test_a_far_opening_names_its_date_and_a_farther_one_nothing() -> None:
    """Nothing is promised beyond three weeks."""
    monday = {"monday": ["08:00-17:00"]}
    far = facility(hours=monday, holidays=["2026-11-30"]).opening_words(at(2026, 11, 24, 9, 0))
    assert far == "Monday, December 7, at 8 AM"
    assert facility(hours={}).opening_words(at(2026, 11, 24, 9, 0)) is None


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"phone": "800 CALL NOW"}, "phone"), ({"centre": ""}, "centre"), ({"time_zone": "Texas"}, "time_zone"),
        ({"hours": {"Monday": []}}, "monday to sunday"), ({"hours": {"monday": "8-5"}}, "monday"),
        ({"hours": {"monday": ["17:00-08:00"]}}, "open before it closes"), ({"hours": {"monday": ["8-17"]}}, "08:00-17:00"),
        ({"holidays": ["Christmas"]}, "2026-12-25"), ({"fax": "1"}, "fax"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_to_write(facts: dict[str, Any], said: str) -> None:
    """In a sentence for the front desk."""
    with pytest.raises(FacilityError, match=said):
        facility(**facts)


def test_another_file_can_be_named(tmp_path: Any) -> None:
    """FACILITY_FILE, as `make check-facility` sees it: what is known and what is not, or what is wrong."""
    path = tmp_path / "facility.yml"
    for text, code, said in ((yaml.safe_dump(FACTS), 0, "hours             not known"), ("centre: [", 1, "not valid YAML")):
        path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "bot.facility"]
        done = subprocess.run(command, cwd=PROJECT, env={"FACILITY_FILE": str(path)}, capture_output=True, text=True)
        assert done.returncode == code
        assert said in done.stdout
        assert "Traceback" not in done.stderr
