"""The runner itself: a script that would test nothing is refused, and what is wrong with a reply is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import PROJECT
from tests.conversations.scripts import BadScript, Step, faults, read_script, script_files

LEAST = 75  # scripted conversations
INNER = {"more", "next_topic", "which_source", "answer", "placement_resume", "crisis_resume", "nlu_fallback"}
ANSWERED_AS = {"start_over": "restart"}  # the intent, and the label of the outside contract
# Their replies carry the label of what they lead to.
BY_ANOTHER_WAY = {"go_back", "cancel", "thank", "why_ask"}
TROUBLES = {
    "corrections", "digressions", "cancellations", "repeats", "invalid_input", "crisis", "handoff", "curriculum", "iop",
    "unanswered", "placement", "callback", "clarify", "spanish", "erase", "talk",
}  # fmt: skip

REPLY: list[dict[str, Any]] = [
    {"text": "IOP is part-time care.", "topic": "what_is_iop", "kind": "answer", "buttons": [{"title": "Tell me more"}]}
]


def test_there_are_conversations_of_every_kind() -> None:
    """Enough, filed by trouble."""
    assert len(script_files()) >= LEAST
    assert {path.parent.name for path in script_files()} == TROUBLES


def test_every_label_has_its_conversation() -> None:
    """Of what a person can mean, each is expected as a topic somewhere."""
    intents = set(yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"]) - INNER - BY_ANOTHER_WAY
    expected = set()
    for path in script_files():
        for step in read_script(path):
            topics = step.expected.get("topics", [])
            expected |= {step.expected.get("topic"), *([topics] if isinstance(topics, str) else topics)}
    assert {ANSWERED_AS.get(intent, intent) for intent in intents} - expected == set()


def test_every_opening_is_used_and_works_from_the_start() -> None:
    """A way in that nobody takes is dead text."""
    openings = {path.stem for path in (PROJECT / "tests" / "conversations" / "openings").glob("*.yml")}
    texts = [path.read_text(encoding="utf-8") for path in [*script_files(), *(PROJECT / "tests").rglob("openings/*.yml")]]
    assert all(any(f"opening: {name}\n" in text for text in texts) for name in openings)


@pytest.mark.parametrize(
    "text",
    ["", "a: b", "- hello", "- person: hi", "- person: hi\n  says: [a]\n- press: x", "- person: hi\n  sayz: [a]",
     "- person: hi\n  press: x\n  says: [a]", "- opening: check_begun\n  says: [a]"],
)  # fmt: skip
def test_a_script_that_would_test_nothing_is_refused(tmp_path: Path, text: str) -> None:
    """Misspelt, empty, or without an expectation at its end."""
    path = tmp_path / "test_it.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadScript):
        read_script(path)


@pytest.mark.parametrize(
    "expected",
    [
        {"topic": "cost"}, {"topics": ["cost"]}, {"kind": "crisis"}, {"says": ["988"]}, {"says_not": ["PART-TIME"]},
        {"buttons": ["Quick check"]}, {"no_buttons": ["Tell me more"]},
    ],
)  # fmt: skip
def test_each_expectation_can_fail(expected: dict[str, Any]) -> None:
    """On a reply that is not so."""
    assert len(faults(Step("here", "person", "hi", expected), REPLY)) == 1


def test_a_right_reply_has_no_fault_and_a_forbidden_phrase_always_has() -> None:
    """Whatever the script expects."""
    right = {"topic": "what_is_iop", "kind": "answer", "says": ["part-time"], "buttons": ["Tell me more"]}
    assert faults(Step("here", "person", "hi", right), REPLY) == []
    for text in ("You qualify for IOP.", "Call {phone}", " "):
        assert faults(Step("here", "person", "hi", {}), [{**REPLY[0], "text": text}])
