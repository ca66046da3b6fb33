"""Danger first, then an open flow: what outranks the rules."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.flow import BY_MATTER, CRISIS_ACTION, FLOWS, IF_UNSURE, MORE_ACTION, next_action

LISTEN = "action_listen"
OURS = frozenset((*FLOWS.values(), *BY_MATTER.values(), *IF_UNSURE.values(), CRISIS_ACTION, MORE_ACTION))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class FlowPolicy(Policy):
    """Predicts the crisis action or the open flow's action, then waits for the person."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above Rasa's rules (2 to 4): a tie is decided by priority."""
        return {"priority": 10}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(config, model_storage, resource, execution_context)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FlowPolicy:  # fmt: skip
        """Nothing was learned, so nothing is read."""
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn."""
        return self._resource

    def _sure(self, name: str, domain: Domain) -> PolicyPrediction:
        chances = self._default_predictions(domain)
        chances[domain.index_for_action(name)] = 1.0
        # "No user prediction" outranks every other policy, also one that is sure (rasa/core/policies/ensemble.py).
        return self._prediction(chances, is_no_user_prediction=True)

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        """The one action that danger, an open flow or plain words call for; no opinion otherwise."""
        if tracker.latest_action_name in OURS:
            return self._sure(LISTEN, domain)
        parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
        slots = {name: slot.value for name, slot in tracker.slots.items()}
        wanted = next_action(parsed, slots) if tracker.latest_action_name == LISTEN else None
        return self._sure(wanted, domain) if wanted else self._prediction(self._default_predictions(domain))
