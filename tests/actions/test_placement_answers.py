"""What rules read in an answer to the check: plain words, numbers, volunteered answers, corrections."""

from __future__ import annotations

from typing import Any

import pytest

from actions.placement_answers import reading_of, volunteered
from actions.placement_corrections import corrections

LIVES = "I live with "


def read(question: str, text: str, **readings: list[Any]) -> tuple[str, tuple[str, ...]]:
    """(meaning, background) of `text`; `readings` stand in for the trained model."""
    found = reading_of(question, {"text": text, "answer_readings": readings})
    return found.meaning, found.background


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Y", "yes"), ("n", "no"), ("YES!!", "yes"), ("k", "yes"), ("Nope.", "no"), ("sí", "yes"), ("Uh-huh", "yes"), ("👍", "yes"),
        ("👎🏼", "no"), ("🤷‍♀️", "not_sure"), ("idk", "not_sure"), ("It depends", "not_sure"), ("kinda", "not_sure"), ("50/50", "not_sure"),
        ("n/a", "skip"), ("Next question", "skip"), ("paso", "skip"), ("not at all", "no"), ("para nada", "no"), ("yes ma’am", "yes"),
    ],
)  # fmt: skip
def test_plain_answers_are_read_without_the_model(text: str, meaning: str) -> None:
    assert read("group_comfort", text) == (meaning, ())


def test_words_that_say_more_are_left_to_the_model() -> None:
    assert read("home_support", "my cousin is my rock", home_support=["yes", 0.9]) == ("yes", ())
    assert read("home_support", "my cousin is my rock") == ("not_sure", ())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1", "1"), ("2 and 3", "23"), ("1,2", "12"), ("1 & 3", "13"), ("#2", "2"), ("13", "13"), ("123", "123"), ("all three", "123"),
        ("all of em", "123"), ("the second one", "2"), ("number one", "1"), ("first and third", "13"), ("just the third", "3"),
        ("1 but not 2", "1"), ("all but 2", "13"), ("everything except 1", "23"), ("1 yes 2 no 3 yes", "13"), ("1: no, 2: yes", "2"),
        ("uno y tres", "13"), ("la segunda", "2"), ("las tres", "123"), ("2 is true", "2"), ("I'd say 1 and 2", "12"),
    ],
)  # fmt: skip
def test_the_last_question_is_answered_by_number(text: str, parts: str) -> None:
    assert read("background", text) == ("yes", tuple(parts))


@pytest.mark.parametrize(
    "text", ["4", "none", "None of the above", "neither", "none apply", "not any of them", "ninguna", "nope"]
)
def test_none_of_them_is_an_answer(text: str) -> None:
    assert read("background", text) == ("no", ())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("I got home from rehab on Monday", "1"), ("i relapsed after my last program", "2"), ("ptsd", "3"),
        ("just finished residential and I have bipolar", "13"), ("no rehab, but I do have anxiety", "3"),
        ("never relapsed. depression yes", "3"), ("i'm leaving inpatient and i've relapsed before", "12"),
        ("not only depression", "3"), ("went to rehab in 2019, then relapsed, and i have ptsd", "23"),
        ("rehab years ago. anxiety too", "3"), ("i just left rehab, my first was in 2015", "1"), ("salí de un centro y tengo ansiedad", "13"),
    ],
)  # fmt: skip
def test_the_last_question_is_answered_in_words(text: str, parts: str) -> None:
    assert read("background", text) == ("yes", tuple(parts))


