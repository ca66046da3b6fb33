"""What a text leads to: one text back, in order, danger first, and the line's own words."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from bot.facility import load_facility
from bot.segments import segments
from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.stand_ins import Phone, says

CRISIS = "i want to kill myself"
CANARY = "the purple heron of canary 7F3K"


def _say(name: str) -> str:
    return load_wording().render(name, "sms")


def test_texts_of_one_person_are_answered_in_order(line: Line, phone: Phone) -> None:
    line.assistant.delay = 0.05
    for number in range(12):
        phone.text(f"question {number}")
    assert line.api.sent(phone.number, 12) == [f"Heard: question {number}" for number in range(12)]


def test_people_do_not_wait_for_each_other(line: Line, phone: Phone) -> None:
    other = line.phone()
    line.assistant.answer = lambda request: [says("done")]
    line.assistant.delay = 1.0
    phone.text("a")
    phone.text("b")
    other.text("c")
    line.api.sent(phone.number, 2)
    first, second = (line.api.texts[place]["at"] for place in (0, 1))
    assert {line.api.texts[0]["To"], line.api.texts[1]["To"]} == {phone.number, other.number}
    assert second - first < 0.8


def test_danger_is_answered_while_earlier_texts_still_wait(line: Line, phone: Phone) -> None:
    line.assistant.delay = 1.0
    for number in range(3):
        phone.text(f"question {number}")
    phone.text(CRISIS)
    assert "988" in line.api.sent(phone.number)[0]
    after = line.api.sent(phone.number, 4)[1:]
    assert [text.splitlines()[0] for text in after] == [f"Heard: question {number}" for number in range(3)]
    assert segments(line.api.to(phone.number)[0]).count <= 3


def test_a_delivery_that_comes_again_is_one_turn(line: Line, phone: Phone) -> None:
    sid = phone.text("once")
    line.api.sent(phone.number)
    phone.text("once", sid)
    together = [threading.Thread(target=line.same(phone).text, args=("twice?", "SM" + "e" * 32)) for _ in range(6)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    phone.text("last")
    assert line.api.sent(phone.number, 3) == ["Heard: once", "Heard: twice?", "Heard: last"]
    assert line.assistant.texts() == ["once", "twice?", "last"]


def test_the_same_id_with_other_words_is_not_taken(line: Line, phone: Phone) -> None:
    sid = phone.text("first words")
    phone.text("other words", sid)
    phone.text("end of it all right")
    assert line.api.sent(phone.number, 2) == ["Heard: first words", "Heard: end of it all right"]


def test_a_delivery_that_comes_again_after_a_restart_is_one_turn(line: Line, phone: Phone) -> None:
    sid = phone.text("once")
    line.api.sent(phone.number)
    line.restart()
    again = line.same(phone)
    again.text("once", sid)
    again.text("next")
    assert line.api.sent(phone.number, 2) == ["Heard: once", "Heard: next"]


def test_the_first_text_says_who_we_are_once(line: Line) -> None:
    phone = line.phone(met=False)
    line.assistant.answer = lambda request: [says("Yes, evenings.")]
    phone.text("evening groups?")
    [said] = line.api.sent(phone.number)
    assert said == f"{_say('sms_first_contact')}\nYes, evenings."
    line.restart()
    line.same(phone).text("and lunch?")
    assert line.api.sent(phone.number, 2)[1] == "Yes, evenings."


def test_a_long_first_answer_comes_as_two_texts_in_order(line: Line) -> None:
    phone = line.phone(met=False)
    line.assistant.answer = lambda request: [says("word " * 80)]
    phone.text("tell me")
    said = line.api.sent(phone.number, 2)
    assert said[0] == _say("sms_first_contact")
    assert said[1].startswith("word word")


def test_danger_in_the_first_text_is_answered_with_nothing_before_it(line: Line) -> None:
    phone = line.phone(met=False)
    phone.text(CRISIS)
    assert "988" in line.api.sent(phone.number)[0][:120]
    phone.text("ok what is iop")
    assert _say("sms_first_contact") in "\n".join(line.api.sent(phone.number, 2)[1:])


def test_a_turn_of_several_messages_is_one_text_with_numbered_choices(line: Line, phone: Phone) -> None:
    line.assistant.answer = lambda request: [says("It meets at night."), says("Is that OK?", "Yes", "No", kind="question")]
    phone.text("when")
    assert line.api.sent(phone.number) == ["It meets at night.\nIs that OK?\nReply with a number:\n1 Yes\n2 No"]
    assert line.api.texts[0]["To"] == phone.number
    assert len(line.api.texts) == 1


def test_numbers_are_given_on_as_they_were_typed(line: Line, phone: Phone) -> None:
    phone.text("2")
    line.api.sent(phone.number)
    assert line.assistant.asked[0]["text"] == "2"
    assert line.assistant.asked[0]["channel"] == "sms"


def test_more_goes_on_where_the_text_ended(line: Line, phone: Phone) -> None:
    whole = " ".join(f"Sentence number {number} of the story." for number in range(40))
    line.assistant.answer = lambda request: [says(whole)]
    phone.text("tell me all")
    said = line.api.sent(phone.number)
    while said[-1].endswith(_say("sms_more")):
        phone.text("More")
        said = line.api.sent(phone.number, len(said) + 1)
    assert " ".join(text.removesuffix(_say("sms_more")).strip() for text in said) == whole
    assert all(segments(text).count <= 3 for text in said)
    assert line.assistant.texts() == ["tell me all"]
    phone.text("MORE")
    line.api.sent(phone.number, len(said) + 1)
    assert line.assistant.texts()[-1] == "MORE"


def test_a_new_question_ends_what_more_would_bring(line: Line, phone: Phone) -> None:
    line.assistant.answer = lambda request: [says("long " * 200 if request["text"] == "tell me all" else "short")]
    phone.text("tell me all")
    phone.text("something else")
    phone.text("more")
    assert line.api.sent(phone.number, 3)[1:] == ["short", "short"]


@pytest.mark.parametrize("word", ["STOP", "stop.", "StopAll", "UNSUBSCRIBE", "end", "Quit", "CANCEL", "revoke", "OPTOUT",
                                  "please stop texting me"])  # fmt: skip
def test_stop_is_confirmed_once_with_where_help_is(line: Line, phone: Phone, word: str) -> None:
    phone.text(word)
    assert line.api.sent(phone.number) == [_say("sms_stop_confirmed")]
    assert line.assistant.asked == []


def test_after_stop_danger_is_answered_first_and_the_opt_out_stays(line: Line, phone: Phone) -> None:
    phone.text("STOP")
    line.api.sent(phone.number)
    line.restart()
    line.same(phone).text(CRISIS)
    assert "988" in line.api.sent(phone.number, 2)[1]
    line.stop()
    with sqlite3.connect(line.var / "records.db") as database:
        [(state, version, at)] = database.execute("SELECT state, words_version, at FROM sms_opt_outs").fetchall()
    assert (state, version) == ("out", load_wording().entry("sms_stop_confirmed").version)
    assert at


def test_after_stop_a_question_is_still_answered_and_start_comes_back(line: Line, phone: Phone) -> None:
    phone.text("STOP")
    line.api.sent(phone.number)
    line.restart()
    again = line.same(phone)
    again.text("what is iop")
    again.text("UNSTOP")
    said = line.api.sent(phone.number, 3)
    assert said[1:] == ["Heard: what is iop", _say("sms_start_confirmed")]


@pytest.mark.parametrize("word", ["HELP", "info", "Ayuda"])
def test_help(line: Line, phone: Phone, word: str) -> None:
    phone.text(word)
    [said] = line.api.sent(phone.number)
    assert load_facility().phone_display in said
    assert "STOP" in said
    assert "988" in said


def test_words_of_danger_are_never_an_opt_out(line: Line, phone: Phone) -> None:
    phone.text("I want to end it all, stop texting me")
    assert "988" in line.api.sent(phone.number)[0]
    assert "opted out" not in line.api.to(phone.number)[0]


@pytest.mark.parametrize("words", ["I want to quit", "help me stop", "how do i stop drinking", "i need to end this"])
def test_words_of_recovery_are_answered(line: Line, phone: Phone, words: str) -> None:
    phone.text(words)
    assert line.api.sent(phone.number) == [f"Heard: {words}"]


def test_what_twilio_answered_itself_is_not_confirmed_twice(line: Line, phone: Phone) -> None:
    phone.text("STOP", OptOutType="STOP")
    phone.text("HELP", OptOutType="HELP")
    phone.text("START", OptOutType="START")
    phone.text("yes", OptOutType="START")
    assert line.api.sent(phone.number) == ["Heard: yes"]


@pytest.mark.parametrize(("word", "asked"), [("ERASE", "erase my data"), ("menu", "menu"), ("BACK", "go back"),
                                             ("Skip", "skip"), ("yes", "yes")])  # fmt: skip
def test_words_that_steer(line: Line, phone: Phone, word: str, asked: str) -> None:
    phone.text(word)
    line.api.sent(phone.number)
    assert line.assistant.texts() == [asked]


def test_after_an_erasure_a_number_is_met_anew_and_nothing_of_it_is_left(line: Line, phone: Phone) -> None:
    line.assistant.answer = lambda request: [says("All of it is erased.", erase=True)]
    phone.text(CRISIS)  # written down by the front door itself
    phone.text("ERASE")
    line.api.sent(phone.number, 2)
    line.assistant.answer = lambda request: [says("Hello.")]
    phone.text("hi")
    assert line.api.sent(phone.number, 3)[2] == f"{_say('sms_first_contact')}\nHello."


def test_the_number_goes_to_the_assistant_as_a_note_and_its_id_does_not_show_it(line: Line, phone: Phone) -> None:
    phone.text("hi")
    line.api.sent(phone.number)
    [request] = line.assistant.asked
    assert request["notes"]["sms_number"] == phone.number
    assert request["conversation"].startswith("s-")
    assert phone.number[-4:] not in request["conversation"]


def test_neither_words_nor_numbers_stand_in_logs_or_rows(
    line: Line, phone: Phone, capfd: pytest.CaptureFixture[str]
) -> None:
    line.api.failures.append((503, 20500))
    phone.text(f"{CANARY}, {CRISIS}")
    phone.text(CANARY)
    line.api.sent(phone.number, 2)
    line.stop()
    shown = "".join(capfd.readouterr())
    everything = b"".join(path.read_bytes() for path in line.var.iterdir() if path.is_file())
    for secret in (CANARY, phone.number, phone.number[2:]):
        assert secret not in shown
        assert secret.encode() not in everything
    with sqlite3.connect(line.var / "records.db") as database:
        assert database.execute("SELECT count(*) FROM outbox WHERE kind LIKE 'sms_in%'").fetchone() == (0,)


def test_a_flood_is_told_once_to_slow_down_and_danger_in_it_is_answered(made: Line) -> None:
    made.start(RATE_LIMIT="on")
    phone = made.phone(met=False)
    for number in range(45):
        phone.text(f"spam {number}")
    phone.text(CRISIS)
    assert made.api.wait(lambda: any("988" in one and "computer" in one for one in made.api.to(phone.number)))
    assert made.api.wait(lambda: _say("sms_too_fast") in made.api.to(phone.number))
    made.settled()
    said = made.api.to(phone.number)
    assert sum(one == _say("sms_too_fast") for one in said) == 1
    assert sum("988" in one and "computer" in one for one in said) == 1
    assert 25 <= len(made.assistant.asked) <= 30


def test_a_reply_in_letters_that_phones_lack_is_sent_in_gsm7(line: Line, phone: Phone) -> None:
    line.assistant.answer = lambda request: [says("“Don’t” – wait… ✨ó")]
    phone.text("hi")
    assert line.api.sent(phone.number) == ['"Don\'t" - wait... ó'.replace("ó", "o")]
