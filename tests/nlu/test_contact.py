"""A name and a phone number, in any usual way of writing them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.contact import read_name, read_phone

NUMBER = ("+18065550142", "806-555-0142")


@pytest.mark.parametrize(
    "text",
    [
        "8065550142", "806-555-0142", "806.555.0142", "(806) 555-0142", "(806)555-0142", "806 555 0142", "806/555/0142",
        "1-806-555-0142", "+1 806 555 0142", "+18065550142", "18065550142", "my number is 806-555-0142",
        "you can reach me at (806) 555-0142 after 5", "806 5550142", "eight oh six five five five oh one four two",
        "ocho cero seis cinco cinco cinco cero uno cuatro dos", "it's 806-555-0142, thanks", "8 0 6 5 5 5 0 1 4 2",
    ],
)  # fmt: skip
def test_a_number_is_read(text: str) -> None:
    """Always to the same form for the records, and the same for reading back."""
    assert read_phone(text) == NUMBER


@pytest.mark.parametrize(
    "text", ["", "no", "555-0142", "12345", "806-555-014", "806-555-01422", "i am 34", "call me at 5", "000-000-0000"]
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    """Seven digits are not enough: the area code is missing."""
    assert read_phone(text) is None


@given(area=st.sampled_from(["806", "512", "214"]), rest=st.integers(0, 9999), sign=st.sampled_from(["", "-", ".", " "]))
def test_every_way_of_parting_the_digits_is_the_same_number(area: str, rest: int, sign: str) -> None:
    """Read back is read again to the same."""
    shown = f"{area}{sign}555{sign}{rest:04d}"
    found = read_phone(shown)
    assert found is not None
    assert found[0] == f"+1{area}555{rest:04d}"
    assert read_phone(found[1]) == found


@given(st.text(max_size=300))
def test_nothing_makes_it_fail(text: str) -> None:
    """Whatever is typed."""
    read_phone(text)
    read_name(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dana", "Dana"), ("dana", "Dana"), ("my name is dana", "Dana"), ("Dana Smith", "Dana Smith"), ("DANA", "Dana"),
        ("i'm dana", "Dana"), ("it's Dana.", "Dana"), ("call me Dana please", "Dana Please"), ("McKenzie", "McKenzie"),
        ("me llamo José", "José"), ("O'Brien", "O'Brien"), ("hi, this is Ana", "Ana"), ("Ana, and you?", "Ana"),
    ],
)  # fmt: skip
def test_a_name_is_read(text: str, name: str) -> None:
    """Without the words around it."""
    found = read_name(text)
    assert found is not None
    assert found.startswith(name.split()[0])


@pytest.mark.parametrize("text", ["", "no", "skip", "why", "12345", "why do you need my name", "a b c d e f"])
def test_what_is_no_name_is_not_read(text: str) -> None:
    """A refusal or a question is nobody's name."""
    assert read_name(text) is None
