"""A check in which the safety net fired comes to URGENT, with the crisis text that fits, and no word that opens it again is an answer."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from actions.callback_store import check_summary
from actions.conversation import ActionConversation
from actions.crisis import ActionCrisis
from actions.placement_criteria import ANSWERS, QUESTIONS, decide
from bot.safety.follow import COMES_BACK
from bot.safety.reply import crisis_reply
from bot.safety.verdict import Verdict
from bot.wording import load_wording
from tests.actions.conftest import Run
from tests.actions.test_placement import Person, person  # noqa: F401  (a fixture is found by name)

MILDEST = ("no", "yes", "no", "no", "yes", "no", "no", "yes")


def _noted(kind: str = "crisis_suicide", before: dict[str, Any] | None = None, **about: Any) -> dict[str, Any]:
    return {"crisis_state": crisis_reply(Verdict(kind=kind, **about), "web", before)[1]}


def _answers(somebody: Person, given: tuple[str, ...], notes: dict[str, Any]) -> None:
    buttons = {"yes": "affirm", "no": "deny", "not_sure": "unsure", "skip": "skip"}
    for one in given:
        somebody.press(buttons[one], notes=notes)
        if "/placement_resume" in somebody.last.payloads:
            somebody.press("placement_resume", notes=notes)


def _last(somebody: Person, notes: dict[str, Any]) -> list[dict[str, Any]]:
    entities = [{"entity": "choice", "value": "4"}]
    return somebody.press("answer", text='/answer{"choice":"4"}', entities=entities, notes=notes).messages


def test_whatever_is_answered_a_net_that_fired_makes_it_urgent() -> None:
    """Row 0 stands above every other one."""
    for given in product(ANSWERS, repeat=4):
        answers = dict(zip(QUESTIONS[1:5], given, strict=True))
        assert decide({"danger": "no", **answers}, (), net_fired=True).outcome == "URGENT"


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize(
    ("kind", "number"), [("crisis_suicide", "988"), ("crisis_overdose", "911"), ("crisis_violence", "88788")]
)
def test_danger_at_any_question_makes_the_outcome_urgent(person: Person, place: int, kind: str, number: str) -> None:  # noqa: F811
    """In the words of that danger; the mildest answers change nothing."""
    person.press("affirm")
    _answers(person, MILDEST[:place], {})
    notes = _noted(kind)
    person.press("crisis_resume", notes=notes)
    _answers(person, MILDEST[place:], notes)
    told = _last(person, notes)
    assert person.check.outcome == "URGENT"
    assert number in told[0]["text"]
    assert "placement_iop_may_fit" not in person.last.said and "placement_close" in person.last.said
    assert check_summary(person.slots) == {
        "answers": person.check.answers, "outcome": "URGENT", "reasons": ["danger"], "background": [],
    }  # fmt: skip


def test_it_stays_urgent_after_a_correction_a_restart_and_a_lost_note(person: Person) -> None:  # noqa: F811
    """The flag is the check's own once it is set."""
    person.press("affirm", notes={})
    person.press("crisis_resume", notes=_noted())
    person.press("start_over")
    person.press("affirm")
    _answers(person, MILDEST, {})
    _last(person, {})
    assert person.check.outcome == "URGENT"
    person.press("go_back")
    _last(person, {})
    assert person.check.outcome == "URGENT"
    assert person.last.said[0] == "placement_urgent"


def test_danger_said_before_the_yes_counts_too(person: Person) -> None:  # noqa: F811
    """And still nothing but that is kept before it."""
    person.press("crisis_resume", notes=_noted())
    assert set(person.slots["placement"]) == {"asked", "tries", "net_fired"}
    person.press("affirm")
    assert person.check.net_fired


def test_danger_long_before_the_check_began_does_not_count(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """But a word a moment before does, and so does one more while it goes on."""
    monkeypatch.setattr("actions.placement.early_answers", lambda turn: {})
    old = _noted()
    old["crisis_state"]["since"] = COMES_BACK
    for notes, fired in ((old, False), (_noted(), True)):
        somebody = Person(run)
        somebody.slots.clear()
        somebody.press("start_screen", notes=notes)
        somebody.press("affirm", notes=notes)
        assert somebody.check.net_fired is fired
    somebody = Person(run)
    somebody.slots.clear()
    somebody.press("start_screen", notes=old)
    somebody.press("affirm", notes=old)
    somebody.press("deny", notes=_noted(before=old["crisis_state"]))
    assert somebody.check.net_fired


def test_a_minor_still_leaves_nothing_behind(person: Person) -> None:  # noqa: F811
    """What the crisis text said was said; the check ends as for every minor."""
    person.press("affirm")
    person.press("crisis_resume", notes=_noted())
    _answers(person, ("no", "no"), _noted())
    assert person.last.said == ["placement_minor"]
    assert person.slots["placement"] is None


def test_the_words_that_open_a_waiting_check_answer_none_of_its_questions(person: Person) -> None:  # noqa: F811
    """However surely they could be read as an answer."""
    person.press("affirm")
    _answers(person, MILDEST[:5], {})
    person.slots["flow_waits"] = True
    words = "i am well again, that was the beer talking, and i want to do the rest of it now please"
    done = person.press("crisis_resume", text=words, answer_readings={"use_at_home": ["yes", 0.99]}, notes=_noted())
    assert done.said == ["placement_resumed", "placement_ask_use_at_home"]
    assert "use_at_home" not in person.check.answers


def test_the_second_line_marks_the_check_and_asks_for_the_right_person(run: Run) -> None:
    """Where the front door let a message through."""
    safety = {"kind": "crisis_suicide", "rule": "danger_classifier"}
    slots = {"flow": "placement", "placement": {"asked": "adult", "answers": {"danger": "no"}}, "about": "other"}
    done = run(ActionCrisis(), "crisis_suicide", "ended up talking about suicide", slots, safety=safety)
    assert done.slots["placement"]["net_fired"] is True and done.slots["flow_waits"] is True
    assert done.messages[0]["text"].startswith(load_wording().render("crisis_suicide", "web", other=True)[:30])
    own = run(ActionCrisis(), "crisis_suicide", "i want to stop living", {"about": "other"}, safety=safety)
    assert own.messages[0]["text"].startswith(load_wording().render("crisis_suicide", "web")[:30])
    assert "placement" not in own.slots


def test_no_more_questions_is_not_followed_by_an_offer_to_go_on(run: Run) -> None:
    """One of the two can be meant, not both."""
    done = run(
        ActionConversation(), "cancel", "no more", {"flow": "placement", "flow_waits": True, "placement": {"asked": "adult"}}
    )
    assert "placement_go_on_offer" not in done.said
