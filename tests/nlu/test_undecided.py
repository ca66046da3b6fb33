"""When a ranking is answered, when it is asked about, when it is turned away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.undecided import MOST_OFFERED, NOT_OFFERED, Thresholds, decide

LIMITS = Thresholds(answer=0.45, margin=0.1, offer=0.08, offer_alone=0.3, refuse=0.3)
LABELS = ("cost", "insurance", "detox", "schedule", "out_of_scope", "greet", "chitchat", "location")


def test_a_plain_meaning_is_answered() -> None:
    """High, and far above the next."""
    assert decide([("cost", 0.8), ("insurance", 0.1)], LIMITS).label == "cost"


def test_two_near_meanings_are_offered() -> None:
    """Both, likeliest first; what makes no sense as a button is left out."""
    decision = decide([("cost", 0.4), ("insurance", 0.38), ("greet", 0.1), ("detox", 0.09), ("schedule", 0.01)], LIMITS)
    assert (decision.do, decision.offered) == ("clarify", ("cost", "insurance", "detox"))


def test_what_is_probably_not_ours_is_turned_away() -> None:
    """Though no single label of it is sure."""
    decision = decide([("cost", 0.3), ("out_of_scope", 0.28), ("chitchat", 0.2)], LIMITS)
    assert (decision.do, decision.label) == ("refuse", "out_of_scope")
    assert "cost" in decision.offered


@given(st.lists(st.floats(0.001, 1.0), min_size=len(LABELS), max_size=len(LABELS)))
def test_every_ranking_comes_to_one_of_three(odds: list[float]) -> None:
    """Never more buttons than fit, never one that makes no sense."""
    total = sum(odds)
    ranking = sorted(((label, one / total) for label, one in zip(LABELS, odds, strict=True)), key=lambda pair: -pair[1])
    decision = decide(ranking, LIMITS)
    assert decision.do in ("answer", "clarify", "refuse")
    assert len(decision.offered) <= MOST_OFFERED
    assert not set(decision.offered) & NOT_OFFERED
    if decision.do != "clarify":
        assert decision.label in dict(ranking)


@pytest.mark.parametrize("chance", [0.2, 0.44])
def test_an_unsure_first_is_never_simply_answered(chance: float) -> None:
    """Below the limit it is asked about."""
    rest = (1 - chance) / 3
    others = ("insurance", "detox", "schedule")
    ranking = sorted([("cost", chance), *((name, rest) for name in others)], key=lambda pair: -pair[1])
    assert decide(ranking, LIMITS).do == "clarify"
