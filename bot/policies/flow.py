"""Which action must come next, whatever the rules say: danger, then an open flow. Pure: no Rasa in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CRISES = frozenset(("crisis_suicide", "crisis_overdose", "crisis_withdrawal", "crisis_violence", "crisis_medical"))
CRISIS_ACTION = "action_crisis"
FLOWS = {"placement": "action_placement", "callback": "action_callback"}
# Said inside a flow, these concern the whole chat and not the flow's question.
ABOVE_FLOWS = frozenset(("delete_my_data", "medical_advice", "harm_info"))


def next_action(parsed: Mapping[str, Any], slots: Mapping[str, Any]) -> str | None:
    """The action for a parsed message and the slots as they were before it; None where the rules decide."""
    intent = (parsed.get("intent") or {}).get("name")
    if intent in CRISES:
        return CRISIS_ACTION
    flow = slots.get("flow")
    if flow not in FLOWS or intent in ABOVE_FLOWS:
        return None
    if slots.get("flow_waits") and intent not in ("crisis_resume", "placement_resume"):
        return None
    return FLOWS[flow]
