"""What a person in danger is told: always a number to call, short enough, plain enough, and less with each turn."""

import json
import re
from itertools import product

import pytest

from bot.facility import load_facility
from bot.reading import grade
from bot.safety.reply import crisis_reply
from bot.safety.verdict import CRISIS_KINDS, Verdict
from bot.segments import segments, to_gsm7

TURNS = 5
FORBIDDEN = re.compile(r"addict|abuser|junkie|\bclean\b|\bdirty\b|\bhabit|commit suicide|failed test|adicto", re.IGNORECASE)
ALL = [
    Verdict(kind=kind, person=person, child=child, on_purpose=on_purpose, hurting=hurting, language=language)
    for kind, person, child, on_purpose, hurting, language in product(
        CRISIS_KINDS, ("self", "other"), (False, True), (False, True), (False, True), ("en", "es")
    )
    if not hurting or kind == "crisis_violence"
]


def _name(verdict: Verdict) -> str:
    flags = [flag for flag in ("child", "on_purpose", "hurting") if getattr(verdict, flag)]
    return "-".join([str(verdict.kind), verdict.person, verdict.language, *flags])


def _said(verdict: Verdict, channel: str) -> list[dict]:
    """The messages of several crisis turns in a row."""
    state, said = None, []
    for _ in range(TURNS):
        messages, state = crisis_reply(verdict, channel, state)
        assert len(messages) == 1
        said += messages
    return said


@pytest.mark.parametrize("verdict", ALL, ids=_name)
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_every_reply_names_a_number_to_call_and_fits(verdict: Verdict, channel: str) -> None:
    for message in _said(verdict, channel):
        text = message["text"]
        assert re.search(r"\b(?:911|988)\b", text)
        assert not FORBIDDEN.search(text)
        found = segments(to_gsm7(text))
        assert (found.encoding, found.count <= 3) == ("GSM-7", True)
        if verdict.language == "en":
            assert grade(text) <= 6.0
        assert (message["kind"], message["topic"], message["language"]) == ("crisis", verdict.kind, verdict.language)


@pytest.mark.parametrize("verdict", ALL, ids=_name)
def test_the_first_reply_says_what_it_is_and_later_ones_are_shorter_and_differ(verdict: Verdict) -> None:
    texts = [message["text"] for message in _said(verdict, "web")]
    what = "programa de computadora" if verdict.language == "es" else "computer program"
    nobody = "nadie vigila" if verdict.language == "es" else "no one is watching"
    assert what in texts[0]
    assert nobody in texts[0]
    assert len(set(texts[:3])) == 3
    assert len(texts[0]) > len(texts[1])
    assert len(texts[1]) > len(texts[2])


@pytest.mark.parametrize("verdict", ALL, ids=_name)
def test_on_the_web_numbers_can_be_tapped_and_answers_are_buttons(verdict: Verdict) -> None:
    for message in _said(verdict, "web"):
        hrefs = [link["href"] for link in message["links"]]
        assert "tel:911" in hrefs
        assert "tel:988" in hrefs
        assert all(link["title"] for link in message["links"])
        payloads = [button["payload"] for button in message["buttons"]]
        assert "/talk_to_human" in payloads
        assert all(one.startswith("/crisis_") for one in payloads if one != "/talk_to_human")


def test_texts_carry_neither_links_nor_buttons() -> None:
    for message in _said(Verdict(kind="crisis_suicide"), "sms"):
        assert message["links"] == []
        assert message["buttons"] == []


def test_admissions_can_be_called_from_the_reply() -> None:
    (message, *_), _ = crisis_reply(Verdict(kind="crisis_suicide"), "web", None)
    digits = [re.sub(r"\D", "", link["href"]) for link in message["links"]]
    assert load_facility().phone_e164.removeprefix("+") in digits


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("crisis_suicide", ("988", "text")), ("crisis_overdose", ("911", "Narcan", "1-800-222-1222")),
        ("crisis_withdrawal", ("911", "ER", "alone")), ("crisis_violence", ("911", "1-800-799-7233", "88788")),
        ("crisis_medical", ("911",)),
    ],
)  # fmt: skip
def test_each_kind_says_first_what_it_must(kind: str, first: tuple[str, ...]) -> None:
    text = crisis_reply(Verdict(kind=kind), "web", None)[0][0]["text"]
    assert all(word in text for word in first)


def test_the_one_who_may_hurt_somebody_is_sent_to_988_and_not_to_the_line_for_those_who_are_hurt() -> None:
    text = crisis_reply(Verdict(kind="crisis_violence", hurting=True), "web", None)[0][0]["text"]
    assert "988" in text
    assert "799-7233" not in text


def test_another_kind_of_danger_starts_with_its_full_reply() -> None:
    _, state = crisis_reply(Verdict(kind="crisis_suicide"), "web", None)
    _, state = crisis_reply(Verdict(kind="crisis_suicide"), "web", state)
    messages, state = crisis_reply(Verdict(kind="crisis_overdose"), "web", state)
    assert "computer program" in messages[0]["text"]
    assert state["turns"] == {"crisis_suicide": 2, "crisis_overdose": 1}


def test_the_state_is_json_and_holds_no_words() -> None:
    _, state = crisis_reply(Verdict(kind="crisis_violence", rule="violence.plain"), "sms", None)
    assert json.loads(json.dumps(state)) == state
    assert all(not isinstance(value, str) or " " not in value for value in state.values())
