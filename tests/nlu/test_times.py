"""When somebody wants to be called, from the words they use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.times import find_time, read_time


@pytest.mark.parametrize(
    ("text", "days", "parts", "hours"),
    [
        ("tomorrow morning", ["tomorrow"], ["morning"], []),
        ("after 5", [], [], [("after", "17:00")]),
        ("after 5pm on mondays", ["monday"], [], [("after", "17:00")]),
        ("mon or tues around 10", ["monday", "tuesday"], [], [("around", "10:00")]),
        ("any time", [], ["any time"], []),
        ("whenever", [], ["any time"], []),
        ("weekdays at 9:30 am", ["weekdays"], [], [("at", "09:30")]),
        ("between 2 and 4", [], [], [("between", "14:00")]),
        ("noon", [], ["noon"], []),
        ("12 pm", [], [], [("at", "12:00")]),
        ("12 am", [], [], [("at", "00:00")]),
        ("lunes por la tarde", ["monday"], ["afternoon"], []),
        ("after work", [], [], [("after", "17:00")]),
        ("evenings", [], ["evening"], []),
        ("in the am", [], ["morning"], []),
        ("10ish", [], [], [("at", "10:00")]),
    ],
)
def test_a_time_is_read(text: str, days: list[str], parts: list[str], hours: list[tuple[str, str]]) -> None:
    """Days, parts of the day and hours."""
    found = read_time(text)
    assert found is not None
    assert (found["days"], found["parts"]) == (days, parts)
    assert [(one["relation"], one["hour"]) for one in found["hours"]][: len(hours)] == hours


@pytest.mark.parametrize("text", ["", "yes", "i take 5 pills", "806-555-0142", "may", "i am 34", "how much is it"])
def test_what_is_no_time_is_not_read(text: str) -> None:
    """A dose, an age or a phone number is no hour."""
    assert read_time(text) is None


@pytest.mark.parametrize(
    ("text", "words"), [("call me tomorrow morning please", "tomorrow morning"), ("after 5 is best", "5")]
)
def test_the_words_of_a_time_are_found_where_they_stand(text: str, words: str) -> None:
    """With their place."""
    found = find_time(text)
    assert found is not None
    assert words in found[0]
    assert text[found[1] : found[2]] == found[0]


@given(st.text(max_size=300))
def test_nothing_makes_it_fail(text: str) -> None:
    """Whatever is typed; the place is within the text."""
    found = find_time(text)
    assert found is None or text[found[1] : found[2]] == found[0]
