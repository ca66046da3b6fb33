"""Second line of safety inside Rasa: the net reads every message again, last in the pipeline."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.safety import Net, Verdict, load
from bot.settings import read

SAFETY = "safety"


def verdict_of(parsed: dict[str, Any]) -> Verdict | None:
    """The verdict that the screen left in a parse result; None when it left none."""
    kept = parsed.get(SAFETY)
    return Verdict(**kept) if kept else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyScreen(GraphComponent):
    """Overrules whatever the classifiers made of a message in which the net sees danger."""

    def __init__(self, net: Net | None) -> None:
        self.net = net

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "SafetyScreen":
        """The component; switched off only by SAFETY_INSIDE=off, in a test of the first line."""
        return cls(load() if read().safety_inside else None)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and verdict where the net has something to say."""
        for message in messages:
            text = message.get(TEXT)
            if not self.net or not text:
                continue
            verdict = self.net.read(text)
            if verdict.kind is None and not verdict.soft:
                continue
            message.set(SAFETY, asdict(verdict), add_to_output=True)
            if verdict.kind is not None:
                intent = {"name": verdict.kind, "confidence": 1.0}
                rest = [one for one in message.get(INTENT_RANKING_KEY) or [] if one["name"] != verdict.kind]
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [intent, *rest], add_to_output=True)
        return messages
