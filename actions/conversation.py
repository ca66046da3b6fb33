"""Small talk and steering: greetings, yes and no with nothing open, again, back, start over, never mind."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer, options, person_of, say_more
from actions.callback_store import withdraw
from actions.clarify import asked_which, choices, offered_labels
from actions.curriculum import show, walks_topics
from actions.feelings import GUILT
from actions.placement import Taking, change_after_all
from actions.saying import button, exists, say
from actions.turn import Heard, heard, set_slots, wording
from actions.waiting import offer_to_go_on, waits

NOTHING_OPEN = {
    "affirm": "affirm_nothing_open", "deny": "deny_nothing_open", "go_back": "go_back_nothing", "skip": "skip_nothing",
    "cancel": "cancel_nothing", "repeat": "repeat_nothing", "why_ask": "why_nothing", "start_over": "restart_done",
    "answer": "ask_menu", "crisis_resume": "ask_menu", "placement_resume": "ask_menu",
}  # fmt: skip
# Intents of our own, by the label of the outside contract that their reply carries.
TOPICS = {"answer": "ask_menu", "crisis_resume": "ask_menu", "placement_resume": "ask_menu", "start_over": "restart"}
SPOKEN_OF_GUILT = ("start_over", "cancel", "goodbye", "delete_my_data")
NEXT = re.compile(r"\b(?:next|siguiente|pr[oó]xim[oa])\b", re.IGNORECASE)
RESUMING = ("go_back", "placement_resume", "crisis_resume")


def _back_to_check(dispatcher: CollectingDispatcher, turn: Heard) -> list[EventType] | None:
    """Open a finished or stopped check again where it stands."""
    if not turn.slots.get("placement"):
        return None
    taking = Taking(dispatcher, turn)
    if turn.intent == "go_back":
        taking.step_back()
    else:
        taking.resume()
    return taking.done()


def _said_again(dispatcher: CollectingDispatcher, turn: Heard, how: dict[str, Any]) -> list[EventType] | None:
    topic = turn.slots.get("topic")
    return answer(dispatcher, turn, topic, {}, again=True) if topic and exists(topic) else None


def _erase_answered(dispatcher: CollectingDispatcher, turn: Heard, how: dict[str, Any]) -> list[EventType] | None:
    """Yes or no by word to "Shall I erase it all?", where that was asked right before; None otherwise."""
    if turn.slots.get("asked") != "erase" or turn.notes.get("crisis"):
        return None
    if turn.intent == "affirm":
        say(dispatcher, "delete_my_data_done", erase=True, **how)
    elif turn.intent in ("deny", "cancel", "crisis_resume"):
        say(dispatcher, "delete_my_data_kept", **how)
        offer_to_go_on(dispatcher, turn, how)
    else:
        return None
    return set_slots(misses=0)


def _named_outright(
    dispatcher: CollectingDispatcher, turn: Heard, values: dict[str, str], how: dict[str, Any]
) -> list[EventType] | None:
    """A language asked for, what is kept, guilt: by the words themselves, whatever they were read as; None without one."""
    if turn.slots.get("asked") == "erase":
        return None
    if "kept" in turn.matters:
        say(dispatcher, "privacy_kept", topic="confidentiality", **how)
    elif GUILT in turn.matters and turn.intent not in SPOKEN_OF_GUILT:
        again = turn.slots.get("topic") == "feel_guilt"
        say(dispatcher, "feel_guilt_again" if again else "feel_guilt", topic="topic_disease", **how)
        if turn.parsed.get("safety", {}).get("soft"):
            say(dispatcher, "soft_988", **how)
        values = {**values, "topic": "feel_guilt", "more": wording().entry("feel_guilt").more or ""}
    elif "language" in turn.matters:
        say(dispatcher, "language_now", topic="ask_menu", **how)
    else:
        return None
    offer_to_go_on(dispatcher, turn, how)
    return set_slots(misses=0, **values)


def steer(dispatcher: CollectingDispatcher, turn: Heard, how: dict[str, Any]) -> list[EventType]:
    """What a steering word does where nothing is open."""
    events: list[EventType] | None = None
    if waits(turn) and turn.intent == "affirm":
        turn = replace(turn, intent="placement_resume")
    if walks_topics(turn):
        events = show(dispatcher, turn, how)
    elif turn.intent in RESUMING:
        events = _back_to_check(dispatcher, turn)
    elif turn.intent == "repeat":
        events = _said_again(dispatcher, turn, how)
    elif turn.intent in ("affirm", "why_ask") and turn.slots.get("more"):
        events = say_more(dispatcher, turn, str(turn.slots["more"]), how)
    if events is None:
        # What is turned away may have been ours after all: its likeliest meanings stand as buttons beside the menu.
        name = NOTHING_OPEN.get(turn.intent, turn.intent)
        if turn.intent == "skip" and NEXT.search(turn.text):
            name = "next_nothing"
        there = {one["payload"] for one in wording().entry(name).buttons}
        offered = [label for label in offered_labels(turn) if f"/{label}" not in there]
        perhaps = [button(f"title_{label}", f"/{label}", how["language"]) for label in offered]
        say(
            dispatcher,
            name,
            perhaps,
            topic=TOPICS.get(turn.intent, turn.intent),
            **how,
        )
        events = []
    return events


class ActionConversation(Action):
    """Answers everything that is about the talk itself."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_conversation"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Steer, or say the wording of the same name."""
        turn = heard(tracker)
        values = person_of(turn)
        how = options(turn, values)
        done = _erase_answered(dispatcher, turn, how) or _named_outright(dispatcher, turn, values, how)
        done = done if done is not None else change_after_all(dispatcher, turn)
        if done is not None:
            return done
        which = asked_which(turn)
        if which:
            say(dispatcher, "clarify_which", choices(which, how), **how)
            return set_slots(misses=1, **values)
        if turn.intent == "start_over":
            say(dispatcher, "restart_done", **how)
            cleared = ("topic", "more", "flow", "placement", "callback", "about")
            return set_slots(misses=0, flow_waits=False, **dict.fromkeys(cleared))
        if turn.intent == "cancel" and await withdraw(turn.conversation):
            say(dispatcher, "callback_withdrawn", **how)
            return set_slots(misses=0, **values)
        events = steer(dispatcher, turn, how)
        if turn.parsed.get("safety", {}).get("soft"):
            say(dispatcher, "soft_988", **how)
        if turn.intent not in RESUMING and not (waits(turn) and turn.intent in ("affirm", "deny", "cancel")):
            offer_to_go_on(dispatcher, turn, how)
        return [*events, *set_slots(misses=0, **values)]
