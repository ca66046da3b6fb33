"""An unfinished flow that waits: offered again after each answer, never forced on anybody."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.saying import button, say
from actions.turn import Heard

OFFERS = {"placement": "placement_go_on_offer", "callback": "callback_go_on_offer"}
BUTTONS = {"placement": "button_go_on", "callback": "button_go_on_request"}
GO_ON = "/crisis_resume"


def waits(turn: Heard) -> bool:
    """Whether a flow stands open and waits for the person's word."""
    return turn.slots.get("flow") in OFFERS and bool(turn.slots.get("flow_waits"))


def offer_to_go_on(dispatcher: CollectingDispatcher, turn: Heard, how: dict[str, Any]) -> None:
    """Name the waiting flow with a button that opens it again."""
    if not waits(turn):
        return
    flow = str(turn.slots["flow"])
    say(dispatcher, OFFERS[flow], [button(BUTTONS[flow], GO_ON, how["language"])], **how)
