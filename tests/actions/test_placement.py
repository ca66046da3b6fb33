"""The quick check by its action: corrections come to the same as answering straight, nothing is kept before the yes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.conversation import ActionConversation
from actions.placement import ActionPlacement
from actions.placement_criteria import QUESTIONS, decide
from actions.placement_state import CONSENT, Check
from tests.actions.conftest import Done, Run

BUTTONS = {"yes": "affirm", "no": "deny", "not_sure": "unsure", "skip": "skip"}
CHECK = ActionPlacement()
EIGHT = QUESTIONS[:-1]


class Person:
    """One person in the check, pressing buttons; carries the slots from turn to turn."""

    def __init__(self, run: Run) -> None:
        self.run, self.slots = run, dict[str, Any]()
        self.last = self.press("start_screen")

    def press(self, intent: str, **more: Any) -> Done:
        """One button."""
        self.last = self.run(CHECK, intent, slots=self.slots, **more)
        self.slots.update(self.last.slots)
        return self.last

    @property
    def check(self) -> Check:
        """As it is kept."""
        return Check.of(self.slots.get("placement"))

    def answer(self, given: str) -> Done:
        """One answer; a check that waits after an urgent word is gone on with."""
        done = self.press(BUTTONS[given])
        return self.press("placement_resume") if "/placement_resume" in done.payloads else done

    def last_answer(self, number: str = "4") -> Done:
        """The ninth."""
        return self.press("answer", text=f'/answer{{"choice":"{number}"}}', entities=[{"entity": "choice", "value": number}])


@pytest.fixture
def person(run: Run, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody who opened the check and volunteered nothing before."""
    monkeypatch.setattr("actions.placement.early_answers", lambda turn: {})
    return Person(run)


def test_before_the_yes_nothing_is_kept_but_that_it_was_asked(person: Person) -> None:
    """Not even who it is about."""
    assert person.last.said == ["placement_intro"]
    assert person.slots["placement"] == {"asked": CONSENT, "tries": 0}


def test_a_no_keeps_nothing_at_all(person: Person) -> None:
    """And closes the flow."""
    assert person.press("deny").said == ["placement_declined"]
    assert (person.slots["flow"], person.slots["placement"]) == (None, None)


def test_a_minor_s_answers_are_dropped(person: Person) -> None:
    """At once, whatever was said before."""
    person.press("affirm")
    person.answer("no")
    assert person.answer("no").said == ["placement_minor"]
    assert (person.slots["flow"], person.slots["placement"]) == (None, None)


def test_a_stopped_check_is_kept_and_taken_up_again(person: Person) -> None:
    """At the question where it stood."""
    person.press("affirm")
    person.answer("no")
    assert person.press("cancel").said == ["placement_stopped"]
    assert person.slots["flow"] is None
    assert person.check.asked == "adult"
    assert person.press("start_screen").said == ["placement_resumed", "placement_ask_adult"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.lists(st.sampled_from(sorted(BUTTONS)), min_size=8, max_size=8), back=st.sets(st.integers(2, 7), max_size=3)
)
def test_going_back_comes_to_the_same_as_answering_straight(
    run: Run, monkeypatch: pytest.MonkeyPatch, answers: list[str], back: set[int]
) -> None:
    """A wrong answer, a step back and the right one leave no trace."""
    monkeypatch.setattr("actions.placement.early_answers", lambda turn: {})
    answers[1] = "yes"
    somebody = Person(run)
    somebody.press("affirm")
    for place, said in enumerate(answers):
        if place in back:
            somebody.answer("no" if said != "no" else "yes")
            somebody.press("go_back")
        somebody.answer(said)
    somebody.last_answer()
    wanted = decide(dict(zip(EIGHT, answers, strict=True)))
    assert somebody.check.answers == {**dict(zip(EIGHT, answers, strict=True)), "background": "no"}
    assert somebody.slots["placement"]["outcome"] == wanted.outcome


