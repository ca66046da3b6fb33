"""What stays with help after a crisis reply: words that ask nothing of the program, a "not" before good news, one "no"."""

import re

import pytest

from bot.safety.follow import COMES_BACK, IN_VIEW, follow_up, help_in_view, is_open, wants_to_go_on
from bot.safety.reply import crisis_reply
from bot.safety.verdict import CRISIS_KINDS, Verdict
from bot.segments import segments, to_gsm7


def _after(kind: str = "crisis_suicide", person: str = "self") -> dict:
    return crisis_reply(Verdict(kind=kind, person=person), "web", None)[1]


@pytest.mark.parametrize(
    ("words", "step", "part"),
    [
        ("i cant", "near", "don't stay alone"),
        ("i really can't right now", "near", "don't stay alone"),
        ("no i cannot", "near", "don't stay alone"),
        ("i can't handle this", "near", "don't stay alone"),
        ("i can not", "safe", "leave the line open"),
        ("i cant do it", "safe", "leave the line open"),
        ("he wont let me", "safe", "leave the line open"),
        ("i can't", "away", "someone may get hurt"),
        ("we cant", "called", "You can text 988"),
        ("no puedo", "near", "don't stay alone"),
    ],
)
def test_not_being_able_to_is_no_yes(words: str, step: str, part: str) -> None:
    state = {**_after(), "step": step, "language": "en"}
    messages, _ = follow_up(words, state, "web")
    spanish = {"don't stay alone": "no se quede a solas"}
    assert part in messages[0]["text"] or spanish.get(part, part) in messages[0]["text"]


@pytest.mark.parametrize(
    "words",
    [
        "im not fine", "i am not doing well", "things are not okay", "no estoy bien", "we are not safe here", "not safe",
        "i'm not kidding", "that was no joke", "i did not call", "we havent texted them yet", "she will not come here",
        "they aren't here", "nobody is with me", "i cant say im okay", "i never called", "no hope left", "no puedo",
    ],
)  # fmt: skip
def test_a_not_turns_good_news_round(words: str) -> None:
    """Neither relief nor praise is said to it, whatever was asked."""
    for step in ("danger", "near", "called", "safe", "away", "easier", ""):
        followed = follow_up(words, {**_after(), "step": step}, "web")
        assert followed is not None
        text = followed[0][0]["text"]
        assert not re.match(r"(?:Good|Okay|Bien|Está bien|I'm glad you answered)\b", text), (step, text)
        assert followed[1]["open"]


ORDINARY_WORDS = [
    "help me please", "somebody help", "im so sorry", "whatever man", "haha", "ok lol", "what will they do with me",
    "would you call them for me", "can somebody call 911 for me", "please stop", "enough", "i can't take this", "ugh",
    "i dont care anymore", "i hate this", "why me", "...", "😢", "it hurts so much", "no one would miss me", "i feel empty",
    "i dont know what to do anymore", "i need someone to talk to", "ayúdeme por favor", "lo siento", "da igual", "ya basta",
]  # fmt: skip


@pytest.mark.parametrize("kind", CRISIS_KINDS)
@pytest.mark.parametrize("person", ["self", "other"])
def test_words_that_ask_nothing_about_the_program_stay_with_help(kind: str, person: str) -> None:
    for words in ORDINARY_WORDS:
        followed = follow_up(words, _after(kind, person=person), "web")
        assert followed is not None, words
        message = followed[0][0]
        assert re.search(r"\b(?:911|988)\b", message["text"]), words
        assert message["links"] and message["kind"] == "crisis"
        assert segments(to_gsm7(message["text"])).count <= 3


def test_nothing_is_said_twice_in_the_same_words() -> None:
    for words in ("i'm alone", "i cant call", "help me", "hmm", "im scared to call", "sorry", "i cant do this", "no phone"):
        state, said = _after(), []
        for _ in range(4):
            messages, state = follow_up(words, state, "web")
            said.append(messages[0]["text"])
        assert len(set(said)) == 4, words
        assert all(re.search(r"\b(?:911|988)\b", text) for text in said)


def test_a_question_that_is_no_word_of_ours_passes_the_second_time() -> None:
    state = _after()
    _, state = follow_up("can my cousin wait outside", state, "web")
    assert follow_up("can my cousin wait outside", state, "web") is None


@pytest.mark.parametrize("calmed", ["im ok", "it was a joke", "leave me alone", "thanks"])
@pytest.mark.parametrize(
    "words", ["please help me", "im not ok", "i cant do this", "i was not joking", "can you call for me"]
)
def test_one_no_does_not_close_the_path(calmed: str, words: str) -> None:
    _, state = follow_up(calmed, _after(), "web")
    assert not is_open(state)
    assert follow_up(words, state, "web") is not None


def test_a_cry_for_help_is_heard_after_another_matter_for_some_turns_and_a_yes_is_not() -> None:
    state = _after()
    assert follow_up("how long is the program", state, "web") is None
    assert follow_up("yes", state, "web") is None
    assert follow_up("please help me", {**state}, "web") is not None
    for _ in range(COMES_BACK):
        assert follow_up("do you take medicare", state, "web") is None
    assert follow_up("please help me", state, "web") is None


def test_the_numbers_end_a_few_replies_about_other_matters() -> None:
    state, seen = _after(), 0
    assert help_in_view(None, "web") is None and help_in_view(state, "web") is None
    for _ in range(IN_VIEW + 2):
        follow_up("how much is it", state, "web")
        line = help_in_view(state, "web")
        seen += line is not None and "988" in line["text"] and "911" in line["text"]
    assert seen == IN_VIEW


GOING_ON = [
    "ok im good now, lets continue", "i'm alright, i was wasted. please go on with the questions", "continue", "go on please",
    "can we get back to the check", "forget it, let's keep going", "Back to my questions", "sigamos con las preguntas",
    "i'm not suicidal. go on with the check", "ya estoy mejor, sigamos",
]  # fmt: skip


@pytest.mark.parametrize("words", GOING_ON)
def test_the_wish_to_go_on_is_heard(words: str) -> None:
    assert wants_to_go_on(words, _after())
    assert follow_up(words, _after(), "web") is None


@pytest.mark.parametrize(
    "words",
    ["i can't go on", "i dont want to go on", "why should i keep going", "no reason to go on", "how do i keep going", "yes",
     "i never want to go back to those questions", "/crisis_fine", "i have no strength to continue"],
)  # fmt: skip
def test_giving_up_is_no_wish_to_go_on(words: str) -> None:
    assert not wants_to_go_on(words, _after())


def test_long_after_danger_going_on_is_the_assistant_s_to_read() -> None:
    assert not wants_to_go_on("continue", None)
    assert not wants_to_go_on("continue", {**_after(), "open": False, "since": COMES_BACK})


def test_what_the_net_half_sees_is_left_to_it_unless_the_answer_is_a_practical_one() -> None:
    state = _after()
    assert follow_up("i cant do this anymore", state, "web", doubtful=True) is None
    assert is_open(state)
    assert follow_up("im alone and cant call", state, "web", doubtful=True) is not None
    assert follow_up("how much does treatment cost", state, "web", doubtful=True) is None
    assert not is_open(state)
