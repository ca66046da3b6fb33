"""The pipeline's reader of danger: how near a message, or any part of it, is to the crisis examples."""

from __future__ import annotations

import pickle  # only models that we built ourselves are ever loaded (docs/decisions)
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger import DangerModel
from bot.nlu.examples import examples_of, not_crisis_fingerprint
from bot.nlu.meaning import Shape
from bot.nlu.meaning_classifier import VECTOR
from bot.nlu.minilm import load_minilm, training_vectors
from bot.nlu.parts import parts
from bot.nlu.plain import plain

DANGER = "danger"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerClassifier(GraphComponent):
    """Adds `danger` (kind, margin) to each message; bot/nlu/safety_screen.py decides what it is worth."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: DangerModel | None = None):
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See Shape."""
        return {"strength": Shape.strength, "vector_weight": Shape.vector_weight}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What Rasa's cache must know besides: examples that are no part of its own training data."""
        return not_crisis_fingerprint()

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> DangerClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> DangerClassifier:  # fmt: skip
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            model = pickle.loads((folder / "danger.pkl").read_bytes())
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the crisis examples against all others."""
        found = examples_of(training_data)
        texts = [text for text, _ in found]
        shape = Shape(strength=float(self._config["strength"]), vector_weight=float(self._config["vector_weight"]))
        model = DangerModel.fit(texts, [intent for _, intent in found], training_vectors(texts), shape)
        with self._storage.write_to(self._resource) as folder:
            (folder / "danger.pkl").write_bytes(pickle.dumps(model))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for components after this one."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message as a whole and part by part."""
        for message in messages:
            text = message.get(TEXT)
            if not self._model or not text:
                continue
            pieces, whole = parts(text), message.get(VECTOR)
            vectors = load_minilm().encode([plain(one) for one in (pieces if whole is not None else [text, *pieces])])
            if whole is not None:
                vectors = np.vstack([whole[None, :], vectors])
            kind, margin = self._model.read([text, *pieces], vectors)
            message.set(DANGER, {"kind": kind, "margin": margin}, add_to_output=True)
        return messages
