"""Second line of safety inside Rasa: the net reads every message again, last in the pipeline."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.danger_classifier import DANGER
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

    def __init__(self, net: Net | None, danger_least: float, doubt_least: float) -> None:
        self.net, self.danger_least, self.doubt_least = net, danger_least, doubt_least

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`danger_least`: the margin from which the danger classifier alone is believed; `doubt_least`: the one below which
        it talks the net's classifier out of a doubt. config.yml says how they were set."""
        return {"danger_least": 1.0, "doubt_least": -1.2}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SafetyScreen:
        """The component; switched off only by SAFETY_INSIDE=off, in a test of the first line."""
        return cls(load() if read().safety_inside else None, float(config["danger_least"]), float(config["doubt_least"]))

    def _verdict(self, message: Message, text: str) -> Verdict | None:
        if not self.net:
            return None
        verdict = self.net.read(text)
        danger = message.get(DANGER) or {}
        if verdict.is_doubtful and danger.get("margin", 0.0) < self.doubt_least:
            return replace(verdict, kind=None, soft=True)  # answered, with one line of 988
        if verdict.is_crisis or verdict.soft or danger.get("margin", -1.0) < self.danger_least:
            return verdict
        # The net saw nothing; the classifier is sure enough. Whom it is about is still the net's reading.
        return replace(verdict, kind=danger["kind"], rule="danger_classifier", score=danger["margin"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and verdict where the net or the danger classifier has something to say."""
        for message in messages:
            text = message.get(TEXT)
            verdict = self._verdict(message, text) if text else None
            if verdict is None or (verdict.kind is None and not verdict.soft):
                continue
            message.set(SAFETY, asdict(verdict), add_to_output=True)
            if verdict.kind is not None:
                intent = {"name": verdict.kind, "confidence": 1.0}
                rest = [one for one in message.get(INTENT_RANKING_KEY) or [] if one["name"] != verdict.kind]
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [intent, *rest], add_to_output=True)
        return messages
