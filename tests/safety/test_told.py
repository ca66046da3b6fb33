"""What sounds like danger and answers the check's question counts as the answer; anything plainer or weightier stays a crisis."""

import pytest

from bot.safety.told import is_answer


def _parsed(asked: str, kind: str = "crisis_withdrawal", reading=("yes", 0.9), **safety) -> dict:
    safety = {"kind": kind, "plain": False, "now": False, "weight": 1.0, **safety}
    return {"intent": {"name": kind}, "answer_readings": {asked: list(reading)}, "safety": safety}


@pytest.mark.parametrize("asked", ["withdrawal", "home_support", "background_2"])
def test_a_doubt_that_answers_the_question_is_its_answer(asked) -> None:
    assert is_answer(_parsed(asked), asked)


@pytest.mark.parametrize("asked", ["withdrawal", "home_support"])
def test_what_weighs_like_danger_stays_danger_also_where_withdrawal_was_asked_for(asked) -> None:
    assert not is_answer(_parsed(asked, weight=9.0), asked)
    assert not is_answer(_parsed(asked, kind="crisis_suicide", weight=9.0), asked)


@pytest.mark.parametrize(
    "parsed",
    [
        _parsed("withdrawal", plain=True),
        _parsed("withdrawal", now=True),
        _parsed("withdrawal", kind="crisis_medical", now=True),
        _parsed("withdrawal", reading=("question", 0.9)),
        _parsed("withdrawal", reading=("yes", 0.2)),
        _parsed("home_support"),
        {"intent": {"name": "crisis_withdrawal"}, "answer_readings": {"withdrawal": ["yes", 0.9]}},
        {"intent": {"name": "crisis_withdrawal"}, "safety": {"kind": "crisis_withdrawal", "plain": False, "weight": 0.0}},
    ],
)
def test_what_is_plain_or_unclear_stays_a_crisis(parsed) -> None:
    assert not is_answer(parsed, "withdrawal")


@pytest.mark.parametrize("asked", ["danger", None])
def test_at_the_question_on_danger_and_outside_the_check_nothing_is_explained_away(asked) -> None:
    assert not is_answer(_parsed("danger"), asked)
