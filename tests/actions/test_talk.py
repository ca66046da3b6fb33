"""Answers, the curriculum, clarifying, erasing and what comes next: one action on one message at a time."""

from __future__ import annotations

from typing import Any

import pytest

from actions.answers import ActionAnswer, ActionMore, ActionSource
from actions.clarify import ActionClarify
from actions.conversation import ActionConversation
from actions.curriculum import ActionCurriculum
from actions.erase import ActionErase
from actions.ways_on import CURRICULUM
from bot.policies.flow import CRISES, next_action
from tests.actions.conftest import Run


@pytest.fixture(autouse=True)
def no_open_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's records are asked."""

    async def nothing(conversation: str) -> bool:
        return False

    monkeypatch.setattr("actions.conversation.withdraw", nothing)


def test_an_answer_remembers_what_it_was_about(run: Run) -> None:
    """For "tell me more", "where is that from" and "say it again"."""
    done = run(ActionAnswer(), "insurance", "do you take aetna")
    assert done.said == ["insurance"]
    assert (done.slots["topic"], done.slots["more"]) == ("insurance", "insurance_more")
    assert "/talk_to_human" in done.payloads


def test_two_questions_get_two_answers(run: Run) -> None:
    """Once each."""
    assert run(ActionAnswer(), "cost", "x", second_meaning="insurance").said == ["cost", "insurance"]
    assert run(ActionAnswer(), "cost", "x", second_meaning="cost").said == ["cost"]


def test_a_short_word_about_somebody_else_asks_the_last_thing_again(run: Run) -> None:
    """And a longer one is a matter of its own."""
    wife = [{"entity": "relation", "value": "wife"}]
    again = run(ActionAnswer(), "for_loved_one", "and for my wife?", {"topic": "insurance"}, entities=wife)
    assert again.said == ["insurance"]
    assert again.slots["about"] == "other"
    longer = run(ActionAnswer(), "for_loved_one", "i am here to ask about my wife", {"topic": "insurance"}, entities=wife)
    assert longer.said == ["for_loved_one"]


def test_more_goes_on_until_there_is_no_more(run: Run) -> None:
    """Then it says so."""
    assert run(ActionMore(), "more", slots={"more": "insurance_more", "topic": "insurance"}).said == ["insurance_more"]
    assert run(ActionMore(), "more").said == ["more_nothing"]


def test_a_source_is_the_page_a_name_or_none(run: Run) -> None:
    """As the wording says."""
    assert run(ActionSource(), "which_source", slots={"topic": "what_is_iop"}).said == ["source_page"]
    assert run(ActionSource(), "which_source", slots={"topic": "cost"}).said == ["source_is"]
    assert run(ActionSource(), "which_source").said == ["source_none"]


def test_the_topics_are_walked_both_ways(run: Run) -> None:
    """To what else there is after the sixth, and to the list before the first."""
    for last, following in zip(CURRICULUM, (*CURRICULUM[1:], "curriculum_done"), strict=True):
        assert run(ActionCurriculum(), "next_topic", slots={"topic": last}).said == [following]
    for last, before in zip(CURRICULUM, ("curriculum", *CURRICULUM[:-1]), strict=True):
        assert run(ActionConversation(), "go_back", slots={"topic": last}).said == [before]
    assert run(ActionConversation(), "skip", "next", {"topic": "topic_stress"}).said == ["topic_support"]


@pytest.mark.parametrize("number", range(1, 7))
def test_a_number_picks_a_topic(run: Run, number: int) -> None:
    """In the page's order."""
    done = run(ActionCurriculum(), "curriculum", "x", entities=[{"entity": "topic", "value": number}])
    assert done.said == [CURRICULUM[number - 1]]


def test_the_same_words_are_never_said_twice_to_what_was_not_understood(run: Run) -> None:
    """First other words, then a person."""
    assert run(ActionClarify(), "nlu_fallback", "hm").said == ["fallback_first"]
    assert run(ActionClarify(), "nlu_fallback", "hm", {"misses": 1}).said == ["fallback_person"]
    offered = run(ActionClarify(), "nlu_fallback", "hm", offered_meanings=["cost", "insurance"])
    assert offered.said == ["clarify"]
    assert offered.payloads == ["/cost", "/insurance", "/talk_to_human"]


def test_erasing_is_asked_once_and_a_yes_counts_right_after_only(run: Run) -> None:
    """Any other message in between takes the question back."""
    assert run(ActionErase(), "delete_my_data", "erase it").slots["asked"] == "erase"
    done = run(ActionConversation(), "affirm", "yes", {"asked": "erase"})
    assert done.said == ["delete_my_data_done"]
    assert done.messages[0]["erase"] is True
    assert run(ActionConversation(), "deny", "no", {"asked": "erase"}).said == ["delete_my_data_kept"]
    assert run(ActionAnswer(), "cost", "x", {"asked": "erase"}).slots["asked"] is None
    after_danger = run(ActionConversation(), "affirm", "yes", {"asked": "erase"}, notes={"crisis": True})
    assert "delete_my_data_done" not in after_danger.said


@pytest.mark.parametrize(
    ("intent", "slots", "action"),
    [
        *((kind, {"flow": "placement"}, "action_crisis") for kind in sorted(CRISES)),
        ("cost", {"flow": "placement"}, "action_placement"),
        ("affirm", {"flow": "callback"}, "action_callback"),
        ("cost", {"flow": "placement", "flow_waits": True}, None),
        ("crisis_resume", {"flow": "callback", "flow_waits": True}, "action_callback"),
        ("delete_my_data", {"flow": "placement"}, None),
        ("medical_advice", {"flow": "callback"}, None),
        ("cost", {}, None),
        ("cost", {"flow": "no_flow_of_ours"}, None),
    ],
)
def test_what_comes_next(intent: str, slots: dict[str, Any], action: str | None) -> None:
    """Danger, then an open flow, then the rules."""
    assert next_action({"intent": {"name": intent}}, slots) == action
