"""The quick check's decision, over every way to answer it."""

from __future__ import annotations

from itertools import product

import pytest

from actions.placement_criteria import ANSWERS, BACKGROUND, QUESTIONS, counts, decide
from actions.placement_state import Check

EIGHT = QUESTIONS[:-1]
# From the mildest word to the gravest. The two that end the check early stand apart: they say who may take it, not how
# things are, so an answer on age is compared with no other question's, and only answers given as an adult are compared.
MILD_TO_GRAVE = ("IOP_MAY_FIT", "NOT_ENOUGH", "TALK_FIRST", "CALL_NOW", "URGENT")
# From what is known to be well over what is not known to what is known to be a risk. "Not sure" on danger, withdrawal and
# health counts as the risk itself; skipping says less than "not sure" there, and the same elsewhere.
WORSE_BY_QUESTION = {
    "danger": ("no", "skip", "not_sure", "yes"), "withdrawal": ("no", "skip", "not_sure", "yes"),
    "medical": ("no", "skip", "not_sure", "yes"), "home_support": ("yes", "skip", "not_sure", "no"),
    "use_at_home": ("no", "skip", "not_sure", "yes"), "outside_stress": ("no", "skip", "not_sure", "yes"),
    "group_comfort": ("yes", "skip", "not_sure", "no"),
}  # fmt: skip


def outcomes_as_adult() -> dict[tuple[str, ...], int]:
    """How grave the outcome is by the answers to the seven questions of WORSE_BY_QUESTION, the person being an adult."""
    names = tuple(WORSE_BY_QUESTION)
    return {
        given: MILD_TO_GRAVE.index(decide({**dict(zip(names, given, strict=True)), "adult": "yes"}).outcome)
        for given in product(ANSWERS, repeat=len(names))
    }


def test_every_outcome_comes_as_often_as_was_signed() -> None:
    assert counts() == {
        "URGENT": 32768, "MINOR": 8192, "PHONE_ONLY": 16384, "CALL_NOW": 6144, "TALK_FIRST": 1400, "NOT_ENOUGH": 647,
        "IOP_MAY_FIT": 1,
    }  # fmt: skip


def test_one_way_alone_lets_iop_fit() -> None:
    answers = dict(zip(EIGHT, ("no", "yes", "no", "no", "yes", "no", "no", "yes"), strict=True))
    assert decide(answers).outcome == "IOP_MAY_FIT"


def test_a_riskier_or_less_known_answer_never_gives_a_milder_outcome() -> None:
    grave = outcomes_as_adult()
    for given, rank in grave.items():
        for place, worse in enumerate(WORSE_BY_QUESTION.values()):
            for answer in worse[worse.index(given[place]) + 1 :]:
                assert grave[(*given[:place], answer, *given[place + 1 :])] >= rank


@pytest.mark.parametrize(("adult", "outcome"), [("no", "MINOR"), ("not_sure", "PHONE_ONLY"), ("skip", "PHONE_ONLY")])
def test_who_is_not_known_to_be_an_adult_gets_no_reading_of_the_other_answers(adult: str, outcome: str) -> None:
    for danger, rest in product(ANSWERS, ANSWERS):
        answers = {**dict.fromkeys(EIGHT, rest), "danger": danger, "adult": adult}
        assert decide(answers).outcome == ("URGENT" if danger in ("yes", "not_sure") else outcome)


def test_a_minors_answers_are_not_repeated() -> None:
    decision = decide({"danger": "no", "adult": "no", "use_at_home": "yes"}, ["1", "3"])
    assert (decision.pointers, decision.background) == ((), ())


def test_background_never_changes_the_outcome() -> None:
    for given in product(ANSWERS, repeat=3):
        answers = {
            "danger": "no",
            "adult": "yes",
            **dict(zip(("withdrawal", "home_support", "background"), given, strict=True)),
        }
        without = {question: answer for question, answer in answers.items() if question != "background"}
        for background in ((), ("1",), ("2", "3"), BACKGROUND):
            assert decide(answers, background).outcome == decide(without).outcome
            assert decide(answers, background).pointers == decide(without).pointers


def test_urgent_and_call_now_carry_the_pointers_that_were_told() -> None:
    told = {"adult": "yes", "home_support": "no", "use_at_home": "yes"}
    assert decide({**told, "danger": "not_sure"}).pointers == ("home_support", "use_at_home")
    assert decide({**told, "danger": "no", "withdrawal": "yes"}).pointers == ("home_support", "use_at_home")


def test_health_alone_is_told_apart() -> None:
    told = {"danger": "no", "adult": "yes"}
    assert decide({**told, "withdrawal": "no", "medical": "yes"}).medical_alone
    assert not decide({**told, "withdrawal": "not_sure", "medical": "yes"}).medical_alone


def test_corrected_answers_decide_as_if_given_straight_away() -> None:
    straight = {question: ("yes" if question in ("adult", "home_support", "group_comfort") else "no") for question in EIGHT}
    for question, first in product(EIGHT, ANSWERS):
        check = Check(asked="danger")
        for asked in EIGHT:
            check.record(asked, first if asked == question else straight[asked])
        check.record(question, straight[question])
        assert decide(check.answers) == decide(straight)


def test_going_back_and_answering_again_decides_as_if_given_straight_away() -> None:
    check = Check(asked="danger")
    for question, answer in (("danger", "no"), ("adult", "yes"), ("withdrawal", "yes")):
        check.record(question, answer)
    assert decide(check.answers).outcome == "CALL_NOW"
    assert check.step_back()
    check.record("withdrawal", "no")
    assert decide(check.answers) == decide({"danger": "no", "adult": "yes", "withdrawal": "no"})


def test_a_question_without_an_answer_counts_as_skipped() -> None:
    assert decide({"danger": "no", "adult": "yes"}).outcome == "NOT_ENOUGH"
    assert decide({}).outcome == decide(dict.fromkeys(QUESTIONS, "skip")).outcome == "PHONE_ONLY"


@pytest.mark.parametrize(
    "answers", [{"danger": "maybe"}, {"mood": "yes"}, {"adult": ""}, {"adult": "YES"}, {"background": "1"}]
)
def test_a_word_that_is_no_answer_is_refused(answers: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        decide(answers)
