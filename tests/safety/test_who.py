"""Whom danger is about where the sentence names nobody: by its verb, else by the talk before it."""

import pytest

from bot.safety import Net
from bot.safety.who import person_in_talk, talk_turns_to


@pytest.mark.parametrize(
    "words", ["se quiere morir", "dice que se va a matar", "se quiere quitar la vida", "quiere suicidarse", "se corta los brazos",
              "wants to end it all", "says she wants to die", "keeps saying he wants to kill himself"]
)  # fmt: skip
def test_a_verb_alone_may_say_that_it_is_somebody_else(patterns_alone: Net, words: str) -> None:
    tokens = patterns_alone.tokens(words)
    assert person_in_talk(tokens, patterns_alone.read(words).person, "self") == "other"


@pytest.mark.parametrize("words", ["se quiere matar", "quiere morirse", "se va a matar", "wants to kill himself"])
def test_the_net_itself_hears_it(patterns_alone: Net, words: str) -> None:
    verdict = patterns_alone.read(words)
    assert verdict.kind is None or verdict.person == "other"


@pytest.mark.parametrize(
    "words", ["me quiero matar", "quiero morir", "ya no quiero vivir", "i want to die", "want to die", "going to kill myself",
              "todo se va a acabar", "me voy a matar", "tomé todas mis pastillas", "my wife left and i want to die"]
)  # fmt: skip
def test_the_writer_stays_the_writer_even_after_talk_of_somebody_else(patterns_alone: Net, words: str) -> None:
    tokens = patterns_alone.tokens(words)
    if words.startswith(("todo", "tom")):
        assert person_in_talk(tokens, "self", "self") == "self"
    else:
        assert person_in_talk(tokens, "self", "other") == "self"


def test_words_without_anybody_are_about_whom_the_talk_was_about() -> None:
    for words in ("not breathing", "swallowed the whole bottle", "talking about suicide again"):
        assert person_in_talk(words.split(), "self", "other") == "other"
        assert person_in_talk(words.split(), "self", "self") == "self"


@pytest.mark.parametrize(
    ("words", "turns"),
    [("my brother drinks a lot", "other"), ("es mi hermano", "other"), ("my wife left me", None), ("mi papa murio", None),
     ("i drink every day", "self"), ("i worry about him", None), ("how much is it", None), ("my mom says i drink", None)],
)  # fmt: skip
def test_whom_the_talk_turns_to(patterns_alone: Net, words: str, turns: str | None) -> None:
    assert talk_turns_to(patterns_alone.tokens(words)) == turns
