"""One text of a turn: never above three parts, nothing lost, questions whole; and all the wording there is."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.choices import chosen, remember
from bot.gateway.sms.compose import Composed, as_sent, choices, compose, fits, page
from bot.segments import segments
from bot.wording import Entry, load_wording
from tests.sms.stand_ins import says

WORDING = load_wording()
SAMPLES = {"reference": "KTM-482", "number": "806-555-0142", "opening": "Wednesday, September 30, at 10:30 AM",
           "reasons": "-", "what": "you live with someone who has a problem with alcohol or drugs",
           "cite": "x" * 110}  # fmt: skip
NOT_SAID = ("problems", "buttons")  # answers to broken web requests; titles
MORE = as_sent(WORDING.render("sms_more", "sms"))
NEVER_NEEDED = re.compile(r"(?:reply|text|send|say|mande|diga)\s+[\"']?(?:STOP|END|QUIT|CANCEL|YES)\b", re.IGNORECASE)
words = st.text(st.sampled_from("abc xyz é[€“”…😀.\n,?"), max_size=1200)


def _messages(entry: Entry) -> list[dict[str, Any]]:
    fill = {gap: SAMPLES[gap] for gap in entry.fill}
    return [
        {**WORDING.message(entry.name, "sms", language, other, **fill), "language": language}
        for language in ("en", "es")
        for other in (False, True)
    ]


SAID = [entry for entry in WORDING.entries() if entry.subject not in NOT_SAID]


@pytest.mark.parametrize("entry", SAID, ids=lambda entry: entry.name)
def test_every_wording_with_its_choices_is_one_text_of_gsm7_in_three_parts(entry: Entry) -> None:
    for message in _messages(entry):
        composed = compose([message], message["language"])
        found = segments(composed.text)
        assert found.encoding == "GSM-7"
        assert found.count <= 3
        if message["kind"] in ("question", "crisis"):
            assert composed.rest is None, "a question that is cut cannot be answered"


def test_two_parts_in_the_median() -> None:
    counts = [segments(compose([message], message["language"]).text).count for entry in SAID for message in _messages(entry)]
    assert median(counts) <= 2


@pytest.mark.parametrize("entry", SAID, ids=lambda entry: entry.name)
def test_no_text_needs_a_word_of_the_carriers_as_answer(entry: Entry) -> None:
    for message in _messages(entry):
        text = compose([message], message["language"]).text
        assert entry.subject == "sms" or not NEVER_NEEDED.search(text)


@given(st.lists(words, max_size=5), st.lists(st.text("abc ", min_size=1, max_size=30), max_size=9), st.booleans())
def test_whatever_is_said_fits_and_nothing_is_lost(texts: list[str], titles: list[str], asks: bool) -> None:
    messages = [says(text) for text in texts]
    if asks and messages:
        messages[-1]["kind"] = "question"
    if messages:
        messages[-1]["buttons"] = [{"title": title, "payload": "/x"} for title in titles]
    pages, composed = [], compose(messages, "en")
    while True:
        assert fits(composed.text)
        assert segments(composed.text).encoding == "GSM-7"
        pages.append(composed.text)
        if composed.rest is None:
            break
        composed = page(composed.rest, "", "en")
    got, wanted = Counter("".join(pages)), Counter("".join(map(as_sent, texts)))
    lost = {letter: count for letter, count in (wanted - got).items() if not letter.isspace()}
    assert not lost


@given(st.text(max_size=600))
def test_what_is_sent_is_gsm7_whatever_it_was(text: str) -> None:
    assert segments(as_sent(text)).encoding == "GSM-7"


def test_a_question_comes_whole_and_what_was_told_before_it_goes_on_after_more() -> None:
    told = says("A long answer. " * 60)
    question = says("Do you feel safe at home?", "Yes", "No", "Not sure", kind="question")
    composed = compose([told, question], "en")
    assert composed.text.endswith("Do you feel safe at home?\nReply with a number:\n1 Yes\n2 No\n3 Not sure")
    assert MORE in composed.text
    assert composed.rest
    assert composed.rest.startswith("A long answer.")


def test_the_cut_is_between_sentences() -> None:
    composed = compose([says("One sentence stands here. " * 40)], "en")
    assert composed.text.endswith(f"here. {MORE}")
    assert (composed.rest or "").startswith("One sentence")


def test_the_numbers_shown_are_the_numbers_that_choose() -> None:
    messages = [says("Here.", "What is IOP?", "Cost"), says("Or?", "Talk to a person", kind="question")]
    state = remember({}, messages)
    shown = compose(messages, "en").text
    for number, title in enumerate(("What is IOP?", "Cost", "Talk to a person"), start=1):
        payload = f"/{title.lower()}"
        assert f"{number} {title}" in shown
        assert chosen(state, str(number)) == payload == chosen(state, title)


def test_a_toll_free_number_has_a_little_less_room() -> None:
    assert fits("a" * 456)
    assert not fits("a" * 457)


def test_no_choices_no_numbers() -> None:
    assert choices([], "en") == ""
    assert compose([says("Plain.")], "en") == Composed("Plain.")
