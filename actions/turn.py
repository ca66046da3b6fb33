"""What an action knows about the turn it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from bot.facility import Facility, load_facility
from bot.records.access import Records, open_records
from bot.settings import Settings, read
from bot.wording import Wording, load_wording


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return read()


@lru_cache(maxsize=1)
def records() -> Records:
    """The one door to rows."""
    return open_records(settings())


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Every sentence."""
    return load_wording()


@lru_cache(maxsize=1)
def facility() -> Facility:
    """The facts of the centre."""
    return load_facility()


# Meanings that words may name outright (bot/nlu/matters.py); they count where the model is unsure.
OUTRIGHT = ("start_screen", "request_callback", "curriculum", "for_loved_one")
UNSURE = ("nlu_fallback", "out_of_scope", "chitchat")


@dataclass(frozen=True)
class Heard:
    """The person's message as understood, and what was known before it."""

    conversation: str = field(repr=False)
    intent: str
    confidence: float
    text: str = field(repr=False)
    entities: list[dict[str, Any]] = field(repr=False)
    parsed: dict[str, Any] = field(repr=False)
    slots: dict[str, Any] = field(repr=False)
    channel: str = "web"

    @property
    def notes(self) -> dict[str, Any]:
        """What the front door knows of this turn."""
        return self.parsed.get("metadata") or {}

    @property
    def by_button(self) -> bool:
        """Whether a button (or its number) was chosen; then the text is a payload and no words."""
        return self.text.startswith("/")

    @property
    def matters(self) -> set[str]:
        """What the message names outright (bot/nlu/matters.py)."""
        return {str(one.get("value")) for one in self.entities if one.get("entity") == "matter"}

    def entity(self, name: str) -> Any:
        """The value of the first entity of this name; None without one."""
        return next((one.get("value") for one in self.entities if one.get("entity") == name), None)


def heard(tracker: Tracker) -> Heard:
    """The latest message of a tracker."""
    parsed = tracker.latest_message or {}
    intent = parsed.get("intent") or {}
    name = intent.get("name") or "nlu_fallback"
    named = [str(one.get("value")) for one in parsed.get("entities") or [] if one.get("entity") == "matter"]
    outright = next((one for one in named if one in OUTRIGHT), None)
    return Heard(
        conversation=tracker.sender_id,
        intent=outright if outright and name in UNSURE else name,
        confidence=float(intent.get("confidence") or 0.0),
        text=parsed.get("text") or "",
        entities=parsed.get("entities") or [],
        parsed=parsed,
        slots=dict(tracker.slots),
        channel=tracker.get_latest_input_channel() or "web",
    )


def set_slots(**values: Any) -> list[EventType]:
    """SlotSet events for the given values; a question such as "Shall I erase it all?" counts for one message only."""
    return [SlotSet(name, value) for name, value in {"asked": None, **values}.items()]
