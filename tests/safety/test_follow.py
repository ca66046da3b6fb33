"""What follows a crisis reply: answers are understood, other matters pass, help stays in view, and it lets go."""

import copy
import json
import re

import pytest

from bot.safety.follow import MOST_FOLLOWED, follow_up
from bot.safety.reply import crisis_reply
from bot.safety.verdict import CRISIS_KINDS, Verdict
from bot.segments import segments, to_gsm7


def _after(kind: str = "crisis_suicide", turns: int = 1, channel: str = "web", **about) -> dict:
    state = None
    for _ in range(turns):
        _, state = crisis_reply(Verdict(kind=kind, **about), channel, state)
    return state


def _text(words: str, state: dict, channel: str = "web") -> str | None:
    followed = follow_up(words, state, channel)
    return followed[0][0]["text"] if followed else None


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("i'm alone", "don't stay alone"),
        ("nobody is here", "don't stay alone"),
        ("I'm fine", "988"),
        ("it was a joke", "face value"),
        ("jk", "face value"),
        ("i cant call", "text 988"),
        ("he will hear me", "text 988"),
        ("im scared to call", "scared"),
        ("too embarrassed", "scared"),
        ("i dont have a phone", "Ask anyone near you"),
        ("out of minutes", "Ask anyone near you"),
        ("they hung up on me", "try once more"),
        ("nobody picked up", "try once more"),
        ("on hold", "stay on the line"),
        ("i called 988", "Stay on the line"),
        ("ambulance is on the way", "Stay on the line"),
        ("i dont want the cops here", "a life comes first"),
        ("i have a warrant", "a life comes first"),
        ("i dont want to", "your choice"),
        ("hotlines dont help", "your choice"),
        ("leave me alone", "stop asking"),
        ("thank you", "glad you wrote"),
        ("my wife is here", "Ask them to call"),
        ("what do i say", "You can say"),
    ],
)
def test_answers_are_understood_as_typed(words: str, part: str) -> None:
    text = _text(words, _after())
    assert text is not None
    assert part in text


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("no tengo teléfono", "vecino"),
        ("estoy sola", "a solas"),
        ("gracias", "Gracias"),
        ("no puedo hablar", "texto al 988"),
    ],
)
def test_answers_are_understood_in_spanish(words: str, part: str) -> None:
    text = _text(words, _after(language="es"))
    assert text is not None
    assert part in text


@pytest.mark.parametrize(
    "words",
    [
        "how much does it cost",
        "do you take medicaid",
        "what time are groups",
        "where are you located",
        "are you a real person",
        "can i start on monday",
        "go on with the questions",
        "is it covered by blue cross and do i need a referral from my doctor",
        "cuánto cuesta",
        "are there evening hours",
        "insurance",
        "delete my data please",
        "ERASE",
        "¿aceptan mi seguro?",
        "Talk to admissions",
    ],
)
def test_other_matters_go_on_to_the_assistant(words: str) -> None:
    assert follow_up(words, _after(), "web") is None


def test_a_yes_after_another_matter_is_no_answer_to_the_crisis_question() -> None:
    state = _after()
    assert follow_up("how much does it cost", state, "web") is None
    assert follow_up("yes", state, "web") is None


def test_the_numbers_are_still_understood_after_another_matter() -> None:
    state = _after()
    follow_up("how much does it cost", state, "web")
    assert "try once more" in _text("988 hung up on me", state)


@pytest.mark.parametrize(("words", "part"), [("yes", "Thank you for being honest"), ("no", "988"), ("idk", "988")])
def test_the_direct_question_is_answered(words: str, part: str) -> None:
    assert part in _text(words, _after())


def test_yes_means_what_was_asked() -> None:
    assert "Ask them to call" in _text("yes", _after("crisis_overdose"))
    assert "Stay on the line" in _text("yes", _after("crisis_overdose", person="other"))
    assert "Go there now" in _text("yes", _after("crisis_violence"))
    assert "empty hands" in _text("yes", _after("crisis_violence", hurting=True))


def test_feeling_fine_after_an_overdose_is_not_taken_for_safety() -> None:
    assert "Poison Help" in _text("im ok", _after("crisis_overdose"))


@pytest.mark.parametrize("kind", CRISIS_KINDS)
@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_button_is_answered_with_help_in_view(kind: str, turns: int, language: str) -> None:
    seen, todo = set(), [_after(kind, turns, language=language)]
    offered = [b["payload"] for b in crisis_reply(Verdict(kind=kind, language=language), "web", None)[0][0]["buttons"]]
    while todo:
        state = todo.pop()
        for payload in offered:
            if not payload.startswith("/crisis_") or payload == "/crisis_resume":
                continue
            key = (payload, state["step"])
            if key in seen:
                continue
            seen.add(key)
            followed = follow_up(payload, copy.deepcopy(state), "web")
            if followed is None:
                continue
            messages, after = followed
            text = messages[0]["text"]
            assert re.search(r"\b(?:911|988)\b|1-800-222-1222|88788", text)
            assert messages[0]["kind"] == "crisis"
            assert messages[0]["links"]
            assert segments(to_gsm7(text)).count <= 3
            assert json.loads(json.dumps(after)) == after
            offered += [b["payload"] for b in messages[0]["buttons"] if b["payload"] not in offered]
            todo.append({**after, "asked": 0})


def test_titles_typed_in_full_do_what_the_button_does() -> None:
    message = crisis_reply(Verdict(kind="crisis_suicide"), "web", None)[0][0]
    for button in message["buttons"]:
        if button["payload"].startswith("/crisis_"):
            assert _text(button["title"], _after()) == _text(button["payload"], _after())


def test_the_flow_that_waits_is_offered_only_when_the_person_is_well_again() -> None:
    fine = follow_up("im ok", _after(), "web")[0][0]
    assert "/crisis_resume" in [button["payload"] for button in fine["buttons"]]
    alone = follow_up("im alone", _after(), "web")[0][0]
    assert "/crisis_resume" not in [button["payload"] for button in alone["buttons"]]


def test_back_to_the_questions_goes_to_the_assistant() -> None:
    assert follow_up("/crisis_resume", _after(), "web") is None


def test_it_lets_go_after_a_few_turns() -> None:
    state, answered = _after(), 0
    for _ in range(MOST_FOLLOWED + 3):
        followed = follow_up("i dont want to", state, "web")
        if followed is None:
            break
        _, state = followed
        answered += 1
    assert answered == MOST_FOLLOWED


def test_by_text_no_buttons_are_sent() -> None:
    message = follow_up("im alone", _after(channel="sms"), "sms")[0][0]
    assert message["buttons"] == []
    assert message["links"] == []
