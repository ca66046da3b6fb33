"""A request for a call by its action: every step, by text without asking the number, and never a promise that was not kept."""

from __future__ import annotations

from typing import Any

import pytest

from actions import callback
from actions.callback import ActionCallback
from actions.callback_state import Request
from actions.callback_store import CallbackFailed
from tests.actions.conftest import Done, Run

CALL = ActionCallback()


class Person:
    """One person who wants a call; carries the slots from turn to turn."""

    def __init__(self, run: Run, **options: Any) -> None:
        self.run, self.options, self.slots = run, options, dict[str, Any]()
        self.does("request_callback")

    def does(self, intent: str, text: str | None = None, **more: Any) -> Done:
        """A button, or words."""
        done = self.run(CALL, intent, text, slots=self.slots, **{**self.options, **more})
        self.slots.update(done.slots)
        self.last = done
        return done


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What was written down; nothing is open before."""
    written: list[Request] = []

    async def store(request: Request, turn: Any) -> tuple[str, bool]:
        written.append(request)
        return "ABC-234", False

    async def nothing(conversation: str) -> None:
        return None

    monkeypatch.setattr(callback, "store", store)
    monkeypatch.setattr(callback, "known_reference", nothing)
    return written


def _whole(person: Person) -> Done:
    person.does("affirm")
    person.does("nlu_fallback", "my name is dana", confidence=0.3)
    person.does("phone_number", "(806) 555-0142", confidence=0.3)
    person.does("affirm")
    person.does("schedule", "weekdays after 5", confidence=0.3)
    return person.does("deny")


def test_a_whole_request(run: Run, stored: list[Request]) -> None:
    """Everything that was said, once, with the consent's time."""
    done = _whole(Person(run))
    assert done.said[0] == "callback_done"
    request = stored[0]
    assert (request.name, request.number, request.leave_message) == ("Dana", "+18065550142", False)
    assert request.best_time == "weekdays after 5"
    assert request.best_time_parsed is not None
    assert request.consented_at is not None
    assert done.slots["callback"] is None
    assert len(stored) == 1


def test_nothing_is_kept_before_the_yes(run: Run, stored: list[Request]) -> None:
    """Only that it was asked."""
    person = Person(run)
    assert person.last.said == ["callback_intro", "callback_consent"]
    assert person.slots["callback"] == {"step": "consent", "tries": 0}
    assert person.does("deny").said == ["callback_declined"]
    assert person.slots["callback"] is None
    assert stored == []


def test_by_text_the_number_is_known(run: Run, stored: list[Request]) -> None:
    """Neither asked nor read back."""
    person = Person(run, channel="sms", notes={"sms_number": "+18065550100"})
    person.does("affirm")
    assert person.does("nlu_fallback", "Dana", confidence=0.3).said == ["callback_ask_time"]


def test_the_check_is_passed_on_only_when_asked(run: Run, stored: list[Request]) -> None:
    """Where there is a finished one."""
    person = Person(run)
    person.slots["placement"] = {"asked": "background", "answers": {"danger": "no"}, "outcome": "NOT_ENOUGH"}
    assert _whole(person).said == ["callback_ask_share_check"]
    assert stored == []
    person.does("affirm")
    assert stored[0].share_check is True


def test_what_cannot_be_written_is_not_promised(run: Run, stored: list[Request], monkeypatch: pytest.MonkeyPatch) -> None:
    """The phone instead."""

    async def fails(request: Request, turn: Any) -> tuple[str, bool]:
        raise CallbackFailed

    monkeypatch.setattr(callback, "store", fails)
    assert _whole(Person(run)).said == ["callback_failed"]


