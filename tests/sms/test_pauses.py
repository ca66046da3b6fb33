"""Pauses of days, a month and a year, shown by moving the clock under running processes; the trained model answers."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from actions.placement_criteria import QUESTIONS
from bot.gateway import app
from bot.gateway.sms.compose import as_sent
from bot.records.access import Records, open_records
from bot.settings import read
from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.moved import MovedClock
from tests.sms.stand_ins import MovedAssistant, webhook_fields
from tests.sms.talk import Talk, asks

MIDDLE = 4
FIRST = load_wording().render("sms_first_contact", "sms")


class MovedLine(Line):
    """The line under a clock that moves; nothing is started again when it does."""

    clock: MovedClock
    records: Records

    def move(self, **by: float) -> None:
        """Let time go by, hour after hour as far as the purge is concerned."""
        now = self.clock.move(**by)
        self.records.purge(now)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MovedLine]:
    """Both processes, one clock."""
    with pytest.MonkeyPatch.context() as patch:
        line = MovedLine(tmp_path_factory.mktemp("moved"), MovedAssistant)
        line.clock = MovedClock(line.var)
        patch.setattr(app, "open_records", functools.partial(open_records, clock=line.clock))
        patch.setattr(time, "time", line.clock.time)
        line.start(TURN_SECONDS="10")
        line.records = open_records(read(line.environment), line.clock)
        yield line
        line.close()
        line.records.disconnect()


@pytest.fixture
def talk(moved: MovedLine) -> Talk:
    """A telephone that was greeted."""
    talk = Talk(moved, moved.phone(met=False))
    assert FIRST in talk.say("hi", answers=2)
    return talk


ANSWERS = ("2", "yes", "No", "2", "yes", "no", "2", "yes", "4")  # to the nine questions, in order


def _answered(talk: Talk, begin: int, end: int) -> str:
    said = ""
    for place in range(begin, end):
        said = talk.say(ANSWERS[place])
        assert place + 1 == len(QUESTIONS) or asks(QUESTIONS[place + 1]) in said
    return said


def _middle(talk: Talk) -> None:
    talk.say("Quick check")
    assert asks(QUESTIONS[0]) in talk.say("1")
    _answered(talk, 0, MIDDLE)


def test_a_pause_of_two_days_in_the_middle_of_the_check_loses_nothing(moved: MovedLine, talk: Talk) -> None:
    _middle(talk)
    moved.move(days=2, hours=1)
    assert asks(QUESTIONS[MIDDLE + 1]) in talk.say(ANSWERS[MIDDLE])
    assert asks(QUESTIONS[MIDDLE]) in talk.say("BACK")
    moved.move(days=2)
    said = _answered(talk, MIDDLE, len(QUESTIONS))
    assert as_sent(load_wording().render("placement_iop_may_fit", "sms"))[:60] in said


def test_who_says_hello_after_two_days_is_asked_the_question_that_waits(moved: MovedLine, talk: Talk) -> None:
    _middle(talk)
    moved.move(days=2)
    talk.say("hi again")
    assert asks(QUESTIONS[MIDDLE]) in talk.say("go on with the check")


def test_a_delivery_that_comes_again_is_no_second_turn_and_later_is_refused(moved: MovedLine, talk: Talk) -> None:
    talk.say("what is iop")
    sid = talk.phone.text("Quick check")
    talk.heard = len(moved.api.sent(talk.phone.number, talk.heard + 1))
    moved.move(minutes=9)
    talk.phone.text("Quick check", sid)
    for later in (timedelta(minutes=2), timedelta(days=20)):
        moved.move(seconds=later.total_seconds())
        assert talk.phone.post(webhook_fields(talk.phone.number, "Quick check", sid)).status_code == 403
    assert asks(QUESTIONS[0]) in talk.say("1")


def test_a_check_waits_as_long_as_a_chat_is_kept_and_no_longer(moved: MovedLine, talk: Talk) -> None:
    _middle(talk)
    moved.move(days=29, hours=23)
    assert asks(QUESTIONS[MIDDLE + 1]) in talk.say(ANSWERS[MIDDLE], answers=1)
    moved.move(days=30, hours=1)
    said = talk.say(ANSWERS[MIDDLE + 1])
    assert FIRST in said
    assert not any(asks(question) in said for question in QUESTIONS)


def test_the_same_number_back_after_a_year_is_somebody_new_and_still_opted_out(moved: MovedLine, talk: Talk) -> None:
    _middle(talk)
    talk.say("gracias, ¿qué es el programa?")
    assert "START" in talk.say("STOP")
    moved.move(days=366)
    said = talk.say("what is iop")
    assert FIRST in said
    assert "part-time" in said
    assert moved.records.opted_out(talk.phone.number)
    assert "988" in talk.say("i want to kill myself")
    moved.restart(TURN_SECONDS="10")
    talk.phone = moved.same(talk.phone)
    assert moved.records.opted_out(talk.phone.number)
    assert load_wording().render("sms_start_confirmed", "sms") == talk.say("START")
    assert not moved.records.opted_out(talk.phone.number)
