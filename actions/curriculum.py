"""The six topics taught in IOP: as a list, one by one, next and back."""

from __future__ import annotations

import re
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


DONE = "curriculum_done"
_NUMBERS = {word: place for place, words in enumerate(
    ("one uno", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete", "eight ocho", "nine nueve", "ten"), 1)
    for word in words.split()}  # fmt: skip
_NUMBER = re.compile(
    rf"(?:\b(?:topics?|lessons?|tema|lecci[oó]n|number|n[uú]mero)|#) ?(?:number |n[uú]mero |#)?(\d{{1,2}}|{'|'.join(_NUMBERS)})\b",
    re.IGNORECASE,
)


def walks_topics(turn: Heard) -> bool:
    """Whether a steering word moves among the topics: one of them was said last, or the end of their list."""
    walked = turn.slots.get("topic") in CURRICULUM or _at_the_end(turn)
    return walked and turn.intent in (*FORWARD, "go_back")


def _at_the_end(turn: Heard) -> bool:
    return DONE in (turn.slots.get("said") or [])


def named_number(text: str) -> int | None:
    """The number of a topic that `text` names ("topic 4", "what was number five"); None without one."""
    found = _NUMBER.search(text)
    if not found:
        return None
    return int(found[1]) if found[1].isdigit() else _NUMBERS[found[1].lower()]


def wanted_topic(turn: Heard) -> str | None:
    """The topic to show; None for the list, "done" past the sixth, "none" for a number that there is not."""
    last = turn.slots.get("topic")
    number = None if turn.by_button else named_number(turn.text)
    if number is not None and turn.matters & {"topic_number", "number"}:
        return CURRICULUM[number - 1] if 1 <= number <= len(CURRICULUM) else "none"
    if _at_the_end(turn) and turn.intent == "go_back":
        return CURRICULUM[-1]
    place = CURRICULUM.index(last) if last in CURRICULUM else None
    if turn.intent in CURRICULUM:
        return turn.intent
    if turn.intent in FORWARD:
        if _at_the_end(turn):
            return None
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
        say(dispatcher, DONE, **how)
        return set_slots(topic="curriculum", more=None, said=[DONE])
    if label == "none":
        say(dispatcher, "curriculum_no_such", topic_buttons(how["language"]), **how)
        return set_slots(topic="curriculum", more=None, said=None)
    if "all_topics" in turn.matters and not turn.by_button:
        say(dispatcher, "curriculum_one_by_one", **how)
        label = CURRICULUM[0]
    if label is None:
        say(dispatcher, "curriculum", topic_buttons(how["language"]), **how)
        return set_slots(topic="curriculum", more=wording().entry("curriculum").more, said=None)
    more = wording().entry(label).more
    say(dispatcher, label, step_buttons(label, more, how["language"]), **how)
    second = turn.parsed.get("second_meaning")
    if second and second != label and exists(second) and not turn.by_button:
        say(dispatcher, second, **how)
    return set_slots(topic=label, more=more, said=[label])


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
