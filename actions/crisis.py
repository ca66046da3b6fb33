"""Second line of safety: the crisis reply from inside Rasa, when the front door let a message through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Heard, heard, set_slots, wording
from bot.safety import Verdict
from bot.safety.follow import COMES_BACK
from bot.safety.reply import Channel, crisis_reply, links_of
from bot.safety.verdict import Person
from bot.safety.who import person_in_talk


def fired_since(turn: Heard, before: int) -> bool:
    """Whether the net saw danger in this conversation after its first `before` crisis turns."""
    return _crises(turn) > before


def crises_before(turn: Heard) -> int:
    """How many crisis turns of the conversation are long over, and so lie before a check that begins now."""
    state = turn.notes.get("crisis_state") or {}
    return _crises(turn) if state.get("since", 0) >= COMES_BACK else 0


def _crises(turn: Heard) -> int:
    return sum(((turn.notes.get("crisis_state") or {}).get("turns") or {}).values())


def danger_of_check(turn: Heard, how: dict[str, Any]) -> dict[str, Any] | None:
    """The shortest crisis text that fits the danger spoken of during a check; None where its kind is not known here."""
    state = turn.notes.get("crisis_state")
    if not state:
        return None
    channel: Channel = "sms" if turn.channel == "sms" else "web"
    name, other = str(state.get("entry") or state["kind"]), state.get("person") == "other"
    first = wording().render("crisis_in_check", channel, how["language"])
    last = len(wording().entry(name).form(channel, how["language"], other)) - 1
    text = wording().render(name, channel, how["language"], other, last)
    return {"text": f"{first} {text}", "kind": "crisis", "links": links_of(wording(), name, how["language"], channel)}


class ActionCrisis(Action):
    """Says the crisis reply; an open flow waits."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The reply that fits kind, person and channel."""
        turn = heard(tracker)
        verdict = Verdict(**turn.parsed["safety"])
        before: Person = "other" if turn.slots.get("about") == "other" else "self"
        verdict = replace(verdict, person=person_in_talk(turn.text.lower().split(), verdict.person, before))
        messages, _ = crisis_reply(verdict, "sms" if turn.channel == "sms" else "web", turn.notes.get("crisis_state"))
        for message in messages:
            dispatcher.utter_message(**message)
        slots: dict[str, Any] = {"flow_waits": bool(turn.slots.get("flow")), "misses": 0}
        if turn.slots.get("flow") == "placement":  # the outcome of this check is urgent from now on
            slots["placement"] = {**(turn.slots.get("placement") or {}), "net_fired": True}
        return set_slots(**slots)
