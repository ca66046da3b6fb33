"""Second line of safety inside Rasa: the net reads every message again, last in the pipeline."""

from __future__ import annotations

import math
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
LEAST_CHANCE = 0.001


def verdict_of(parsed: dict[str, Any]) -> Verdict | None:
    """The verdict that the screen left in a parse result; None when it left none."""
    kept = parsed.get(SAFETY)
    return Verdict(**kept) if kept else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyScreen(GraphComponent):
    """Overrules whatever the classifiers made of a message in which the net sees danger."""

    def __init__(self, net: Net | None, margin_weight: float, crisis_least: float) -> None:
        self.net, self.margin_weight, self.crisis_least = net, margin_weight, crisis_least

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """How much the danger classifier's margin counts beside the net's log-odds, and from which sum on it is a crisis."""
        return {"margin_weight": 1.2, "crisis_least": -0.5}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SafetyScreen:
        """The component; switched off only by SAFETY_INSIDE=off, in a test of the first line."""
        net = load() if read().safety_inside else None
        return cls(net, float(config["margin_weight"]), float(config["crisis_least"]))

    def _verdict(self, message: Message, text: str) -> Verdict | None:
        if not self.net:
            return None
        verdict = self.net.read(text)
        open_question = verdict.is_doubtful or (verdict.kind is None and not verdict.soft)
        return self._second_reading(verdict, message.get(DANGER)) if open_question else verdict

    def _second_reading(self, verdict: Verdict, danger: dict[str, Any] | None) -> Verdict:
        """Net and danger classifier together; what the net doubted and this rejects is answered with one line of 988."""
        if not danger:
            return verdict
        chance = min(max(verdict.score, LEAST_CHANCE), 1 - LEAST_CHANCE)
        weight = math.log(chance / (1 - chance)) + self.margin_weight * danger["margin"]
        if weight < self.crisis_least:
            return replace(verdict, kind=None, soft=verdict.is_crisis)
        return verdict if verdict.is_crisis else replace(verdict, kind=danger["kind"], rule="danger_classifier")

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
