"""Answers about the program: one label at a time, layered, in the fitting person, with a way on."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.feelings import acknowledge
from actions.saying import exists, say
from actions.turn import Heard, heard, set_slots, wording
from actions.waiting import offer_to_go_on
from actions.ways_on import CURRICULUM, ways_on
from bot.nlu.undecided import NOT_OFFERED

# "and for my wife?" asks the last thing again for somebody else; a longer message says something new.
SHORT_WORDS, SHORTER_WORDS = 8, 5  # where the meaning is unsure; where it was read as `for_loved_one`
LEAST_NAMED = 0.1
ABOUT = re.compile(r"\b(?:about|on|of|de|sobre)\b (?!it\b|that\b|this\b|eso\b|esto\b)(.+)", re.IGNORECASE)
TOPIC_WORDS = {label: re.compile(words, re.IGNORECASE) for label, words in {
    "topic_disease": r"disease|illness|enfermedad", "topic_cravings": r"crav|urge|antojo|ansias", "topic_stress": r"stress|estr[eé]s",
    "topic_support": r"support|apoyo", "topic_cooccurring": r"mental|co-?occurring|depress|anxiety|salud mental",
    "topic_twelve_steps": r"\bsteps?\b|\bpasos\b|\b(?:aa|na)\b"}.items()}  # fmt: skip
AGAIN = re.compile(r"\b(?:again|repeat|once more|one more time|otra vez|repit\w+|de nuevo)\b", re.IGNORECASE)


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
    return {**values, **language_of(turn)}


def language_of(turn: Heard) -> dict[str, str]:
    """The slot value for the language, where the message shows it clearly; also inside a flow."""
    return {"language": turn.notes["language"]} if turn.notes.get("language") else {}


def options(turn: Heard, values: dict[str, str]) -> dict[str, Any]:
    """How a wording is to be said in this turn."""
    return {
        "language": values.get("language") or turn.slots.get("language") or "en",
        "other": (values.get("about") or turn.slots.get("about")) == "other",
    }


def _layer(turn: Heard, label: str, values: dict[str, str]) -> str:
    """The wording to say: the next layer where this very thing was said last, then the way to a person; never the same twice."""
    said = [str(one) for one in turn.slots.get("said") or []]
    anew = turn.by_button or AGAIN.search(turn.text) or turn.slots.get("topic") != label or label not in said
    if anew or values.get("about", turn.slots.get("about")) != turn.slots.get("about"):
        return label
    more = turn.slots.get("more")
    return str(more) if more and more not in said else "answer_again"


def answer(
    dispatcher: CollectingDispatcher, turn: Heard, label: str, values: dict[str, str], again: bool = False
) -> list[EventType]:
    """Say the answer to one label, word for word only where that is wanted (`again`); returns the slots that follow-ups need."""
    how = options(turn, values)
    name = label if again else _layer(turn, label, values)
    said = [str(one) for one in turn.slots.get("said") or []] if name != label else []
    if name == "answer_again":
        say(dispatcher, name, topic=label, variant=said.count(name), **how)
        return set_slots(topic=label, more=None, said=[*said, name])
    entry = wording().entry(name)
    say(dispatcher, name, ways_on(name, entry.more, how["language"]), **how)
    return set_slots(topic=label, more=entry.more, said=[*said, name])


def say_more(dispatcher: CollectingDispatcher, turn: Heard, name: str, how: dict[str, Any]) -> list[EventType]:
    """Say the next layer of an answer; returns the slots that the layer after it needs."""
    said = [str(one) for one in turn.slots.get("said") or []]
    more = wording().entry(name).more
    say(dispatcher, name, ways_on(name, more, how["language"]), **how)
    return set_slots(more=more, said=[*said, name])


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
        acknowledge(dispatcher, turn, again or turn.intent, options(turn, values))
        events = answer(dispatcher, turn, again or turn.intent, values)
        if second and second != turn.intent and exists(second) and not turn.by_button:
            events = answer(dispatcher, turn, second, values)
        if turn.parsed.get("safety", {}).get("soft"):
            say(dispatcher, "soft_988", **options(turn, values))
        offer_to_go_on(dispatcher, turn, options(turn, values))
        return [*events, *set_slots(misses=0, **values)]


def named_in(turn: Heard) -> str | None:
    """What "tell me more about ..." names: a topic by its word, else the likeliest subject; None where it names none."""
    about = None if turn.by_button else ABOUT.search(turn.text)
    if not about:
        return None
    topic = next((label for label, word in TOPIC_WORDS.items() if word.search(about[1])), None)
    ranking = [(one["name"], one["confidence"]) for one in turn.parsed.get("intent_ranking") or []]
    subjects = [label for label, chance in ranking if chance >= LEAST_NAMED and label not in NOT_OFFERED and exists(label)]
    return topic or next(iter(subjects), None)


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
        named = named_in(turn)
        if named and named != turn.slots.get("topic"):
            follow = wording().entry(named).more
            if named in CURRICULUM and follow:  # its one sentence says little: more of it was asked for
                say(dispatcher, named, **how)
                events = [*say_more(dispatcher, turn, follow, how), *set_slots(said=[named, follow])]
            else:
                events = answer(dispatcher, turn, named, values)
            return [*events, *set_slots(topic=named, misses=0, **values)]
        name = turn.slots.get("more")
        if not name:
            say(dispatcher, "more_nothing", **how)
            return set_slots(misses=0, **values)
        events = say_more(dispatcher, turn, name, how)
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
