"""The six topics taught in IOP: as a list, one by one, next and back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import options, person_of
from actions.saying import exists, say
from actions.turn import Heard, heard, set_slots, wording
from actions.waiting import offer_to_go_on
from actions.ways_on import CURRICULUM, step_buttons, topic_buttons

FORWARD = ("next_topic", "skip")  # "next" is a `skip` where a question is open, and a step where topics are


def walks_topics(turn: Heard) -> bool:
    """Whether a steering word moves among the topics: one of them was said last."""
    return turn.slots.get("topic") in CURRICULUM and turn.intent in (*FORWARD, "go_back")


def wanted_topic(turn: Heard) -> str | None:
    """The topic to show; None for the list, "done" past the sixth."""
    last = turn.slots.get("topic")
    place = CURRICULUM.index(last) if last in CURRICULUM else None
    if turn.intent in CURRICULUM:
        return turn.intent
    if turn.intent in FORWARD:
        following = 0 if place is None else place + 1
        return CURRICULUM[following] if following < len(CURRICULUM) else "done"
    if turn.intent == "go_back" and place:
        return CURRICULUM[place - 1]
    number = turn.entity("topic")
    if turn.intent == "curriculum" and isinstance(number, int) and 1 <= number <= len(CURRICULUM):
        return CURRICULUM[number - 1]
    return None


def show(dispatcher: CollectingDispatcher, turn: Heard, how: dict[str, Any]) -> list[EventType]:
    """Say the list, the topic, or what else there is after the sixth; returns the slots that follow-ups need."""
    label = wanted_topic(turn)
    if label == "done":
        say(dispatcher, "curriculum_done", **how)
        return set_slots(topic="curriculum", more=None)
    if label is None:
        say(dispatcher, "curriculum", topic_buttons(how["language"]), **how)
        return set_slots(topic="curriculum", more=wording().entry("curriculum").more)
    more = wording().entry(label).more
    say(dispatcher, label, step_buttons(label, more, how["language"]), **how)
    second = turn.parsed.get("second_meaning")
    if second and second != label and exists(second) and not turn.by_button:
        say(dispatcher, second, **how)
    return set_slots(topic=label, more=more)


class ActionCurriculum(Action):
    """Shows the list of topics, or one topic with its neighbours."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_curriculum"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The topics, and an open flow that waits."""
        turn = heard(tracker)
        values = person_of(turn)
        how = options(turn, values)
        events = show(dispatcher, turn, how)
        offer_to_go_on(dispatcher, turn, how)
        return [*events, *set_slots(misses=0, **values)]
