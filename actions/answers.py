"""Answers about the program: one label at a time, layered, in the fitting person, with a way on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.saying import exists, say
from actions.turn import Heard, heard, set_slots, wording
from actions.waiting import offer_to_go_on
from actions.ways_on import ways_on

# "and for my wife?" asks the last thing again for somebody else; a longer message says something new.
SHORT_WORDS, SHORTER_WORDS = 8, 5  # where the meaning is unsure; where it was read as `for_loved_one`


def asks_again_for(turn: Heard, most_words: int) -> str | None:
    """The last topic, where a short message only changes whom it is about."""
    last = turn.slots.get("topic")
    about_somebody = turn.entity("relation") is not None
    return last if last and exists(last) and about_somebody and len(turn.text.split()) <= most_words else None


def person_of(turn: Heard) -> dict[str, str]:
    """Slot values for who this is about and in which language, as the message shows it."""
    values = {}
    relation = turn.entity("relation")
    if relation:
        values["about"] = "self" if relation == "self" else "other"
    elif turn.intent == "for_loved_one":
        values["about"] = "other"
    if turn.notes.get("language"):
        values["language"] = turn.notes["language"]
    return values


def options(turn: Heard, values: dict[str, str]) -> dict[str, Any]:
    """How a wording is to be said in this turn."""
    return {
        "language": values.get("language") or turn.slots.get("language") or "en",
        "other": (values.get("about") or turn.slots.get("about")) == "other",
    }


def answer(dispatcher: CollectingDispatcher, turn: Heard, label: str, values: dict[str, str]) -> list[EventType]:
    """Say the answer to one label; returns the slots that follow-ups need."""
    how = options(turn, values)
    entry = wording().entry(label)
    say(dispatcher, label, ways_on(label, entry.more, how["language"]), **how)
    return set_slots(topic=label, more=entry.more)


def say_more(dispatcher: CollectingDispatcher, name: str, how: dict[str, Any]) -> list[EventType]:
    """Say the next layer of an answer; returns the slot that the layer after it needs."""
    more = wording().entry(name).more
    say(dispatcher, name, ways_on(name, more, how["language"]), **how)
    return set_slots(more=more)


class ActionAnswer(Action):
    """Answers what was asked, and the second question of the same message."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Answer the first meaning, then the second if there is one."""
        turn = heard(tracker)
        values = person_of(turn)
        second = turn.parsed.get("second_meaning")
        again = asks_again_for(turn, SHORTER_WORDS) if turn.intent == "for_loved_one" and not turn.by_button else None
        events = answer(dispatcher, turn, again or turn.intent, values)
        if second and second != turn.intent and exists(second) and not turn.by_button:
            events = answer(dispatcher, turn, second, values)
        if turn.parsed.get("safety", {}).get("soft"):
            say(dispatcher, "soft_988", **options(turn, values))
        offer_to_go_on(dispatcher, turn, options(turn, values))
        return [*events, *set_slots(misses=0, **values)]


class ActionMore(Action):
    """Says the next layer of the last answer."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_more"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The wording named by the slot `more`, or what else there is to ask."""
        turn = heard(tracker)
        values = person_of(turn)
        how = options(turn, values)
        name = turn.slots.get("more")
        if not name:
            say(dispatcher, "more_nothing", **how)
            return set_slots(misses=0, **values)
        events = say_more(dispatcher, name, how)
        offer_to_go_on(dispatcher, turn, how)
        return [*events, *set_slots(misses=0, **values)]


class ActionSource(Action):
    """Says where the last answer comes from."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_source"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The official name of the source, or the centre's own page."""
        turn = heard(tracker)
        how = options(turn, {})
        label = turn.slots.get("topic")
        entry = wording().entry(label) if label else None
        if entry is None or not entry.source:
            say(dispatcher, "source_none", **how)
        elif entry.source == "page":
            say(dispatcher, "source_page", **how)
        else:
            say(dispatcher, "source_is", cite=entry.cite, **how)
        return set_slots(misses=0)
