"""Not understood well enough: offer the likeliest meanings, then a person; never the same words twice."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import SHORT_WORDS, answer, asks_again_for, options, person_of
from actions.feelings import acknowledge
from actions.placement import change_after_all
from actions.saying import button, exists, say
from actions.turn import Heard, heard, set_slots

OFFERED = "which:"  # in the slot `asked`, before the meanings that were offered


def offered_labels(turn: Heard) -> list[str]:
    """Labels worth a button, likeliest first."""
    return [label for label in turn.parsed.get("offered_meanings") or [] if exists(f"title_{label}")]


def choices(labels: list[str], how: dict[str, Any]) -> list[dict[str, str]]:
    """A button for each meaning, and one for none of them."""
    buttons = [button(f"title_{label}", f"/{label}", how["language"]) for label in labels]
    return [*buttons, button("button_none_of_these", "/talk_to_human", how["language"])]


def asked_which(turn: Heard) -> list[str]:
    """The meanings offered right before, where the person says yes and not to which; [] otherwise."""
    asked = str(turn.slots.get("asked") or "")
    if turn.intent != "affirm" or turn.by_button or not asked.startswith(OFFERED):
        return []
    return [label for label in asked.removeprefix(OFFERED).split(",") if exists(f"title_{label}")]


class ActionClarify(Action):
    """The answer to a message whose meaning is unsure."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_clarify"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """First time the likeliest meanings, second time a person."""
        turn = heard(tracker)
        values = person_of(turn)
        how = options(turn, values)
        changed = change_after_all(dispatcher, turn)
        if changed is not None:
            return changed
        again = asks_again_for(turn, SHORT_WORDS)
        if again:
            return [*answer(dispatcher, turn, again, values), *set_slots(misses=0, **values)]
        acknowledge(dispatcher, turn, "clarify", how)
        misses = int(turn.slots.get("misses") or 0)
        labels = offered_labels(turn)
        if how["language"] == "es" and not labels:
            say(dispatcher, "spanish_help", **how)
        elif labels and misses < 2:
            say(dispatcher, "clarify", choices(labels, how), **how)
        else:
            say(dispatcher, "fallback_first" if misses == 0 else "fallback_person", **how)
        if turn.parsed.get("safety", {}).get("soft"):
            say(dispatcher, "soft_988", **how)
        offered = OFFERED + ",".join(labels) if labels and misses < 2 else None
        return set_slots(misses=misses + 1, asked=offered, **values)
