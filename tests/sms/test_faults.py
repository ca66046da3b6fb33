"""The line while something behind it is broken: no text is lost, none is answered twice, danger is answered at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.stand_ins import Phone

CRISIS = "i want to kill myself"


class Broken:
    """Keeps every write of the database out, as a disk or server that hangs does."""

    def __init__(self, line: Line) -> None:
        self._database = sqlite3.connect(line.var / "records.db", isolation_level=None, check_same_thread=False)

    def begin(self) -> None:
        """From now on nothing is written."""
        self._database.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        """As before."""
        if self._database.in_transaction:
            self._database.execute("ROLLBACK")


@pytest.fixture
def line(made: Line) -> Line:
    """The line with little patience for its database."""
    made.start()
    made.phone()
    made.restart(DATABASE_SECONDS="1")
    return made


@pytest.fixture
def database(line: Line, phone: Phone) -> Iterator[Broken]:
    """The database, to be broken."""
    broken = Broken(line)
    yield broken
    broken.end()


def _floor() -> str:
    return load_wording().render("floor", "sms")


def test_a_text_that_meets_no_database_gets_the_floor_now_and_its_answer_later(
    line: Line, phone: Phone, database: Broken
) -> None:
    database.begin()
    phone.text("what is iop")
    phone.text("and when")
    assert line.api.sent(phone.number) == [_floor()]
    database.end()
    assert line.api.sent(phone.number, 3) == [_floor(), "Heard: what is iop", "Heard: and when"]


def test_danger_is_answered_without_a_database_and_not_again_when_it_is_back(
    line: Line, phone: Phone, database: Broken
) -> None:
    database.begin()
    sid = phone.text(CRISIS)
    assert "988" in line.api.sent(phone.number)[0]
    database.end()
    phone.text("what is iop")
    phone.text(CRISIS, sid)
    phone.text("when do groups meet")
    after = line.api.sent(phone.number, 3)[1:]
    assert [text.splitlines()[0] for text in after] == ["Heard: what is iop", "Heard: when do groups meet"]
    noted = [request["notes"]["in_view"]["text"] for request in line.assistant.asked]  # said by the assistant itself
    assert all("988" in text for text in noted)


def test_what_was_kept_aside_survives_a_restart_and_shows_nothing(line: Line, phone: Phone, database: Broken) -> None:
    database.begin()
    phone.text("canary 7F3K heron")
    line.api.sent(phone.number)
    [kept] = list((line.var / "sms-spool").iterdir())
    assert b"heron" not in kept.read_bytes()
    assert phone.number.encode() not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    line.stop()
    database.end()
    line.start()
    assert line.api.sent(phone.number, 2)[1] == "Heard: canary 7F3K heron"
    assert list((line.var / "sms-spool").iterdir()) == []


def test_stop_without_a_database_is_kept_and_confirmed_later(line: Line, phone: Phone, database: Broken) -> None:
    database.begin()
    phone.text("STOP")
    database.end()
    assert line.api.sent(phone.number) == [load_wording().render("sms_stop_confirmed", "sms")]


def test_a_database_that_goes_during_a_turn_costs_no_answer_and_doubles_none(
    line: Line, phone: Phone, database: Broken
) -> None:
    line.assistant.delay = 1.0
    phone.text("slow")
    database.begin()
    assert line.api.sent(phone.number) == ["Heard: slow"]
    database.end()
    line.assistant.delay = 0
    phone.text("next")
    assert line.api.sent(phone.number, 2) == ["Heard: slow", "Heard: next"]


def test_without_the_assistant_the_person_gets_the_floor(line: Line, phone: Phone) -> None:
    line.assistant.end()
    line.assistant.end = lambda: None  # type: ignore[method-assign]
    phone.text("what is iop")
    phone.text(CRISIS)
    said = line.api.sent(phone.number, 2)
    assert _floor() in said
    assert any("988" in text and text != _floor() for text in said)


def test_a_text_under_way_when_the_process_ends_is_answered_by_the_next_one(line: Line, phone: Phone) -> None:
    line.assistant.delay = 2.0
    phone.text("hello")
    line.restart()
    assert line.api.sent(phone.number)[0].startswith("Heard: hello")
    line.same(phone).text("more please tell")
    assert line.api.sent(phone.number, 2)[0] == "Heard: hello"


def test_danger_answered_without_a_database_is_not_answered_again_after_a_restart(
    line: Line, phone: Phone, database: Broken
) -> None:
    database.begin()
    phone.text(CRISIS)
    line.api.sent(phone.number)
    line.stop()
    database.end()
    line.start()
    line.same(phone).text("what is iop")
    said = line.api.sent(phone.number, 2)
    assert said[1] == "Heard: what is iop"