def test_a_part_that_the_model_reads_as_denied_is_not_true() -> None:
    assert read("background", "rehab was ages ago", background_1=["no", 0.9])[1] == ()
    assert read("background", "yes") == ("not_sure", ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("i live with my sister who shoots up", {"use_at_home": "yes"}),
        ("I'm living with my uncle and he still drinks", {"use_at_home": "yes"}),
        ("can I do IOP if my husband drinks every night", {"use_at_home": "yes"}),
        ("my brother smokes meth in the house", {"use_at_home": "yes"}),
        ("everyone at home gets high, is that a problem", {"use_at_home": "yes"}),
        ("vivo con un primo que usa", {"use_at_home": "yes"}),
        ("i live alone out by the lake", {"use_at_home": "no"}),
        ("I live with my aunt who doesn't drink", {"use_at_home": "no"}),
        ("i live with two guys who are sober", {"use_at_home": "no"}),
        ("nobody in my house drinks", {"use_at_home": "no"}),
        ("vivo sola, cuánto cuesta", {"use_at_home": "no"}),
        ("my wife is supportive, when can I start", {"home_support": "yes"}),
        ("my parents have my back, what's next", {"home_support": "yes"}),
        ("i have a lot of support at home", {"home_support": "yes"}),
        ("mi familia me apoya, qué sigue", {"home_support": "yes"}),
        ("i've got no support at home", {"home_support": "no"}),
        ("my husband doesn't support this", {"home_support": "no"}),
        ("i have nobody to help me", {"home_support": "no"}),
        ("no tengo apoyo", {"home_support": "no"}),
        ("i'm so stressed at the plant", {"outside_stress": "yes"}),
        ("the stress from work is why i drink", {"outside_stress": "yes"}),
        ("my job is stressing me out", {"outside_stress": "yes"}),
        ("tengo mucho estrés", {"outside_stress": "yes"}),
        ("work is not stressful", {"outside_stress": "no"}),
        ("i'm not really stressed", {"outside_stress": "no"}),
        ("i hate groups", {"group_comfort": "no"}),
        ("I can't talk in a group", {"group_comfort": "no"}),
        ("groups scare me, is there one on one", {"group_comfort": "no"}),
        ("I'm not comfortable in groups", {"group_comfort": "no"}),
        ("i don't mind groups", {"group_comfort": "yes"}),
        ("i'm comfortable in a group", {"group_comfort": "yes"}),
        ("I'm 16, can I come", {"adult": "no"}),
        ("tengo 17 años", {"adult": "no"}),
        ("i'm 43 and ready to quit", {"adult": "yes"}),
        ("I am 29 years old", {"adult": "yes"}),
        ("i get the shakes when i stop", {"withdrawal": "yes"}),
        ("I had a seizure coming off xanax", {"withdrawal": "yes"}),
        ("i'm five months pregnant, do you take me", {"medical": "yes"}),
        ("I have cirrhosis", {"medical": "yes"}),
        ("i live with my ex who still uses, my mom supports me", {"use_at_home": "yes", "home_support": "yes"}),
    ],
)
def test_what_is_said_outright_counts_as_an_answer(text: str, found: dict[str, str]) -> None:
    assert volunteered(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "how much does it cost", "my friends drink all the time", "my ex drinks every day", "I'm 16 months sober", "i am 20 minutes away",
        "is it good to have a group leader", "what if I lived alone", "are people stressed there", "my doctor sent me here",
        "i'm not pregnant", "do you offer group therapy", "i used to live with somebody, it's over", "does my husband have to come",
        "i'm 30 days in", "how do i support my son", "are there groups for men", "my cousin is a nurse", "what happens after rehab",
        "I live with my mom", "can i live at home", "i'm 100% in", "is stress covered", "my dad quit drinking in 1999",
    ],
)  # fmt: skip
def test_what_is_not_said_outright_is_no_answer(text: str) -> None:
    assert volunteered(text) == {}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("hold on, about the group question, no", {"group_comfort": "no"}),
        ("change question 4 to yes", {"medical": "yes"}),
        ("change #2 to no please", {"adult": "no"}),
        ("question three should be no", {"withdrawal": "no"}),
        ("can you change my answer on stress to yes", {"outside_stress": "yes"}),
        ("go back, my wife does use", {"use_at_home": "yes"}),
        ("wait, actually i live with my cousin who uses", {"use_at_home": "yes"}),
        ("i said yes to the seizure but that was only a faint, no", {"withdrawal": "no"}),
        ("i said no about support but i meant yes", {"home_support": "yes"}),
        ("I put yes on the pregnant one, that's wrong", {"medical": "no"}),
        ("earlier i told you no about groups, make that yes", {"group_comfort": "yes"}),
        ("oops, i hate groups", {"group_comfort": "no"}),
        ("the stress one should be not sure", {"outside_stress": "not_sure"}),
        ("cambie la pregunta 7 a sí", {"outside_stress": "yes"}),
        ("me equivoqué, vivo con alguien que toma", {"use_at_home": "yes"}),
        ("number 8 i said no, change it to yes", {"group_comfort": "yes"}),
    ],
)
def test_a_correction_changes_the_answer_it_speaks_of(text: str, changed: dict[str, str]) -> None:
    assert corrections(text) == changed


@pytest.mark.parametrize(
    "text",
    [
        "no", "yes", "my family and my job, yes", "actually yes", "wait", "i mean work is fine", "why do you ask about groups",
        "i said no", "go back", "that's wrong", "no one at work", "what was question 3", "is the group thing every day",
    ],
)  # fmt: skip
def test_other_messages_correct_nothing(text: str) -> None:
    assert corrections(text) == {}


def test_a_reading_shows_no_background_when_it_is_printed() -> None:
    assert "3" not in repr(reading_of("background", {"text": "3"}))
