"""What a message means at a question of the check: answers by sign, minors beyond doubt, corrections placed or asked."""

from __future__ import annotations

import pytest

from actions.placement_corrections import WHICH, contradicted, unplaced
from actions.placement_heard import Meant, meant
from actions.placement_signs import age_of, grown, is_clear_minor
from actions.placement_state import Check
from actions.turn import Heard
from bot.nlu.answer_signs import Signs
from bot.nlu.answers import load_examples

SO_FAR = {"danger": "no", "adult": "yes", "withdrawal": "no", "medical": "no", "home_support": "yes", "use_at_home": "no"}
SIGNS = Signs(load_examples())


def hear(
    text: str, asked: str, reading: tuple[str, float] = ("yes", 0.9), intent: str = "nlu_fallback", chance: float = 0.3
) -> Meant:
    """The meaning of `text` at `asked`, where the model reads it as `reading`."""
    parsed = {
        "answer_readings": {asked: list(reading), "consent": list(reading)},
        "answer_signs": SIGNS.at(text), "intent": {"name": intent, "confidence": chance},
        "intent_ranking": [{"name": intent, "confidence": chance}],
    }  # fmt: skip
    check = Check(asked=asked, answers=dict(SO_FAR), path=list(SO_FAR))
    return meant(Heard("c", intent, chance, text, [], parsed, {}), check)


@pytest.mark.parametrize("asked", ["danger", "adult", "withdrawal", "use_at_home", "group_comfort", "background"])
@pytest.mark.parametrize("text", ["zebra", "fdsaf", "grass grows green", "9", "400", "...", "giraffes and lions", "🙃"])
@pytest.mark.parametrize("meaning", ["yes", "no", "not_sure"])
def test_what_shows_no_sign_of_answering_is_no_answer(asked: str, text: str, meaning: str) -> None:
    assert hear(text, asked, (meaning, 0.97)) in (Meant(), Meant("repeat"))


@pytest.mark.parametrize(
    ("asked", "text", "meaning"),
    [
        ("danger", "everyone is safe", "no"), ("withdrawal", "i shake till i drink", "yes"), ("medical", "epilepsy", "yes"),
        ("use_at_home", "my uncle drinks a lot", "yes"), ("outside_stress", "the boss and the bills", "yes"), ("group_comfort", "i get shy", "no"),
        ("home_support", "my sister supports me", "yes"), ("use_at_home", "i live with a man who uses", "yes"),
    ],
)  # fmt: skip
def test_an_answer_in_any_words_counts(asked: str, text: str, meaning: str) -> None:
    assert hear(text, asked, (meaning, 0.9), intent="for_loved_one", chance=0.5).answer == meaning


@pytest.mark.parametrize("text", ["tell me about cravings", "Please explain how that works", "háblame de los antojos"])
def test_who_asks_to_be_told_asks_however_it_would_read_as_an_answer(text: str) -> None:
    assert hear(text, "withdrawal", ("no", 0.95), intent="topic_cravings", chance=0.99) == Meant(digression="topic_cravings")


def test_an_answer_that_names_a_topic_stays_an_answer() -> None:
    assert (
        hear("i get cravings but no shakes", "withdrawal", ("no", 0.95), intent="topic_cravings", chance=0.99).answer == "no"
    )


@pytest.mark.parametrize(
    "text",
    [
        "not in danger, nobody is",
        "i told you no one is hurt",
        "nope i'm fine",
        "no wait",
        "my son lives with me",
        "no problem here at all",
    ],
)
def test_nobody_is_made_a_minor_by_guess(text: str) -> None:
    assert hear(text, "adult", ("no", 0.99)).answer is None


@pytest.mark.parametrize(
    "text", ["no", "nah", "N", "i'm 15", "16", "not yet", "i turn 18 in june", "she is seventeen", "no i am not", "under 18"]
)
def test_a_minor_says_so(text: str) -> None:
    assert hear(text, "adult", ("no", 0.99)).answer == "no"


@pytest.mark.parametrize("text", ["27", "I'm 61", "he is 33 years old", "yes, 40"])
def test_an_age_answers_the_age(text: str) -> None:
    assert hear(text, "adult", ("no", 0.99)).answer == "yes"


@pytest.mark.parametrize(
    ("text", "age"), [("4", None), ("300", None), ("19", 19), ("i drink 20 beers", None), ("tengo 52 años", 52)]
)
def test_only_an_age_is_an_age(text: str, age: int | None) -> None:
    assert age_of(text) == age


def test_what_is_grown_and_what_is_a_clear_minor() -> None:
    assert (grown("almost 18"), grown("turned 18 last year"), grown("44"), grown("maybe")) == ("no", None, "yes", None)
    assert not is_clear_minor("i am 16 months sober")


def test_only_a_clear_yes_confirms_what_was_said_early() -> None:
    check = Check(asked="use_at_home", answers={"danger": "no"}, early={"use_at_home": "yes"}, confirming=True)

    def said(text: str) -> str | None:
        parsed = {"answer_readings": {"consent": ["yes", 0.99]}, "answer_signs": SIGNS.at(text)}
        return meant(Heard("c", "affirm", 0.5, text, [], parsed, {}), check).answer

    assert (said("thats right"), said("no"), said("grapes"), said("sometimes he does")) == ("yes", "no", None, None)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("no hang on my husband smokes pot most days, fix that", {"use_at_home": "yes"}),
        ("actually my boyfriend uses so change that one", {"use_at_home": "yes"}),
        ("my bad, i do live with somebody who drinks, my cousin", {"use_at_home": "yes"}),
        ("oh i also live with a guy who drinks", {"use_at_home": "yes"}),
        ("that last one should be yes", {"use_at_home": "yes"}),
        ("no wait, about the support question: no", {"home_support": "no"}),
    ],
)
def test_a_correction_is_made_where_it_belongs(text: str, changed: dict[str, str]) -> None:
    said = hear(text, "group_comfort", ("yes", 0.99))
    assert (said.corrections, said.answer) == (changed, None)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("go back to the part about who lives with me", Meant(reopen="use_at_home")),
        ("i want to change the answer on my health", Meant(reopen="medical")),
        ("change question 2", Meant(reopen="adult")),
        ("i messed that up, please fix one of my answers", Meant(WHICH)),
        ("sorry i lied", Meant(WHICH)),
        ("let me redo the previous one", Meant("back")),
    ],
)
def test_a_correction_that_cannot_be_placed_is_asked(text: str, wanted: Meant) -> None:
    assert hear(text, "group_comfort", ("yes", 0.99)) == wanted


def test_an_answer_to_what_is_asked_contradicts_nothing() -> None:
    check = Check(asked="outside_stress", answers=dict(SO_FAR), path=list(SO_FAR))
    assert contradicted("my job is stressing me and my wife drinks every night", check) == {}
    assert contradicted("do people live with someone who drinks?", check) == {}
    assert unplaced("yes", check) is None


@pytest.mark.parametrize(
    ("text", "command"), [("huh", "plainer"), ("what do you mean", "plainer"), ("say the question again", "repeat")]
)
def test_not_following_is_told_from_not_hearing(text: str, command: str) -> None:
    assert hear(text, "withdrawal", ("question", 0.9), intent="repeat", chance=0.95) == Meant(command)


def test_a_plain_answer_is_no_command() -> None:
    assert hear("y", "medical", intent="why_ask", chance=0.99).answer == "yes"
