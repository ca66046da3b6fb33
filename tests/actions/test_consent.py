"""A consent is a clear yes and nothing else."""

from __future__ import annotations

import pytest

from actions.consent import consent_of


@pytest.mark.parametrize(
    "text",
    ["yes", "Y", "yep that works", "sure, go ahead", "it's fine", "no problem", "i dont mind", "k", "sí", "claro que sí", "está bien",
     "that's right", "they can", "of course", "👍", "ok please do"],
)  # fmt: skip
def test_a_clear_yes(text: str) -> None:
    assert consent_of(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "N",
        "nope",
        "i'd rather not",
        "please don't",
        "not really",
        "no, wrong number",
        "nah skip that",
        "👎",
        "mejor no",
    ],
)
def test_a_no(text: str) -> None:
    assert consent_of(text) is False


@pytest.mark.parametrize(
    "text",
    ["", "purple", "umm", "only after lunch", "mondays", "yes but don't say who is calling", "ok if my boss is out", "yes?", "what",
     "i live in Lubbock", "right now", "??", "12", "okay but not at work"],
)  # fmt: skip
def test_all_else_is_neither(text: str) -> None:
    assert consent_of(text) is None
