"""Which language a message shows: an unclear word never turns a chat, clear words and a wish do."""

from __future__ import annotations

import pytest

from bot.language import asked_language, clear_language, guess_language


@pytest.mark.parametrize(
    "text",
    [
        "ya",
        "ya fine",
        "yo",
        "no",
        "si",
        "ok",
        "y",
        "mas",
        "sin",
        "no gracias",
        "El Paso",
        "806 555 0150",
        "Del Rio",
        "yeah",
        "Rosa de Leon",
    ],
)
def test_what_is_unclear_leaves_the_language(text: str) -> None:
    assert clear_language(text) is None


@pytest.mark.parametrize(
    "text",
    ["English, please", "can we speak in english", "no, everybody is okay here", "i'm 52", "nope. my sister moved out", "not really",
     "i do not speak spanish", "are there meetings in spanish"],
)  # fmt: skip
def test_english_is_clear(text: str) -> None:
    assert clear_language(text) == "en"


@pytest.mark.parametrize(
    "text",
    ["¿Hablan español?", "en español, por favor", "do you speak spanish?", "vivo con mi hermana", "qué es esto", "que es un iop",
     "quiero saber el costo", "me duele el pecho", "mi esposo toma mucho", "no hablo inglés", "por la mañana"],
)  # fmt: skip
def test_spanish_is_clear(text: str) -> None:
    assert clear_language(text) == "es"


def test_only_a_short_wish_asks_for_a_language() -> None:
    assert asked_language("english") == "en"
    assert asked_language("español") == "es"
    assert asked_language("my english teacher sent me") is None
    assert asked_language("is the spanish group on mondays") is None


@pytest.mark.parametrize(
    "text", ["me quiero morir", "no puedo mas", "me duele el pecho", "ya no quiero vivir", "se quiere matar"]
)
def test_a_first_message_in_danger_is_guessed_right(text: str) -> None:
    assert guess_language(text) == "es"