def test_what_was_not_understood_is_asked_plainly_and_counts_for_nothing(person: Person) -> None:
    """First plainer words, then the ways out."""
    person.press("affirm")
    unread = {"text": "purple", "confidence": 0.2, "answer_readings": {"danger": ["yes", 0.3]}}
    assert person.press("nlu_fallback", **unread).said == ["placement_plain_danger"]
    assert person.press("nlu_fallback", **unread).said == ["placement_help", "placement_plain_danger"]
    assert person.check.answers == {}


def _answered(person: Person, *answers: str) -> None:
    person.press("affirm")
    for one in answers:
        person.answer(one)


def test_a_question_not_followed_is_said_in_other_words_once(person: Person) -> None:
    """Then the ways out."""
    person.press("affirm")
    lost = {"text": "huh", "confidence": 0.95, "answer_readings": {"danger": ["question", 0.9]}}
    assert person.press("repeat", **lost).said == ["placement_plainer", "placement_plain_danger"]
    done = person.press("repeat", **lost)
    assert done.said == ["placement_plainest", "placement_plain_danger"]
    assert "/talk_to_human" in done.payloads


def test_which_answer_to_change_is_asked_and_asked_again(person: Person) -> None:
    """By a button for each answer given; then the check goes on where it was."""
    _answered(person, "no", "yes", "no", "no", "yes")
    which = person.press("nlu_fallback", text="i lied on one of my answers", confidence=0.2)
    assert which.said == ["placement_which"]
    assert '/answer{"choice":"again_medical"}' in which.payloads
    entity = [{"entity": "choice", "value": "again_medical"}]
    assert person.press("answer", entities=entity).said == ["placement_again", "placement_ask_medical"]
    assert "medical" not in person.check.answers
    assert person.answer("no").said == ["placement_ask_use_at_home"]


def test_what_was_changed_is_named(person: Person) -> None:
    """So that the person can say no to it."""
    _answered(person, "no", "yes", "no", "no", "yes", "no")
    done = person.press("nlu_fallback", text="no wait, my wife drinks most nights, change that", confidence=0.2)
    assert done.said[0] == "placement_changed_to"
    assert "problem with alcohol" in done.messages[0]["what"]
    assert person.check.answers["use_at_home"] == "yes"


def test_an_answer_restated_after_the_outcome_changes_it(run: Run, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever it was read as."""
    _answered(person, "no", "yes", "no", "no", "yes", "no", "no", "no")
    person.last_answer()
    assert person.slots["placement"]["outcome"] == "TALK_FIRST"
    done = run(ActionConversation(), "complaint", "groups would be fine", slots=person.slots)
    assert done.slots["placement"]["outcome"] == "IOP_MAY_FIT"
    assert run(ActionConversation(), "complaint", "groups are fine", slots={**person.slots, **done.slots}).said == [
        "placement_kept"
    ]
    assert run(ActionConversation(), "complaint", "this is bad", slots=person.slots).said == ["complaint"]


def test_the_language_may_change_inside_the_check(person: Person) -> None:
    """The question is asked again in it."""
    person.press("affirm")
    wish = [{"entity": "matter", "value": "language"}]
    done = person.press("nlu_fallback", text="en español", confidence=0.2, entities=wish, notes={"language": "es"})
    assert (done.said, done.messages[0]["language"], done.slots["language"]) == (["placement_ask_danger"], "es", "es")


def test_a_state_of_another_release_is_read_or_begun_anew() -> None:
    """Fields that are no more are dropped; a question that is no more starts the check again."""
    assert Check.of({"asked": "adult", "answers": {"danger": "no"}, "mood": "blue"}).answers == {"danger": "no"}
    assert Check.of({"asked": "favourite_colour", "answers": {"danger": "no"}}) == Check()


def test_no_answer_shows_when_a_check_is_printed() -> None:
    """`repr` ends up in logs and tracebacks."""
    check = Check(asked="adult", answers={"danger": "yes"}, background=["3"], early={"use_at_home": "yes"})
    assert not any(word in repr(check) for word in ("danger", "use_at_home", "'3'"))
