"""Which action must come next, whatever the rules say: danger, an open flow, what is named outright. Pure: no Rasa in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.safety.told import is_answer

CRISES = frozenset(("crisis_suicide", "crisis_overdose", "crisis_withdrawal", "crisis_violence", "crisis_medical"))
CRISIS_ACTION = "action_crisis"
FLOWS = {"placement": "action_placement", "callback": "action_callback"}
# Said inside a flow, these concern the whole chat and not the flow's question.
ABOVE_FLOWS = frozenset(("delete_my_data", "medical_advice", "harm_info"))


# What a message names outright (the entity `matter`, bot/nlu/matters.py) and the model may have read as something else.
UNSURE = ("nlu_fallback", "out_of_scope", "chitchat")
TOPICS, MORE_ACTION = ("curriculum", "topic_"), "action_more"
BY_MATTER = {
    "callback_code": "action_callback", "callback_change": "action_callback", "topic_number": "action_curriculum",
    "language": "action_conversation", "kept": "action_conversation",
}  # fmt: skip
IF_UNSURE = {
    "start_screen": "action_placement", "request_callback": "action_callback", "curriculum": "action_curriculum",
    "for_loved_one": "action_answer",
}  # fmt: skip
# Meanings that a word of guilt may be taken for; a question of its own is answered, with a word on it before.
TAKEN_FOR_GUILT = (
    *UNSURE,
    "complaint",
    "unsure",
    "affirm",
    "deny",
    "topic_disease",
    "for_loved_one",
    "topic_support",
    "success_rate",
)


def _named_outright(intent: str | None, parsed: Mapping[str, Any], slots: Mapping[str, Any]) -> str | None:
    found = [str(one.get("value")) for one in parsed.get("entities") or [] if one.get("entity") == "matter"]
    topic = str(slots.get("topic") or "")
    for matter in found:
        if matter in BY_MATTER:
            return BY_MATTER[matter]
        if matter == "callback_sent" and topic == "request_callback":
            return "action_callback"
        if matter in ("number", "all_topics") and topic.startswith(TOPICS):
            return "action_curriculum"
        if matter == "more_about_topic" and (topic.startswith(TOPICS) or str(intent).startswith("topic_")):
            return MORE_ACTION
        if matter == "guilt" and intent in TAKEN_FOR_GUILT:
            return "action_conversation"
        if matter in IF_UNSURE and intent in UNSURE:
            return IF_UNSURE[matter]
    return None


def next_action(parsed: Mapping[str, Any], slots: Mapping[str, Any]) -> str | None:
    """The action for a parsed message and the slots as they were before it; None where the rules decide."""
    intent = (parsed.get("intent") or {}).get("name")
    flow = slots.get("flow")
    if intent in CRISES:
        told = flow == "placement" and is_answer(parsed, (slots.get("placement") or {}).get("asked"))
        return FLOWS["placement"] if told and not slots.get("flow_waits") else CRISIS_ACTION
    if intent in ABOVE_FLOWS:
        return None
    if flow not in FLOWS:
        return _named_outright(intent, parsed, slots)
    if slots.get("flow_waits") and intent not in ("crisis_resume", "placement_resume"):
        return _named_outright(intent, parsed, slots)
    return FLOWS[flow]
