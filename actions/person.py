"""The way to a person: the phone first in office hours, the phone and a call back outside them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import options, person_of
from actions.feelings import acknowledge
from actions.saying import button, say
from actions.turn import facility, heard, set_slots
from actions.waiting import offer_to_go_on

WAYS = ("phone_number", "office_hours", "talk_to_human")


def reach(dispatcher: CollectingDispatcher, label: str, how: dict[str, Any], offer_call: bool = True) -> None:
    """How to reach admissions, truthfully for the hour: the phone, and a call back unless somebody answers right now."""
    now = datetime.now(timezone.utc)
    call_back = [button("button_callback", "/request_callback", how["language"])] if offer_call else []
    label = label if label in WAYS else "talk_to_human"
    say(dispatcher, label, kind="handoff", topic=label, **how)
    opening = facility().opening_words(now, how["language"])
    if facility().is_open(now):
        say(dispatcher, "handoff_open_hours", kind="handoff", **how)
    elif opening:
        say(dispatcher, "handoff_closed", call_back, opening=opening, kind="handoff", **how)
    else:
        say(dispatcher, "handoff_hours_unknown", call_back, kind="handoff", **how)


class ActionPerson(Action):
    """Says how to reach admissions, truthfully for the hour."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The phone; a call back too unless somebody answers right now."""
        turn = heard(tracker)
        values = person_of(turn)
        how = options(turn, values)
        label = turn.intent if turn.intent in WAYS else "talk_to_human"
        acknowledge(dispatcher, turn, label, how)
        reach(dispatcher, label, how)
        offer_to_go_on(dispatcher, turn, how)
        return set_slots(topic=label, more=None, misses=0, **values)
