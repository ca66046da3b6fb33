"""A message in its parts, and in the plain form that the intent model reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.parts import LEAST_WORDS, MOST_PARTS, parts
from bot.nlu.plain import READ_CHARACTERS, plain


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("what is IOP", []),
        ("how much does it cost and do you take insurance?", ["how much does it cost", "do you take insurance?"]),
        ("I relapsed last week. Do you have detox?", ["I relapsed last week.", "Do you have detox?"]),
        ("i work nights; when do groups meet", ["i work nights", "when do groups meet"]),
        ("my wife and son", []),
    ],
)
def test_a_message_comes_apart_where_it_asks_anew(text: str, pieces: list[str]) -> None:
    """At sentence ends and before question words, never inside a list of things."""
    assert parts(text) == pieces


@given(st.text(max_size=600))
def test_parts_lose_no_word_of_the_end(text: str) -> None:
    """At most so many, each long enough but where there is nothing to join it to."""
    pieces = parts(text)
    assert len(pieces) <= MOST_PARTS
    assert len(pieces) != 1
    if pieces:
        assert text.split()[-1] in pieces[-1]
        assert sum(len(piece.split()) < LEAST_WORDS for piece in pieces) <= 1


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("How MUCH is it?", "how much is it?"),
        ("dont", "don't"),
        ("do u take ins", "do you take insurance"),
        ("I\u2019m fine", "i'm fine"),
        ("heeeelp", "heelp"),
        ("  two   spaces\n", "two spaces"),
        ("\uff28\uff49", "hi"),
        ("call me 2day", "call me today"),
        ("Y", "yes"),
        ("n!", "no"),
        ("y?", "why?"),
        ("y do u ask", "why do you ask"),
        ("\u00bfD\u00f3nde est\u00e1n, se\u00f1or?", "donde estan, senor?"),
        ("\ud55c\uad6d", "\ud55c\uad6d"),
    ],
)
def test_the_plain_form(text: str, form: str) -> None:
    """Lower case, straight quotes, texting spellings written out."""
    assert plain(text) == form


@given(st.text(max_size=400))
def test_the_plain_form_is_bounded_and_of_one_line(text: str) -> None:
    """Whatever is typed."""
    form = plain(text)
    assert "\n" not in form
    assert "  " not in form
    assert plain("x" * (READ_CHARACTERS + 500)) == "xx"
