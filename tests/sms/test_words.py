"""Which whole texts are the line's own words; what people say about stopping to drink never is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.gateway.sms.words import meaning_of

OUT = ("STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT")
OTHER_WAYS = (
    "stop texting me", "Please stop texting me!!", "don't text me anymore", "do not contact me again", "quit messaging me",
    "I want you to stop texting me", "can you please stop sending me messages", "stop sending these texts",
    "stop the messages", "no more texts please", "i dont want any more texts from you",
    "i do not want to receive these messages",
    "take me off your list", "remove my number", "please remove me from the list", "lose my number", "opt me out",
    "I'd like to opt out", "unsubscribe me", "stop please", "STOP STOP STOP", "opt-out",
    "how do i stop getting these texts",
    "never text me again", "stop msging this number", "ya no me manden mensajes", "dejen de escribirme",
    "No me escriban más",
    "no quiero recibir mensajes",
)  # fmt: skip
RECOVERY = (
    "I want to quit", "help me stop", "I want to end it", "how do i stop", "i cant stop", "i need to stop drinking", "quit",
    "stop using", "make it stop", "end my life", "i want to stop", "please help me stop", "i quit", "stop it",
    "cancel my call",
    "cancel the appointment", "my ex won't stop texting me", "he keeps messaging me how do i make it stop", "dont stop",
    "my dealer wont stop texting me", "i stopped", "when does it end", "no more pills", "i wanna quit drinking",
    "how do i get him to stop texting his dealer", "quit cold turkey", "stop the pain", "i want out", "the end", "no more",
    "quiero dejar de beber", "ya no quiero vivir", "no me escribe mi hijo", "start", "end this",
    "i want to cancel everything",
)  # fmt: skip
ENDINGS = ("drinking", "using", "it", "today", "for my kids", "smoking weed", "this life", "before it kills me", "pills")


@given(st.sampled_from(OUT), st.text(" \t\n.!?'\"“”-", max_size=4), st.text(" \n.!?'\"“”", max_size=4), st.booleans())
@example("STOP", "", "", True)
def test_an_opt_out_word_alone_counts_however_it_is_written(word: str, before: str, after: str, lower: bool) -> None:
    assert meaning_of(before + (word.lower() if lower else word) + after) == "out"


@given(st.sampled_from(OUT), st.sampled_from(ENDINGS))
def test_an_opt_out_word_with_anything_about_a_life_after_it_does_not_count(word: str, ending: str) -> None:
    assert meaning_of(f"{word} {ending}") is None
    assert meaning_of(f"I want to {word} {ending}") is None
    assert meaning_of(f"help me {word} {ending}") is None


@given(st.text(max_size=200))
def test_any_text_has_at_most_one_meaning_and_never_an_error(text: str) -> None:
    meaning = meaning_of(text)
    assert meaning in (None, "out", "in", "help", "more", "erase", "menu", "back", "skip")
    if meaning == "out":
        known = ("stop", "end", "quit", "cancel", "revoke", "opt", "unsub", "alto", "baja")
        assert any(word in text.casefold() for word in known)


@pytest.mark.parametrize("text", OTHER_WAYS)
def test_stop_texting_me_in_other_words(text: str) -> None:
    assert meaning_of(text) == "out"


@pytest.mark.parametrize("text", [one for one in RECOVERY if one not in ("quit", "start")])
def test_words_of_recovery_are_no_opt_out(text: str) -> None:
    assert meaning_of(text) is None


@pytest.mark.parametrize("text", ["yes", "YES", "no", "1", "2", "Y", "not sure", "ok"])
def test_answers_are_no_word_of_the_line(text: str) -> None:
    assert meaning_of(text) is None


@pytest.mark.parametrize(("text", "meaning"), [("START", "in"), ("unstop", "in"), ("HELP", "help"), ("Info.", "help"),
                                               ("more", "more"), ("Más", "more"), ("erase", "erase"), ("MENU", "menu"),
                                               ("help me", None), ("more pain", None)])  # fmt: skip
def test_the_other_words(text: str, meaning: str | None) -> None:
    assert meaning_of(text) == meaning
