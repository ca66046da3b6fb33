"""Matters of the talk itself that words name outright, and words that only look like them."""

from __future__ import annotations

import pytest

from bot.nlu.entities import load_entities
from bot.nlu.matters import matters


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("i lost my code", "callback_code"), ("what was that reference number", "callback_code"), ("the code please?", "callback_code"),
        ("perdí mi código", "callback_code"), ("did my request go through", "callback_sent"), ("has it been sent yet", "callback_sent"),
        ("ya lo mandó?", "callback_sent"), ("please fix my phone number", "callback_change"), ("the number i put is wrong", "callback_change"),
        ("quiero cambiar el teléfono", "callback_change"), ("what have you saved about me", "kept"), ("qué guardó de mí", "kept"),
        ("who gets to see this", "who_sees"), ("what do you do with my phone number", "who_sees"), ("quién lo ve", "who_sees"),
        ("was this all my fault?", "guilt"), ("I feel like such a bad mother", "guilt"), ("im so ashamed", "guilt"), ("es mi culpa?", "guilt"),
        ("Topic 12", "topic_number"), ("lesson three", "topic_number"), ("and number 4?", "number"), ("all of them please", "all_topics"),
        ("todo", "all_topics"), ("say a bit more about the urges", "more_about_topic"), ("do the quick check", "start_screen"), ("me pueden llamar? que me llamen mañana, quisiera que me llamen", "request_callback"),
        ("qué enseñan ahí", "curriculum"), ("busco un programa bueno para mi hija", "for_loved_one"), ("in English please", "language"),
    ],
)  # fmt: skip
def test_a_matter_is_named(text: str, matter: str) -> None:
    assert matter in matters(text)
    assert ("matter", matter) in [(one["entity"], one["value"]) for one in load_entities().find(text)]


@pytest.mark.parametrize(
    "text",
    ["what is the zip code", "is there a dress code", "my number is 806 555 0150", "i feel bad today about work", "i feel bad for my wife",
     "the accident was his fault", "can i change my answer", "change question 2", "who works there", "what do you know about meth",
     "all of my family drinks", "i have everything i need", "did you send him home", "how many topics are there"],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert matters(text) == []
