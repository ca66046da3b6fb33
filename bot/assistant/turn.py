"""One turn of one conversation, as the parts of the assistant process share it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

MESSAGE_KEYS = ("text", "buttons", "kind", "topic", "source", "links", "erase", "progress", "language")


@dataclass
class Turn:
    """What came in, what was known, what goes out. Holds a person's words: `repr` shows none of it."""

    conversation: str = field(repr=False)
    channel: str
    message_id: str = field(repr=False)
    body_hash: str = field(repr=False)
    person: dict[str, Any] = field(repr=False)
    state: dict[str, Any] = field(repr=False)
    version: int | None
    notes: dict[str, Any] = field(default_factory=dict, repr=False)
    said: list[dict[str, Any]] = field(default_factory=list, repr=False)
    reply: list[dict[str, Any]] | None = field(default=None, repr=False)
    forgotten: bool = False  # the turn could not be written down
    overtaken: bool = False  # something else of this conversation was written meanwhile; nothing of this turn was


current_turn: ContextVar[Turn | None] = ContextVar("current_turn", default=None)


def outward(message: dict[str, Any]) -> dict[str, Any]:
    """A message of Rasa's in the shape of the outside contract; anything unnamed is left out."""
    shown = {key: message[key] for key in MESSAGE_KEYS if message.get(key)}
    shown.setdefault("text", "")
    buttons = shown.get("buttons") or []
    shown["buttons"] = [{"title": one["title"], "payload": one["payload"]} for one in buttons]
    shown.setdefault("kind", "answer")
    shown.setdefault("topic", None)
    shown.setdefault("source", None)
    return shown


def with_help(said: list[dict[str, Any]], line: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What is said, with the line of numbers that stays in view after danger, where it does not name them itself."""
    if line is None or any("988" in message["text"] for message in said):
        return said
    shown = outward(line)
    # A question stays last: by text its numbers are read as its answers.
    return [*said[:-1], shown, said[-1]] if said[-1]["buttons"] else [*said, shown]
