"""Entities: what is used, who it is about, which item of a list."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.entities import load_entities


def _value(text: str, name: str) -> Any:
    return next((one["value"] for one in load_entities().find(text) if one["entity"] == name), None)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("do you treat meth", "substance", "methamphetamine"),
        ("i drink too much vodka", "substance", "alcohol"),
        ("he is on fent", "substance", "fentanyl"),
        ("do you take BCBS", "insurer", "Blue Cross"),
        ("is medicaid ok", "insurer", "Medicaid"),
        ("my po says i have to", "court_word", "probation"),
        ("the third one", "topic", 3),
        ("topic 4", "topic", 4),
        ("5", "topic", 5),
        ("tell me about the last", "topic", 6),
        ("my number is 806 555 0142", "phone", "+18065550142"),
    ],
)
def test_an_entity_is_found(text: str, name: str, value: Any) -> None:
    """By its usual names."""
    assert _value(text, name) == value


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("is my daughter covered", "daughter"),
        ("it is for my son", "son"),
        ("and for my wife?", "wife"),
        ("my brother needs help", "brother"),
        ("can he keep his job", "other"),
        ("this is for me", "self"),
        ("i need help", "self"),
        ("my wife says i need help", "self"),
        ("what is IOP", None),
    ],
)
def test_who_it_is_about(text: str, who: str | None) -> None:
    """A relation, somebody else, the writer, or not said."""
    assert _value(text, "relation") == who


@pytest.mark.parametrize(
    "text", ["i have one question", "give me two minutes", "it is 5 pm", "three years sober and proud of it"]
)
def test_a_number_in_a_sentence_is_no_item_of_a_list(text: str) -> None:
    """Only what picks from the list."""
    assert _value(text, "topic") is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_every_entity_stands_within_the_text(text: str) -> None:
    """And the same text gives the same."""
    found = load_entities().find(text)
    assert all(0 <= one["start"] <= one["end"] <= len(text) for one in found)
    assert load_entities().find(text) == found
