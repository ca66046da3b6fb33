"""The pipeline's judge: answer, ask which of a few meanings, or say that this is not ours."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.meaning_classifier import SECOND
from bot.nlu.safety_screen import verdict_of
from bot.nlu.undecided import Decision, Thresholds, decide, thresholds

OFFERED = "offered_meanings"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class UndecidedClassifier(GraphComponent):
    """Replaces an unsure intent by `nlu_fallback` with the meanings worth offering."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.limits = thresholds(config)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See Thresholds; the values in force stand in config.yml."""
        return {name: getattr(Thresholds, name) for name in Thresholds.__dataclass_fields__}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> UndecidedClassifier:
        """The component."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Judge each message's ranking."""
        for message in messages:
            ranking = [(one["name"], one["confidence"]) for one in message.get(INTENT_RANKING_KEY) or []]
            verdict = verdict_of(message.data)
            if not ranking or (verdict and verdict.kind):
                continue  # what the net sees is never unsure
            decision = decide(ranking, self.limits)
            if decision.do == "clarify" and message.get(SECOND) in decision.offered[:2]:
                decision = Decision("answer", ranking[0][0])  # near each other because both are asked: both are answered
            confidence = dict(ranking).get(decision.label, 1 - ranking[0][1])
            message.set(INTENT, {"name": decision.label, "confidence": confidence}, add_to_output=True)
            if decision.offered:
                message.set(OFFERED, list(decision.offered), add_to_output=True)
        return messages
