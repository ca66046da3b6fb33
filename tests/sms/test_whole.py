"""The whole assistant by text: the trained model in its own process, the front door, Twilio's API on the loopback."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from actions.placement_criteria import QUESTIONS
from bot.gateway.sms.compose import as_sent
from bot.records.access import open_records
from bot.records.models import Conversation, Message, TurnEvents
from bot.settings import read
from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.stand_ins import RealAssistant
from tests.sms.talk import Talk, asks


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Everything, with the model that `make train` made."""
    line = Line(tmp_path_factory.mktemp("whole"), RealAssistant)
    line.start(DATABASE_SECONDS="5", TURN_SECONDS="10")
    yield line
    line.close()


@pytest.fixture
def talk(whole: Line) -> Talk:
    """A telephone that was greeted: who we are, and what one may ask."""
    talk = Talk(whole, whole.phone(met=False))
    assert load_wording().render("sms_first_contact", "sms") in talk.say("hi", answers=2)
    return talk


def test_questions_are_answered_and_numbers_and_titles_choose(talk: Talk) -> None:
    assert "part-time" in talk.say("1")
    teaches = talk.say("what will i learn")
    assert "1 Addiction as a disease" in teaches and "6 The 12 Steps" in teaches
    assert "crav" in talk.say("Cravings").lower()


def test_the_check_goes_through_nine_questions_by_numbers_words_and_a_pause(talk: Talk) -> None:
    assert "1 Yes, let's go" in talk.say("Quick check")
    given = {"danger": "2", "adult": "yes", "withdrawal": "No", "medical": "2", "home_support": "SKIP", "use_at_home": "no",
             "outside_stress": "2", "group_comfort": "yes"}  # fmt: skip
    said = talk.say("1")
    for question, following in itertools.pairwise(QUESTIONS):
        assert asks(question) in said
        if question == "outside_stress":
            talk.line.restart()
            talk.phone = talk.line.same(talk.phone)
            said = talk.say("BACK")
            assert asks("use_at_home") in said
            said = talk.say("no")
            assert asks(question) in said
        said = talk.say(given[question])
        assert asks(following) in said
    said = talk.say("4")
    assert load_wording().render("placement_not_enough", "sms")[:40] in said


def test_a_call_back_never_asks_for_the_number_that_texts(talk: Talk) -> None:
    asked = [talk.say(words) for words in ("can somebody call me back", "1", "Sam", "mornings", "2")]
    number = as_sent(load_wording().render("callback_ask_number", "sms"))
    assert not any(number in one for one in asked)
    assert "code is" in asked[-1]
    records = open_records(read(talk.line.environment))
    code = asked[-1].split("code is ")[1][:7]
    found = records.callback_by_reference(code, "a test")
    assert found
    assert (found["requests"][0]["number"], found["requests"][0]["name"]) == (talk.phone.number, "Sam")
    records.disconnect()


def test_erase_leaves_nothing_and_begins_anew(talk: Talk) -> None:
    talk.say("i work nights")
    assert "1 Erase it all" in talk.say("ERASE")
    assert "erased" in talk.say("1")
    talk.line.settled()
    with sqlite3.connect(talk.line.var / "records.db") as database:
        mine = database.execute("SELECT count(*) FROM messages").fetchone()[0]
    assert load_wording().render("sms_first_contact", "sms") in talk.say("hello again", answers=2)
    with sqlite3.connect(talk.line.var / "records.db") as database:
        assert database.execute("SELECT count(*) FROM messages").fetchone()[0] > mine


def test_danger_in_the_middle_of_the_check_is_answered_and_is_no_answer_to_it(talk: Talk) -> None:
    talk.say("Quick check")
    talk.say("1")
    assert "988" in talk.say("i dont want to be alive anymore")
    assert asks("adult") not in talk.line.api.to(talk.phone.number)[-1]
    after = talk.say("what is iop")
    assert "part-time" in after
    assert "988" in after, "the numbers stay beside the answers for a while"


def test_stop_and_start_around_a_question(talk: Talk) -> None:
    assert "opted out" in talk.say("STOP")
    assert "part-time" in talk.say("What is IOP?")
    assert "again" in talk.say("START")


def test_i_want_to_end_it_is_danger_and_no_opt_out(talk: Talk) -> None:
    assert "988" in talk.say("I want to end it")
    records = open_records(read(talk.line.environment))
    assert not records.opted_out(talk.phone.number)
    records.disconnect()


def test_danger_after_an_opt_out_is_answered_first(talk: Talk) -> None:
    talk.say("STOP")
    assert "988" in talk.say("stop texting me, i am going to kill myself tonight")


def test_the_number_stands_in_no_row_of_the_talk_even_when_it_is_opened(talk: Talk) -> None:
    talk.say("what is iop")
    talk.say("i want to kill myself")
    talk.line.settled()
    records = open_records(read(talk.line.environment))
    with records.database.read() as session:
        rows = [row for table in (Conversation, Message, TurnEvents) for row in session.execute(select(table)).scalars()]
        opened = " ".join(str(records.database.open(row)) for row in rows)
    records.disconnect()
    assert "what is iop" in opened
    assert talk.phone.number[2:] not in opened
