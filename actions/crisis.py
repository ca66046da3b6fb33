"""Second line of safety: the crisis reply from inside Rasa, when the front door let a message through."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import heard, set_slots
from bot.safety import Verdict
from bot.safety.reply import crisis_reply


class ActionCrisis(Action):
    """Says the crisis reply; an open flow waits."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The reply that fits kind, person and channel."""
        turn = heard(tracker)
        verdict = Verdict(**turn.parsed["safety"])
        messages, _ = crisis_reply(verdict, "sms" if turn.channel == "sms" else "web", turn.notes.get("crisis_state"))
        for message in messages:
            dispatcher.utter_message(**message)
        return set_slots(flow_waits=bool(turn.slots.get("flow")), misses=0)
