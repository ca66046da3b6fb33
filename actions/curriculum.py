"""The six topics taught in IOP: as a list, one by one, next and back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import CURRICULUM, options, person_of
from actions.saying import button, exists, say
from actions.turn import Heard, heard, set_slots, wording
from actions.waiting import offer_to_go_on


def topic_buttons(language: str) -> list[dict[str, str]]:
    """A button for each topic, in the page's order, so that numbers and ordinals choose."""
    return [button(f"title_{label}", f"/{label}", language) for label in CURRICULUM]


def step_buttons(label: str, more: str | None, language: str) -> list[dict[str, str]]:
    """Ways on from one topic: more, the next one or what comes after the last, the list."""
    buttons = [button("button_more", "/more", language)] if more else []
    buttons.append(button("button_next_topic", "/next_topic", language))
    if label != CURRICULUM[0]:
        buttons.append(button("button_back_topic", "/go_back", language))
    return [*buttons, button("button_all_topics", "/curriculum", language)]


def wanted_topic(turn: Heard) -> str | None:
    """The topic to show; None for the list, "done" past the sixth."""
    last = turn.slots.get("topic")
    place = CURRICULUM.index(last) if last in CURRICULUM else None
    if turn.intent in CURRICULUM:
        return turn.intent
    if turn.intent == "next_topic":
        following = 0 if place is None else place + 1
        return CURRICULUM[following] if following < len(CURRICULUM) else "done"
    if turn.intent == "go_back" and place:
        return CURRICULUM[place - 1]
    number = turn.entity("topic")
    if turn.intent == "curriculum" and isinstance(number, int) and 1 <= number <= len(CURRICULUM):
        return CURRICULUM[number - 1]
    return None


class ActionCurriculum(Action):
    """Shows the list of topics, or one topic with its neighbours."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_curriculum"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the list, the topic, or what else there is after the sixth."""
        turn = heard(tracker)
        values = person_of(turn)
        how = options(turn, values)
        label = wanted_topic(turn)
        if label == "done":
            say(dispatcher, "curriculum_done", **how)
            return set_slots(topic="curriculum", more=None, misses=0, **values)
        if label is None:
            say(dispatcher, "curriculum", topic_buttons(how["language"]), **how)
            return set_slots(topic="curriculum", more=wording().entry("curriculum").more, misses=0, **values)
        entry = wording().entry(label)
        say(dispatcher, label, step_buttons(label, entry.more, how["language"]), **how)
        second = turn.parsed.get("second_meaning")
        if second and second != label and exists(second) and not turn.by_button:
            say(dispatcher, second, **how)
        offer_to_go_on(dispatcher, turn, how)
        return set_slots(topic=label, more=entry.more, misses=0, **values)
