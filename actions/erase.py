"""Erase my data: asked once, then done by the front door in the same turn."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import options
from actions.saying import say
from actions.turn import heard, set_slots

CONFIRMED = "yes"


class ActionErase(Action):
    """Confirms, then marks the reply so that the front door erases everything."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_erase"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Ask for the one confirmation, or say that it is done."""
        turn = heard(tracker)
        how = options(turn, {})
        if turn.entity("choice") == CONFIRMED:
            say(dispatcher, "delete_my_data_done", erase=True, **how)
        else:
            say(dispatcher, "delete_my_data_confirm", **how)
            return set_slots(asked="erase", flow_waits=bool(turn.slots.get("flow")))
        return set_slots()