def test_an_open_request_is_named_first(run: Run, stored: list[Request], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is changed, not doubled."""

    async def one(conversation: str) -> str:
        return "ABC-234"

    monkeypatch.setattr(callback, "known_reference", one)
    assert Person(run).last.said[0] == "callback_already"


def test_a_wrong_number_is_asked_again_and_again(run: Run, stored: list[Request]) -> None:
    """With what a number looks like and the phone as the way out."""
    person = Person(run)
    person.does("affirm")
    person.does("skip")
    for text, help_too in (("12345", []), ("banana", ["callback_help"]), ("call me", ["callback_help"])):
        done = person.does("nlu_fallback", text, confidence=0.2)
        assert done.said == [*help_too, "callback_bad_number", "callback_ask_number"]
    assert person.does("nlu_fallback", "806 555 0142", confidence=0.2).said == ["callback_read_back"]


def test_going_back_asks_the_number_again(run: Run, stored: list[Request]) -> None:
    """After it was read back."""
    person = Person(run)
    person.does("affirm")
    person.does("skip")
    person.does("nlu_fallback", "806 555 0142", confidence=0.2)
    assert person.does("go_back").said == ["callback_ask_number"]


def _at_read_back(person: Person) -> Person:
    person.does("affirm")
    person.does("skip")
    person.does("nlu_fallback", "512 555 0111", confidence=0.2)
    return person


@pytest.mark.parametrize("text", ["purple", "umm", "only if it rains", "who knows"])
@pytest.mark.parametrize("intent", ["affirm", "nlu_fallback", "chitchat"])
def test_a_consent_is_a_clear_yes_whatever_the_model_thinks(run: Run, stored: list[Request], text: str, intent: str) -> None:
    """At the number read back and at the voice message alike."""
    person = _at_read_back(Person(run))
    readings = {"consent": ["yes", 0.99]}
    assert "callback_read_back" in person.does(intent, text, confidence=0.9, answer_readings=readings).said
    person.does("affirm")
    person.does("skip")
    assert "callback_ask_message_ok" in person.does(intent, text, confidence=0.9, answer_readings=readings).said
    assert stored == []


def test_a_time_at_the_number_is_noted_and_the_number_asked_again(run: Run, stored: list[Request]) -> None:
    """Then the time is not asked any more."""
    person = _at_read_back(Person(run))
    assert person.does("schedule", "mornings before 10", confidence=0.4).said == ["callback_read_back"]
    assert person.does("affirm", "yes it is", confidence=0.9).said == ["callback_ask_message_ok"]
    person.does("deny")
    assert (stored[0].best_time, stored[0].leave_message) == ("mornings before 10", False)


def test_a_number_put_right_in_words_is_read_back(run: Run, stored: list[Request]) -> None:
    """At once, and also once the time is asked."""
    person = _at_read_back(Person(run))
    done = person.does("deny", "nope, 512-555-0122", confidence=0.9)
    assert (done.said, person.slots["callback"]["shown"]) == (["callback_read_back"], "512-555-0122")
    person.does("affirm")
    assert person.does("nlu_fallback", "sorry, make it 512 555 0133", confidence=0.3).said == ["callback_read_back"]
    assert person.slots["callback"]["shown"] == "512-555-0133"


def test_a_yes_is_no_time(run: Run, stored: list[Request]) -> None:
    """What is no time is asked again; words that say when are passed on as they are."""
    person = _at_read_back(Person(run))
    person.does("affirm")
    assert person.does("affirm", "yes thats right", confidence=0.9).said == ["callback_what_time", "callback_ask_time"]
    assert person.does("nlu_fallback", "once my shift ends", confidence=0.3).said == ["callback_ask_message_ok"]


def test_everything_in_one_message(run: Run, stored: list[Request]) -> None:
    """Name, number and time: only the number is read back."""
    person = Person(run)
    person.does("affirm")
    assert person.does("phone_number", "Rosa, 512.555.0144, fridays", confidence=0.8).said == ["callback_read_back"]
    person.does("affirm")
    person.does("affirm")
    assert (stored[0].name, stored[0].number, stored[0].best_time) == ("Rosa", "+15125550144", "fridays")


@pytest.mark.parametrize("text", ["i dont have a cell", "not sure", "i can't remember it", "no tengo teléfono"])
def test_without_a_number_the_way_is_told(run: Run, stored: list[Request], text: str) -> None:
    """No scolding about ten digits."""
    person = Person(run)
    person.does("affirm")
    person.does("skip")
    assert person.does("nlu_fallback", text, confidence=0.3).said == ["callback_no_number"]


def test_what_becomes_of_it_is_told_inside_the_form(run: Run, stored: list[Request]) -> None:
    """Who sees it, and what was written down, before the question again."""
    person = _at_read_back(Person(run))
    seen = person.does("confidentiality", "is my number safe", confidence=0.9)
    assert seen.said == ["callback_who_sees", "callback_read_back"]
    kept = [{"entity": "matter", "value": "kept"}]
    assert person.does("ask_bot", "what have you got on me", entities=kept).said == ["callback_noted", "callback_read_back"]


def test_a_no_with_a_question_gets_its_answer(run: Run, stored: list[Request]) -> None:
    """The hours, after the call was declined."""
    person = Person(run)
    done = person.does("deny", "nah i will ring them. what time do you open", confidence=0.9, second_meaning="office_hours")
    assert done.said[:2] == ["callback_declined", "office_hours"]
    assert done.slots["flow"] is None


def test_no_contact_shows_when_a_request_is_printed() -> None:
    """`repr` ends up in logs and tracebacks."""
    request = Request(step="time", name="Dana", number="+18065550142", shown="806-555-0142", best_time="noon")
    assert not any(word in repr(request) for word in ("Dana", "806", "noon"))
