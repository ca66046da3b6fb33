"""Runs an action on one message and gives back what it said and which slots it set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


@dataclass
class Done:
    """What one run of an action came to."""

    messages: list[dict[str, Any]]
    slots: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> list[str]:
        """Names of the wordings, in order."""
        return [str(message["template"] or message["response"]).removeprefix("utter_") for message in self.messages]

    @property
    def payloads(self) -> list[str]:
        """Of all buttons that the action added."""
        return [button["payload"] for message in self.messages for button in message.get("buttons") or []]


Run = Callable[..., Done]


@pytest.fixture
def run() -> Run:
    """`run(action, intent, text="", slots={}, confidence=1.0, entities=[], notes={}, channel="web", **parsed)`."""

    def once(
        action: Action, intent: str, text: str | None = None, slots: dict[str, Any] | None = None, confidence: float = 1.0,
        entities: list[dict[str, Any]] | None = None, notes: dict[str, Any] | None = None, channel: str = "web", **parsed: Any,
    ) -> Done:  # fmt: skip
        message = {
            "intent": {"name": intent, "confidence": confidence}, "text": f"/{intent}" if text is None else text,
            "entities": entities or [], "metadata": notes or {}, "intent_ranking": [{"name": intent, "confidence": confidence}],
            **parsed,
        }  # fmt: skip
        tracker = Tracker("w-test", dict(slots or {}), message, [], False, None, {}, "action_listen")
        tracker.get_latest_input_channel = lambda: channel  # type: ignore[method-assign]
        dispatcher = CollectingDispatcher()
        events = asyncio.run(action.run(dispatcher, tracker, {}))
        return Done(dispatcher.messages, {event["name"]: event["value"] for event in events})

    return once
