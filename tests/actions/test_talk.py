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


def _matter(*values: str) -> list[dict[str, Any]]:
    return [{"entity": "matter", "value": value} for value in values]


@pytest.mark.parametrize(
    ("text", "matter", "said"),
    [
        ("Lesson 4", "topic_number", ["topic_support"]), ("what did number three say", "number", ["topic_stress"]),
        ("topic 11", "topic_number", ["curriculum_no_such"]), ("everything please", "all_topics", ["curriculum_one_by_one", "topic_disease"]),
    ],
)  # fmt: skip
def test_a_topic_by_its_number_in_words(run: Run, text: str, matter: str, said: list[str]) -> None:
    """Whatever the model takes it for; a number that there is not is said."""
    assert run(ActionCurriculum(), "topic_disease", text, {"topic": "curriculum"}, entities=_matter(matter)).said == said


def test_after_the_last_topic_one_goes_back_to_it(run: Run) -> None:
    """And "next" shows the list again."""
    end = run(ActionCurriculum(), "next_topic", slots={"topic": CURRICULUM[-1]}).slots
    assert run(ActionConversation(), "go_back", "one back", end).said == [CURRICULUM[-1]]
    assert run(ActionConversation(), "skip", "next", end).said == ["curriculum"]


def test_more_about_a_topic_by_its_word(run: Run) -> None:
    """Its sentence and what comes after it, also where something else was said last."""
    done = run(ActionMore(), "more", "could you say more on the stress part", {"topic": "curriculum"})
    assert done.said == ["topic_stress", "topic_stress_more"]
    assert run(ActionMore(), "more", "tell me more about it", {"topic": "cost", "more": "cost_more"}).said == ["cost_more"]


def test_the_same_question_again_is_never_the_same_words(run: Run) -> None:
    """The next layer, then a person, in two ways."""
    slots: dict[str, Any] = {"about": "self"}
    said = []
    for text in ("what does it cost", "but roughly", "come on, about how much", "just a guess"):
        done = run(ActionAnswer(), "cost", text, slots)
        slots.update(done.slots)
        said.append((done.said[0], done.messages[0].get("variant")))
    assert said == [("cost", None), ("cost_more", None), ("answer_again", 0), ("answer_again", 1)]
    assert run(ActionAnswer(), "cost", "say the price thing again", slots).said == ["cost"]
    assert run(ActionAnswer(), "insurance", "and insurance", slots).said == ["insurance"]


def test_fear_gets_a_word_first(run: Run) -> None:
    """On the topic of the answer; a denied fear gets none."""
    done = run(ActionAnswer(), "for_loved_one", "i am terrified for my daughter")
    assert done.said == ["feel_fear", "for_loved_one"]
    assert done.messages[0]["topic"] == "for_loved_one"
    assert run(ActionAnswer(), "cost", "not worried about it, what is the cost").said == ["cost"]


def test_guilt_gets_an_answer(run: Run) -> None:
    """Whatever it was read as."""
    done = run(ActionConversation(), "topic_disease", "did i cause this, is it my fault", entities=_matter("guilt"))
    assert done.said == ["feel_guilt"]


def test_a_language_asked_for_is_said(run: Run) -> None:
    """In that language."""
    done = run(ActionConversation(), "nlu_fallback", "en español", entities=_matter("language"), notes={"language": "es"})
    assert (done.said, done.messages[0]["language"], done.slots["language"]) == (["language_now"], "es", "es")


def test_next_with_nothing_open_offers_ways(run: Run) -> None:
    """And a skip says that there is no question."""
    assert run(ActionConversation(), "skip", "siguiente").said == ["next_nothing"]
    assert run(ActionConversation(), "skip", "pass").said == ["skip_nothing"]


def test_a_menu_never_shows_a_button_twice(run: Run) -> None:
    """What the wording offers is not offered again."""
    done = run(ActionConversation(), "out_of_scope", "x", offered_meanings=["start_screen", "cost"])
    assert done.payloads == ["/cost"]


def test_the_same_words_are_never_said_twice_to_what_was_not_understood(run: Run) -> None:
    """First other words, then a person."""
    assert run(ActionClarify(), "nlu_fallback", "hm").said == ["fallback_first"]
    assert run(ActionClarify(), "nlu_fallback", "hm", {"misses": 1}).said == ["fallback_person"]
    offered = run(ActionClarify(), "nlu_fallback", "hm", offered_meanings=["cost", "insurance"])
    assert offered.said == ["clarify"]
    assert offered.payloads == ["/cost", "/insurance", "/talk_to_human"]


def test_a_yes_to_several_meanings_is_asked_which(run: Run) -> None:
    """With the same buttons, and only right after."""
    offered = run(ActionClarify(), "nlu_fallback", "hm", offered_meanings=["cost", "insurance"])
    done = run(ActionConversation(), "affirm", "si", offered.slots)
    assert (done.said, done.payloads) == (["clarify_which"], ["/cost", "/insurance", "/talk_to_human"])
    assert run(ActionConversation(), "affirm", "yes", done.slots).said == ["affirm_nothing_open"]


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


@pytest.mark.parametrize(
    ("matter", "intent", "slots", "action"),
    [
        ("callback_code", "out_of_scope", {}, "action_callback"),
        ("callback_sent", "repeat", {"topic": "request_callback"}, "action_callback"),
        ("callback_sent", "repeat", {"topic": "cost"}, None),
        ("callback_change", "go_back", {"placement": {"outcome": "NOT_ENOUGH"}}, "action_callback"),
        ("topic_number", "topic_disease", {}, "action_curriculum"),
        ("number", "nlu_fallback", {"topic": "topic_stress"}, "action_curriculum"),
        ("number", "phone_number", {"topic": "cost"}, None),
        ("more_about_topic", "nlu_fallback", {"topic": "curriculum"}, "action_more"),
        ("more_about_topic", "family_involvement", {"topic": "cost"}, None),
        ("guilt", "topic_disease", {}, "action_conversation"),
        ("guilt", "insurance", {}, None),
        ("curriculum", "nlu_fallback", {}, "action_curriculum"),
        ("curriculum", "cost", {}, None),
        ("language", "nlu_fallback", {"flow": "placement"}, "action_placement"),
        ("callback_code", "crisis_suicide", {}, "action_crisis"),
    ],
)
def test_what_is_named_outright_comes_before_the_rules(
    matter: str, intent: str, slots: dict[str, Any], action: str | None
) -> None:
    """After danger and an open flow."""
    assert next_action({"intent": {"name": intent}, "entities": _matter(matter)}, slots) == action
